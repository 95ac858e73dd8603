"""Accounts that an administrator opens: their people choose the password themselves, by a link in a mail."""

from django.db import transaction
from django.utils import timezone

from assessments.accounts.models import User, Welcome
from assessments.accounts.tasks import wake
from assessments.audit import trail
from assessments.audit.trail import Action


def welcome(person: User, *, actor: User) -> Welcome:
    """Mail a person the link by which they choose a password, once the change under way is there.

    Asked for again, a new mail goes out: the earlier link goes on working until one of them was used.
    """
    now = timezone.now()
    values = {"asked_by": actor, "asked_at": now, "attempts": 0, "try_at": now, "sent_at": None}
    with transaction.atomic():
        row, _ = Welcome.objects.update_or_create(user=person, defaults=values)
        subject = f"{person.name} <{person.email}>" if person.name else person.email
        new = "Link to choose a password"
        trail.record(Action.ACCOUNT_CHANGED, organization=None, actor=actor, subject=subject, about=person, new=new)
        transaction.on_commit(wake, robust=True)
    return row
