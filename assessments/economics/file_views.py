"""The file of a tool dropped on a scenario: shown before anything of it is taken, then put into the numbers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.economics import file_figures
from assessments.economics.models import Scenario
from assessments.economics.scenario_views import scenario_of
from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop
from assessments.figures.views import GONE, dropped_uploads
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.readers import FORMATS
from assessments.scoring.words import listing


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scenario_drop_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form for a file, or for what it holds; what is in it is shown on the page this leads to."""
    scenario, error = scenario_of(request, pk), ""
    if request.method == "POST":
        try:
            batch = file_figures.drop_on_scenario(scenario, dropped_uploads(request), actor=request.user)
            return redirect("scenario_drop_detail", request.organization.slug, pk, batch)
        except ValidationError as refused:
            error = refused.messages[0]
    context = {
        "part": "economics",
        "place": scenario.name,
        "action": request.path,
        "error": error,
        "text": request.POST.get("text", ""),
        "formats": FORMATS,
        "back": reverse("scenario_detail", args=[request.organization.slug, pk]),
    }
    status = 413 if hasattr(request, "too_large_upload") else 422 if error else 200
    return render(request, "economics/scenario_drop_create.html", context, status=status)


def _dropped(request: OrganizationRequest, pk: int, batch: UUID) -> list[FigureDrop]:
    return list(FigureDrop.objects.filter(organization=request.organization, scenario=pk, batch=batch))


@require_GET
@organization_view(Role.EDITOR)
def scenario_drop_detail(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """What is in the dropped files for this scenario, before anything of them is taken."""
    scenario, found = scenario_of(request, pk), _dropped(request, pk, batch)
    if not found:
        messages.info(request, GONE)
        return redirect("scenario_detail", request.organization.slug, pk)
    preview = file_figures.read_files(scenario, found, timezone.localdate())
    return _show(request, scenario, batch, preview)


def _show(request: OrganizationRequest, scenario: Scenario, batch: UUID, preview: file_figures.Preview) -> HttpResponse:
    context = {
        "part": "economics",
        "scenario": scenario,
        "batch": batch,
        "preview": preview,
        "today": timezone.localdate(),
    }
    status = 422 if preview.errors else 200
    return render(request, "economics/scenario_drop_detail.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def scenario_drop_take(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """Put what is ticked into the numbers. A second press finds nothing left, and says so."""
    scenario, found = scenario_of(request, pk), _dropped(request, pk, batch)
    if not found:
        messages.info(request, GONE)
        return redirect("scenario_detail", request.organization.slug, pk)
    preview = file_figures.read_files(scenario, found, timezone.localdate(), request.POST)
    try:
        filled = file_figures.fill_in(scenario, preview, request.POST, actor=request.user)
    except ValidationError as refused:
        preview.errors.extend(refused.messages)
        return _show(request, scenario, batch, preview)
    messages.success(request, _("Taken from the file: {inputs}.").format(inputs=listing(filled)) if filled else GONE)
    return redirect("scenario_detail", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def scenario_drop_delete(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """Throw the dropped files away."""
    scenario_of(request, pk)
    drops.discard(_dropped(request, pk, batch))
    return redirect("scenario_detail", request.organization.slug, pk)
