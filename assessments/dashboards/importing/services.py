"""A list of organizations looked at line by line, and then added: all of them or none."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.dashboards.importing.reading import Line
from assessments.organizations.models import Organization, Team
from assessments.organizations.services import create_organization
from assessments.organizations.tags import read_tags
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, fold, has_words
from assessments.platform.spreadsheets import FORMULA_STARTS

SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


@dataclass(frozen=True, slots=True)
class Checked:
    """One line: what would be added, or why not."""

    number: int
    name: str
    industry: str = ""
    size_band: str = ""
    hosting_model: str = ""
    lead: int | None = None
    lead_name: str = ""
    team: int | None = None
    team_name: str = ""
    tags: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "problems" and value}


class Checking:
    """What a person's lines are held against, fetched once."""

    def __init__(self, user: User) -> None:
        self.user = user
        teams = teams_of(user)
        self.teams = {fold(team.name): team for team in teams}
        people = User.objects.filter(teams__in=teams.order_by(), is_active=True).distinct()
        self.people = [*people, *([] if people.filter(pk=user.pk).exists() else [user])]
        self.team_ids: dict[int, set[int]] = {person.pk: set() for person in self.people}
        for person_id, team_id in people.values_list("pk", "teams"):
            self.team_ids.setdefault(person_id, set()).add(team_id)
        visible = Organization.objects.visible_to(user).order_by().values_list("name_key", flat=True)
        own = Organization.objects.current().filter(created_by=user).order_by().values_list("name_key", flat=True)
        self.taken = {*visible, *own}
        self.seen: dict[str, int] = {}

    def check(self, lines: Iterable[Line]) -> list[Checked]:
        return [self._checked(line) for line in lines]

    def _checked(self, line: Line) -> Checked:
        problems: list[str] = []
        values = line.values
        name = self._name(line, problems)
        industry = clean_name(values.get("industry", ""))
        if len(industry) > 80:
            problems.append(_("The industry has more than 80 characters."))
        if industry.startswith(FORMULA_STARTS):
            problems.append(_("The industry begins like a formula."))
        unknown = _("“{text}” is no size that is known. There are: {known}.")
        size = _choice(values.get("size", ""), Organization.SizeBand.choices, unknown, problems)
        unknown = _("“{text}” is no hosting that is known. There are: {known}.")
        hosting = _choice(values.get("hosting", ""), Organization.HostingModel.choices, unknown, problems)
        team = self._team(values.get("team", ""), problems)
        lead = self._lead(values.get("lead", ""), team, problems)
        tags: tuple[str, ...] = ()
        try:
            tags = read_tags(values.get("tags", ""))
        except ValidationError as error:
            problems += error.messages
        return Checked(
            number=line.number,
            name=name,
            industry=industry,
            size_band=size,
            hosting_model=hosting,
            lead=lead.pk if lead else None,
            lead_name=str(lead or ""),
            team=team.pk if team else None,
            team_name=str(team or ""),
            tags=tags,
            problems=tuple(problems),
        )

    def _name(self, line: Line, problems: list[str]) -> str:
        given = line.values.get("name", "")
        name, key = clean_name(given), name_key(given)
        if not has_words(name):
            problems.append(_("It has no name."))
            return name
        if len(name) > 120:
            problems.append(_("The name has more than 120 characters."))
        if given.startswith(FORMULA_STARTS):
            problems.append(_("The name begins like a formula. Write it as a text."))
        if word := mixed_word(name):
            words = _("“{word}” mixes letters of two alphabets that look alike. Type it anew.")
            problems.append(words.format(word=word))
        if key in self.seen:
            problems.append(_("Line {number} has the same name.").format(number=self.seen[key]))
        elif key in self.taken:
            problems.append(_("You have an organization of this name already."))
        self.seen.setdefault(key, line.number)
        return name

    def _team(self, text: str, problems: list[str]) -> Team | None:
        team = self.teams.get(fold(text))
        if text and team is None:
            words = _("You are in no team called “{name}”.")
            if self.user.is_superuser:
                words = _("There is no team called “{name}”.")
            problems.append(words.format(name=clean_name(text)[:60]))
        return team

    def _lead(self, text: str, team: Team | None, problems: list[str]) -> User | None:
        if not text:
            return None
        found = [p for p in self.people if fold(text) in (fold(p.email), fold(str(p)))]
        if len(found) != 1:
            words = _("The lead “{name}” is nobody in your teams. Give an email address.")
            if found:
                words = _("The lead “{name}” is more than one person. Give an email address.")
            problems.append(words.format(name=clean_name(text)[:60]))
            return None
        if found[0] != self.user and (team is None or team.pk not in self.team_ids.get(found[0].pk, ())):
            words = _("{person} could not open it: name a team that both of you are in.")
            problems.append(words.format(person=found[0]))
        return found[0]


def teams_of(user: User) -> QuerySet[Team]:
    """The teams that this person may name: those they are in, and for superusers all."""
    return Team.objects.all() if user.is_superuser else Team.objects.filter(memberships__user=user)


def mixed_word(name: str) -> str:
    """The first word with letters of more than one of the alphabets that look alike; empty if there is none."""
    for word in name.split():
        found = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
        if len(found.intersection(SCRIPTS)) > 1:
            return word
    return ""


def _choice(text: str, choices: Sequence[tuple[str, str]], unknown: str, problems: list[str]) -> str:
    """The value of a choice by itself, by its words, or by what stands before their colon.

    The words may be English ones in any language; `unknown` is what is said where there is no such choice.
    """
    if not text.strip():
        return ""
    for value, label in choices:
        spoken = str(label)
        with translation.override("en"):
            words = str(label)
        names = {value, spoken, spoken.partition(":")[0], words, words.partition(":")[0], words.removesuffix(" people")}
        if fold(text) in {fold(name) for name in names}:
            return value
    known = ", ".join(value for value, _label in choices)
    problems.append(unknown.format(text=clean_name(text)[:40], known=known))
    return ""


def add_all(user: User, lines: Sequence[Mapping[str, Any]]) -> list[Organization]:
    """Add what was looked at before. ValidationError, with the line, where one can no longer be added: then none is."""
    teams = {team.pk: team for team in teams_of(user)}
    people = {person.pk: person for person in User.objects.filter(pk__in=[line.get("lead") for line in lines])}
    added = []
    with transaction.atomic(), trail.acting(user):
        for line in lines:
            if line.get("team") and line["team"] not in teams:
                words = _("Line {number}: you are not in {team} any more. None was added.")
                raise ValidationError(words.format(number=line["number"], team=line["team_name"]))
            try:
                organization = create_organization(
                    actor=user,
                    name=line["name"],
                    industry=line.get("industry", ""),
                    size_band=line.get("size_band", ""),
                    hosting_model=line.get("hosting_model", ""),
                    lead=people.get(line.get("lead", 0)),
                    tags=line.get("tags", ()),
                    team=teams.get(line.get("team", 0)),
                    is_one_of_many=True,
                )
            except ValidationError as error:
                words = _("Line {number}, {name}: the name is taken by now. None was added.")
                raise ValidationError(words.format(number=line["number"], name=line["name"])) from error
            added.append(organization)
    return added
