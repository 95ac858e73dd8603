"""Which organizations a person sees, in the way that is quick for a few and for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.accounts.models import User
from assessments.dashboards.standings.models import OrganizationStanding, OrganizationStandingQuerySet
from assessments.organizations.models import Membership, Role, Team, TeamGrant

MANY = 500
LISTED = 400
SAMPLE = f"""
SELECT organization_id FROM (
  SELECT organization_id FROM assessments_membership WHERE user_id = %s LIMIT {MANY + 1}) AS direct
UNION ALL SELECT organization_id FROM (
  SELECT g.organization_id FROM assessments_teammembership AS m
  JOIN assessments_teamgrant AS g ON g.team_id = m.team_id WHERE m.user_id = %s LIMIT {MANY + 1}) AS granted
"""  # noqa: S608


@dataclass(frozen=True)
class Reach:
    """Of a few the numbers are at hand, and the database looks up those rows; of many it walks along the order that is
    asked for and asks for each row whether the person sees it, which it does once in as many rows as there are others.
    """

    user: User

    @cached_property
    def teams(self) -> Sequence[Team]:
        """The person's teams."""
        return list(Team.objects.filter(memberships__user=self.user))

    @cached_property
    def sample(self) -> Sequence[int]:
        """Some of the organizations, deleted ones among them; all, unless there are many."""
        with connection.cursor() as cursor:
            cursor.execute(SAMPLE, [self.user.pk, self.user.pk])
            return list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))

    @property
    def is_many(self) -> bool:
        return len(self.sample) > MANY

    def rows(self) -> OrganizationStandingQuerySet:
        rows = OrganizationStanding.objects.current()
        if not self.is_many:
            return rows.filter(organization__in=self.sample)
        here = {"organization": OuterRef("organization_id")}
        direct = Membership.objects.filter(user=self.user, **here)
        granted = TeamGrant.objects.filter(team__in=[team.pk for team in self.teams], **here)
        return rows.filter(Q(Exists(_bare(direct))) | Q(Exists(_bare(granted))))

    def team(self, pk: str) -> Team | None:
        """One of the person's teams by its number as an address has it."""
        return next((team for team in self.teams if str(team.pk) == pk), None)


def _bare(rows: QuerySet) -> QuerySet:
    return rows.order_by()


# Some of the organizations in which a person has at least a role; all of them, unless there are more than `LISTED`.
SOME = f"""
SELECT organization_id FROM (
  SELECT m.organization_id FROM assessments_membership AS m
  JOIN assessments_organization AS o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE m.user_id = %s AND m.role >= %s LIMIT {LISTED + 1}) AS direct
UNION ALL SELECT organization_id FROM (
  SELECT g.organization_id FROM assessments_teammembership AS m JOIN assessments_teamgrant AS g ON g.team_id = m.team_id
  JOIN assessments_organization AS o ON o.id = g.organization_id AND o.deleted_at IS NULL
  WHERE m.user_id = %s AND g.role >= %s LIMIT {LISTED + 1}) AS granted
"""  # noqa: S608


class RoleReach:
    """The organizations in which a person has at least a role, as a condition on what belongs to them."""

    def __init__(self, user: User, role: Role) -> None:
        self.user, self.role = user, role
        with connection.cursor() as cursor:
            cursor.execute(SOME, [user.pk, role, user.pk, role])
            self.ids = list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))

    def of(self, organization: str) -> Q:
        """`organization` is the way to it, such as `vendor__organization`."""
        if len(self.ids) <= LISTED:
            return Q(**{f"{organization}__in": self.ids})
        here = {"organization": OuterRef(organization), "role__gte": self.role}
        member = Membership.objects.filter(user=self.user, **here)
        granted = TeamGrant.objects.filter(team__memberships__user=self.user, **here)
        return Q(Exists(member) | Exists(granted), **{f"{organization}__deleted_at": None})
