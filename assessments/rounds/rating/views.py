"""A member's own page in a round: the categories they are asked, saved part by part."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds.models import Rater, Rating
from assessments.rounds.rating import answering, attaching, pages
from assessments.rounds.views import round_of
from assessments.saving.parts import State


def own_rater(request: OrganizationRequest, pk: int) -> Rater:
    """Whoever is no rater of the round finds nothing here, whatever their role."""
    rater = answering.rater_of(round_of(request, pk), request.user)
    if rater is None:
        raise Http404
    return rater


@require_http_methods(["GET", "POST"])
@organization_view(Role.VIEWER)
def rating_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The categories and what the rater says. A POST is the whole page, as its buttons send it without JavaScript."""
    rater = own_rater(request, pk)
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        own, is_closed = pages.own_ratings(rater), rater.round.is_closed
        outcomes = answering.save_page(rater, own, data, is_closed=is_closed)
        if all(outcome.state == State.SAVED for outcome in outcomes):
            if category := wants_to_attach(request, own):
                return redirect("rating_attach", request.organization.slug, pk, category)
            go_on(request, rater)
            return redirect("rating_update", request.organization.slug, pk)
    page = pages.read_page(rater, outcomes, data)
    context = {"part": "scorecard", "page": page, "round": page.round, "scorecard": page.round.scorecard}
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "rounds/rating_update.html", context, status=status)


def wants_to_attach(request: HttpRequest, own: Mapping[str, Rating]) -> str:
    """The category whose button to attach something sent the whole page; empty for another button."""
    then, _colon, category = request.POST.get("then", "").partition(":")
    return category if then == "evidence" and category in own else ""


def go_on(request: HttpRequest, rater: Rater) -> None:
    """After the whole page was saved by a button: do what the button stands for."""
    then, _colon, target = request.POST.get("then", "").partition(":")
    try:
        if then == "finish":
            answering.finish(rater)
            messages.success(request, _("Thank you: your scores are in."))
        elif then == "remove" and target.isdecimal() and len(target) < 19:
            if evidence := attaching.evidence_of(rater).filter(pk=int(target)).first():
                attaching.remove(rater, evidence)
            messages.success(request, _("Removed."))
        else:
            messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, error.messages[0])


@require_POST
@organization_view(Role.VIEWER)
def rating_save(request: OrganizationRequest, pk: int, category: str, part: str) -> HttpResponse:
    return save_one(request, own_rater(request, pk), category, part)


def save_one(request: HttpRequest, rater: Rater, category: str, part: str) -> HttpResponse:
    """Save one part and answer with its save state; how far the rater has come goes along."""
    own = pages.own_ratings(rater)
    if part not in answering.PARTS or category not in own:
        raise Http404
    outcome = answering.save_part(rater, category, part, request.POST)
    context = {"slot": pages.answered_slot(outcome, request.POST, is_closed=rater.round.is_closed)}
    if outcome.state == State.SAVED and part == "level":
        own[category] = rater.ratings.get(category_key=category)
        is_closed = rater.round.is_closed
        answered = sum(bool(answering.stored(row, "level", is_closed=is_closed)) for row in own.values())
        context |= {"answered": answered, "asked": len(own)}
    return render(request, "rounds/_rating_saved.html", context, status=outcome.status)
