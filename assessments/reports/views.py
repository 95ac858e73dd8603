"""Asking for reports, watching them being made, taking them along."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.accounts.access import personal_view
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports import services
from assessments.reports.choices import default_language, defaults, with_section
from assessments.reports.document import document
from assessments.reports.downloads import report_file
from assessments.reports.forms import ReportForm
from assessments.reports.models import Report
from assessments.reports.preparing.services import of_draft
from assessments.reports.sample import sample_snapshot
from assessments.vendors.comparing.comparison import find_reviews

READY_PER_PAGE = 25
STOP_POLLING = 286


@require_GET
@organization_view(Role.VIEWER)
def report_list(request: OrganizationRequest) -> HttpResponse:
    return _list(request, ReportForm(request.organization))


def _list(request: OrganizationRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    reports = request.organization.reports
    jobs = list(reports.unfinished())
    context = {
        "part": "reports",
        "form": form,
        "has_gaps": form.is_bound and form.has_error("__all__", code="gaps"),
        "reviews": request.POST.getlist("review"),
        "has_scorecards": request.organization.scorecards.exists(),
        "jobs": jobs,
        "jobs_title": _jobs_title(jobs),
        "ready": Paginator(reports.ready(), READY_PER_PAGE).get_page(request.GET.get("page")),
        "can_edit": request.role.can_edit,
    }
    return render(request, "reports/report_list.html", context, status=status)


def _jobs_title(jobs: list[Report]) -> str:
    if any(report.is_under_way for report in jobs):
        return pgettext("reports", "Being made")
    return pgettext("reports", "Failed") if jobs else _("Just made")


@require_GET
@personal_view
def report_sample(request: HttpRequest) -> HttpResponse:
    """A finished report of an invented organization, on the screen: what the work leads to."""
    context = document(sample_snapshot()) | {
        "styles": static("css/print/report.css"),
        "on_screen": static("css/sample.css"),
    }
    return render(request, "reports/report_sample.html", context)


@require_POST
@organization_view(Role.EDITOR)
def report_create(request: OrganizationRequest) -> HttpResponse:
    form = ReportForm(request.organization, request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    scorecard = form.cleaned_data["scorecard"]
    scorecard.organization = request.organization
    chosen = request.POST.getlist("review")
    kept = of_draft(scorecard)
    if form.cleaned_data["nist"]:
        kept["choices"] = with_section(
            kept.get("choices") or defaults(language=default_language(request.organization)), "nist"
        )
    try:
        services.request_report(
            scorecard,
            actor=request.user,
            reviews=find_reviews(request.organization, chosen) if chosen else None,
            may_have_gaps=form.cleaned_data["gaps"],
            kind=form.cleaned_data["format"],
            **kept,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _list(request, form, status=422)
    return redirect("report_list", request.organization.slug)


@require_GET
@vary_on_headers("HX-Request")
@organization_view(Role.VIEWER)
def report_status(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One report's row as it stands; status 286 tells HTMX that there is nothing more to wait for."""
    report = get_object_or_404(request.organization.reports.defer("snapshot"), pk=pk)
    if not request.htmx:
        return redirect("report_list", request.organization.slug)
    context = {
        "report": report,
        "can_edit": request.role.can_edit,
        "is_polled": True,
        "jobs_title": _jobs_title(list(request.organization.reports.unfinished())),
    }
    status = 200 if report.is_under_way else STOP_POLLING
    response = render(request, "reports/_job.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@organization_view(Role.VIEWER)
def report_download(request: OrganizationRequest, pk: int) -> FileResponse:
    response = report_file(request.organization, pk)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@organization_view(Role.EDITOR)
def report_retry(request: OrganizationRequest, pk: int) -> HttpResponse:
    services.retry_report(get_object_or_404(request.organization.reports, pk=pk))
    return redirect("report_list", request.organization.slug)


@require_POST
@organization_view(Role.EDITOR)
def report_repeat(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The same snapshot as another file."""
    report = get_object_or_404(request.organization.reports.select_related("scorecard"), pk=pk)
    try:
        services.request_again(report, actor=request.user, kind=request.POST.get("format", ""))
    except ValidationError as error:
        form = ReportForm(request.organization, request.POST)
        form.errors.clear()
        form.add_error(None, error)
        return _list(request, form, status=422)
    return redirect("report_list", request.organization.slug)
