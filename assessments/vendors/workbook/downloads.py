"""A review's workbook as it is handed out, to the buyer and by the vendor's link."""

import re

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from assessments.saving.uploads import OFFICE, clean_filename
from assessments.vendors.models import VendorReview
from assessments.vendors.readings import read_review
from assessments.vendors.workbook import sheets

NAME_LENGTH = 100


def workbook_response(review: VendorReview) -> HttpResponse:
    response = HttpResponse(sheets.write_workbook(read_review(review)), content_type=OFFICE["xlsx"][0])
    response["Content-Disposition"] = content_disposition_header(True, _filename(review))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _filename(review: VendorReview) -> str:
    """Which vendor is asked, and the day of the file; a name that every system can store."""
    name = clean_filename(re.sub(r'[\\/:*?"<>|%\s]+', " ", review.vendor.name))[:NAME_LENGTH].strip(" .")
    return f"{name or 'Vendor'}, {timezone.localdate():%Y-%m-%d}.xlsx"
