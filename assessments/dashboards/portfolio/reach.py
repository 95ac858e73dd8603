"""Which organizations a person sees, in the way that is quick for a few and for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q

from assessments.accounts.models import User
from assessments.dashboards.standings.models import OrganizationStanding, OrganizationStandingQuerySet
from assessments.organizations.models import Role, Team

MANY = 500
LISTED = 400
SAMPLE = f"""
SELECT organization_id FROM (
  SELECT organization_id FROM assessments_membership WHERE user_id = %s LIMIT {MANY + 1}) AS direct
UNION ALL SELECT organization_id FROM (
  SELECT g.organization_id FROM assessments_teammembership AS m
  JOIN assessments_teamgrant AS g ON g.team_id = m.team_id WHERE m.user_id = %s LIMIT {MANY + 1}) AS granted
"""  # noqa: S608


class Seen(Func):
    """Whether a person sees the organization that a column names, in at least a role, deleted ones left out if asked.

    One expression with its SQL at hand: a page asks it a dozen times over, and as querysets of their own, two each, to
    build them took longer than to answer them. Both look up one entry of an index.
    """

    output_field = BooleanField()
    conditional = True
    direct = (
        "EXISTS(SELECT 1 FROM assessments_membership AS seen_m {join} "
        "WHERE seen_m.organization_id = {column} AND seen_m.user_id = %s AND seen_m.role >= %s)"
    )
    granted = (
        "EXISTS(SELECT 1 FROM assessments_teamgrant AS seen_g {join} "
        "WHERE seen_g.organization_id = {column} AND seen_g.team_id IN ({teams}) AND seen_g.role >= %s)"
    )
    current = (
        "JOIN assessments_organization AS seen_o ON seen_o.id = {row}.organization_id AND seen_o.deleted_at IS NULL"
    )

    def __init__(
        self, column: str, user: User, teams: Sequence[int], *, role: int = 0, is_current: bool = False
    ) -> None:
        self.user, self.teams, self.role, self.is_current = user.pk, tuple(teams), role, is_current
        super().__init__(F(column))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        column, _ = compiler.compile(self.source_expressions[0])
        joins = [self.current.format(row=row) if self.is_current else "" for row in ("seen_m", "seen_g")]
        sql = self.direct.format(join=joins[0], column=column)
        parameters = [self.user, self.role]
        if self.teams:
            teams = ", ".join(["%s"] * len(self.teams))
            sql += f" OR {self.granted.format(join=joins[1], column=column, teams=teams)}"
            parameters += [*self.teams, self.role]
        return f"({sql})", parameters


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
        return rows.filter(Seen("organization_id", self.user, [team.pk for team in self.teams]))

    def team(self, pk: str) -> Team | None:
        """One of the person's teams by its number as an address has it."""
        return next((team for team in self.teams if str(team.pk) == pk), None)


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

    def __init__(self, user: User, role: Role, *, ids: Sequence[int] | None = None) -> None:
        """`ids` are the organizations, where they are known."""
        self.user, self.role = user, role
        if ids is not None:
            self.ids = list(ids)
            return
        with connection.cursor() as cursor:
            cursor.execute(SOME, [user.pk, role, user.pk, role])
            self.ids = list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))

    def of(self, organization: str) -> Q:
        """`organization` is the way to it, such as `vendor__organization`."""
        if len(self.ids) <= LISTED:
            return Q(**{f"{organization}__in": self.ids})
        return Q(Seen(f"{organization}_id", self.user, self.teams, role=self.role, is_current=True))

    @cached_property
    def teams(self) -> list[int]:
        return list(self.user.team_memberships.values_list("team_id", flat=True))
