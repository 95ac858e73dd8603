"""One organization at a glance: the verdict, what to do first, where it stands."""

from django.db.models import Exists, F, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.economics.at_risk import spend_at_risk
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.reports.models import Report
from assessments.roadmaps.models import Roadmap
from assessments.roadmaps.planned import steps_block
from assessments.roadmaps.readings import RoadmapReading, planned_steps, read_roadmap
from assessments.scorecards.models import AnswerRequest, Scorecard
from assessments.scorecards.readings import ScorecardReading, read_scorecard, score_history
from assessments.scorecards.results import result_page

FLAGS_SHOWN = 4
REPORTS_SHOWN = 3


@require_GET
@organization_view(Role.VIEWER)
def organization_detail(request: OrganizationRequest) -> HttpResponse:
    """The newest signed-off scorecard is what counts; before there is one, the open one shows what is known so far."""
    organization = request.organization
    newest = _newest(organization)
    open_scorecard = next((scorecard for scorecard in newest if not scorecard.is_signed_off), None)
    current = next((scorecard for scorecard in newest if scorecard.is_signed_off), open_scorecard)
    context = {
        "part": "overview",
        "open": open_scorecard,
        "at_risk": spend_at_risk(organization),
        "can_edit": request.role >= Role.EDITOR,
    }
    if current is None:
        return render(request, "dashboards/organization_detail_empty.html", context)
    reading = read_scorecard(current)
    page = result_page(reading, score_history(organization))
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


def _newest(organization: Organization) -> list[Scorecard]:
    """The open scorecard and the newest signed-off one, as far as there are any.

    Each comes with whether colleagues are asked, and with the number and first day of its roadmap.
    """
    asked = AnswerRequest.objects.filter(response__scorecard=OuterRef("pk"), ending="")
    plan = Roadmap.objects.filter(scorecard=OuterRef("pk"))
    scorecards = organization.scorecards.select_related("predecessor").annotate(
        is_asked=Exists(asked),
        plan_pk=Subquery(plan.values("pk")),
        plan_starts_on=Subquery(plan.values("starts_on")),
    )
    return list(scorecards.newest_first()[:2])


def _open_requests(scorecard: Scorecard | None) -> list[AnswerRequest]:
    """What was asked of colleagues on the open scorecard and is not answered yet, the first due first."""
    if scorecard is None or not scorecard.is_asked:
        return []
    requests = AnswerRequest.objects.filter(response__scorecard=scorecard, ending="")
    return list(requests.select_related("asked", "response").order_by(F("due_on").asc(nulls_last=True), "pk"))


def _plan(reading: ScorecardReading) -> RoadmapReading | None:
    """The roadmap that starts from what is shown."""
    scorecard = reading.scorecard
    if scorecard.plan_pk is None:
        return None
    roadmap = Roadmap(
        pk=scorecard.plan_pk,
        organization=scorecard.organization,
        scorecard=scorecard,
        framework_key=scorecard.framework_key,
        framework_version=scorecard.framework_version,
        starts_on=scorecard.plan_starts_on,
    )
    return read_roadmap(roadmap, timezone.localdate(), result=reading.result)
