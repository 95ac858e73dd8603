"""The log of the mails: one row each, by its Message-ID. That it cannot be written keeps no mail from going out."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from assessments.platform.mails.models import SentMail

log = logging.getLogger(__name__)

State = SentMail.State


def new_message_id(name: str = "") -> str:
    """One that nobody can guess; of the same `name` always the same one."""
    key = salted_hmac("assessments.mails.message", name, algorithm="sha256").hexdigest()[:32] if name else uuid4().hex
    return f"<{key}@{_host()}>"


def return_address(message_id: str) -> str:
    """Where a mail server sends a mail that it cannot deliver, and by which one knows the mail where it says so."""
    return str(settings.MAIL_RETURNS_ADDRESS).replace("*", message_id.strip("<>").partition("@")[0])


def message_id_of(address: str) -> str:
    """The Message-ID of the mail that came back to an address; empty where the address does not tell."""
    before, star, after = settings.MAIL_RETURNS_ADDRESS.partition("*")
    if not star or not (address.startswith(before) and address.endswith(after)) or len(address) > 300:
        return ""
    key = address[len(before) : len(address) - len(after)]
    return f"<{key}@{_host()}>" if key else ""


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def note(message_id: str, *, email: str, kind: str, subject: str, state: str, said: str = "") -> None:
    row = SentMail(message_id=message_id, email=email, kind=kind, subject=subject[:300], state=state, said=said[:300])
    try:
        SentMail.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["message_id"], update_fields=["state", "said", "at"]
        )
    except DatabaseError:
        log.exception("The log of mails could not be written.")


def settle(message_ids: object, state: str, said: str = "") -> None:
    """Say of mails that wait what became of them. `message_ids` is a list, or a queryset of them."""
    waiting = SentMail.objects.filter(message_id__in=message_ids, state=State.WAITING)  # type: ignore[misc]
    waiting.update(state=state, said=said, at=timezone.now())


def forget() -> None:
    """Let go what is older than `MAIL_LOG_DAYS`."""
    SentMail.objects.filter(at__lt=timezone.now() - timedelta(days=settings.MAIL_LOG_DAYS)).delete()
