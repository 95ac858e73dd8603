"""What follows from a mail that came back: its row in the log says so, and its address is marked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from assessments.platform.mails.bounces import Bounce
from assessments.platform.mails.models import ReturnedAddress, SentMail
from assessments.platform.spreadsheets import without_unwritable

MENDED_AFTER = timedelta(days=14)  # without another one: a full mailbox has been emptied


def take_in(bounce: Bounce, now: datetime | None = None) -> SentMail | None:
    """Note that a mail came back; the mail it was, or None where it is none of ours or was noted before.

    Marked is the address that the mail went to, not the one that the report names.
    """
    now = now or timezone.now()
    ids = [without_unwritable(each) for each in bounce.message_ids]
    bounce = replace(bounce, said=without_unwritable(bounce.said))
    with transaction.atomic():
        rows = SentMail.objects.select_for_update().filter(message_id__in=ids)
        mail = rows.exclude(state=SentMail.State.RETURNED).first()
        if mail is None:
            return None
        said = f"{bounce.why}. {bounce.said}".strip() if bounce.said else bounce.why
        mail.state, mail.said = SentMail.State.RETURNED, said[:300]
        mail.save(update_fields=["state", "said"])
        _mark(mail.email, bounce, now)
    return mail


def _mark(email: str, bounce: Bounce, now: datetime) -> None:
    row, is_new = ReturnedAddress.objects.select_for_update().get_or_create(
        email=email, defaults={"since": now, "is_permanent": bounce.is_permanent}
    )
    row.last_at, row.why, row.said = now, bounce.why, bounce.said
    row.is_permanent = bounce.is_permanent if is_new else row.is_permanent or bounce.is_permanent
    row.save()


def of(emails: Iterable[str]) -> dict[str, ReturnedAddress]:
    """By address, those of the given ones that mails come back from."""
    return {row.email: row for row in ReturnedAddress.objects.filter(email__in=list(emails))}


def clear(email: str) -> bool:
    """The address works again, as somebody says. False if it was not marked."""
    return bool(ReturnedAddress.objects.filter(email=email).delete()[0])


def forget_mended(now: datetime | None = None) -> None:
    """Addresses that only for a while did not take a mail, and from which none has come back since.

    One that is no account's, and that the log knows no mail to any more, is let go, too: nobody could clear it.
    """
    now = now or timezone.now()
    rows = ReturnedAddress.objects.all()
    rows.filter(is_permanent=False, last_at__lt=now - MENDED_AFTER).delete()
    known = (SentMail.objects.values("email"), get_user_model().objects.values("email"))
    old = rows.filter(last_at__lt=now - timedelta(days=settings.MAIL_LOG_DAYS))
    old.exclude(email__in=known[0]).exclude(email__in=known[1]).delete()
