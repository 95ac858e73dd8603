"""What the clock tidies up, and sends."""

import logging

from celery import shared_task
from django.conf import settings

from assessments.platform import mailing, request_keys
from assessments.platform.mails import log as mail_log
from assessments.platform.mails import mailbox, returned

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_request_keys() -> None:
    """Forget the forms that nobody sends a second time any more."""
    request_keys.sweep()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_waiting_mail() -> None:
    """Send what the mail server did not take at once; run twice, nobody gets a mail twice."""
    mailing.send_waiting()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def read_returned_mail() -> None:
    """Read which mails came back, where there is a mailbox for them; run twice, each is read once."""
    if settings.MAIL_RETURNS_MAILBOX:
        try:
            mailbox.read_mailbox()
        except mailbox.MailboxError:
            log.warning("Mails that came back wait for the next run.", exc_info=True)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_mail_log() -> None:
    """Let go what the log of mails has kept for long enough, and addresses that have mended."""
    mail_log.forget()
    returned.forget_mended()


def wake_mail() -> None:
    """Have a worker send what waits; without a broker within reach the clock does."""
    try:
        send_waiting_mail.apply_async(retry=False)
    except Exception:
        log.warning("Mails wait for the clock.", exc_info=True)
