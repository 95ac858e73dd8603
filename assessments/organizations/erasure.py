"""What becomes of a person who is erased: they belong nowhere any more, and invitations forget their address."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from assessments.accounts.erasure import forget_admin_log, user_gone
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations.models import Invitation, Membership, TeamMembership

NO_ADDRESS = "former-member@invalid"


@receiver(user_gone)
def forget_person(user: User, addresses: set[str], name: str, **kwargs: Any) -> None:
    for model in (Membership, TeamMembership):
        rows = model.objects.filter(user=user)
        forget_admin_log(model, rows.values_list("pk", flat=True))
        rows.delete()
    accepted = Invitation.objects.filter(accepted_by=user).values_list("email", flat=True)
    _forget_invitations(user, addresses | {address.lower() for address in accepted}, name)


def _forget_invitations(user: User, addresses: set[str], name: str) -> None:
    events = AuditEvent.objects.filter(action__in=[Action.INVITED, Action.INVITATION_WITHDRAWN])
    events.filter(subject__in=addresses).update(subject=name)
    Invitation.objects.waiting().filter(email__in=addresses).delete()
    Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by=user)).update(email=NO_ADDRESS)
