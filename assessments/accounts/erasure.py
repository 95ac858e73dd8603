"""Erasing a person: the account goes, and their name goes from everything that must stay.

Features to the right listen to `user_erased` and take the name out of rows of their own.
"""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.platform.mails.models import MailRefusal, ReturnedAddress, SentMail
from assessments.platform.models import WaitingMail

FORMER_MEMBER = "A former member"
# Entries about a person whose values say more than the name: an address, where somebody signed in from.
SAYS_MORE = (Action.ACCOUNT_CHANGED, Action.SIGNED_IN, Action.SIGN_IN_FAILED)

# Sent before the person's rows go, inside the transaction, with `user`, their `addresses` and the `name` that takes the
# place of theirs.
user_erased = Signal()
# Sent after it with the same: where the person belongs goes last, since the others look there for what is theirs.
user_gone = Signal()


def erase_user(user: User, *, actor: User | None = None) -> None:
    """Delete a person for good. Refused for the last superuser, and for a superuser who means themselves."""
    with transaction.atomic(), notices.silent():
        _refuse_superuser(user, actor)
        addresses = _addresses(user)
        forget_admin_log(User, [user.pk])
        for signal in (user_erased, user_gone):
            signal.send(sender=User, user=user, addresses=addresses, name=FORMER_MEMBER)
        _forget_trail(user)
        WaitingMail.objects.filter(email__in=addresses).delete()
        for model in (SentMail, MailRefusal, ReturnedAddress):
            model.objects.filter(email__in=addresses).delete()
        WaitingMail.objects.filter(reply_to__in=addresses).update(reply_to="")
        is_oneself = actor is not None and actor.pk == user.pk
        user.delete()
        with trail.acting(None if is_oneself else actor or trail.current_actor()):
            trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=FORMER_MEMBER, new="Erased")


def _refuse_superuser(user: User, actor: User | None) -> None:
    if not user.is_superuser:
        return
    if actor is not None and actor.pk == user.pk:
        raise ValidationError(_("A superuser cannot erase themselves. Ask another superuser."))
    superusers = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if {superuser.pk for superuser in superusers} <= {user.pk}:
        raise ValidationError(_("This is the last superuser. Make someone else a superuser first."))


def _addresses(user: User) -> set[str]:
    """Every address of the account."""
    known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {address.lower() for address in (user.email, *known)}


def _forget_trail(user: User) -> None:
    events = AuditEvent.objects.all()
    own = events.filter(Q(about=user) | Q(actor=user, about=None), action__in=SAYS_MORE)
    own.update(old="", new="")
    events.filter(actor=user).update(actor_name=FORMER_MEMBER)
    events.filter(about=user).update(subject=FORMER_MEMBER)


def forget_admin_log(model: type[models.Model], rows: Iterable[int]) -> None:
    """Entries of the administration's own log are named after the row they are about."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(pk) for pk in rows]).update(object_repr=FORMER_MEMBER)
