"""The page of a rater without an account, found by the token alone; it reads nothing but what `pages` hands it."""

from functools import partial, wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.organizations import secret_link_pages
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.shown import Shown, logo_response, shown, styles_response
from assessments.organizations.secret_link_pages import LinkView, PasscodeForm
from assessments.rounds.models import RaterLink
from assessments.rounds.rating import answering, links, pages
from assessments.rounds.rating.views import go_on, save_one
from assessments.saving.parts import State


def _by_link(view: LinkView, *, needs_passcode: bool = True) -> LinkView:
    """The door of a rater's page: their link, unlocked, in the time zone of the organization."""

    @wraps(view)
    def noted(request: HttpRequest, link: RaterLink, token: str, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and link.opened_at is None:
            links.note_opening(link)  # whoever does something has opened it, whatever the browser said
        with timezone.override(link.rater.round.scorecard.organization.zone):
            return view(request, link, token, **kwargs)

    locked = _passcode_page if needs_passcode else None
    return secret_link_pages.by_link(noted, find=links.find, ended=_nothing_here, locked=locked)


def _nothing_here(request: HttpRequest, *, counts: bool = False) -> HttpResponse:
    is_limited = counts and secret_link_pages.is_guessing(request)
    context = {"is_ended": True, "is_limited": is_limited}
    return render(request, "rounds/rater_link_rate.html", context, status=429 if is_limited else 404)


def _passcode_page(
    request: HttpRequest, link: RaterLink, token: str, form: PasscodeForm, *, status: int
) -> HttpResponse:
    context = {"link": link, "token": token, "form": form, "was_sent": status == 403}
    return render(request, "rounds/rater_link_unlock.html", context, status=status)


@login_not_required
@require_POST
@partial(_by_link, needs_passcode=False)
def rater_link_unlock(request: HttpRequest, link: RaterLink, token: str) -> HttpResponse:
    form, status = secret_link_pages.unlock(request, link, links.check_passcode)
    if status == 302:
        return redirect("rater_link_rate", token)
    if links.find(token) is None:
        return _nothing_here(request)
    return _passcode_page(request, link, token, form, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
@_by_link
def rater_link_rate(request: HttpRequest, link: RaterLink, token: str) -> HttpResponse:
    """The categories and what the rater says. A POST is the whole page, as its buttons send it without JavaScript."""
    rater = link.rater
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        own = pages.own_ratings(rater)
        outcomes = answering.save_page(rater, own, data, is_closed=rater.round.is_closed)
        if all(outcome.state == State.SAVED for outcome in outcomes) and go_on(request, rater):
            return redirect("rater_link_rate", token)
    elif not secret_link_pages.is_preview(request):
        links.note_opening(link)
    page = pages.read_page(rater, outcomes, data)
    context = {
        "link": link,
        "token": token,
        "page": page,
        "round": page.round,
        "scorecard": page.round.scorecard,
        "brand": _brand_shown(link, token),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "rounds/rater_link_rate.html", context, status=status)


@login_not_required
@require_POST
@_by_link
def rater_link_save(request: HttpRequest, link: RaterLink, token: str, category: str, part: str) -> HttpResponse:
    return save_one(request, link.rater, category, part)


def _brand(link: RaterLink) -> Brand | None:
    """The organization's branding, which came with the link."""
    return getattr(link.rater.round.scorecard.organization, "brand", None)


def _brand_shown(link: RaterLink, token: str) -> Shown | None:
    return shown(_brand(link), at=lambda what, digest: reverse(f"rater_link_{what}", args=[token, digest]))


@login_not_required
@require_GET
@_by_link
def rater_link_logo(request: HttpRequest, link: RaterLink, token: str, digest: str) -> HttpResponse:
    return logo_response(_brand(link), digest)


@login_not_required
@require_GET
@_by_link
def rater_link_styles(request: HttpRequest, link: RaterLink, token: str, digest: str) -> HttpResponse:
    return styles_response(_brand(link), digest)
