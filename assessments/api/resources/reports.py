"""Reports: asked for, looked after while a worker makes them, and taken along."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from assessments.api import door, pages
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.organizations.models import Role
from assessments.reports import services
from assessments.reports.downloads import report_file
from assessments.reports.files import CONTENT_TYPES
from assessments.reports.models import Report
from assessments.reports.preparing.services import of_draft

router = Router(tags=["Reports"])
PATH = "/organizations/{slug:slug}/reports"
FILE = {
    "responses": {
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in CONTENT_TYPES.values()},
        }
    }
}


class ReportIn(Schema):
    """Which assessment, and what kind of file. It shows what was chosen and written for it before."""

    model_config = ConfigDict(extra="forbid")

    scorecard: Annotated[int, Field(strict=True)]
    format: Literal["pdf", "pptx", "docx", "xlsx", "json"] = "pdf"


class ReportOut(Schema):
    """A report. `status` is queued, running, done or failed; once it is done, `file` is where to take it along."""

    id: int
    title: str
    format: str
    status: str
    error: str
    scorecard: int
    requested_at: datetime
    requested_by: str
    finished_at: datetime | None
    pages: int
    size: Annotated[int, Field(description="Bytes.")]
    file: str | None


@router.post(PATH, auth=door.writing(Role.EDITOR), response={202: ReportOut})
def report_create(request: ApiRequest, response: HttpResponse, slug: str, sent: ReportIn) -> object:
    """Ask for a report. It is frozen now, made by a worker, and there once its status is done."""
    scorecard = get_object_or_404(request.organization.scorecards, pk=sent.scorecard)
    scorecard.organization = request.organization
    report = services.request_report(scorecard, actor=request.actor, kind=sent.format, **of_draft(scorecard))
    response["Location"] = reverse("api:report_detail", args=[request.organization.slug, report.pk])
    return Status(202, _out(request, report))


@router.get(PATH, auth=door.reading(Role.VIEWER), response=pages.Page[ReportOut])
def report_list(request: ApiRequest, slug: str, listed: Query[Listed]) -> object:
    """The reports of an organization, the newest first."""
    rows = request.organization.reports.defer("snapshot")
    found, following = pages.newest(rows, after=listed.after, limit=listed.limit)
    return {"items": [_out(request, report) for report in found], "next": following}


@router.get(PATH + "/{int:pk}", auth=door.reading(Role.VIEWER), response=ReportOut)
def report_detail(request: ApiRequest, slug: str, pk: int) -> object:
    """One report: whether it is done yet."""
    return _out(request, get_object_or_404(request.organization.reports.defer("snapshot"), pk=pk))


@router.get(PATH + "/{int:pk}/file", auth=door.reading(Role.VIEWER), response={200: None}, openapi_extra=FILE)
def report_download(request: ApiRequest, slug: str, pk: int) -> object:
    """The file of a report that is done."""
    return report_file(request.organization, pk)


def _out(request: ApiRequest, report: Report) -> dict[str, Any]:
    names = ("title", "format", "status", "error", "requested_at", "finished_at", "pages", "size")
    at = reverse("api:report_download", args=[request.organization.slug, report.pk])
    return {name: getattr(report, name) for name in names} | {
        "id": report.pk,
        "scorecard": report.scorecard_id,
        "requested_by": report.requested_name,
        "file": f"{settings.SITE_URL}{at}" if report.status == Report.Status.DONE else None,
    }
