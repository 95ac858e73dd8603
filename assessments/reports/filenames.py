"""What a report's file is called where it is kept."""

import re
import unicodedata

from assessments.organizations.models import Organization
from assessments.reports.models import Report

LENGTH = 120


def plain_filename(name: str) -> str:
    """A name every system can store: no separators, control or direction marks, no dot in front."""
    visible = "".join(character for character in name if not unicodedata.category(character).startswith("C"))
    words = re.sub(r'[\\/:*?"<>|%\s]+', " ", visible).strip(" .")
    return words[:LENGTH].strip(" .") or "Report"


def report_filename(report: Report, organization: Organization) -> str:
    return f"{plain_filename(f'{organization.name}, {report.title}')}.{report.format}"
