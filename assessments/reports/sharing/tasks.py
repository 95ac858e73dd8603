"""What the worker does for mails that carry reports."""

import logging
from functools import partial

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver

from assessments.reports.sharing import deliveries
from assessments.reports.sharing.models import ReportDelivery
from assessments.reports.tasks import report_ended

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


@receiver(report_ended)
def go_on(report_id: int, **kwargs: object) -> None:
    waiting = ReportDelivery.objects.filter(sending__reports=report_id, state=ReportDelivery.State.WAITING)
    for sending_id in waiting.order_by().values_list("sending", flat=True).distinct():
        transaction.on_commit(partial(wake, sending_id))
