"""The calculators to try out, what was saved from them, and scenarios side by side."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.economics import comparison, services
from assessments.economics.at_risk import of_scenario
from assessments.economics.measured import newest_measured
from assessments.economics.models import Scenario
from assessments.economics.pages import Trial, read_trial
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role


def _trial(request: OrganizationRequest) -> Trial:
    organization = request.organization
    data = request.POST if request.method == "POST" else None
    found = newest_measured(organization)
    offers = found.offers() if found else {}
    return read_trial(organization.framework, data, currency=organization.currency, offers=offers)


def _context(request: OrganizationRequest, trial: Trial, **more: Any) -> dict[str, Any]:
    scenarios = list(Scenario.objects.of(request.organization).newest_first().prefetch_related("inputs"))
    rows = [(scenario, of_scenario(scenario)) for scenario in scenarios]
    counted = next((at_risk for scenario, at_risk in rows if scenario.is_counted), None)
    return {
        "part": "economics",
        "trial": trial,
        "rows": rows,
        "counted": next((scenario for scenario in scenarios if scenario.is_counted), None),
        "at_risk": counted,
        "can_edit": request.role.can_edit,
        **more,
    }


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "POST"])
@organization_view(Role.VIEWER)
def calculator_list(request: OrganizationRequest) -> HttpResponse:
    """The calculators. A POST works out what was typed and saves nothing; by htmx it answers with one calculator."""
    trial = _trial(request)
    status = 422 if trial.problems else 200
    block = trial.block(request.POST.get("only", ""))
    if request.htmx and block:
        return render(request, "economics/_tried.html", {"block": block, "oob": True})
    name = request.POST.get("name", "")
    return render(request, "economics/calculator_list.html", _context(request, trial, name=name), status=status)


@require_POST
@organization_view(Role.EDITOR)
def scenario_create(request: OrganizationRequest) -> HttpResponse:
    """Save what stands in the calculators under a name."""
    trial, name, problem = _trial(request), request.POST.get("name", ""), ""
    if not trial.problems:
        try:
            scenario = services.start_scenario(
                request.organization, name=name, numbers=trial.numbers, actor=request.user
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            return redirect("scenario_detail", request.organization.slug, scenario.pk)
    context = _context(request, trial, name=name, name_error=problem)
    return render(request, "economics/calculator_list.html", context, status=422)


@require_GET
@organization_view(Role.VIEWER)
def scenario_compare(request: OrganizationRequest) -> HttpResponse:
    try:
        scenarios = comparison.chosen_scenarios(request.organization, request.GET.getlist("scenario"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("calculator_list", request.organization.slug)
    compared = comparison.compare(scenarios)
    context = {"part": "economics", "comparison": compared, "not_given": comparison.NOT_GIVEN}
    return render(request, "economics/scenario_compare.html", context)
