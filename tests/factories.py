"""What tests start from. Every argument has a default, and what a test depends on is passed by name."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count

from django.utils import timezone

from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant, TeamMembership, User
from assessments.organizations.services import create_organization
from assessments.roadmaps import services as roadmaps
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.scorecards import services
from assessments.scorecards.models import Scorecard

PASSWORD = "violet-anchor-42"

_numbers = count(1)


def make_user(*, name: str = "Ines Halvorsen", email: str = "", password: str = PASSWORD, **fields: object) -> User:
    return User.objects.create_user(email or f"person-{next(_numbers)}@example.com", password, name=name, **fields)


def make_organization(*, owner: User | None = None, name: str = "", **fields: str) -> Organization:
    return create_organization(actor=owner or make_user(), name=name or f"Kestrel {next(_numbers)}", **fields)


def make_membership(organization: Organization, user: User | None = None, *, role: Role = Role.VIEWER) -> Membership:
    return Membership.objects.create(organization=organization, user=user or make_user(), role=role)


def make_team(*people: User, name: str = "") -> Team:
    team = Team.objects.create(name=name or f"Team {next(_numbers)}")
    for user in people:
        TeamMembership.objects.create(team=team, user=user)
    return team


def make_grant(team: Team, organization: Organization, *, role: Role = Role.EDITOR) -> TeamGrant:
    return TeamGrant.objects.create(team=team, organization=organization, role=role)


def make_scorecard(
    organization: Organization | None = None,
    *,
    levels: Sequence[int | None] = (),
    title: str = "",
    signed_off_at: datetime | None = None,
) -> Scorecard:
    """A scorecard with `levels` in the framework's order, the rest not scored; signed off if a time is given."""
    organization = organization or make_organization()
    actor = organization.created_by
    scorecard = services.start_scorecard(organization, title=title, actor=actor)
    for response, level in zip(scorecard.responses.order_by("pk"), levels, strict=False):
        if level is not None:
            version, key = response.level_version, response.category_key
            services.record_level(scorecard, category=key, level=level, actor=actor, version=version)
    if signed_off_at:
        digest = services.answers_digest(scorecard)
        scorecard = services.sign_off(scorecard, actor=actor, digest=digest, at=signed_off_at)
    return scorecard


def make_roadmap(
    scorecard: Scorecard | None = None, *, starts_on: date | None = None, items: int | None = None
) -> Roadmap:
    """A roadmap that starts today; with the framework's tasks as its items, or with so many others."""
    scorecard = scorecard or make_scorecard(levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    actor = scorecard.organization.created_by
    roadmap = roadmaps.start_roadmap(scorecard, starts_on=starts_on or timezone.localdate(), actor=actor)
    if items is not None:
        roadmap.items.all().delete()
        for number in range(items):
            make_item(roadmap, title=f"Item {number}")
    return roadmap


def make_item(
    roadmap: Roadmap, *, title: str = "Write it down", phase_key: str = "days-30", **fields: object
) -> RoadmapItem:
    actor = roadmap.scorecard.organization.created_by
    return roadmaps.add_item(roadmap, title=title, phase_key=phase_key, actor=actor, **fields)
