"""One organization at a glance: the verdict, what to do first, where it stands and is to stand, what happened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.dashboards.aside import Noted, lately, noted, vendor_block
from assessments.dashboards.moving.recent import remember
from assessments.economics.at_risk import spend_at_risk
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.roadmaps.plan.planned import steps_block
from assessments.roadmaps.readings import RoadmapReading, planned_steps, read_roadmap
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.targets import targets_against
from assessments.scorecards.readings import ScorecardReading, entered_later, history_of, read_scorecard, with_earlier
from assessments.scorecards.results import result_page

FLAGS_SHOWN = 4


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
        "can_manage": request.role >= Role.OWNER,
    }
    if current is None:
        response = render(request, "dashboards/organization_detail_empty.html", context)
        return remember(request, response, organization)
    reading = read_scorecard(current, with_proofs=False)
    aside = noted(organization, current)
    history = with_earlier(history_of(reversed(signed_off)), _earlier(aside, current.framework_key))
    target = targets_against(aside.targets, reading.framework, reading.result, organization.today())
    page = result_page(reading, history, target)
    plan = _plan(reading, aside)
    happened = lately(organization, open_scorecard)
    context |= {
        "first_steps": steps_block(reading, plan.roadmap if plan else None, planned_steps(plan) if plan else ()),
        "reading": reading,
        "page": page,
        "target": target,
        "rhythm": getattr(current.organization, "rhythm", None),
        "today": organization.today(),
        "flags_shown": page.red_flags[:FLAGS_SHOWN],
        "requests": happened.asked if open_scorecard else (),
        "detail_url": reverse("scorecard_detail", args=[organization.slug, current.pk]),
        "plan": plan,
        "vendors": vendor_block(organization),
        "lately": happened,
    }
    return remember(request, render(request, "dashboards/organization_detail.html", context), organization)


def _scorecards(organization: Organization) -> list[Scorecard]:
    """The open scorecard and the signed-off ones, newest first, with the organization's rhythm."""
    scorecards = organization.scorecards.select_related("predecessor", "standing", "organization__rhythm")
    return list(scorecards.newest_first())


def _earlier(aside: Noted, framework_key: str) -> list:
    return [entered_later(on, total, framework_key) for _, on, total in aside.earlier]


def _plan(reading: ScorecardReading, aside: Noted) -> RoadmapReading | None:
    """The roadmap that starts from what is shown."""
    roadmap = reading.scorecard.roadmaps.first()
    if roadmap is None:
        return None
    roadmap.organization, roadmap.scorecard = reading.scorecard.organization, reading.scorecard
    return read_roadmap(roadmap, timezone.localdate(), result=reading.result, dismissed=aside.put_aside)
