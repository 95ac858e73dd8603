"""A review's questions as an Excel workbook, out to a vendor and back, and the reports on what came back."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.platform.spreadsheets import csv_response
from assessments.saving.uploads import clean_filename
from assessments.vendors.incoming import answers
from assessments.vendors.incoming.packages import MAX_BYTES
from assessments.vendors.incoming.reports import HEADER, ReportReading
from assessments.vendors.models import VendorImport, VendorReview
from assessments.vendors.services import COMPLETE
from assessments.vendors.workbook.downloads import workbook_response

MAX_LISTED = 20


def _review(request: OrganizationRequest, pk: int) -> VendorReview:
    review = get_object_or_404(VendorReview.objects.of(request.organization), pk=pk)
    review.vendor.organization = request.organization
    return review


@require_GET
@organization_view(Role.VIEWER)
def vendor_review_export(request: OrganizationRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    response = workbook_response(review)
    trail.record(Action.LIST_EXPORTED, organization=request.organization, subject=f"Questions to {review.vendor}")
    return response


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_import(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form for the file that came back. What became of it stands in the report that it leads to."""
    review, error, made_for = _review(request, pk), "", None
    if request.method == "POST":
        report, error, made_for = _import(request, review)
        if report:
            return redirect("vendor_import_detail", request.organization.slug, report.pk)
    context = {
        "part": "vendors",
        "review": review,
        "imports": list(review.imports.defer("report").select_related("created_by")[:MAX_LISTED]),
        "error": error,
        "made_for": made_for,
        "complete": COMPLETE,
        "limit": MAX_BYTES // 1024**2,
    }
    status = 200 if request.method == "GET" else 413 if hasattr(request, "too_large_upload") else 422
    return render(request, "vendors/vendor_review_import.html", context, status=status)


def _import(request: OrganizationRequest, review: VendorReview) -> tuple[VendorImport | None, str, int | None]:
    """The report on the uploaded file, or why nothing was taken from it, and for which other review it was made."""
    upload = request.FILES.get("file")
    if hasattr(request, "too_large_upload"):
        return None, _("The file is too large; {most} MB is the most.").format(most=MAX_BYTES // 1024**2), None
    if upload is None:
        return None, _("Choose the file that the vendor sent back."), None
    about = {"filename": clean_filename(upload.name or ""), "size": upload.size or 0, "actor": request.user}
    said = request.POST.get("made_for", "")
    about["made_for"] = int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None
    try:
        return answers.import_answers(review, upload, **about).report, "", None
    except answers.MadeForAnotherError as question:
        return None, question.messages[0], question.made_for
    except ValidationError as error:
        return None, error.messages[0], None


# ---- Reports


def _report(request: OrganizationRequest, pk: int) -> VendorImport:
    reports = VendorImport.objects.filter(review__vendor__organization=request.organization)
    return get_object_or_404(reports.select_related("review__vendor", "created_by"), pk=pk)


@require_GET
@organization_view(Role.VIEWER)
def vendor_import_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What became of one file, line by line, and everything in it that was not taken."""
    return _show(request, _report(request, pk))


def _show(request: OrganizationRequest, report: VendorImport, *, error: str = "") -> HttpResponse:
    context = {
        "part": "vendors",
        "review": report.review,
        "report": report,
        "done": ReportReading(report.report),
        "headline": _taken(report),
        "error": error,
        "can_take": request.role.can_edit and not report.review.is_complete,
    }
    return render(request, "vendors/vendor_import_detail.html", context, status=422 if error else 200)


def _taken(report: VendorImport) -> str:
    """What was taken of a file, answers and links."""
    said = ngettext("{count} answer", "{count} answers", report.answers).format(count=report.answers)
    links = ngettext("{count} link", "{count} links", report.links).format(count=report.links)
    about = {"answers": said, "links": links, "vendor": report.review.vendor}
    return _("{answers} and {links} of {vendor} taken").format(**about)


@require_GET
@organization_view(Role.VIEWER)
def vendor_import_download(request: OrganizationRequest, pk: int) -> StreamingHttpResponse:
    """The same as a CSV file, to keep or to send back."""
    report = _report(request, pk)
    trail.record(Action.LIST_EXPORTED, organization=request.organization, subject=f"Import of {report.review.vendor}")
    name = f"import-{report.pk}-{timezone.localtime(report.created_at):%Y-%m-%d}.csv"
    return csv_response(name, [str(head) for head in HEADER], ReportReading(report.report).rows())


@require_POST
@organization_view(Role.EDITOR)
def vendor_import_take(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Take the file's words for one answer that had changed here."""
    report = _report(request, pk)
    try:
        answers.take_refused(report, request.POST.get("question", ""), actor=request.user)
    except ValidationError as error:
        return _show(request, report, error=error.messages[0])
    return redirect("vendor_import_detail", request.organization.slug, report.pk)
