"""The hourly run that reminds raters."""

from celery import shared_task
from django.utils import timezone

from assessments.rounds import reminders


@shared_task(ignore_result=True)
def remind_raters() -> None:
    """Send what is due now; run twice, or in two workers at once, nobody gets a mail twice."""
    reminders.send_round_reminders(timezone.now())
