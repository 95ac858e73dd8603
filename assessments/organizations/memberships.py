"""What can be done to who belongs to an organization."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.organizations.models import (
    Membership,
    Organization,
    OrganizationQuerySet,
    Role,
    Team,
    TeamGrant,
    TeamMembership,
)
from assessments.scoring.words import listing

LAST_OWNER = _lazy("Someone must own this organization. Make another member an owner first.")
NAMED = 3  # organizations that a refusal names


def change_role(membership: Membership, *, role: Role, by: Role = Role.OWNER) -> Membership:
    """Give a member another role. Refused where it would leave the organization without an owner.

    `by` is the role of whoever does it: PermissionDenied for a member above it, and for a role above it.
    """
    with transaction.atomic():
        organization = _locked(membership.organization_id)
        membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
        refuse_above(organization, membership.user, by=by)
        if role > by:
            raise PermissionDenied
        if membership.role == role:
            return membership
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        _refuse_without_owner(organization, taken=before)
    return membership


def remove_member(membership: Membership, *, by: Role = Role.OWNER) -> None:
    """End a membership. Refused for the last owner, and as in `change_role`; one that ended meanwhile is no error."""
    with transaction.atomic():
        organization = _locked(membership.organization_id)
        for found in Membership.objects.filter(pk=membership.pk).select_related("user"):
            refuse_above(organization, found.user, by=by)
            found.delete()
            _refuse_without_owner(organization, taken=found.role)


def grant_own_team(organization: Organization, team: Team, *, role: Role, actor: User) -> TeamGrant:
    """Let the people of a team that the actor is in open the organization. ValidationError for any other team."""
    with transaction.atomic(), trail.acting(actor):
        if not TeamMembership.objects.filter(team=team, user=actor).exists():
            raise ValidationError(_("You can give access to teams you are in."))
        grant, created = TeamGrant.objects.get_or_create(team=team, organization=organization, defaults={"role": role})
    if not created:
        refused = _("{team} has access already. Change its role in the list of teams.")
        raise ValidationError(refused.format(team=team))
    return grant


def change_grant(grant: TeamGrant, *, role: Role) -> TeamGrant:
    """Give a team another role in an organization; refused as in `change_role`."""
    with transaction.atomic():
        organization = _locked(grant.organization_id)
        grant = TeamGrant.objects.select_for_update(of=("self",)).select_related("team").get(pk=grant.pk)
        if grant.role == role:
            return grant
        before, grant.role = grant.role, role
        grant.save(update_fields=["role"])
        _refuse_without_owner(organization, taken=before)
    return grant


def withdraw_grant(grant: TeamGrant) -> None:
    """Take a team's access away; refused as in `remove_member`."""
    with transaction.atomic():
        organization = _locked(grant.organization_id)
        for found in TeamGrant.objects.filter(pk=grant.pk).select_related("team"):
            found.delete()
            _refuse_without_owner(organization, taken=found.role)


def add_member(organization: Organization, user: User, *, role: Role) -> Membership:
    """Make someone a member; whoever is one already keeps the higher of the two roles.

    What a sign-on gave by a group is theirs from then on, up to this role.
    """
    with transaction.atomic():
        membership, created = Membership.objects.get_or_create(
            organization=organization, user=user, defaults={"role": role}
        )
        if not created and membership.role < role:
            membership.role = role
            membership.save(update_fields=["role"])
        gift = None if created else getattr(membership, "gift", None)
        if gift is not None and (gift.role_before or 0) < role:
            gift.role_before = role
            gift.save(update_fields=["role_before"])
    return membership


def _locked(organization_id: int) -> Organization:
    """The organization, held until the end of the transaction: two owners who remove each other come one by one."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def role_in(organization: Organization, user: User) -> int:
    """A person's effective role, 0 for an outsider."""
    found = Organization.objects.filter(pk=organization.pk).opened_by(user).values_list("role", flat=True)
    return next(iter(found), 0)


def refuse_above(organization: Organization, user: User, *, by: Role) -> None:
    """PermissionDenied for a person above `by`, through a team as well, whatever their own membership says."""
    if by < Role.OWNER and role_in(organization, user) > by:
        raise PermissionDenied


def _refuse_without_owner(organization: Organization, *, taken: int) -> None:
    """An owner is an active person with that role, as a member or through a team. Taking another role takes none."""
    if taken < Role.OWNER:
        return
    owns = {"organization": organization, "role": Role.OWNER}
    direct = Membership.objects.filter(**owns, user__is_active=True)
    granted = TeamGrant.objects.filter(**owns, team__memberships__user__is_active=True)
    if not direct.exists() and not granted.exists():
        raise ValidationError(LAST_OWNER)


def owned_alone(user: User) -> OrganizationQuerySet:
    """The organizations of theirs that nobody else owns who can sign in."""
    return _without_owner(owned_by(user).current(), but=user)


def refuse_to_lose_owner(user: User) -> None:
    """ValidationError where an organization has no other owner than this person, who is about to go for good.

    One who cannot sign in counts, too: nobody else is an owner there whom an administrator could ask. To be called in
    the transaction in which they go: what they own is held until its end.
    """
    list(Organization.objects.select_for_update(no_key=True).filter(pk__in=owned_by(user).current().values("pk")))
    if alone := [str(organization) for organization in owned_alone(user)]:
        refused = _("{user} alone owns {organizations}. Make somebody else an owner first.")
        raise ValidationError(refused.format(user=user, organizations=listing(alone)))


@contextmanager
def keeping_owners(organizations: OrganizationQuerySet) -> Iterator[None]:
    """Refuse what is done within, as a whole, where it leaves one of the organizations without an owner."""
    with transaction.atomic():
        held = list(organizations.current().order_by("pk").values_list("pk", flat=True))
        locked = Organization.objects.select_for_update(no_key=True).filter(pk__in=held)
        before = set(_without_owner(locked.order_by("pk")).values_list("pk", flat=True)) if held else set()
        yield
        after = _without_owner(Organization.objects.filter(pk__in=held).exclude(pk__in=before)) if held else ()
        if names := [organization.name for organization in after[:NAMED]]:
            refused = _("Someone must own {organizations}. Make another person an owner there first.")
            raise ValidationError(refused.format(organizations=listing(names)))


def _without_owner(organizations: OrganizationQuerySet, *, but: User | None = None) -> OrganizationQuerySet:
    """Those of them that nobody owns who can sign in, `but` that person."""
    direct = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(user=but)
    in_teams = TeamMembership.objects.filter(user__is_active=True).exclude(user=but)
    granted = TeamGrant.objects.filter(role=Role.OWNER, team__memberships__in=in_teams)
    return organizations.exclude(pk__in=direct.values("organization")).exclude(pk__in=granted.values("organization"))


def owned_by(user: User) -> OrganizationQuerySet:
    """The organizations a person owns, as a member or through a team."""
    direct = Membership.objects.filter(user=user, role=Role.OWNER)
    granted = TeamGrant.objects.filter(team__memberships__user=user, role=Role.OWNER)
    owned = direct.order_by().values("organization").union(granted.order_by().values("organization"))
    return Organization.objects.filter(pk__in=owned)


def owners_of(organization: Organization | int) -> set[User]:
    """Everybody who owns an organization, as a member or through a team."""
    return _people(organization, Role.OWNER)


def leads_of(organization: Organization, *, else_teams: bool) -> set[User]:
    """Who leads the work on an organization; where nobody is named who may open it, everybody in its teams if asked."""
    named = set(User.objects.filter(led_organizations=organization)) & everybody_in(organization)
    if named or not else_teams:
        return named
    return set(User.objects.filter(team_memberships__team__grants__organization=organization))


def everybody_in(organization: Organization | int) -> set[User]:
    return _people(organization, Role.VIEWER)


def _people(organization: Organization | int, role: Role) -> set[User]:
    pk = organization.pk if isinstance(organization, Organization) else organization
    direct = User.objects.filter(memberships__organization=pk, memberships__role__gte=role)
    granted = User.objects.filter(
        team_memberships__team__grants__organization=pk, team_memberships__team__grants__role__gte=role
    )
    return {*direct, *granted}
