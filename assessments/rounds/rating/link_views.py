"""The page of a rater without an account, found by the token alone; it reads nothing but what `pages` hands it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.shown import Shown, logo_response, shown, styles_response
from assessments.organizations.secret_link_pages import Door, is_preview
from assessments.rounds.models import RaterLink
from assessments.rounds.rating import answering, links, pages
from assessments.rounds.rating.views import go_on, save_one, wants_to_attach
from assessments.saving.parts import State

by_link = Door(
    find=links.find,
    check_passcode=links.check_passcode,
    zone=lambda link: link.rater.round.scorecard.organization.zone,
    ended_page="rounds/rater_link_rate.html",
    passcode_page="rounds/rater_link_unlock.html",
    first="rater_link_rate",
    note_opening=links.note_opening,
)


@login_not_required
@require_POST
@by_link.unlocking
def rater_link_unlock(request: HttpRequest, link: RaterLink, token: str) -> HttpResponse:
    return by_link.unlock(request, link, token)


@login_not_required
@require_http_methods(["GET", "POST"])
@by_link
def rater_link_rate(request: HttpRequest, link: RaterLink, token: str) -> HttpResponse:
    """The categories and what the rater says. A POST is the whole page, as its buttons send it without JavaScript."""
    rater = link.rater
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        own = pages.own_ratings(rater)
        outcomes = answering.save_page(rater, own, data, is_closed=rater.round.is_closed)
        if all(outcome.state == State.SAVED for outcome in outcomes):
            if category := wants_to_attach(request, own):
                return redirect("rater_link_attach", token, category)
            go_on(request, rater)
            return redirect("rater_link_rate", token)
    elif not is_preview(request):
        links.note_opening(link)
    page = pages.read_page(rater, outcomes, data)
    context = {
        "link": link,
        "token": token,
        "page": page,
        "round": page.round,
        "scorecard": page.round.scorecard,
        "brand": brand_shown(link, token),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "rounds/rater_link_rate.html", context, status=status)


@login_not_required
@require_POST
@by_link
def rater_link_save(request: HttpRequest, link: RaterLink, token: str, category: str, part: str) -> HttpResponse:
    return save_one(request, link.rater, category, part)


def _brand(link: RaterLink) -> Brand | None:
    """The organization's branding, which came with the link."""
    return getattr(link.rater.round.scorecard.organization, "brand", None)


def brand_shown(link: RaterLink, token: str) -> Shown | None:
    return shown(_brand(link), at=lambda what, digest: reverse(f"rater_link_{what}", args=[token, digest]))


@login_not_required
@require_GET
@by_link
def rater_link_logo(request: HttpRequest, link: RaterLink, token: str, digest: str) -> HttpResponse:
    return logo_response(_brand(link), digest)


@login_not_required
@require_GET
@by_link
def rater_link_styles(request: HttpRequest, link: RaterLink, token: str, digest: str) -> HttpResponse:
    return styles_response(_brand(link), digest)
