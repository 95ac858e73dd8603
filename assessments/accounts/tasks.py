"""The mails to people whose account was opened for them."""

from celery import shared_task
from django.utils import timezone

from assessments.accounts import welcoming


@shared_task(ignore_result=True)
def send_welcomes() -> None:
    """What was just asked for, what was refused, what nobody finished."""
    welcoming.send_due(timezone.now())
