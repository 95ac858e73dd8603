"""What the worker does for webhooks. The rows are the truth, a message only wakes a worker up."""

import logging

from celery import shared_task
from django.utils import timezone

from assessments.webhooks import sending

log = logging.getLogger(__name__)


def wake(webhook_id: int) -> bool:
    """Have a worker send what is due; without a broker within reach the sweep does."""
    try:
        deliver_webhook.apply_async((webhook_id,), retry=False)
    except Exception:
        log.warning("What webhook %s is to be told waits for the sweep.", webhook_id, exc_info=True)
        return False
    return True


@shared_task(ignore_result=True, soft_time_limit=sending.RUN_SECONDS * 2, time_limit=sending.RUN_SECONDS * 2 + 15)
def deliver_webhook(webhook_id: int) -> None:
    """Send what is due to one webhook. Safe to run any number of times, and at once."""
    if sending.deliver(webhook_id):
        wake(webhook_id)


@shared_task(ignore_result=True)
def sweep_webhooks() -> None:
    """Send what is due again, and what a lost message or a killed worker left behind."""
    for webhook_id in sending.sweep(timezone.now()):
        if not wake(webhook_id):  # nor would the others arrive, and every attempt takes seconds
            break


@shared_task(ignore_result=True)
def forget_webhook_deliveries() -> None:
    """Take old deliveries out of the log. Safe to run any number of times."""
    sending.forget(timezone.now())
