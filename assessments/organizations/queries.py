"""What the members page and the activity page iterate over, each in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Organization, Role, TeamGrant, TeamMembership
from assessments.platform.name_fields import Folded
from assessments.platform.names import fold, sort_key
from assessments.scoring.english import listing


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
            return "member" if not through else f"member, and through {listing(through)}"
        return f"through {listing(through)}"


def list_grants(organization: Organization) -> list[TeamGrant]:
    """The teams that may open the organization, each with its members."""
    members = Prefetch("team__memberships", TeamMembership.objects.select_related("user").order_by("user__name_sort"))
    return list(organization.team_grants.select_related("team").prefetch_related(members).order_by("team__name_sort"))


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


def list_names(organization: Organization) -> list[str]:
    """The names of everyone who may open the organization, in two queries."""
    direct = User.objects.filter(memberships__organization=organization).values_list("name", flat=True)
    through = User.objects.filter(teams__grants__organization=organization).values_list("name", flat=True)
    return sorted({name for name in (*direct, *through) if name}, key=sort_key)


def list_events(organization: Organization, *, action: str, who: str, search: str) -> QuerySet[AuditEvent]:
    """An organization's audit trail, the newest first: of one kind, by one person, with a word in it."""
    events = organization.audit_events.all()
    if action:
        events = events.filter(action=action)
    if who:
        events = events.filter(actor_name=who)
    if search:
        searched = {f"folded_{name}": Folded(name) for name in ("subject", "old", "new")}
        words = [Q(**{f"{name}__contains": fold(search)}) for name in searched]
        events = events.alias(**searched).filter(words[0] | words[1] | words[2])
    return events


def list_actors(organization: Organization) -> list[str]:
    """The names in an organization's audit trail."""
    names = organization.audit_events.order_by("actor_name").values_list("actor_name", flat=True)
    return sorted(names.distinct(), key=sort_key)
