import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from tests.factories import make_organization, make_user, make_vendor_review
from tests.vendors.workbooks import take

WORKBOOKS = Path(__file__).parent / "workbooks"
# Where the number of the review stands that a workbook was made for.
NUMBERS = {
    "docProps/custom.xml": rb'(name="Review number".*?<(?:vt:)?lpwstr[^>]*>)\d+(<)',
    "xl/worksheets/sheet1.xml": rb'(Review number</t></is></c><c r="B10"[^>]*><is><t>)\d+(<)',
    "xl/sharedStrings.xml": rb"(Review number</t></si>\s*<si><t[^>]*>|<si><t[^>]*>(?=1[89]</t>))\d+(<)",
}


def for_review(content, number):
    """The workbook as if it had been made for a review that exists; every other byte of its parts stays."""
    to = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if pattern := NUMBERS.get(entry.filename):
                data = re.sub(pattern, lambda found: found[1] + str(number).encode() + found[2], data, flags=re.S)
            new.writestr(entry.filename, data)
    return to.getvalue()


@pytest.fixture
def ask(db):
    """A review of a vendor as those were that the workbooks went to: of version 2026.1, all 24 questions put."""
    buyer = make_user(name="Ines Halvorsen", email="ines@example.com")
    organization = make_organization(owner=buyer, name="Kestrel Logistics")

    def ask(vendor):
        about = {"offer": "Managed inference", "reviewed_on": date(2026, 11, 29), "hosting_model": "hybrid"}
        review = make_vendor_review(organization, name=vendor, **about)
        review.framework_version = "2026.1"
        review.save(update_fields=["framework_version"])
        return review

    return ask


@pytest.fixture
def send(ask):
    """Import a workbook for a new review of its vendor, or for one that exists."""

    def send(name, vendor, review=None):
        review = review or ask(vendor)
        content = for_review((WORKBOOKS / f"{name}.xlsx").read_bytes(), review.pk)
        return review, take(review, content)

    return send
