"""The audit trail: one function that adds to it, and how a text that is typed on becomes one entry.

Who acts is known from the request (`acting`, set by the middleware), so that a change made anywhere, the administration
included, carries its name. Secrets never come here: callers pass what people may read.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.audit.models import AuditEvent

log = logging.getLogger(__name__)

Action = AuditEvent.Action

NOBODY = "The system"
SUBJECT_LENGTH = 300
NAME_LENGTH = 254
HOUR = timedelta(hours=1)
TYPING = timedelta(minutes=10)

_actor: ContextVar[AbstractUser | None] = ContextVar("actor", default=None)
_token: ContextVar[str] = ContextVar("token", default="")


@contextmanager
def acting(user: AbstractUser | None) -> Iterator[None]:
    """Whoever is named here has done what is recorded without an actor of its own."""
    token = _actor.set(user)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def by_token(name: str) -> Iterator[None]:
    """What a person does here is done by the token of that name, and is recorded so."""
    token = _token.set(name)
    try:
        yield
    finally:
        _token.reset(token)


def current_actor() -> AbstractUser | None:
    """The person whose request this is; None in a worker or on the command line."""
    actor = _actor.get()
    return actor if actor is not None and actor.is_authenticated else None


def record(
    action: Action,
    *,
    organization: Model | int | None,
    subject: str | Promise = "",
    old: str | Promise = "",
    new: str | Promise = "",
    actor: AbstractUser | None = None,
    actor_name: str = "",
    about: AbstractUser | None = None,
) -> None:
    """Add an entry. It goes with the transaction: what was rolled back has not happened.

    Lazy texts are kept in English.

    `actor_name` names who acted without an account, whoever is signed in. `about` is the person the entry is about, who
    can be erased from it; `subject` then is that person's name.
    """
    actor = None if actor_name else actor or current_actor()
    actor_name = actor_name or _name_of(actor)
    AuditEvent.objects.create(
        organization_id=getattr(organization, "pk", organization),
        actor_id=actor.pk if actor else None,
        actor_name=actor_name,
        action=action,
        subject=in_english(subject)[:SUBJECT_LENGTH],
        about_id=about.pk if about else None,
        old=in_english(old),
        new=in_english(new),
    )


def in_english(text: str | Promise) -> str:
    """A text as it is kept, whatever is spoken: labels of choices are lazy, and what is kept is English."""
    with translation.override("en"):
        return str(text)


def _name_of(actor: AbstractUser | None) -> str:
    """Who acts, and by which token of theirs."""
    if actor is None:
        return NOBODY
    token = _token.get()
    return f"{actor}, by token {token}"[:NAME_LENGTH] if token else str(actor)


def refuse_too_many(action: Action, *, actor: AbstractUser | None, most: int, what: str | Promise) -> None:
    """ValidationError where a person has done this so many times within an hour: no mailing and no flood by script."""
    if actor is None:
        return
    recent = AuditEvent.objects.filter(actor=actor.pk, action=action, at__gt=timezone.now() - HOUR)
    if recent.count() >= most:
        refused = _("These would be more than {most} {what} within an hour. Wait a while, then go on.")
        raise ValidationError(refused.format(most=most, what=what))


@contextmanager
def if_possible() -> Iterator[None]:
    """For what is handed out: an entry that cannot be written, say for a full disk, keeps nobody from reading."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError:
        log.exception("An entry of the activity could not be written.")


def record_typing(
    action: Action,
    *,
    organization: Model | int,
    subject: str,
    old: str,
    new: str,
    actor: AbstractUser | None = None,
    actor_name: str = "",
) -> None:
    """Add an entry for a text; what the same person goes on typing within minutes is the same entry."""
    organization_id: int = organization.pk if isinstance(organization, Model) else organization
    last = (
        AuditEvent.objects.filter(organization=organization_id, at__gt=timezone.now() - TYPING)
        .filter(action=action, subject=subject[:SUBJECT_LENGTH])
        .order_by("-pk")
        .first()
    )
    who = None if actor_name else actor or current_actor()
    same = last and (last.actor_id, last.actor_name) == (who and who.pk, actor_name or _name_of(who))
    if last and same and last.new == old:
        AuditEvent.objects.filter(pk=last.pk).update(new=new, at=timezone.now())
    else:
        record(
            action,
            organization=organization_id,
            subject=subject,
            old=old,
            new=new,
            actor=actor,
            actor_name=actor_name,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What the same deed is in one of several organizations."""

    organization: int
    subject: str
    old: str = ""
    new: str = ""


def record_each(action: Action, entries: Iterable[Entry], *, actor_name: str) -> None:
    """Add the entries of something that was done in several organizations at once, by somebody without an account."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            organization_id=entry.organization,
            actor_name=actor_name,
            action=action,
            subject=entry.subject[:SUBJECT_LENGTH],
            old=entry.old,
            new=entry.new,
        )
        for entry in entries
    )


def record_typing_each(action: Action, entries: Iterable[Entry], *, new: str, actor_name: str) -> None:
    """As `record_typing`, of one text that is typed for several organizations, in a number of queries that is fixed."""
    by_place = {(entry.organization, entry.subject[:SUBJECT_LENGTH]): entry for entry in entries}
    recent = AuditEvent.objects.filter(
        organization__in=[organization for organization, _ in by_place],
        subject__in={subject for _, subject in by_place},
        action=action,
        at__gt=timezone.now() - TYPING,
    )
    last = {(event.organization_id, event.subject): event for event in recent.order_by("pk")}
    going_on = {
        place: event.pk
        for place, event in last.items()
        if place in by_place and (event.actor_name, event.new) == (actor_name, by_place[place].old)
    }
    AuditEvent.objects.filter(pk__in=going_on.values()).update(new=new, at=timezone.now())
    record_each(
        action,
        [
            Entry(entry.organization, entry.subject, entry.old, new)
            for place, entry in by_place.items()
            if place not in going_on
        ],
        actor_name=actor_name,
    )
