"""The hourly runs that send reminders, and tell webhooks what is overdue."""

from celery import shared_task
from django.utils import timezone

from assessments.roadmaps.reminding import overdue, reminders


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_reminders() -> None:
    """Send what is due now; run twice, or in two workers at once, nobody gets a mail twice."""
    reminders.send_reminders(timezone.now())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def announce_overdue_items() -> None:
    """Run twice, or in two workers at once, each item is told once."""
    overdue.announce_overdue(timezone.now())
