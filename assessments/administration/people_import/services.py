"""What becomes of each line of a list of people, and taking them in: all of them or none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

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
from assessments.platform.languages import find_language
from assessments.platform.names import clean_name, fold, has_words
from assessments.platform.spreadsheets import FORMULA_STARTS

NAME_LENGTH = 150
# As on the pages of one person, one team and one organization; a list can raise the role of a member, too.
TEAM_RIGHTS = ("assessments.change_team", "assessments.add_teammembership")
ORGANIZATION_RIGHTS = (
    "assessments.change_organization",
    "assessments.add_membership",
    "assessments.change_membership",
)
NOT_YOURS = _lazy("You may not change {what}: leave the column out, or ask a superuser.")
TEAMS, MEMBERS = _lazy("teams"), _lazy("who is a member of an organization")


def _roles() -> dict[str, Role]:
    """The roles by their names, in English and in the language that is spoken."""
    english = {fold(trail.in_english(role.label)): role for role in Role}
    return {fold(str(role.label)): role for role in Role} | english


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
    language: str = ""
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
            problems.append(_("This account is switched off. Activate it first."))
        teams = self._teams(values.get("teams", ""), problems)
        organizations = self._organizations(values.get("organizations", ""), problems)
        if account == self.actor and not self.actor.is_superuser and (teams or organizations):
            problems.append(str(NOT_TO_ONESELF))
        role = _roles().get(fold(values["role"])) if values.get("role") else Role.VIEWER
        if role is None:
            there_are = ", ".join(str(known.word) for known in Role)
            said = _("“{role}” is no role. There are: {roles}.")
            problems.append(said.format(role=clean_name(values["role"])[:40], roles=there_are))
        elif values.get("role") and not organizations and not problems:
            problems.append(_("A role needs an organization in the same line."))
        language = find_language(values.get("language", ""))
        if values.get("language") and not language:
            known = ", ".join(name for _code, name in settings.LANGUAGES)
            said = _("“{language}” is no language that there is. There are: {languages}.")
            problems.append(said.format(language=clean_name(values["language"])[:40], languages=known))
        return CheckedPerson(
            number=line.number,
            email=email,
            name=name,
            account=account.pk if account else None,
            teams=tuple(team.pk for team in teams),
            organizations=tuple(organization.pk for organization in organizations),
            role=role or Role.VIEWER,
            language=language,
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
            problems.append(_("This is no email address.") if is_plain else error.messages[0])
            return given.strip()
        if email in self.seen:
            problems.append(_("Line {number} has the same address.").format(number=self.seen[email]))
        self.seen.setdefault(email, line.number)
        return email

    def _teams(self, text: str, problems: list[str]) -> list[Team]:
        names = list(_parts(text, self.teams))
        if names and not self.may_change_teams:
            problems.append(NOT_YOURS.format(what=TEAMS))
            return []
        unknown = _("There is no team called “{name}”.")
        problems += [unknown.format(name=name[:60]) for name in names if fold(name) not in self.teams]
        return list(dict.fromkeys(self.teams[fold(name)] for name in names if fold(name) in self.teams))

    def _organizations(self, text: str, problems: list[str]) -> list[Organization]:
        names = list(_parts(text, self.organizations))
        if names and not self.may_change_organizations:
            problems.append(NOT_YOURS.format(what=MEMBERS))
            return []
        found = []
        for name in names:
            matches = self.organizations.get(fold(name), [])
            if len(matches) == 1:
                found.append(matches[0])
            elif matches:
                slugs = ", ".join(sorted(match.slug for match in matches))
                said = _("More than one organization is called “{name}”. Give its address: {slugs}.")
                problems.append(said.format(name=name[:60], slugs=slugs))
            else:
                problems.append(_("There is no organization called “{name}”.").format(name=name[:60]))
        return list(dict.fromkeys(found))


def _parts(text: str, known: Mapping[str, object]) -> Iterable[str]:
    """The names in a cell: parted by semicolons, or by commas that are in no name itself."""
    for piece in text.split(";"):
        whole = clean_name(piece)
        yield from [whole] if fold(whole) in known else filter(None, map(clean_name, re.split(r"[,\n|]", piece)))


def _name(given: str, problems: list[str]) -> str:
    name = clean_name(given)
    if not has_words(name):
        problems.append(_("It has no name."))
    elif len(name) > NAME_LENGTH:
        problems.append(_("The name has more than {most} characters.").format(most=NAME_LENGTH))
    elif given.startswith(FORMULA_STARTS):
        problems.append(_("The name begins like a formula. Write it as a text."))
    elif word := mixed_word(name):
        said = _("“{word}” mixes letters of two alphabets that look alike. Type it anew.")
        problems.append(said.format(word=word))
    return name


def _words(
    account: User | None, teams: Iterable[Team], organizations: Iterable[Organization], role: Role
) -> tuple[str, ...]:
    return (
        _("Has an account already") if account else _("New account, with a mail to choose a password"),
        *(_("Team {team}").format(team=team) for team in teams),
        *(_("{organization}, as {role}").format(organization=each, role=role.phrase) for each in organizations),
    )


def add_people(actor: User, people: Sequence[Mapping[str, Any]]) -> int:
    """Take in what was looked at before; how many accounts were opened.

    ValidationError, with the line, where one can no longer be taken: then none is. So it is where a right is gone.
    """
    if any(line["teams"] for line in people) and not actor.has_perms(TEAM_RIGHTS):
        raise ValidationError(NOT_YOURS.format(what=TEAMS))
    if any(line["organizations"] for line in people) and not actor.has_perms(ORGANIZATION_RIGHTS):
        raise ValidationError(NOT_YOURS.format(what=MEMBERS))
    opened: list[User] = []
    with transaction.atomic(), trail.acting(actor):
        teams = Team.objects.in_bulk({pk for line in people for pk in line["teams"]})
        organizations = Organization.objects.current().in_bulk({pk for line in people for pk in line["organizations"]})
        known = User.objects.filter(is_active=True).in_bulk({line["account"] for line in people if line["account"]})
        for line in people:
            if set(line["teams"]) - set(teams) or set(line["organizations"]) - set(organizations):
                raise _gone(
                    line, _("Line {number}, {email}: a team or an organization of it is gone. Nobody was added.")
                )
            if line["account"] and line["account"] not in known:
                raise _gone(line, _("Line {number}, {email}: the account is gone or switched off. Nobody was added."))
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
            person = User.objects.create_user(line["email"], None, name=line["name"], language=line["language"])
    except IntegrityError:
        raise _gone(line, _("Line {number}, {email}: the address has an account by now. Nobody was added.")) from None
    trail.record(
        Action.ACCOUNT_CHANGED, organization=None, subject=described(person), about=person, new="Account opened"
    )
    return person


def _gone(line: Mapping[str, Any], why: str) -> ValidationError:
    return ValidationError(why.format(number=line["number"], email=line["email"]))
