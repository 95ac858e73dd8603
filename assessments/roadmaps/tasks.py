"""The hourly run that sends reminders."""

from celery import shared_task
from django.utils import timezone

from assessments.roadmaps.reminding import reminders


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_reminders() -> None:
    """Send what is due now; run twice, or in two workers at once, nobody gets a mail twice."""
    reminders.send_reminders(timezone.now())
