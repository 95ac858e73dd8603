"""Which kinds of mail somebody does without, and the link in a mail by which one says so without signing in."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from assessments.platform.mails.kinds import KINDS, MailKind, kind_of, optional_kinds
from assessments.platform.mails.models import MailRefusal, ReturnedAddress, SentMail

_signer = signing.Signer(sep=".", salt="assessments.mails.stop")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever gets mails: a person with an account, else an address."""

    email: str
    user: Any = None

    def wants(self, kind: MailKind) -> bool:
        if self.user is not None and kind.reads is not None:
            return kind.reads(self.user)
        return not self._refusals().filter(kind=kind.name).exists()

    def choose(self, kind: MailKind, *, is_wanted: bool) -> None:
        if self.user is not None and kind.writes is not None:
            kind.writes(self.user, is_wanted)
        elif is_wanted:
            self._refusals().filter(kind=kind.name).delete()
        else:
            MailRefusal.objects.get_or_create(user=self.user, email=self.email if not self.user else "", kind=kind.name)

    def _refusals(self) -> Any:
        rows = MailRefusal.objects.all()
        return rows.filter(user=self.user) if self.user is not None else rows.filter(user=None, email=self.email)


def reader_of(email: str) -> Reader:
    return Reader(email, get_user_model().objects.filter(email=email).first())


def why_not(email: str, kind: str) -> str:
    """Why a mail is not sent, as a state of the log; empty if it is. What is not optional always is."""
    if not kind_of(kind).is_optional:
        return ""
    if not reader_of(email).wants(kind_of(kind)):
        return str(SentMail.State.UNWANTED)
    is_held = ReturnedAddress.objects.filter(email=email, is_permanent=True).exists()
    return str(SentMail.State.HELD) if is_held else ""


def choices_of(reader: Reader) -> dict[str, bool]:
    """By the name of each optional kind whether the reader wants it."""
    refused = set(reader._refusals().values_list("kind", flat=True))
    return {
        kind.name: kind.reads(reader.user) if reader.user is not None and kind.reads else kind.name not in refused
        for kind in optional_kinds()
    }


# The link


def stop_link(email: str, kind: str) -> str:
    """The address that stops that kind of mail to that reader, and nothing else."""
    user = get_user_model().objects.filter(email=email).values_list("pk", flat=True).first()
    who = f"u{user}" if user else "e" + base64.urlsafe_b64encode(email.encode()).decode().rstrip("=")
    return settings.SITE_URL + reverse("mail_choice_stop", args=[_signer.sign(f"{kind}:{who}")])


def read_stop(token: str) -> tuple[Reader, MailKind] | None:
    """Whom a link is for and what it stops; None for a guess, and for a person who is gone."""
    try:
        kind, _, who = _signer.unsign(token).partition(":")
        reader = _reader(who)
    except (signing.BadSignature, binascii.Error, ValueError):
        return None
    return (reader, KINDS[kind]) if reader is not None and kind in KINDS and KINDS[kind].is_optional else None


def _reader(who: str) -> Reader | None:
    if who.startswith("e"):
        encoded = who[1:]
        return reader_of(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    user = get_user_model().objects.filter(pk=int(who[1:])).first()
    return Reader(user.email, user) if user is not None else None
