"""The run that tells of what vendors have submitted close together."""

from celery import shared_task
from django.utils import timezone

from assessments.vendors import submissions


@shared_task(ignore_result=True)
def tell_submissions() -> None:
    """Run twice, or in two workers at once, nobody gets a mail twice."""
    submissions.tell_together(timezone.now())
