"""Granting a team to many organizations at once, in a handful of queries for each five hundred."""

from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations.memberships import change_grant
from assessments.organizations.models import Organization, OrganizationQuerySet, Role, Team, TeamGrant

BATCH = 500


@dataclass(frozen=True, slots=True)
class Granted:
    """How many organizations were added and changed, how many had it so already, and which would lose their owner."""

    added: int
    changed: int
    unchanged: int
    kept: tuple[Organization, ...]


def grant_team(team: Team, organizations: OrganizationQuerySet, *, role: Role, actor: User) -> Granted:
    """Give a team one role in each of the organizations that nobody has deleted; grants that stand are changed.

    An organization that would be without an owner keeps what it has.
    """
    event = partial(_event, team=team, role=role, actor=actor)
    with transaction.atomic(), trail.acting(actor):
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        chosen = organizations.current().order_by("pk")
        standing = {grant.organization_id: grant for grant in team.grants.all()}
        ids = list(chosen.values_list("pk", flat=True))
        new = [TeamGrant(team=team, organization_id=pk, role=role) for pk in ids if pk not in standing]
        TeamGrant.objects.bulk_create(new, batch_size=BATCH)
        other = [standing[pk] for pk in ids if pk in standing and standing[pk].role != role]
        lowered = [grant for grant in other if grant.role == Role.OWNER]
        raised = [grant for grant in other if grant.role != Role.OWNER]
        for start in range(0, len(raised), BATCH):
            TeamGrant.objects.filter(pk__in=[g.pk for g in raised[start : start + BATCH]]).update(role=role)
        AuditEvent.objects.bulk_create(
            [
                *(event(Action.TEAM_GRANTED, grant.organization_id) for grant in new),
                *(event(Action.TEAM_GRANT_CHANGED, g.organization_id, old=Role(g.role)) for g in raised),
            ],
            batch_size=BATCH,
        )
        kept = [grant.organization_id for grant in lowered if not _is_lowered(grant, role)]
    return Granted(
        added=len(new),
        changed=len(other) - len(kept),
        unchanged=len(ids) - len(new) - len(other),
        kept=tuple(Organization.objects.filter(pk__in=kept)),
    )


def _is_lowered(grant: TeamGrant, role: Role) -> bool:
    try:
        change_grant(grant, role=role)
    except ValidationError:
        return False
    return True


def _event(
    action: Action, organization_id: int, *, team: Team, role: Role, actor: User, old: Role | None = None
) -> AuditEvent:
    return AuditEvent(
        organization_id=organization_id,
        actor=actor,
        actor_name=str(actor),
        action=action,
        subject=str(team),
        old="" if old is None else trail.in_english(old.word),
        new=trail.in_english(role.word),
    )
