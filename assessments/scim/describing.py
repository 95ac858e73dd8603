"""People and teams as SCIM tells of them, and the version by which a change says what it was made from."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from scim2_models import GroupMembership, Meta, Resource

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.organizations.models import Team, TeamMembership
from assessments.platform.names import sort_key
from assessments.scim import schemas
from assessments.scim.models import DirectoryPerson, DirectoryTeam


def person_address(pk: int) -> str:
    return notices.address(reverse("scim:user_detail", args=[pk]))


def team_address(pk: int) -> str:
    return notices.address(reverse("scim:group_detail", args=[pk]))


def directory_of(user: User) -> DirectoryPerson:
    """What the directory calls a person; an unsaved row where it never changed them."""
    known = getattr(user, "in_directory", None)
    said = {"user_name": user.email, "user_name_key": user.email, "is_name_said": bool(user.name)}
    return known or DirectoryPerson(user=user, **said)


def describe_people(people: Iterable[User]) -> list[schemas.User]:
    """Each with the teams they are in, which takes one query for all."""
    found = list(people)
    teams: dict[int, list[Team]] = defaultdict(list)
    for row in TeamMembership.objects.filter(user__in=found).select_related("team").order_by("team__name_sort", "pk"):
        teams[row.user_id].append(row.team)
    return [_person(user, teams[user.pk]) for user in found]


def _person(user: User, teams: list[Team]) -> schemas.User:
    known = directory_of(user)
    described = schemas.User(
        id=str(user.pk),
        external_id=known.external_id or None,
        user_name=known.user_name,
        name=schemas.Name(given_name=known.given_name or None, family_name=known.family_name or None)
        if known.given_name or known.family_name
        else None,
        display_name=user.name or None,
        active=user.is_active,
        emails=[schemas.Email(value=user.email, type="work", primary=True)],
        groups=[
            GroupMembership(value=str(team.pk), ref=team_address(team.pk), display=team.name, type="direct")
            for team in teams
        ]
        or None,
    )
    location = person_address(user.pk)
    described.meta = Meta(
        resource_type="User", created=user.date_joined, location=location, version=version_of(described)
    )
    return described


def describe_teams(teams: Iterable[Team], *, with_members: bool = True) -> list[schemas.Group]:
    """Each with its members, which takes one query for all. Without them a team has no version either."""
    found = list(teams)
    members: dict[int, list[User]] = defaultdict(list)
    if with_members:
        rows = TeamMembership.objects.filter(team__in=found).select_related("user").order_by("pk")
        for row in rows:
            members[row.team_id].append(row.user)
    return [_team(team, members[team.pk], with_members=with_members) for team in found]


def _team(team: Team, members: list[User], *, with_members: bool) -> schemas.Group:
    known: DirectoryTeam | None = getattr(team, "in_directory", None)
    described = schemas.Group(
        id=str(team.pk),
        external_id=(known.external_id if known else "") or None,
        display_name=team.name,
        members=[
            schemas.GroupMember(value=str(user.pk), ref=person_address(user.pk), type="User")
            for user in sorted(members, key=lambda user: sort_key(str(user)))
        ]
        or None,
    )
    version = version_of(described) if with_members else None
    described.meta = Meta(
        resource_type="Group", created=team.created_at, location=team_address(team.pk), version=version
    )
    return described


def version_of(resource: Resource[Any]) -> str:
    """Of what is told, so that a change made anywhere, by hand too, makes another one."""
    told = resource.model_dump_json(exclude={"meta"})
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'
