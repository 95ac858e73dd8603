"""Scenarios side by side: what was put in and what comes out down, scenarios across."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.economics import findings, services
from assessments.economics.at_risk import given_of
from assessments.economics.inputs import grouped, unit_in
from assessments.economics.models import Scenario
from assessments.economics.working import Working, whole, work_out
from assessments.organizations.models import Organization
from assessments.scorecards.queries import with_unit

MINIMUM, MAXIMUM = 2, 4
NOT_GIVEN = _lazy("Not given")


@dataclass(frozen=True, slots=True)
class Row:
    """One input or result; a cell for each scenario, with its unit."""

    label: str
    cells: tuple[str, ...]
    is_result: bool

    @property
    def differs(self) -> bool:
        return len(set(self.cells) - {str(NOT_GIVEN)}) > 1


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    scenarios: tuple[Scenario, ...]
    title: str
    sections: tuple[Section, ...]


def chosen_scenarios(organization: Organization, chosen: Sequence[str]) -> list[Scenario]:
    """Two to four scenarios: those with these ids in this order, or without any the first on the list.

    ValidationError for more or fewer, or for one that is not the organization's. Two queries.
    """
    found = Scenario.objects.of(organization).prefetch_related("inputs")
    if not chosen:
        scenarios = list(found.newest_first()[:MAXIMUM])
    else:
        keys = list(dict.fromkeys(int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0 for pk in chosen))
        if len(keys) > MAXIMUM:
            raise ValidationError(_("At most {most} scenarios fit side by side. Take some away.").format(most=MAXIMUM))
        rows = found.in_bulk(keys)
        if len(rows) < len(keys):
            raise ValidationError(_("A scenario that was chosen is not here any more. Choose again."))
        scenarios = [rows[pk] for pk in keys]
    if len(scenarios) < MINIMUM:
        raise ValidationError(_("A comparison needs at least two scenarios. Tick two to four on the list."))
    return scenarios


def compare(scenarios: Sequence[Scenario]) -> Comparison:
    """Put scenarios side by side, in the order given; their inputs are fetched already."""
    by_calculator: dict[str, list[Working | None]] = {}
    names: dict[str, str] = {}
    for place, scenario in enumerate(scenarios):
        given = given_of(scenario)
        for calculator in services.content_of(scenario).calculators:
            names[calculator.key] = calculator.name
            row = by_calculator.setdefault(calculator.key, [None] * len(scenarios))
            row[place] = work_out(calculator, given.get(calculator.key, {}), currency=scenario.currency)
    sections = (Section(names[key], _rows(row)) for key, row in by_calculator.items())
    title = _title(scenarios, by_calculator.get(findings.IDLE, []))
    return Comparison(tuple(scenarios), title, tuple(section for section in sections if section.rows))


def _rows(workings: Sequence[Working | None]) -> tuple[Row, ...]:
    """The rows that any of the scenarios has something in."""
    labels: dict[str, tuple[str, bool]] = {}
    known = [working for working in workings if working]
    entries = [(entry.key, entry.label, False) for working in known for entry in working.calculator.inputs]
    lines = [(line.key, line.label, True) for working in known for line in working.lines]
    for key, label, is_result in (*entries, *lines):
        labels.setdefault(key, (label, is_result))
    rows = (
        Row(label, tuple(_cell(working, key) for working in workings), is_result)
        for key, (label, is_result) in labels.items()
    )
    return tuple(row for row in rows if set(row.cells) != {str(NOT_GIVEN)})


def _cell(working: Working | None, key: str) -> str:
    if working is None:
        return str(NOT_GIVEN)
    line = next((line for line in working.lines if line.key == key), None)
    if line:
        return f"{line.text} {line.unit}" if line.value is not None else str(NOT_GIVEN)
    if key not in working.given:
        return str(NOT_GIVEN)
    entry = next(entry for entry in working.calculator.inputs if entry.key == key)
    number, unit = grouped(working.given[key].normalize()), unit_in(entry.unit, working.currency)
    return with_unit(number, unit)


def _title(scenarios: Sequence[Scenario], idle: Sequence[Working | None]) -> str:
    """How far the yearly losses lie apart, where every scenario has one, all in one currency."""
    losses = [working.value("yearly_loss") if working else None for working in idle]
    known = [loss for loss in losses if loss is not None]
    if len(known) < len(scenarios) or len({scenario.currency for scenario in scenarios}) > 1:
        return _("{n} scenarios side by side").format(n=len(scenarios))
    best = known.index(min(known))
    apart = max(known) - min(known)
    if not apart:
        return _("The scenarios lose the same.")
    worst = known.index(max(known))
    money = scenarios[0].currency
    said = _("“{best}” loses {sum} a year less than “{worst}”.")
    return said.format(best=scenarios[best].name, sum=f"{whole(apart)} {money}", worst=scenarios[worst].name)
