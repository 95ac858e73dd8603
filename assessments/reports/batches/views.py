"""Reports for many organizations: picked, watched while they are made, taken along in one ZIP."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.reports.batches import queries, services
from assessments.reports.batches.models import ReportBatch

PER_PAGE = 25
STOP_POLLING = 286
SEARCH_MAX_LENGTH = 120


@require_GET
@personal_view
def report_batch_list(request: HttpRequest) -> HttpResponse:
    batches = queries.batches_of(cast(User, request.user)).order_by("-pk")
    context = {"part": "portfolio", "page": Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "reports/report_batch_list.html", context)


@require_http_methods(["GET", "POST"])
@personal_view
def report_batch_create(request: HttpRequest) -> HttpResponse:
    """The organizations to pick from. A POST may come from the portfolio as well."""
    user, error = cast(User, request.user), ""
    picked = request.POST.getlist("organization") or request.GET.getlist("organization")
    if request.method == "POST":
        try:
            batch = services.request_batch(picked, actor=user)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            return redirect("report_batch_detail", batch.pk)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_MAX_LENGTH]
    organizations, total = queries.choices_of(user, search)
    context = {
        "part": "portfolio",
        "organizations": organizations,
        "total": total,
        "picked": set(services.read_ids(picked)),
        "search": search,
        "error": error,
    }
    return render(request, "reports/report_batch_create.html", context, status=422 if error else 200)


def _batch(request: HttpRequest, pk: int) -> ReportBatch:
    return get_object_or_404(ReportBatch, pk=pk, requested_by=request.user)


@require_GET
@personal_view
def report_batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    context = {"part": "portfolio", "batch": batch, "progress": queries.progress_of(batch, cast(User, request.user))}
    return render(request, "reports/report_batch_detail.html", context)


@require_GET
@vary_on_headers("HX-Request")
@personal_view
def report_batch_status(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, for the page that looks again by itself; status 286 ends that."""
    batch = _batch(request, pk)
    if not request.htmx:
        return redirect("report_batch_detail", pk)
    context = {"batch": batch, "progress": queries.progress_of(batch, cast(User, request.user))}
    return render(request, "reports/_batch.html", context, status=200 if batch.is_under_way else STOP_POLLING)


@require_POST
@personal_view
def report_batch_retry(request: HttpRequest, pk: int) -> HttpResponse:
    if number := services.retry_batch(_batch(request, pk)):
        messages.success(request, services.said_of_retry(number))
    return redirect("report_batch_detail", pk)


@require_GET
@personal_view
def report_batch_download(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    progress = queries.progress_of(batch, cast(User, request.user))
    if progress.hidden:
        said = _("The ZIP holds reports of organizations that you can no longer open. Pack it again to get the others.")
        messages.error(request, said)
        return redirect("report_batch_detail", pk)
    if batch.is_under_way or not batch.file:
        raise Http404
    try:
        opened = batch.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    with trail.if_possible():
        for item in batch.items.filter(is_packed=True).select_related("report").defer("report__snapshot"):
            title = item.report.title if item.report else ""
            trail.record(Action.REPORT_DOWNLOADED, organization=item.organization_id, subject=title, new="In a ZIP")
    name = f"reports-{timezone.localdate(batch.requested_at):%Y-%m-%d}.zip"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
