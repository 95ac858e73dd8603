"""What the worker does for mails that carry reports."""

import logging

from celery import shared_task

from assessments.reports.sharing import deliveries

log = logging.getLogger(__name__)


def wake(sending_id: int) -> None:
    """Have a worker send it; without a broker within reach the sweep does."""
    try:
        deliver_reports.apply_async((sending_id,), retry=False)
    except Exception:
        log.warning("The mails of sending %s wait for the sweep.", sending_id, exc_info=True)


@shared_task(ignore_result=True)
def deliver_reports(sending_id: int) -> None:
    """Send what of one sending is to be sent now; run twice, nobody gets it twice."""
    deliveries.deliver(sending_id)


@shared_task(ignore_result=True)
def sweep_deliveries() -> None:
    """Send what waits: for its report, for the mail server, or because its message was lost."""
    deliveries.sweep()
