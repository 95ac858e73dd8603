"""What a reader without an account sees behind a link: a report, or where an organization stands.

The pages are found by their token alone, and show nothing but what the link is for.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_ratelimit.core import is_ratelimited

from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.queries import consultancy_of
from assessments.organizations.branding.shown import logo_response, shown, styles_response
from assessments.organizations.secret_link_pages import Door, is_preview
from assessments.reports.filenames import report_filename
from assessments.reports.files import CONTENT_TYPES
from assessments.reports.models import Report
from assessments.reports.sharing import links, live, stamps
from assessments.reports.sharing.models import ReportLink

# Of a watermarked file, for one link: each is made anew.
FILE_RATE = "30/m"
INLINE_POLICY = "base-uri 'none'; frame-ancestors 'none'"  # a stricter one keeps browsers from showing a PDF


by_link = Door(
    find=links.find,
    check_passcode=links.check_passcode,
    zone=lambda link: link.organization.zone,
    language=lambda link: link.spoken or link.organization.language,
    ended_page="reports/report_share_detail.html",
    passcode_page="reports/report_share_unlock.html",
    first="report_share_detail",
)


@login_not_required
@require_POST
@by_link.unlocking
def report_share_unlock(request: HttpRequest, link: ReportLink, token: str) -> HttpResponse:
    return by_link.unlock(request, link, token)


@login_not_required
@require_GET
@by_link
def report_share_detail(request: HttpRequest, link: ReportLink, token: str) -> HttpResponse:
    """The page of a link: the report with its file, or the newest assessment as it is now."""
    if not is_preview(request):
        links.note_opening(link)
    context = {
        "link": link,
        "token": token,
        "organization": link.organization,
        "brand": shown(_brand(link), at=lambda what, digest: reverse(f"report_share_{what}", args=[token, digest])),
    }
    if link.report is not None:
        return render(request, "reports/report_share_detail.html", context)
    return render(request, "reports/report_share_detail_live.html", context | live.result_of(link.organization))


def _brand(link: ReportLink) -> Brand | None:
    """The organization's own, which came with the link; else that of the consultancy."""
    own = getattr(link.organization, "brand", None)
    return own if own and own.is_set else consultancy_of(link.organization, None)


@login_not_required
@require_GET
@by_link
def report_share_logo(request: HttpRequest, link: ReportLink, token: str, digest: str) -> HttpResponse:
    return logo_response(_brand(link), digest)


@login_not_required
@require_GET
@by_link
def report_share_styles(request: HttpRequest, link: ReportLink, token: str, digest: str) -> HttpResponse:
    return styles_response(_brand(link), digest)


@login_not_required
@require_GET
@by_link
def report_share_view(request: HttpRequest, link: ReportLink, token: str) -> HttpResponse:
    """The file, to be read in the browser: a PDF only."""
    if link.report is None or link.report.format != Report.Format.PDF:
        raise Http404
    response = _file(request, link, as_attachment=False)
    if response.status_code == 200:
        response["Content-Security-Policy"] = INLINE_POLICY
    return response


@login_not_required
@require_GET
@by_link
def report_share_download(request: HttpRequest, link: ReportLink, token: str) -> HttpResponse:
    """The file, to be kept."""
    return _file(request, link, as_attachment=True)


def _file(request: HttpRequest, link: ReportLink, *, as_attachment: bool) -> HttpResponse:
    report = link.report
    if report is None:
        raise Http404
    if link.is_watermarked and _is_too_much(request, link):
        return render(request, "reports/report_share_detail.html", {"is_ended": True, "is_limited": True}, status=429)
    try:
        opened = report.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    if link.is_watermarked:
        with opened:
            opened = stamps.stamped(opened, link.recipient)
    if not is_preview(request):
        links.note_opening(link, took_file=True)
    name, kind = report_filename(report, link.organization), CONTENT_TYPES[report.format]
    response = FileResponse(opened, as_attachment=as_attachment, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _is_too_much(request: HttpRequest, link: ReportLink) -> bool:
    key = lambda group, request: str(link.pk)  # noqa: E731  the library asks for a function
    return is_ratelimited(request, group="watermarked_report", key=key, rate=FILE_RATE, increment=True)
