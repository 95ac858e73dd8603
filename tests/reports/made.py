"""Reports that are ready without a worker having made them, with a PDF of one small page."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from pikepdf import Pdf

from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.scorecards.models import Scorecard
from tests.factories import make_scorecard

LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)


def small_pdf(pages: int = 1) -> bytes:
    out, pdf = BytesIO(), Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(612, 792))
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def make_ready_report(
    organization: Organization, *, scorecard: Scorecard | None = None, title: str = "Board report, Q3 assessment"
) -> Report:
    """A report of the organization's scorecard, or of a new one that is signed off."""
    scorecard = scorecard or make_scorecard(
        organization, levels=LEVELS, title="Q3 assessment", signed_off_at=timezone.now()
    )
    report = request_report(scorecard, actor=organization.created_by)
    content = small_pdf(2)
    report.file.save("report.pdf", ContentFile(content), save=False)
    values = {"status": "done", "finished_at": timezone.now(), "pages": 2, "size": len(content), "title": title}
    Report.objects.filter(pk=report.pk).update(**values, file=report.file.name)
    return Report.objects.get(pk=report.pk)
