"""One scenario: reading and changing its numbers, letting it count, taking its figures, deleting it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.economics import saving, services, taking
from assessments.economics.at_risk import of_scenario
from assessments.economics.findings import IDLE, UNIT
from assessments.economics.inputs import read_as
from assessments.economics.measured import Measured, measured
from assessments.economics.models import Scenario
from assessments.economics.pages import Block, mix_fields, scenario_blocks, working_of, workings
from assessments.economics.workloads import KINDS, contrasts, workloads
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.saving.parts import Outcome, State
from assessments.scorecards.models import Scorecard


def scenario_of(request: OrganizationRequest, pk: int) -> Scenario:
    scenarios = Scenario.objects.of(request.organization).prefetch_related("inputs")
    scenario = get_object_or_404(scenarios, pk=pk)
    scenario.organization = request.organization
    return scenario


def _scorecards(request: OrganizationRequest) -> list[Scorecard]:
    """The assessments a scenario can be linked to, the open one first."""
    return list(request.organization.scorecards.newest_first())


def _open(scorecards: Sequence[Scorecard]) -> Scorecard | None:
    return next((scorecard for scorecard in scorecards if not scorecard.is_signed_off), None)


def _takeables(scenario: Scenario, blocks: Sequence[Block], scorecard: Scorecard | None) -> tuple[taking.Takeable, ...]:
    return taking.takeables(workings(blocks), scorecard, on=scenario.on, currency=scenario.currency)


def _measured(scenario: Scenario, scorecards: Sequence[Scorecard]) -> Measured | None:
    """What was measured on the assessment of the scenario, or on the newest one if it belongs to none."""
    return measured(scenario.scorecard or next(iter(scorecards), None))


def _follows(scenario: Scenario, blocks: Sequence[Block], found: Measured | None) -> dict[str, Any]:
    """What the page says of the numbers as they are now."""
    idle, unit = working_of(blocks, IDLE), working_of(blocks, UNIT)
    return {"at_risk": of_scenario(scenario), "workloads": workloads(scenario.mix, idle, unit, found)}


@require_GET
@organization_view(Role.VIEWER)
def scenario_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _page(request, scenario_of(request, pk))


def _page(
    request: OrganizationRequest, scenario: Scenario, outcomes: Sequence[Outcome] = (), data: QueryDict | None = None
) -> HttpResponse:
    """The page of a scenario; `outcomes` are those of a whole posted page, with its data."""
    scorecards = _scorecards(request)
    slots = saving.slots(scenario, scorecards, outcomes, data)
    can_edit = request.role.can_edit
    found = _measured(scenario, scorecards)
    offers = found.offers() if found and can_edit else {}
    blocks = scenario_blocks(scenario, slots, offers=offers, outcomes=outcomes)
    context = {
        "part": "economics",
        "scenario": scenario,
        "key": saving.part_key(scenario),
        "blocks": blocks,
        "slots": slots,
        "kinds": KINDS.items(),
        "mix": mix_fields(scenario, slots["mix"]),
        "contrasts": contrasts(services.content_of(scenario)),
        "scorecards": scorecards,
        "open": _open(scorecards),
        "takeables": _takeables(scenario, blocks, _open(scorecards)) if can_edit else (),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "can_edit": can_edit,
        "copy_name": services.free_name(request.organization, scenario.name) if can_edit else "",
        **_follows(scenario, blocks, found),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "economics/scenario_detail.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def scenario_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A whole scenario saved by its button, as it happens without JavaScript."""
    scenario = scenario_of(request, pk)
    outcomes = saving.save_scenario(scenario, request.POST, request.user)
    if any(outcome.state != State.SAVED for outcome in outcomes):
        return _page(request, scenario_of(request, pk), outcomes, request.POST)
    messages.success(request, _("Saved.") if outcomes else _("Everything was saved already."))
    return redirect("scenario_detail", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def scenario_save(request: OrganizationRequest, pk: int, part: str) -> HttpResponse:
    """Save one part of a scenario and answer with its save state; what follows from the numbers comes along."""
    scenario = scenario_of(request, pk)
    if not saving.known_part(services.content_of(scenario), part):
        raise Http404
    outcome = saving.save_part(scenario, part, request.POST, request.user)
    scorecards = _scorecards(request) if part == "scorecard" else []
    context = {"slot": saving.answered_slot(scenario, outcome, request.POST, scorecards), "key": outcome.key}
    if outcome.state == State.SAVED:
        context |= _after_saving(request, pk, part, outcome)
    return render(request, "economics/_saved.html", context, status=outcome.status)


def _after_saving(request: OrganizationRequest, pk: int, part: str, outcome: Outcome) -> dict[str, Any]:
    """What a saved part changes on the page: the results of its calculator, and what can be taken from them."""
    scenario = Scenario.objects.of(request.organization).prefetch_related("inputs").filter(pk=pk).first()
    if scenario is None or part in ("name", "note", "scorecard"):
        return {}
    scenario.organization = request.organization
    blocks = scenario_blocks(scenario, {}, offers={})
    typed = request.POST.get(f"{outcome.key}-{part}", "")
    block = next((block for block in blocks if any(each.part == part for each in block.fields)), None)
    value = saving.input_rows(scenario)[part].value if block else None
    scorecards = _scorecards(request)
    return {
        "oob": True,
        "scenario": scenario,
        "block": block,
        "part": part,
        "read": read_as(typed, value) if block else "",
        "open": _open(scorecards),
        "takeables": _takeables(scenario, blocks, _open(scorecards)),
        **_follows(scenario, blocks, _measured(scenario, scorecards)),
    }


@require_POST
@organization_view(Role.EDITOR)
def scenario_copy(request: OrganizationRequest, pk: int) -> HttpResponse:
    scenario = scenario_of(request, pk)
    try:
        name = request.POST.get("name") or services.free_name(request.organization, scenario.name)
        copy = services.copy_scenario(scenario, name=name, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scenario_detail", request.organization.slug, pk)
    messages.success(
        request, _("“{name}” has the same numbers. Change what you want to compare.").format(name=copy.name)
    )
    return redirect("scenario_detail", request.organization.slug, copy.pk)


@require_POST
@organization_view(Role.EDITOR)
def scenario_count(request: OrganizationRequest, pk: int) -> HttpResponse:
    scenario = scenario_of(request, pk)
    services.count_scenario(scenario, actor=request.user)
    messages.success(
        request,
        _("“{name}” now gives the spend at risk of {organization}.").format(
            name=scenario.name, organization=request.organization
        ),
    )
    return redirect("scenario_detail", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def scenario_take(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Take a number of the scenario into the open scorecard as the measured figure of a category."""
    scenario = scenario_of(request, pk)
    scorecard = _open(_scorecards(request))
    blocks = scenario_blocks(scenario, {}, offers={})
    found = _takeables(scenario, blocks, scorecard)
    try:
        choice = request.POST.get("figure", "")
        taken = taking.take_figure(scenario, found, choice=choice, scorecard=scorecard, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = _("{category}: “{figure}” is added. Say there what it proves.")
        if taken.is_taken:
            said = _("{category}: “{figure}” stands there already. Say there what it proves.")
        messages.success(request, said.format(category=taken.category.name, figure=taken.text))
    return redirect("scenario_detail", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scenario_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    scenario = scenario_of(request, pk)
    if request.method == "POST":
        services.delete_scenario(scenario, actor=request.user)
        messages.success(request, _("“{name}” was deleted.").format(name=scenario.name))
        return redirect("calculator_list", request.organization.slug)
    context = {"part": "economics", "scenario": scenario}
    return render(request, "economics/scenario_delete.html", context)
