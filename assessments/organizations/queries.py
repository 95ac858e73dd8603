"""What the members page and the activity page iterate over, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Prefetch, QuerySet, TextField, Value
from django.db.models.functions import Concat

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Invitation, Membership, Organization, Role, Team, TeamGrant, TeamMembership
from assessments.platform.mails import returned
from assessments.platform.name_fields import Folded
from assessments.platform.names import fold, sort_key
from assessments.scoring.english import listing

SEARCHED = 500  # entries that one search looks at
BETWEEN = Value(" ¶ ")


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


def list_waiting(organization: Organization) -> list[Invitation]:
    """Invitations without an answer, each with `returned`, as of people."""
    invitations = list(organization.invitations.waiting())
    found = returned.of(invitation.email for invitation in invitations)
    for invitation in invitations:
        invitation.returned = found.get(invitation.email)
    return invitations


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
    return _with_word(events, search) if search else events


def _with_word(events: QuerySet[AuditEvent], search: str) -> QuerySet[AuditEvent]:
    whole = Concat("subject", BETWEEN, "old", BETWEEN, "new", output_field=TextField())  # one to fold instead of three
    return events.alias(searched=Folded(whole)).filter(searched__contains=fold(search))


@dataclass(frozen=True, slots=True)
class EventPage:
    """`older` is the key of where to go on, empty at the end. `is_searched_on` says that there is more to search."""

    events: tuple[AuditEvent, ...]
    older: str
    is_searched_on: bool = False


def event_page(
    organization: Organization, *, action: str, who: str, search: str, older_than: str, size: int
) -> EventPage:
    """A page of the audit trail from a key on, which costs the same however much there is.

    A word is looked for among `SEARCHED` entries at a time. A key that is none leads to the newest.
    """
    events = list_events(organization, action=action, who=who, search="")
    if place := _place(older_than):
        at, pk = place
        events = events.filter(at__lte=at).exclude(at=at, pk__gte=pk)
    if not search:
        found = tuple(events[: size + 1])
        return EventPage(found[:size], _event_key(found[size - 1]) if len(found) > size else "")
    last = events[SEARCHED - 1 : SEARCHED].first()
    found = tuple(_with_word(AuditEvent.objects.filter(pk__in=events[:SEARCHED].values("pk")), search)[: size + 1])
    if len(found) > size:
        return EventPage(found[:size], _event_key(found[size - 1]))
    return EventPage(found, _event_key(last) if last else "", is_searched_on=last is not None)


def _event_key(event: AuditEvent) -> str:
    return f"{event.at.isoformat()}.{event.pk}"


def is_event_key(key: str) -> bool:
    """Whether a text is the key of a place in an audit trail."""
    return _place(key) is not None


def _place(key: str) -> tuple[datetime, int] | None:
    moment, _, pk = key.rpartition(".")
    try:
        at, number = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
    return (at, number) if at.tzinfo and 0 < number < 2**63 else None


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
