"""What can be done to an account, beside what allauth does."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.platform.names import clean_name

NAME_LENGTH = 150


def change_name(user: User, *, name: str) -> User:
    with transaction.atomic():
        old = User.objects.select_for_update().get(pk=user.pk).name
        user.name = name
        user.save(update_fields=["name"])
        if name != old:
            trail.record(Action.ACCOUNT_CHANGED, organization=None, actor=user, subject="Name", old=old, new=name)
    return user


def open_account(*, email: str, name: str, how: str, actor: User | None = None) -> User:
    """An account that nobody opened by hand, and that has no password. `how` says in the activity what opened it."""
    with transaction.atomic():
        user = User.objects.create_user(email, None, name=clean_name(name)[:NAME_LENGTH])
        settle_address(user)
        subject = f"{user.name} <{user.email}>" if user.name else user.email
        entry: dict[str, Any] = {"subject": subject, "about": user, "new": f"Account opened {how}"}
        trail.record(Action.ACCOUNT_CHANGED, organization=None, actor=actor or user, **entry)
    return user


def settle_address(user: User) -> None:
    """Give the account the address row that allauth expects: one that is verified and says what `User.email` says.

    An account's email is the person's own: an administrator gave it, an invitation reached it, or a change to it was
    confirmed. Accounts may lack that row, though, and rows of others that say the same are left over or mere wishes.
    """
    if EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).exists():
        return
    with transaction.atomic():
        EmailAddress.objects.filter(email=user.email).exclude(user=user).delete()
        EmailAddress.objects.filter(user=user, verified=True).exclude(email=user.email).delete()
        EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def open_sessions(user: User) -> list[UserSession]:
    """The browsers a person is signed in with, the last first. What ended, by a new password too, is not among them."""
    known = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    going_on = Session.objects.filter(session_key__in=known, expire_date__gt=timezone.now())
    valid = user.get_session_auth_hash()
    signed_in = [known[row.pk] for row in going_on if row.get_decoded().get(HASH_SESSION_KEY) == valid]
    return sorted(signed_in, key=lambda row: row.created_at, reverse=True)


def end_other_sessions(user: User, *, keep: str | None) -> None:
    """Sign a person out of every browser but the one whose session is named."""
    for row in UserSession.objects.filter(user=user).exclude(session_key=keep):
        row.end()
