"""The daily run of the clock that lets reports go."""

from celery import shared_task
from django.utils import timezone

from assessments.reports.retention import services


@shared_task(ignore_result=True)
def expire_reports() -> None:
    """Warn of what goes soon, remove what is over. Safe to run any number of times."""
    services.expire_reports(timezone.now())
