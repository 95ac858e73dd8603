"""What the worker does for batches. The rows are the truth; a message only wakes a worker up."""

import logging
from functools import partial

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver

from assessments.reports.batches import work
from assessments.reports.batches.models import ReportBatch
from assessments.reports.tasks import report_ended

log = logging.getLogger(__name__)


def wake(batch_id: int) -> None:
    """Have a worker go on with it; without a broker within reach the sweep does."""
    try:
        advance_batch.apply_async((batch_id,), retry=False)
    except Exception:
        log.warning("Batch %s waits for the sweep.", batch_id, exc_info=True)


@shared_task(ignore_result=True)
def advance_batch(batch_id: int) -> None:
    """Ask for the next reports of a batch, or pack what is made; safe to run any number of times, and at once."""
    work.advance(batch_id)


@shared_task(ignore_result=True)
def sweep_batches() -> None:
    """Go on with what a killed worker or a lost message left, and let go what is due to go."""
    work.expire()
    for batch_id in work.waiting():
        work.advance(batch_id)


@receiver(report_ended)
def go_on(report_id: int, **kwargs: object) -> None:
    running = ReportBatch.objects.filter(items__report=report_id, status=ReportBatch.Status.RUNNING)
    for batch_id in running.values_list("pk", flat=True):
        transaction.on_commit(partial(wake, batch_id))
