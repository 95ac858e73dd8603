"""Scenarios of the calculators: the list, one with its numbers and what they make, a new one, one part changed."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from assessments.api import door, pages, versions
from assessments.api.door import ApiRequest
from assessments.api.problems import unknown_field
from assessments.api.resources.listed import Listed
from assessments.economics import saving, services
from assessments.economics.at_risk import of_scenario
from assessments.economics.inputs import control_name, unit_in
from assessments.economics.models import Scenario, ScenarioInput
from assessments.economics.pages import Block, read_trial, scenario_blocks
from assessments.economics.working import Line
from assessments.economics.workloads import KINDS
from assessments.organizations.models import Role
from assessments.saving.numbers import write_number
from assessments.saving.parts import Outcome, State

router = Router(tags=["Scenarios"])
ALL = "/organizations/{slug:slug}/scenarios"
ONE = ALL + "/{int:scenario}"
INPUT = ONE + "/inputs/{slug:entry}"

Number = Annotated[Decimal | str | None, Field(description="Exact: a number, or a number as a text.")]
TextPart = Literal["name", "on", "note"]


class ScenarioLine(Schema):
    """A scenario in the list. `on` is the day of its numbers; the one that `is_counted` gives the spend at risk."""

    id: int
    name: str
    on: date
    note: str
    currency: str
    is_counted: bool
    framework: str
    scorecard: Annotated[int | None, Field(description="The assessment that it belongs to.")]
    spend_at_risk: Annotated[str | None, Field(description="In a sentence; null while a number it takes is missing.")]
    saved_by: str
    created_at: datetime
    updated_at: datetime | None
    page: Annotated[str, Field(description="Its address for people.")]


class InputOut(Schema):
    """A number that a calculator takes; null while it is not given. `part` stands in the address that changes it."""

    part: str
    key: str
    label: str
    unit: str
    value: Annotated[str | None, Field(description="Exact.")]
    version: int


class ResultLine(Schema):
    """What follows. `exact` is a whole number or a fraction such as 200000/3; `shown` is it as the page rounds it."""

    key: str
    label: str
    unit: str
    exact: str | None
    shown: str
    formula: Annotated[str, Field(description="In words.")]
    missing: Annotated[list[str], Field(description="Labels of the inputs it lacks.")]
    problem: str


class CalculatorOut(Schema):
    key: str
    name: str
    inputs: list[InputOut]
    results: list[ResultLine]


class ScenarioVersions(Schema):
    """The version of each part that is changed by itself; those of the inputs stand beside them."""

    name: int
    on: int
    note: int
    mix: int


class ScenarioOut(ScenarioLine):
    """A scenario whole."""

    mix: Annotated[dict[str, str], Field(description="Shares of the workloads in percent, by kind.")]
    calculators: list[CalculatorOut]
    versions: ScenarioVersions


class ScenarioIn(Schema):
    """A name, and the numbers by their `part`, as `idle-spend-monthly_spend`."""

    model_config = ConfigDict(extra="forbid")
    name: str
    inputs: dict[str, Number] = {}


class TextIn(Schema):
    """A text; the day of the numbers as 2026-11-28."""

    model_config = ConfigDict(extra="forbid")
    value: str


class InputIn(Schema):
    """A number; null takes it back."""

    model_config = ConfigDict(extra="forbid")
    value: Number


class MixIn(Schema):
    """Shares of all accelerator hours in percent, up to 100 in all; one that is left out is not said."""

    model_config = ConfigDict(extra="forbid")
    training: Number = None
    fine_tuning: Number = None
    batch: Number = None
    live: Number = None


class TextSaved(Schema):
    value: str
    version: int


class InputSaved(Schema):
    value: str | None
    version: int


class MixSaved(Schema):
    mix: dict[str, str]
    version: int


@router.get(ALL, auth=door.reading(Role.VIEWER), response=pages.Page[ScenarioLine])
def scenario_list(request: ApiRequest, slug: str, listed: Query[Listed]) -> object:
    """The scenarios of an organization, what was saved last first."""
    found = Scenario.objects.of(request.organization).prefetch_related("inputs")
    rows, following = pages.newest(found, after=listed.after, limit=listed.limit)
    return {"items": [_line(request, scenario) for scenario in rows], "next": following}


@router.get(ONE, auth=door.reading(Role.VIEWER), response=ScenarioOut)
def scenario_detail(request: ApiRequest, slug: str, scenario: int) -> object:
    """One scenario with its numbers and what they make, exactly."""
    return _whole(request, _scenario(request, scenario))


@router.post(ALL, auth=door.writing(Role.EDITOR), response={201: ScenarioOut})
def scenario_create(request: ApiRequest, slug: str, sent: ScenarioIn) -> object:
    """Save numbers under a name. The first scenario of an organization is the one that counts."""
    content, organization = request.organization.framework, request.organization
    parts = services.input_parts(content)
    if unknown := sorted(set(sent.inputs) - set(parts)):
        raise unknown_field(f"inputs.{unknown[0]}", parts)
    data = QueryDict(mutable=True)
    data.update({name: _text(value) for name, value in sent.inputs.items()})
    trial = read_trial(content, data, currency=organization.currency, offers={})
    if trial.problems:
        fields = [field for block in trial.blocks for field in block.fields if field.error]
        raise ValidationError({f"inputs.{field.part}": field.error for field in fields})
    saved = services.start_scenario(organization, name=sent.name, numbers=trial.numbers, actor=request.actor)
    scenario = _scenario(request, saved.pk)
    kept = {(row.calculator_key, row.input_key): row.value for row in scenario.inputs.all() if row.value is not None}
    if kept != trial.numbers:  # a page's double click has the same ones
        raise ValidationError(services.TAKEN.format(saved.name))
    return Status(201, _whole(request, scenario))


def _scenario(request: ApiRequest, pk: int) -> Scenario:
    found = Scenario.objects.of(request.organization).prefetch_related("inputs").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.organization = request.organization
    return found


def _text(value: Decimal | str | None) -> str:
    """A number as the page would post it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else write_number(value)


def _line(request: ApiRequest, scenario: Scenario) -> dict[str, object]:
    names = ("name", "on", "note", "currency", "is_counted", "created_at", "updated_at")
    at_risk = of_scenario(scenario)
    page = reverse("scenario_detail", args=[request.organization.slug, scenario.pk])
    return {name: getattr(scenario, name) for name in names} | {
        "id": scenario.pk,
        "framework": scenario.framework_version,
        "scorecard": scenario.scorecard_id,
        "spend_at_risk": at_risk.sentence if at_risk else None,
        "saved_by": scenario.author,
        "page": f"{settings.SITE_URL}{page}",
    }


def _whole(request: ApiRequest, scenario: Scenario) -> dict[str, object]:
    rows = saving.input_rows(scenario)
    return _line(request, scenario) | {
        "mix": _mix(scenario),
        "calculators": [
            _calculator(block, rows, scenario.currency) for block in scenario_blocks(scenario, {}, offers={})
        ],
        "versions": {part: getattr(scenario, f"{part}_version") for part in ("name", "on", "note", "mix")},
    }


def _mix(scenario: Scenario) -> dict[str, str]:
    return {kind: share for kind, share in scenario.mix.items() if share}


def _calculator(block: Block, rows: dict[str, ScenarioInput], currency: str) -> dict[str, Any]:
    calculator, inputs = block.calculator, []
    for entry in calculator.inputs:
        part = control_name(calculator, entry)
        about = {"part": part, "key": entry.key, "label": entry.label, "unit": unit_in(entry.unit, currency)}
        inputs.append(about | _input_values(rows[part]) | {"version": rows[part].version})
    results = [_result(line) for line in block.working.lines]
    return {"key": calculator.key, "name": calculator.name, "inputs": inputs, "results": results}


def _result(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in ("key", "label", "unit", "problem")} | {
        "exact": None if line.value is None else str(Fraction(line.value)),
        "shown": line.text,
        "formula": line.words,
        "missing": list(line.missing),
    }


# One part at a time, each with its version


def _text_values(scenario: Scenario, part: str) -> dict[str, object]:
    return {"value": saving.stored_fields(scenario, part)[part]}


def _input_values(row: ScenarioInput) -> dict[str, object]:
    return {"value": None if row.value is None else write_number(row.value)}


def _row(scenario: Scenario, part: str) -> ScenarioInput:
    row = saving.input_rows(scenario).get(part)
    if row is None or part not in services.input_parts(services.content_of(scenario)):
        raise Http404
    return row


def _saved(request: ApiRequest, scenario: Scenario, part: str, fields: dict[str, str]) -> Outcome:
    """Save one part as the page does, by the names that its controls have there."""
    key, version = saving.part_key(scenario), versions.version_of(request)
    data = QueryDict(mutable=True)
    data.update({f"{key}-{part}_version": str(version)} | {f"{key}-{name}": value for name, value in fields.items()})
    return saving.save_part(scenario, part, data, request.actor)


def _with_version(response: HttpResponse, values: dict[str, object], version: int) -> dict[str, object]:
    versions.put_etag(response, version)
    return values | {"version": version}


@router.get(INPUT, auth=door.reading(Role.VIEWER), response=InputSaved)
def scenario_input_detail(request: ApiRequest, response: HttpResponse, slug: str, scenario: int, entry: str) -> object:
    """The number of one input, with its version."""
    row = _row(_scenario(request, scenario), entry)
    return _with_version(response, _input_values(row), row.version)


@router.put(INPUT, auth=door.writing(Role.EDITOR), response=InputSaved, openapi_extra=versions.IN_SCHEMA)
def scenario_input_update(
    request: ApiRequest, response: HttpResponse, slug: str, scenario: int, entry: str, sent: InputIn
) -> object:
    """Give the number of one input, or take it back."""
    found = _scenario(request, scenario)
    _row(found, entry)
    outcome = _saved(request, found, entry, {entry: _text(sent.value)})
    theirs = _input_values(outcome.current) if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours=sent.model_dump(), theirs=theirs)
    return _with_version(response, _input_values(_row(_scenario(request, scenario), entry)), outcome.version)


@router.get(ONE + "/mix", auth=door.reading(Role.VIEWER), response=MixSaved)
def scenario_mix_detail(request: ApiRequest, response: HttpResponse, slug: str, scenario: int) -> object:
    """What the accelerators work on, with its version."""
    found = _scenario(request, scenario)
    return _with_version(response, {"mix": _mix(found)}, found.mix_version)


@router.put(ONE + "/mix", auth=door.writing(Role.EDITOR), response=MixSaved, openapi_extra=versions.IN_SCHEMA)
def scenario_mix_update(request: ApiRequest, response: HttpResponse, slug: str, scenario: int, sent: MixIn) -> object:
    """Say what the accelerators work on."""
    found = _scenario(request, scenario)
    outcome = _saved(request, found, "mix", {kind: _text(getattr(sent, kind)) for kind in KINDS})
    theirs = {"mix": _mix(outcome.current)} if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours={"mix": sent.model_dump(exclude_none=True)}, theirs=theirs)
    return _with_version(response, {"mix": _mix(_scenario(request, scenario))}, outcome.version)


@router.get(ONE + "/{str:part}", auth=door.reading(Role.VIEWER), response=TextSaved)
def scenario_text_detail(
    request: ApiRequest, response: HttpResponse, slug: str, scenario: int, part: TextPart
) -> object:
    """The name, the day of the numbers (`on`) or the note, with its version."""
    found = _scenario(request, scenario)
    return _with_version(response, _text_values(found, part), getattr(found, f"{part}_version"))


@router.put(ONE + "/{str:part}", auth=door.writing(Role.EDITOR), response=TextSaved, openapi_extra=versions.IN_SCHEMA)
def scenario_text_update(
    request: ApiRequest, response: HttpResponse, slug: str, scenario: int, part: TextPart, sent: TextIn
) -> object:
    """Change the name, the day of the numbers (`on`) or the note."""
    found = _scenario(request, scenario)
    outcome = _saved(request, found, part, {part: sent.value})
    theirs = _text_values(outcome.current, part) if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours=sent.model_dump(), theirs=theirs)
    return _with_version(response, _text_values(_scenario(request, scenario), part), outcome.version)
