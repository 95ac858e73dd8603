"""The file of a report as it is handed out, on a page and by the API; each time stands in the activity."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from assessments.audit import trail
from assessments.organizations.models import Organization
from assessments.reports import services
from assessments.reports.filenames import report_filename
from assessments.reports.files import CONTENT_TYPES
from assessments.reports.models import Report


def report_file(organization: Organization, pk: int) -> FileResponse:
    """Http404 for a report of another organization, one that is not done, or one whose file is gone."""
    finished = organization.reports.filter(status=Report.Status.DONE).defer("snapshot")
    report = get_object_or_404(finished, pk=pk)
    try:
        opened = report.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    with trail.if_possible():
        services.record_download(report)
    name = report_filename(report, organization)
    return FileResponse(opened, as_attachment=True, filename=name, content_type=CONTENT_TYPES[report.format])
