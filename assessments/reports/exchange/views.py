"""An assessment taken in from a file: chosen, shown line by line, then taken whole or thrown away."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.exchange import services
from assessments.reports.exchange.checking import LEFT, REFUSED, TAKEN
from assessments.reports.exchange.json_text import MAX_BYTES
from assessments.reports.exchange.models import ScorecardImport
from assessments.saving.uploads import clean_filename

LIMIT = MAX_BYTES // 1024**2


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_import_create(request: OrganizationRequest) -> HttpResponse:
    """The form for the file; what is in it is shown on a page of its own before anything is taken."""
    error = ""
    if request.method == "POST":
        draft, error = _look_through(request)
        if draft:
            return redirect("scorecard_import_detail", request.organization.slug, draft.pk)
    context = {
        "part": "scorecards",
        "error": error,
        "open": request.organization.scorecards.open().first(),
        "limit": LIMIT,
    }
    status = 200 if request.method == "GET" else 413 if hasattr(request, "too_large_upload") else 422
    return render(request, "reports/scorecard_import_create.html", context, status=status)


def _look_through(request: OrganizationRequest) -> tuple[ScorecardImport | None, str]:
    """What the uploaded file holds, or the reason why it cannot be read."""
    upload = request.FILES.get("file")
    if hasattr(request, "too_large_upload"):
        return None, _("The file is too large; {most} MB is the most.").format(most=LIMIT)
    if upload is None:
        return None, _("Choose the Excel or JSON file of an assessment.")
    about = {"filename": clean_filename(upload.name or ""), "size": upload.size or 0, "actor": request.user}
    try:
        return services.look_through(request.organization, upload, **about), ""
    except ValidationError as error:
        return None, error.messages[0]


def _draft(request: OrganizationRequest, pk: int) -> ScorecardImport:
    return get_object_or_404(request.organization.scorecard_imports, pk=pk)


@require_GET
@organization_view(Role.EDITOR)
def scorecard_import_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _show(request, _draft(request, pk))


def _show(request: OrganizationRequest, draft: ScorecardImport, *, error: str = "") -> HttpResponse:
    lines = {outcome: [line for line in draft.lines if line[2] == outcome] for outcome in (REFUSED, LEFT, TAKEN)}
    context = {
        "part": "scorecards",
        "draft": draft,
        "refused": lines[REFUSED],
        "left": lines[LEFT],
        "taken": lines[TAKEN],
        "open": request.organization.scorecards.open().first(),
        "error": error,
    }
    return render(request, "reports/scorecard_import_detail.html", context, status=422 if error else 200)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_import_take(request: OrganizationRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    try:
        scorecard = services.take_import(draft, actor=request.user)
    except ValidationError as error:
        return _show(request, draft, error=error.messages[0])
    return redirect("scorecard_update", request.organization.slug, scorecard.pk)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_import_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    services.throw_away(_draft(request, pk))
    return redirect("scorecard_list", request.organization.slug)
