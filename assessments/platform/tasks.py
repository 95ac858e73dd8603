"""What the clock tidies up, and sends."""

import logging

from celery import shared_task

from assessments.platform import mailing, request_keys

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_request_keys() -> None:
    """Forget the forms that nobody sends a second time any more."""
    request_keys.sweep()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_waiting_mail() -> None:
    """Send what the mail server did not take at once; run twice, nobody gets a mail twice."""
    mailing.send_waiting()


def wake_mail() -> None:
    """Have a worker send what waits; without a broker within reach the clock does."""
    try:
        send_waiting_mail.apply_async(retry=False)
    except Exception:
        log.warning("Mails wait for the clock.", exc_info=True)
