"""The worker's part in mailing people whose account was opened for them."""

import logging

from celery import shared_task
from django.utils import timezone

from assessments.accounts import welcome_mails

log = logging.getLogger(__name__)


def wake() -> None:
    """Have a worker send what waits; without a broker within reach the clock does."""
    try:
        send_welcomes.apply_async(retry=False)
    except Exception:
        log.warning("The mails to new people wait for the clock.", exc_info=True)


@shared_task(ignore_result=True)
def send_welcomes() -> None:
    """What was just asked for, what was refused, what nobody finished."""
    welcome_mails.send_due(timezone.now())
