"""Erasing a person: the account goes, and their name goes from everything that must stay.

Features to the right listen to `user_erased` and take the name out of rows of their own.
"""

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal

from assessments.organizations import audit, notices
from assessments.organizations.audit import Action
from assessments.organizations.models import AuditEvent, Invitation, Membership, TeamMembership, User

FORMER_MEMBER = "A former member"
# Entries about a person whose values say more than the name: an address, where somebody signed in from.
SAYS_MORE = (Action.ACCOUNT_CHANGED, Action.SIGNED_IN, Action.SIGN_IN_FAILED)
NO_ADDRESS = "former-member@invalid"

# Sent before the person's rows go, with `user` and the `name` to put in place of theirs, inside the transaction.
user_erased = Signal()


def erase_user(user: User, *, actor: User | None = None) -> None:
    """Delete a person for good. Refused for the last superuser, and for a superuser who means themselves."""
    with transaction.atomic(), notices.silent():
        _refuse_superuser(user, actor)
        addresses = _addresses(user)
        user_erased.send(sender=User, user=user, name=FORMER_MEMBER)
        _forget_admin_log(user)
        Membership.objects.filter(user=user).delete()
        TeamMembership.objects.filter(user=user).delete()
        _forget_trail(user, addresses)
        _forget_invitations(user, addresses)
        is_oneself = actor is not None and actor.pk == user.pk
        user.delete()
        with audit.acting(None if is_oneself else actor or audit.current_actor()):
            audit.record(Action.ACCOUNT_CHANGED, organization=None, subject=FORMER_MEMBER, new="Erased")


def _refuse_superuser(user: User, actor: User | None) -> None:
    if not user.is_superuser:
        return
    if actor is not None and actor.pk == user.pk:
        raise ValidationError("A superuser cannot erase themselves. Ask another superuser.")
    superusers = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if {superuser.pk for superuser in superusers} <= {user.pk}:
        raise ValidationError("This is the last superuser. Make someone else a superuser first.")


def _addresses(user: User) -> set[str]:
    """Every address the person is known by."""
    known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    accepted = Invitation.objects.filter(accepted_by=user).values_list("email", flat=True)
    return {address.lower() for address in (user.email, *known, *accepted)}


def _forget_trail(user: User, addresses: set[str]) -> None:
    events = AuditEvent.objects.all()
    own = events.filter(Q(about=user) | Q(actor=user, about=None), action__in=SAYS_MORE)
    own.update(old="", new="")
    events.filter(actor=user).update(actor_name=FORMER_MEMBER)
    events.filter(about=user).update(subject=FORMER_MEMBER)
    invited = events.filter(action__in=[Action.INVITED, Action.INVITATION_WITHDRAWN], subject__in=addresses)
    invited.update(subject=FORMER_MEMBER)


def _forget_invitations(user: User, addresses: set[str]) -> None:
    Invitation.objects.waiting().filter(email__in=addresses).delete()
    Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by=user)).update(email=NO_ADDRESS)


def _forget_admin_log(user: User) -> None:
    """Entries of the administration's own log are named after the row they are about."""
    for model, rows in (
        (User, [user.pk]),
        (Membership, Membership.objects.filter(user=user).values_list("pk", flat=True)),
        (TeamMembership, TeamMembership.objects.filter(user=user).values_list("pk", flat=True)),
    ):
        _log_of(model).filter(object_id__in=[str(pk) for pk in rows]).update(object_repr=FORMER_MEMBER)


def _log_of(model: type[models.Model]) -> models.QuerySet[LogEntry]:
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
