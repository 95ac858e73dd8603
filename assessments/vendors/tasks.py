"""The runs that tell of what vendors have submitted close together, and that remind vendors."""

from celery import shared_task
from django.utils import timezone

from assessments.vendors import submissions
from assessments.vendors.linking import mails


@shared_task(ignore_result=True)
def tell_submissions() -> None:
    """Run twice, or in two workers at once, nobody gets a mail twice."""
    submissions.tell_together(timezone.now())


@shared_task(ignore_result=True)
def remind_vendors() -> None:
    """Run twice, or in two workers at once, no vendor gets two reminders."""
    mails.remind_due(timezone.now())
