"""What the clock tidies up, and sends."""

from celery import shared_task

from assessments.platform import mailing, request_keys


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_request_keys() -> None:
    """Forget the forms that nobody sends a second time any more."""
    request_keys.sweep()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_waiting_mail() -> None:
    """Send what the mail server did not take at once; run twice, nobody gets a mail twice."""
    mailing.send_waiting()
