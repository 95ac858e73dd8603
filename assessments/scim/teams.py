"""What a directory does to teams: they are added, renamed, filled, emptied and deleted."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from scim2_models import InvalidValueException, UniquenessException

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.memberships import keeping_owners
from assessments.organizations.models import Organization, OrganizationQuerySet, Role, Team, TeamMembership
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, has_words
from assessments.scim import people, schemas
from assessments.scim.models import DirectoryTeam

NAME_LENGTH = 120
NO_NAME = f"A displayName has words, and at most {NAME_LENGTH} characters."
TAKEN = "There is a team named {} already. Look for it with a filter, and change it."
NO_TEAMS = "A team has people in it, and no teams. Nothing was changed."


def in_sight() -> QuerySet[Team]:
    return Team.objects.select_related("in_directory")


def add_team(wanted: schemas.Group) -> Team:
    with transaction.atomic():
        team = Team(name=_name_of(wanted))
        _save_name(team)
        trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=f"Team {team}", new="Added by the directory")
        _save_external_id(team, wanted)
        _fill(team, _ids(wanted.members or []))
    return team


def change_team(team: Team, wanted: schemas.Group) -> Team:
    """Give a team the name and the members that are wanted, and no others."""
    with transaction.atomic():
        name = _name_of(wanted)
        if name != team.name:
            old, team.name = team.name, name
            _save_name(team)
            trail.record(Action.ACCOUNT_CHANGED, organization=None, subject="Team", old=old, new=name)
        _save_external_id(team, wanted)
        _fill(team, _ids(wanted.members or []))
    return team


def delete_team(team: Team) -> None:
    """Refused where an organization would be without an owner."""
    with keeping_owners(_owned(team)):
        trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=f"Team {team}", new="Deleted by the directory")
        team.delete()


def _name_of(wanted: schemas.Group) -> str:
    name = clean_name(wanted.display_name or "")
    if not has_words(name) or len(name) > NAME_LENGTH:
        raise InvalidValueException(detail=NO_NAME)
    return name


def _save_name(team: Team) -> None:
    same = Team.objects.filter(name_key=name_key(team.name)).exclude(pk=team.pk)
    if same.exists():
        raise UniquenessException(detail=TAKEN.format(team.name))
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise UniquenessException(detail=TAKEN.format(team.name)) from None


def _save_external_id(team: Team, wanted: schemas.Group) -> None:
    known: DirectoryTeam | None = getattr(team, "in_directory", None)
    external_id = (wanted.external_id or "")[:255]
    if external_id != (known.external_id if known else ""):
        team.in_directory, _ = DirectoryTeam.objects.update_or_create(team=team, defaults={"external_id": external_id})


def _ids(members: Iterable[schemas.GroupMember]) -> list[int]:
    """The numbers of the people, each once."""
    found = []
    for member in members:
        if (member.type or "User").lower() != "user":
            raise InvalidValueException(detail=NO_TEAMS)
        value = member.value or ""
        if not (value.isascii() and value.isdecimal() and len(value) < 19):
            raise InvalidValueException(detail=f"There is no user {value[:60]!r}. Nothing was changed.")
        found.append(int(value))
    return list(dict.fromkeys(found))


def _fill(team: Team, wanted: list[int]) -> None:
    """Put in who is missing and take out who is not wanted, each recorded where the team's people arrive."""
    rows = {row.user_id: row for row in TeamMembership.objects.filter(team=team).select_related("team", "user")}
    new = [pk for pk in wanted if pk not in rows]
    found: dict[int, User] = people.in_sight().in_bulk(new)
    if unknown := [pk for pk in new if pk not in found]:
        raise InvalidValueException(detail=f"There is no user '{unknown[0]}'. Nothing was changed.")
    gone = [row for pk, row in rows.items() if pk not in set(wanted)]
    for pk in new:
        TeamMembership.objects.create(team=team, user=found[pk])
    if gone:
        with keeping_owners(_owned(team)):
            for row in gone:
                row.delete()


def _owned(team: Team) -> OrganizationQuerySet:
    return Organization.objects.filter(team_grants__team=team, team_grants__role=Role.OWNER)
