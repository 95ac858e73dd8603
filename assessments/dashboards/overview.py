"""One organization at a glance: the verdict, what to do first, where it stands."""

from django.db.models import Exists, F, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.economics.at_risk import spend_at_risk
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.reports.models import Report
from assessments.roadmaps.planned import steps_block
from assessments.roadmaps.readings import RoadmapReading, planned_steps, read_roadmap
from assessments.scorecards.models import AnswerRequest, Scorecard
from assessments.scorecards.readings import ScorecardReading, history_of, read_scorecard
from assessments.scorecards.results import result_page

FLAGS_SHOWN = 4
REPORTS_SHOWN = 3


@require_GET
@organization_view(Role.VIEWER)
def organization_detail(request: OrganizationRequest) -> HttpResponse:
    """The newest signed-off scorecard is what counts; before there is one, the open one shows what is known so far."""
    organization = request.organization
    scorecards = _scorecards(organization)
    signed_off = [scorecard for scorecard in scorecards if scorecard.is_signed_off]
    open_scorecard = next((scorecard for scorecard in scorecards if not scorecard.is_signed_off), None)
    current = next(iter(signed_off), open_scorecard)
    context = {
        "part": "overview",
        "open": open_scorecard,
        "at_risk": spend_at_risk(organization),
        "can_edit": request.role >= Role.EDITOR,
    }
    if current is None:
        return render(request, "dashboards/organization_detail_empty.html", context)
    reading = read_scorecard(current)
    page = result_page(reading, history_of(reversed(signed_off)))
    plan = _plan(reading)
    context |= {
        "first_steps": steps_block(reading, plan.roadmap if plan else None, planned_steps(plan) if plan else ()),
        "reading": reading,
        "page": page,
        "flags_shown": page.red_flags[:FLAGS_SHOWN],
        "requests": _open_requests(open_scorecard),
        "detail_url": reverse("scorecard_detail", args=[organization.slug, current.pk]),
        "plan": plan,
        "reports": organization.reports.filter(status=Report.Status.DONE)[:REPORTS_SHOWN],
    }
    return render(request, "dashboards/organization_detail.html", context)


def _scorecards(organization: Organization) -> list[Scorecard]:
    """The open scorecard and the signed-off ones, newest first, with whether colleagues are asked."""
    asked = AnswerRequest.objects.filter(response__scorecard=OuterRef("pk"), ending="")
    scorecards = organization.scorecards.select_related("predecessor", "standing").annotate(is_asked=Exists(asked))
    return list(scorecards.newest_first())


def _open_requests(scorecard: Scorecard | None) -> list[AnswerRequest]:
    """What was asked of colleagues on the open scorecard and is not answered yet, the first due first."""
    if scorecard is None or not scorecard.is_asked:
        return []
    requests = AnswerRequest.objects.filter(response__scorecard=scorecard, ending="")
    return list(requests.select_related("asked", "response").order_by(F("due_on").asc(nulls_last=True), "pk"))


def _plan(reading: ScorecardReading) -> RoadmapReading | None:
    """The roadmap that starts from what is shown."""
    roadmap = reading.scorecard.roadmaps.first()
    if roadmap is None:
        return None
    roadmap.organization, roadmap.scorecard = reading.scorecard.organization, reading.scorecard
    return read_roadmap(roadmap, timezone.localdate(), result=reading.result)
