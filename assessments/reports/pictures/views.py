"""The charts of the result and of the roadmap, each as a picture to take along."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.pictures.drawing import draw_svg, png_of
from assessments.roadmaps.models import Roadmap
from assessments.roadmaps.plan.timeline import timeline_page
from assessments.roadmaps.readings import read_roadmap
from assessments.scorecards.models import Scorecard
from assessments.scorecards.readings import read_scorecard, score_history
from assessments.scorecards.results import result_page

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
LEVELS, SCORES, PLAN, DUE = "levels", "scores", "plan", "due-dates"
TITLES = {
    LEVELS: _lazy("Level of each category, 0 to 2"),
    PLAN: _lazy("Proven score, if every item is done when it is due"),
    DUE: _lazy("When each item is due, with the line of today"),
}


@require_GET
@organization_view(Role.VIEWER)
def chart_download(request: OrganizationRequest, pk: int, chart: str, ending: str) -> HttpResponse:
    """A chart that there is not yet, such as a line of one point, is not found."""
    if ending not in CONTENT_TYPES or chart not in (*TITLES, SCORES):
        raise Http404
    scorecard = get_object_or_404(request.organization.scorecards, pk=pk)
    scorecard.organization = request.organization
    figure, title = _figure(scorecard, chart)
    if figure is None:
        raise Http404
    picture = draw_svg(figure, title=f"{request.organization}: {title}")
    content = picture.encode() if ending == "svg" else png_of(picture)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    name = f"{request.organization.slug}-{chart}-{timezone.localdate():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _figure(scorecard: Scorecard, chart: str) -> tuple[dict[str, Any] | None, str]:
    """The figure as its page has it, and what it shows."""
    if chart in (LEVELS, SCORES):
        page = result_page(read_scorecard(scorecard), score_history(scorecard.organization))
        return (page.profile, str(TITLES[LEVELS])) if chart == LEVELS else (page.trend, page.trend_title)
    roadmap = Roadmap.objects.filter(scorecard=scorecard).select_related("scorecard").first()
    if roadmap is None:
        return None, ""
    roadmap.organization = scorecard.organization
    drawn = timeline_page(read_roadmap(roadmap, timezone.localdate()))
    return (drawn.projection if chart == PLAN else drawn.timeline), str(TITLES[chart])
