"""Choosing which mails come."""

from collections.abc import Mapping

from django.db import transaction

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.platform.mails import returned
from assessments.platform.mails.choices import Reader, choices_of
from assessments.platform.mails.kinds import KINDS, MailKind


def choose_mails(reader: Reader, wanted: Mapping[str, bool]) -> None:
    """Set which optional kinds come. Recorded is what changes, of people with an account."""
    with transaction.atomic():
        now = choices_of(reader)
        for name, is_wanted in wanted.items():
            if now[name] != is_wanted:
                reader.choose(KINDS[name], is_wanted=is_wanted)
                _record(reader, KINDS[name], is_wanted)


def clear_address(person: User, *, actor: User) -> bool:
    """Take the mark away that mails to a person come back. False if there is none."""
    with transaction.atomic():
        if not returned.clear(person.email):
            return False
        about = {"subject": "Mails that come back", "about": person, "new": "The address works again", "actor": actor}
        trail.record(Action.ACCOUNT_CHANGED, organization=None, **about)
        return True


def _record(reader: Reader, kind: MailKind, is_wanted: bool) -> None:
    if reader.user is None or kind.writes is not None:  # a feature that keeps it records it
        return
    words = {True: "on", False: "off"}
    trail.record(
        Action.ACCOUNT_CHANGED,
        organization=None,
        subject=f"Mail: {trail.in_english(kind.label)}"[:200],
        old=words[not is_wanted],
        new=words[is_wanted],
        actor=reader.user,
    )
