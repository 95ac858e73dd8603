"""What a person sets about reminders and the calendar, and the two secrets that act for them without signing in."""

import hashlib
import secrets
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.platform.mails.kinds import MailKind, register
from assessments.roadmaps.reminding.models import Reminder, ReminderSetting

Kind = Reminder.Kind
# The column that says whether a kind of mail is wanted, and what the activity calls it.
COLUMNS = {
    Kind.DUE: "due_notes",
    Kind.SOON: "due_notes",
    Kind.LATE: "due_notes",
    Kind.DIGEST: "weekly_digest",
}
NAMES = {"due_notes": "Notes about due dates", "weekly_digest": "Weekly digest", "days_before": "Days before"}

_signer = signing.Signer(sep=".", salt="assessments.roadmaps.unsubscribe")


def setting_of(user: User) -> ReminderSetting:
    """The person's setting; one that is not saved, as by default, if they have never changed it."""
    return ReminderSetting.objects.filter(user=user).first() or ReminderSetting(user=user)


def change_setting(user: User, **values: Any) -> None:
    """Set any of `due_notes`, `weekly_digest` and `days_before`. What stays as it was is not recorded."""
    with transaction.atomic():
        setting = _locked(user)
        changed = {name: value for name, value in values.items() if getattr(setting, name) != value}
        for name, value in changed.items():
            trail.record(
                Action.ACCOUNT_CHANGED,
                organization=None,
                subject=NAMES[name],
                old=_in_words(getattr(setting, name)),
                new=_in_words(value),
                actor=user,
            )
            setattr(setting, name, value)
        if changed:
            setting.save(update_fields=list(changed))


def _locked(user: User) -> ReminderSetting:
    setting, _is_new = ReminderSetting.objects.get_or_create(user=user)
    return ReminderSetting.objects.select_for_update().get(pk=setting.pk)


def _in_words(value: bool | int) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _kind(column: str, label: str | Promise) -> MailKind:
    """A kind of mail that this setting keeps, not the choices of all others."""

    def is_wanted(user: User) -> bool:
        return bool(getattr(setting_of(user), column))

    def choose(user: User, wanted: bool) -> None:
        change_setting(user, **{column: wanted})

    return MailKind(column, label, is_optional=True, reads=is_wanted, writes=choose)


register(
    _kind(
        "due_notes",
        _lazy("Notes before a roadmap item or an assessment of mine is due, and once when it is overdue"),
    ),
    _kind("weekly_digest", _lazy("My week, every Monday: what is overdue, what is due, what got done")),
)


# Unsubscribing


def unsubscribe_token(user_id: int, kind: str) -> str:
    """What stands in the link of a mail: it stops that kind of mail to that person, and nothing else."""
    return _signer.sign(f"{user_id}-{kind}")


def read_unsubscribe(token: str) -> tuple[User, Kind] | None:
    """Whom a link is for and what it stops; None for a guess, and for a person who is gone."""
    try:
        user_id, _, kind = _signer.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id).first()
    return (user, Kind(kind)) if user else None


# The calendar's address


def renew_calendar(user: User) -> str:
    """A new token, told once; the address with the one before ends."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        setting = _locked(user)
        word = "Renewed" if setting.calendar_sha256 else "Made"
        setting.calendar_sha256, setting.calendar_made_at = _hashed(token), timezone.now()
        setting.save(update_fields=["calendar_sha256", "calendar_made_at"])
        trail.record(Action.ACCOUNT_CHANGED, organization=None, subject="Calendar address", new=word, actor=user)
    return token


def end_calendar(user: User) -> None:
    with transaction.atomic():
        there = ReminderSetting.objects.filter(user=user).exclude(calendar_sha256=None)
        if there.update(calendar_sha256=None, calendar_made_at=None):
            trail.record(Action.ACCOUNT_CHANGED, organization=None, subject="Calendar address", new="Ended", actor=user)


def find_by_calendar(token: str) -> User | None:
    """The person a calendar's address belongs to, as long as their account is open."""
    found = ReminderSetting.objects.filter(calendar_sha256=_hashed(token), user__is_active=True)
    setting = found.select_related("user").first()
    return setting.user if setting else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
