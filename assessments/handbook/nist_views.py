"""A scorecard read by the functions of the NIST AI RMF."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.handbook import nist
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.scorecards.readings import read_scorecard


@require_GET
@organization_view(Role.VIEWER)
def nist_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = get_object_or_404(request.organization.scorecards.select_related("predecessor"), pk=pk)
    scorecard.organization = request.organization
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "nist": nist.read_nist(read_scorecard(scorecard)),
        "publication": _(nist.PUBLICATION),
        "aid": _(nist.AID),
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "handbook/nist_detail.html", context)
