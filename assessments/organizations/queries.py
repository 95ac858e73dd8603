"""What the members page and the activity page iterate over, each in a fixed number of queries."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Invitation, Membership, Organization, Role, Team, TeamGrant, TeamMembership
from assessments.platform.mails import returned
from assessments.platform.names import sort_key
from assessments.scoring.words import listing


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may open the organization: with what role, and where that comes from."""

    user: User
    membership: Membership | None
    grants: tuple[TeamGrant, ...]

    @property
    def role(self) -> Role:
        """The effective role: the highest of the membership's and the teams'."""
        roles = [grant.role for grant in self.grants]
        return Role(max([*roles, self.membership.role] if self.membership else roles))

    @property
    def source(self) -> str:
        """Why the effective role is what it is, as a phrase."""
        through = [grant.team.name for grant in self.grants if grant.role == self.role]
        if self.membership and self.membership.role == self.role:
            return _("member, and through {teams}").format(teams=listing(through)) if through else _("member")
        return _("through {teams}").format(teams=listing(through))


def list_grants(organization: Organization) -> list[TeamGrant]:
    """The teams that may open the organization, each with its members."""
    members = Prefetch("team__memberships", TeamMembership.objects.select_related("user").order_by("user__name_sort"))
    return list(organization.team_grants.select_related("team").prefetch_related(members).order_by("team__name_sort"))


def teams_to_grant(organization: Organization, user: User) -> QuerySet[Team]:
    """The teams a person is in that cannot open the organization yet."""
    return Team.objects.filter(memberships__user=user).exclude(grants__organization=organization)


def list_people(organization: Organization, grants: list[TeamGrant]) -> list[Person]:
    """Everyone who may open the organization, the highest role first, then by name."""
    memberships = {m.user_id: m for m in organization.memberships.select_related("user")}
    users = {m.user_id: m.user for m in memberships.values()}
    through: dict[int, list[TeamGrant]] = {}
    for grant in grants:
        for member in grant.team.memberships.all():
            users.setdefault(member.user_id, member.user)
            through.setdefault(member.user_id, []).append(grant)
    people = [Person(user, memberships.get(pk), tuple(through.get(pk, ()))) for pk, user in users.items()]
    return sorted(people, key=lambda person: (-person.role, sort_key(str(person.user)), person.user.pk))


def note_returned(people: list[Person]) -> list[Person]:
    """The same people, each with `user.returned`: what is known of their address where mails come back from it."""
    found = returned.of(person.user.email for person in people)
    for person in people:
        person.user.returned = found.get(person.user.email)
    return people


def list_waiting(organization: Organization, role: Role) -> list[Invitation]:
    """Invitations without an answer to what somebody of that role may give, each with `returned`, as of people."""
    invitations = list(organization.invitations.waiting().filter(role__in=role.given))
    found = returned.of(invitation.email for invitation in invitations)
    for invitation in invitations:
        invitation.returned = found.get(invitation.email)
    return invitations


def list_names(organization: Organization) -> list[str]:
    """The names of everyone who may open the organization, in two queries."""
    direct = User.objects.filter(memberships__organization=organization).values_list("name", flat=True)
    through = User.objects.filter(teams__grants__organization=organization).values_list("name", flat=True)
    return sorted({name for name in (*direct, *through) if name}, key=sort_key)


NAMES_OF = """
WITH RECURSIVE names(name) AS (
  SELECT (SELECT min(actor_name) FROM assessments_auditevent WHERE organization_id = %s)
  UNION ALL
  SELECT (SELECT min(e.actor_name) FROM assessments_auditevent e WHERE e.organization_id = %s AND e.actor_name > name)
  FROM names WHERE name IS NOT NULL)
SELECT name FROM names WHERE name IS NOT NULL LIMIT 200
"""


def list_actors(organization: Organization) -> list[str]:
    """The names in an organization's audit trail, two hundred at most: the index is asked for one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES_OF, [organization.pk, organization.pk])
        return sorted((name for (name,) in cursor.fetchall()), key=sort_key)


OFFERED = 200  # organizations that are suggested where one is typed


def owned(user: User) -> QuerySet[Organization]:
    """The organizations whose owner a person is, as a member or through a team."""
    direct = Membership.objects.filter(user=user, role=Role.OWNER).order_by().values("organization")
    granted = TeamGrant.objects.filter(team__memberships__user=user, role=Role.OWNER).order_by().values("organization")
    return Organization.objects.current().filter(pk__in=direct.union(granted))


def first_of(organizations: QuerySet[Organization]) -> list[Organization]:
    return list(organizations.only("name")[:OFFERED])


def events_of_owned(user: User) -> QuerySet[AuditEvent]:
    """What happened in all organizations that a person owns. Gone through by time, whatever their number: the sum keeps
    the database from gathering the entries of each organization first.
    """
    mine = owned(user).order_by().values("pk")
    return AuditEvent.objects.alias(place=F("organization_id") + 0).filter(place__in=mine)
