"""What becomes of each line of a list of people, and taking them in: all of them or none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from assessments.accounts.models import User, plain_address
from assessments.accounts.recorded import described
from assessments.accounts.welcoming import welcome
from assessments.administration.inlines import NOT_TO_ONESELF
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.dashboards.importing.reading import Line
from assessments.dashboards.importing.services import mixed_word
from assessments.organizations.memberships import add_member
from assessments.organizations.models import Organization, Role, Team, TeamMembership
from assessments.platform.names import clean_name, fold, has_words
from assessments.platform.spreadsheets import FORMULA_STARTS

ROLES = {fold(str(role.label)): role for role in Role}
NAME_LENGTH = 150
# As on the pages of one person, one team and one organization; a list can raise the role of a member, too.
TEAM_RIGHTS = ("assessments.change_team", "assessments.add_teammembership")
ORGANIZATION_RIGHTS = (
    "assessments.change_organization",
    "assessments.add_membership",
    "assessments.change_membership",
)
NOT_YOURS = "You may not change {}: leave the column out, or ask a superuser."
TEAMS, MEMBERS = "teams", "who is a member of an organization"


@dataclass(frozen=True, slots=True)
class CheckedPerson:
    """One line: what would be done, or why not."""

    number: int
    email: str
    name: str
    account: int | None = None
    teams: tuple[int, ...] = ()
    organizations: tuple[int, ...] = ()
    role: int = Role.VIEWER
    words: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name not in ("problems", "words")}


class CheckingPeople:
    """What the lines of an administrator's list are held against, fetched once."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.may_change_teams = actor.has_perms(TEAM_RIGHTS)
        self.may_change_organizations = actor.has_perms(ORGANIZATION_RIGHTS)
        self.teams = {fold(team.name): team for team in Team.objects.all()}
        self.organizations: dict[str, list[Organization]] = {}
        for organization in Organization.objects.current().only("pk", "name", "slug"):
            for key in {fold(organization.name), organization.slug}:
                self.organizations.setdefault(key, []).append(organization)
        self.seen: dict[str, int] = {}

    def check(self, lines: Sequence[Line]) -> list[CheckedPerson]:
        emails = [line.values.get("email", "").strip().lower() for line in lines]
        accounts = {person.email: person for person in User.objects.filter(email__in=emails)}
        return [self._checked(line, accounts) for line in lines]

    def _checked(self, line: Line, accounts: Mapping[str, User]) -> CheckedPerson:
        problems: list[str] = []
        values = line.values
        email = self._email(line, problems)
        account = accounts.get(email)
        name = str(account) if account else _name(values.get("name", ""), problems)
        if account and not account.is_active:
            problems.append("This account is switched off. Activate it first.")
        teams = self._teams(values.get("teams", ""), problems)
        organizations = self._organizations(values.get("organizations", ""), problems)
        if account == self.actor and not self.actor.is_superuser and (teams or organizations):
            problems.append(NOT_TO_ONESELF)
        role = ROLES.get(fold(values.get("role", "")) or fold(str(Role.VIEWER.label)))
        if role is None:
            there_are = ", ".join(str(known.label).lower() for known in Role)
            problems.append(f"“{clean_name(values['role'])[:40]}” is no role. There are: {there_are}.")
        elif values.get("role") and not organizations and not problems:
            problems.append("A role needs an organization in the same line.")
        return CheckedPerson(
            number=line.number,
            email=email,
            name=name,
            account=account.pk if account else None,
            teams=tuple(team.pk for team in teams),
            organizations=tuple(organization.pk for organization in organizations),
            role=role or Role.VIEWER,
            words=_words(account, teams, organizations, role or Role.VIEWER),
            problems=tuple(problems),
        )

    def _email(self, line: Line, problems: list[str]) -> str:
        given = line.values.get("email", "")
        try:
            email = plain_address(given)
            validate_email(email)
        except ValidationError as error:
            is_plain = given.isascii()
            problems.append("This is no email address." if is_plain else error.messages[0])
            return given.strip()
        if email in self.seen:
            problems.append(f"Line {self.seen[email]} has the same address.")
        self.seen.setdefault(email, line.number)
        return email

    def _teams(self, text: str, problems: list[str]) -> list[Team]:
        names = list(_parts(text, self.teams))
        if names and not self.may_change_teams:
            problems.append(NOT_YOURS.format(TEAMS))
            return []
        problems += [f"There is no team called “{name[:60]}”." for name in names if fold(name) not in self.teams]
        return list(dict.fromkeys(self.teams[fold(name)] for name in names if fold(name) in self.teams))

    def _organizations(self, text: str, problems: list[str]) -> list[Organization]:
        names = list(_parts(text, self.organizations))
        if names and not self.may_change_organizations:
            problems.append(NOT_YOURS.format(MEMBERS))
            return []
        found = []
        for name in names:
            matches = self.organizations.get(fold(name), [])
            if len(matches) == 1:
                found.append(matches[0])
            elif matches:
                slugs = ", ".join(sorted(match.slug for match in matches))
                problems.append(f"More than one organization is called “{name[:60]}”. Give its address: {slugs}.")
            else:
                problems.append(f"There is no organization called “{name[:60]}”.")
        return list(dict.fromkeys(found))


def _parts(text: str, known: Mapping[str, object]) -> Iterable[str]:
    """The names in a cell: parted by semicolons, or by commas that are in no name itself."""
    for piece in text.split(";"):
        whole = clean_name(piece)
        yield from [whole] if fold(whole) in known else filter(None, map(clean_name, re.split(r"[,\n|]", piece)))


def _name(given: str, problems: list[str]) -> str:
    name = clean_name(given)
    if not has_words(name):
        problems.append("It has no name.")
    elif len(name) > NAME_LENGTH:
        problems.append(f"The name has more than {NAME_LENGTH} characters.")
    elif given.startswith(FORMULA_STARTS):
        problems.append("The name begins like a formula. Write it as a text.")
    elif word := mixed_word(name):
        problems.append(f"“{word}” mixes letters of two alphabets that look alike. Type it anew.")
    return name


def _words(
    account: User | None, teams: Iterable[Team], organizations: Iterable[Organization], role: Role
) -> tuple[str, ...]:
    return (
        "Has an account already" if account else "New account, with a mail to choose a password",
        *(f"Team {team}" for team in teams),
        *(f"{organization}, as {role.phrase}" for organization in organizations),
    )


def add_people(actor: User, people: Sequence[Mapping[str, Any]]) -> int:
    """Take in what was looked at before; how many accounts were opened.

    ValidationError, with the line, where one can no longer be taken: then none is. So it is where a right is gone.
    """
    if any(line["teams"] for line in people) and not actor.has_perms(TEAM_RIGHTS):
        raise ValidationError(NOT_YOURS.format(TEAMS))
    if any(line["organizations"] for line in people) and not actor.has_perms(ORGANIZATION_RIGHTS):
        raise ValidationError(NOT_YOURS.format(MEMBERS))
    opened: list[User] = []
    with transaction.atomic(), trail.acting(actor):
        teams = Team.objects.in_bulk({pk for line in people for pk in line["teams"]})
        organizations = Organization.objects.current().in_bulk({pk for line in people for pk in line["organizations"]})
        known = User.objects.filter(is_active=True).in_bulk({line["account"] for line in people if line["account"]})
        for line in people:
            if set(line["teams"]) - set(teams) or set(line["organizations"]) - set(organizations):
                raise _gone(line, "a team or an organization of it is gone")
            if line["account"] and line["account"] not in known:
                raise _gone(line, "the account is gone or switched off")
            person = known[line["account"]] if line["account"] else _open(line)
            if not line["account"]:
                opened.append(person)
            for pk in line["teams"]:
                TeamMembership.objects.get_or_create(team=teams[pk], user=person)
            for pk in line["organizations"]:
                add_member(organizations[pk], person, role=Role(line["role"]))
        welcome(opened, actor=actor)
    return len(opened)


def _open(line: Mapping[str, Any]) -> User:
    try:
        with transaction.atomic():
            person = User.objects.create_user(line["email"], None, name=line["name"])
    except IntegrityError:
        raise _gone(line, "the address has an account by now") from None
    trail.record(
        Action.ACCOUNT_CHANGED, organization=None, subject=described(person), about=person, new="Account opened"
    )
    return person


def _gone(line: Mapping[str, Any], why: str) -> ValidationError:
    return ValidationError(f"Line {line['number']}, {line['email']}: {why}. Nobody was added.")
