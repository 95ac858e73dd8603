"""What becomes of an item whose owner leaves the organization, and of names when a person is erased.

Whoever leaves owns nothing any more: the item keeps the name as text, and `left_owner` says whose it was, so that an
erased person's name can still be found.
"""

from collections.abc import Iterable

from django.db import models
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations.models import Membership, Organization, TeamGrant, TeamMembership
from assessments.roadmaps.models import RoadmapComment, RoadmapItem


@receiver(post_delete, sender=Membership)
def let_go_of_a_member(instance: Membership, **kwargs: object) -> None:
    _let_go([instance.user_id], [instance.organization_id])


@receiver(post_delete, sender=TeamMembership)
def let_go_of_a_team_member(instance: TeamMembership, **kwargs: object) -> None:
    granted = TeamGrant.objects.filter(team=instance.team_id).values_list("organization", flat=True)
    _let_go([instance.user_id], granted)


@receiver(post_delete, sender=TeamGrant)
def let_go_of_a_team(instance: TeamGrant, **kwargs: object) -> None:
    members = TeamMembership.objects.filter(team=instance.team_id).values_list("user", flat=True)
    _let_go(members, [instance.organization_id])


@receiver(pre_delete, sender=User)
def let_go_of_an_account(instance: User, **kwargs: object) -> None:
    RoadmapItem.objects.filter(owner=instance).update(owner=None, owner_name=str(instance), **_stale_owner())


def _let_go(users: Iterable[int], organizations: Iterable[int]) -> None:
    """Those of the people who can no longer open one of the organizations own nothing in it."""
    owned = RoadmapItem.objects.filter(owner__in=list(users), roadmap__organization__in=list(organizations))
    pairs = owned.order_by().values_list("owner", "roadmap__organization").distinct()
    for user_id, organization_id in pairs:
        if not _belongs(user_id, organization_id):
            user = User.objects.get(pk=user_id)
            theirs = RoadmapItem.objects.filter(owner=user, roadmap__organization=organization_id)
            theirs.update(owner=None, owner_name=str(user), left_owner=user, **_stale_owner())


def _belongs(user_id: int, organization_id: int) -> bool:
    """As a member or through a team, also while the organization is deleted and may be brought back."""
    direct = Membership.objects.filter(user=user_id, organization=organization_id)
    granted = TeamGrant.objects.filter(team__memberships__user=user_id, organization=organization_id)
    return direct.exists() or granted.exists()


def _stale_owner() -> dict[str, object]:
    """A page that is open still has the version from before; nobody who edited the item changed this."""
    return {"owner_version": models.F("owner_version") + 1, "updated_at": timezone.now(), "updated_by": None}


@receiver(user_erased)
def forget_the_owner(user: User, name: str, **kwargs: object) -> None:
    """Their items, comments and entries in the activity keep `name` in place of theirs."""
    theirs = RoadmapItem.objects.filter(models.Q(owner=user) | models.Q(left_owner=user))
    organizations = set(theirs.values_list("roadmap__organization", flat=True))
    theirs.update(owner=None, left_owner=None, owner_name=name, **_stale_owner())
    RoadmapComment.objects.filter(created_by=user).update(created_name=name)
    changes = AuditEvent.objects.filter(action=Action.ROADMAP_OWNER_CHANGED)
    for side in ("old", "new"):
        changes.filter(**{side: str(user)}, organization__in=_named(user, organizations)).update(**{side: name})


def _named(user: User, organizations: set[int]) -> list[int]:
    """Organizations in which an entry of that name means this person: those they own items in or can open."""
    return [*organizations, *Organization.objects.visible_to(user).values_list("pk", flat=True)]
