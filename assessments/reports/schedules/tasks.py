"""The run of the clock that makes scheduled reports."""

from celery import shared_task
from django.utils import timezone

from assessments.reports.schedules import work


@shared_task(ignore_result=True)
def make_scheduled_reports() -> None:
    """Make what is due now; run twice, or in two workers at once, no period is made twice."""
    work.make_due(timezone.now())
