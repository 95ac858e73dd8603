"""Two assessments of one organization, one against the other."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.scorecards.comparing.changes import changes_between
from assessments.scorecards.models import Scorecard


@require_GET
@organization_view(Role.VIEWER)
def scorecard_compare(request: OrganizationRequest) -> HttpResponse:
    """The two that are named, the older one as the one before; without any, the newest and the one before it."""
    scorecards = list(request.organization.scorecards.newest_first())
    context = {"part": "scorecard", "scorecards": scorecards}
    if len(scorecards) < 2:
        return render(request, "scorecards/scorecard_compare_none.html", context)
    for scorecard in scorecards:
        scorecard.organization = request.organization
    before, after = _chosen(request, scorecards)
    context |= {"before": before, "after": after}
    if before != after:
        context["changes"] = changes_between(before, after)
    return render(request, "scorecards/scorecard_compare.html", context)


def _chosen(request: OrganizationRequest, scorecards: list[Scorecard]) -> tuple[Scorecard, Scorecard]:
    by_pk = {str(scorecard.pk): scorecard for scorecard in scorecards}
    try:
        after = by_pk[request.GET.get("b", str(scorecards[0].pk))]
        place = scorecards.index(after)
        fallback = scorecards[place + 1] if place + 1 < len(scorecards) else scorecards[place - 1]
        before = by_pk[request.GET.get("a", str(fallback.pk))]
    except KeyError:
        raise Http404 from None
    older_first = sorted((before, after), key=scorecards.index, reverse=True)
    return older_first[0], older_first[1]
