"""A review's questions as an Excel workbook, out to a vendor and back."""

import re

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from assessments.organizations import audit
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.audit import Action
from assessments.organizations.models import Role
from assessments.scorecards.uploads import OFFICE, clean_filename
from assessments.vendors import sheets
from assessments.vendors.models import VendorReview
from assessments.vendors.readings import read_review
from assessments.vendors.services import COMPLETE
from assessments.vendors.workbooks import MAX_BYTES

NAME_LENGTH = 100


def _review(request: OrganizationRequest, pk: int) -> VendorReview:
    review = get_object_or_404(VendorReview.objects.of(request.organization), pk=pk)
    review.vendor.organization = request.organization
    return review


@require_GET
@organization_view(Role.VIEWER)
def vendor_review_export(request: OrganizationRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    content = sheets.write_workbook(read_review(review))
    audit.record(Action.LIST_EXPORTED, organization=request.organization, subject=f"Questions to {review.vendor}")
    response = HttpResponse(content, content_type=OFFICE["xlsx"][0])
    response["Content-Disposition"] = content_disposition_header(True, _filename(review))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _filename(review: VendorReview) -> str:
    """Which vendor is asked, and the day of the file; a name that every system can store."""
    name = clean_filename(re.sub(r'[\\/:*?"<>|%\s]+', " ", review.vendor.name))[:NAME_LENGTH].strip(" .")
    return f"{name or 'Vendor'}, {timezone.localdate():%Y-%m-%d}.xlsx"


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_import(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form for the file that came back, and the report on what was taken from it, line by line."""
    review, done, error = _review(request, pk), None, ""
    if request.method == "POST":
        done, error = _import(request, review)
    context = {
        "part": "vendors",
        "review": review,
        "done": done,
        "error": error,
        "complete": COMPLETE,
        "limit": MAX_BYTES // 1024**2,
    }
    status = 200 if done or request.method == "GET" else 413 if hasattr(request, "too_large_upload") else 422
    return render(request, "vendors/vendor_review_import.html", context, status=status)


def _import(request: OrganizationRequest, review: VendorReview) -> tuple[sheets.Import | None, str]:
    """What became of the uploaded file, or the reason why nothing was taken from it."""
    upload = request.FILES.get("file")
    if hasattr(request, "too_large_upload"):
        return None, f"The file is too large; {MAX_BYTES // 1024**2} MB is the most."
    if upload is None:
        return None, "Choose the file that the vendor sent back."
    about = {"filename": upload.name or "", "size": upload.size or 0, "actor": request.user}
    try:
        return sheets.import_answers(review, upload, **about), ""
    except ValidationError as error:
        return None, error.messages[0]
