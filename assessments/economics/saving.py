"""From posted fields to saved parts of a scenario, with an outcome the page can show (see `saving/parts.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.economics import services
from assessments.economics.inputs import read_input
from assessments.economics.models import Scenario, ScenarioInput
from assessments.economics.workloads import KINDS, read_mix
from assessments.framework import Framework
from assessments.organizations.models import Organization
from assessments.saving.numbers import AmbiguousNumberError, show_number, show_text
from assessments.saving.parts import Outcome, PartSlot, State, attempt, is_posted, part_slot, plain
from assessments.scorecards.models import Scorecard

PARTS = ("name", "on", "note", "scorecard", "mix")
NOT_A_DATE = _lazy("Write the date as 2026-09-14.")


def part_key(scenario: Scenario) -> str:
    """What the controls of a scenario begin with."""
    return f"s{scenario.pk}"


def stored_fields(scenario: Scenario, part: str) -> dict[str, str]:
    """The fields of a part as the page shows them."""
    if part == "on":
        return {"on": scenario.on.isoformat()}
    if part == "scorecard":
        return {"scorecard": str(scenario.scorecard_id or "")}
    if part == "mix":
        return {kind: show_text(scenario.mix.get(kind, "")) for kind in KINDS}
    return {part: getattr(scenario, part)}


def stored_input(row: ScenarioInput, part: str) -> dict[str, str]:
    return {part: "" if row.value is None else show_number(row.value)}


def save_part(scenario: Scenario, part: str, data: QueryDict, actor: User) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    key, content = part_key(scenario), services.content_of(scenario)
    stored: dict[str, str] = {}

    def save(version: int) -> int:
        if part in PARTS:
            posted = {name: data.get(f"{key}-{name}", "") for name in stored_fields(scenario, part)}
            values = _values(scenario.organization, part, posted)
            stored.update({kind: show_text(share) for kind, share in values["mix"].items()} if part == "mix" else {})
            return services.record_part(scenario, part=part, values=values, actor=actor, version=version)
        calculator, entry = services.input_parts(content)[part]
        try:
            value = read_input(data.get(f"{key}-{part}", ""), entry, currency=scenario.currency)
        except AmbiguousNumberError as error:
            error.control = part
            raise
        stored[part] = "" if value is None else show_number(value)
        return services.record_input(
            scenario, calculator=calculator, entry=entry, value=value, actor=actor, version=version
        )

    outcome = attempt(key, part, data, save)
    if outcome.reading_of:
        return replace(outcome, reading_of=f"{key}-{outcome.reading_of}")
    return replace(outcome, stored=stored) if outcome.state == State.SAVED else outcome


def save_scenario(scenario: Scenario, data: QueryDict, actor: User) -> list[Outcome]:
    """Save every part of a whole posted page that differs from what is stored: how it works without JavaScript."""
    key, rows = part_key(scenario), input_rows(scenario)
    outcomes = []
    for part in (*PARTS, *services.input_parts(services.content_of(scenario))):
        stored = stored_fields(scenario, part) if part in PARTS else stored_input(rows[part], part)
        posted = {name: plain(data.get(f"{key}-{name}", "")) for name in stored}
        if is_posted(key, part, data) and posted != stored:
            outcomes.append(save_part(scenario, part, data, actor))
    return outcomes


def input_rows(scenario: Scenario) -> dict[str, ScenarioInput]:
    """The scenario's numbers by the names of their parts."""
    return {f"{row.calculator_key}-{row.input_key}": row for row in scenario.inputs.all()}


def slots(
    scenario: Scenario,
    scorecards: Sequence[Scorecard] = (),
    outcomes: Sequence[Outcome] = (),
    data: QueryDict | None = None,
) -> dict[str, PartSlot]:
    """The slot of every part; its `yours` are the texts of the controls, as stored or as just typed."""
    by_part = {outcome.part: outcome for outcome in outcomes}
    titles = {str(scorecard.pk): scorecard.title for scorecard in scorecards}
    found = {part: _slot(scenario, part, by_part.get(part), data, titles) for part in PARTS}
    for part, row in input_rows(scenario).items():
        found[part] = _input_slot(scenario, row, part, by_part.get(part), data)
    return found


def answered_slot(
    scenario: Scenario, outcome: Outcome, data: QueryDict, scorecards: Sequence[Scorecard] = ()
) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    if isinstance(outcome.current, ScenarioInput):
        return _input_slot(scenario, outcome.current, outcome.part, outcome, data)
    titles = {str(scorecard.pk): scorecard.title for scorecard in scorecards}
    return _slot(outcome.current, outcome.part, outcome, data, titles)


def _slot(
    scenario: Scenario, part: str, outcome: Outcome | None, data: QueryDict | None, titles: Mapping[str, str]
) -> PartSlot:
    version = outcome.version if outcome else getattr(scenario, f"{part}_version")
    stored, labels = stored_fields(scenario, part), titles if part == "scorecard" else None
    return part_slot(part_key(scenario), part, version, stored, outcome=outcome, data=data, labels=labels)


def _input_slot(
    scenario: Scenario, row: ScenarioInput, part: str, outcome: Outcome | None, data: QueryDict | None
) -> PartSlot:
    version = outcome.version if outcome else row.version
    return part_slot(part_key(scenario), part, version, stored_input(row, part), outcome=outcome, data=data)


def _values(organization: Organization, part: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """The columns that posted fields stand for; ValidationError with a sentence for what cannot be taken."""
    if part == "name":
        return {"name": services.clean_scenario_name(posted["name"])}
    if part == "on":
        return {"on": services.check_day(_day(posted["on"]))}
    if part == "note":
        return {"note": services.clean_note(posted["note"])}
    if part == "mix":
        return {"mix": read_mix(posted)}
    scorecard = services.check_scorecard(organization, posted["scorecard"])
    return {"scorecard_id": scorecard.pk if scorecard else None}


def _day(text: str) -> date:
    field = forms.DateField(error_messages={"invalid": NOT_A_DATE, "required": _lazy("Give a date.")})
    day: date = field.clean(text.strip())
    return day


def known_part(content: Framework, part: str) -> bool:
    return part in PARTS or part in services.input_parts(content)
