"""A team's checks: reading them, saving them one by one or whole, and taking one to the roadmap."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.handbook import answers, checks, services
from assessments.handbook.models import TeamCheck
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.saving.parts import Outcome, State

PLANNABLE = (TeamCheck.Kind.PITFALL, TeamCheck.Kind.ROLE)


@require_GET
@organization_view(Role.VIEWER)
def team_check_list(request: OrganizationRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: OrganizationRequest, outcomes: Sequence[Outcome] = (), data: QueryDict | None = None
) -> HttpResponse:
    context = {
        "part": "checks",
        "page": checks.checks_page(request.organization, outcomes, data),
        "fits": answers.FITS,
        "workloads": answers.workloads(),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "can_edit": request.role >= Role.EDITOR,
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "handbook/team_check_list.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def team_check_update(request: OrganizationRequest) -> HttpResponse:
    """The whole page saved by a button, as it happens without JavaScript; the button may then plan one of them."""
    outcomes = checks.save_page(request.organization, request.POST, request.user)
    if any(outcome.state != State.SAVED for outcome in outcomes):
        return _page(request, outcomes, request.POST)
    then, _colon, about = request.POST.get("then", "").partition(":")
    kind, _colon, key = about.partition(":")
    address = reverse("team_check_list", args=[request.organization.slug])
    if then == "plan" and kind in PLANNABLE and key in answers.keys(kind):
        _plan(request, kind, key)
        return redirect(f"{address}#{checks.part_key(kind, key)}")
    messages.success(request, _("Saved.") if outcomes else _("Everything was saved already."))
    return redirect(address)


def _plan(request: OrganizationRequest, kind: str, key: str) -> None:
    try:
        item = services.plan_check(request.organization, kind=kind, key=key, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("“{title}” is on the roadmap.").format(title=item.title))


@require_POST
@organization_view(Role.EDITOR)
def team_check_save(request: OrganizationRequest, kind: str, check: str) -> HttpResponse:
    """Save one check and answer with its save state."""
    if check not in answers.keys(kind):
        raise Http404
    outcome = checks.save_check(request.organization, kind, check, request.POST, request.user)
    slot = checks.answered_slot(outcome, kind, check, request.POST)
    return render(request, "handbook/_check_saved.html", {"slot": slot}, status=outcome.status)
