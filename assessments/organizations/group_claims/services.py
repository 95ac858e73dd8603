"""Giving people what their groups at the provider give, and taking back what they gave and give no more."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.accounts.recorded import described
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.group_claims.models import GroupGift, GroupMapping
from assessments.organizations.models import Membership, Organization, Role, TeamMembership

log = logging.getLogger(__name__)

STAFF_NOT_LISTED = _lazy(
    "A group that makes people staff has to be listed by whoever runs the site: OIDC_STAFF_GROUPS does not name “{}”."
)


def may_make_staff(group: str) -> bool:
    """Whether the operator has listed a group of the provider. Else one wrong claim could make everybody staff."""
    return group in settings.OIDC_STAFF_GROUPS


def apply_groups(user: User, groups: frozenset[str]) -> None:
    """Let a person have what the mappings of these groups give. What was given by hand is never taken."""
    found = GroupMapping.objects.filter(Q(organization=None) | Q(organization__deleted_at=None))
    mappings = [mapping for mapping in found if mapping.group in groups]
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _settle_teams(user, {mapping.team_id for mapping in mappings if mapping.team_id})
        roles: dict[int, int] = {}
        for mapping in mappings:
            if mapping.organization_id and mapping.role:
                roles[mapping.organization_id] = max(mapping.role, roles.get(mapping.organization_id, 0))
        _settle_roles(user, roles)
        listed = {mapping.staff_group_id for mapping in mappings if may_make_staff(mapping.group)} - {None}
        for mapping in mappings:
            if mapping.staff_group_id and mapping.staff_group_id not in listed:
                log.warning(trail.in_english(STAFF_NOT_LISTED).format(mapping.group))
        _settle_staff(user, listed)


def note_unknown(user: User, reason: str) -> None:
    """Say in the activity that somebody's groups could not be read, once a day."""
    said = {"about": user, "action": Action.ACCOUNT_CHANGED, "new": f"Groups were not taken over. {reason}"}
    if not AuditEvent.objects.filter(**said, at__gt=timezone.now() - timedelta(days=1)).exists():
        trail.record(organization=None, subject=described(user), **said)


def _settle_teams(user: User, wanted: set[int | None]) -> None:
    there = set(TeamMembership.objects.filter(user=user).values_list("team", flat=True))
    for team in wanted - there:
        row = TeamMembership.objects.create(team_id=team, user=user)
        GroupGift.objects.create(team_membership=row)
    gifts = GroupGift.objects.filter(team_membership__user=user).exclude(team_membership__team__in=wanted)
    for gift in gifts.select_related("team_membership__team", "team_membership__user"):
        row = gift.team_membership
        owned = Organization.objects.filter(team_grants__team=row.team_id, team_grants__role=Role.OWNER)
        try:
            with memberships.keeping_owners(owned):
                row.delete()
        except ValidationError as refused:
            _note_kept(user, str(row.team), refused)


def _settle_roles(user: User, wanted: dict[int, int]) -> None:
    there = {row.organization_id: row for row in Membership.objects.filter(user=user).select_related("organization")}
    given = GroupGift.objects.filter(membership__user=user)
    gifts = {gift.membership_id: gift for gift in given}
    for organization, role in wanted.items():
        row = there.get(organization)
        if row is None:
            row = Membership.objects.create(organization_id=organization, user=user, role=role)
            GroupGift.objects.create(membership=row, role=role)
        elif row.pk not in gifts and row.role < role:
            GroupGift.objects.create(membership=row, role=role, role_before=row.role)
            _change(user, row, role)
    for organization, row in there.items():
        gift = gifts.get(row.pk)
        if gift is None or gift.role == wanted.get(organization):
            continue
        if row.role != gift.role:
            gift.delete()  # somebody has decided otherwise since
            continue
        left = max(wanted.get(organization, 0), gift.role_before or 0)
        if not _change(user, row, left):
            continue
        if organization in wanted and left != gift.role_before:
            gift.role = left
            gift.save(update_fields=["role"])
        else:
            GroupGift.objects.filter(pk=gift.pk).delete()


def _change(user: User, row: Membership, role: int) -> bool:
    """Give a member that role, or end the membership at 0. False where nobody would own the organization."""
    try:
        if role:
            memberships.change_role(row, role=Role(role))
        else:
            memberships.remove_member(row)
    except ValidationError as refused:
        _note_kept(user, str(row.organization), refused)
        return False
    return True


def _settle_staff(user: User, wanted: set[int | None]) -> None:
    there = set(user.groups.values_list("pk", flat=True))
    for group in Group.objects.filter(pk__in=wanted - there):
        user.groups.add(group)
        gift = {"made_staff": not user.is_staff}
        GroupGift.objects.update_or_create(user=user, staff_group=group, defaults=gift)
        if not user.is_staff:
            _set_staff(user, True)
        _record(user, f"Staff group {group}: yes, by single sign-on")
    gone = GroupGift.objects.filter(user=user).exclude(staff_group__in=wanted).select_related("staff_group")
    for gift in gone:
        user.groups.remove(gift.staff_group)
        _record(user, f"Staff group {gift.staff_group}: no, by single sign-on")
        gift.delete()
        is_passed_on = gift.made_staff and GroupGift.objects.filter(user=user).update(made_staff=True)
        if gift.made_staff and not is_passed_on and not user.is_superuser and not user.groups.exists():
            _set_staff(user, False)


def _set_staff(user: User, is_staff: bool) -> None:
    user.is_staff = is_staff
    user.save(update_fields=["is_staff"])


def _note_kept(user: User, what: str, refused: ValidationError) -> None:
    log.warning("What a group gave to account %s was kept: %s", user.pk, refused.messages[0])
    _record(user, f"{what} was kept, though no group gives it any more. {refused.messages[0]}")


def _record(user: User, change: str) -> None:
    entry = {"subject": described(user), "about": user, "new": change}
    trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)
