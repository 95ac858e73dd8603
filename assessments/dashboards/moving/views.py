"""The switcher, the next one of the list, and the search over everything."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.moving import recent
from assessments.dashboards.moving.search import find_everywhere
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role

SEARCH_MAX_LENGTH = 100


def _typed(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:SEARCH_MAX_LENGTH]


@require_GET
@personal_view
def organization_switch(request: HttpRequest) -> HttpResponse:
    """The organizations to go to: those opened last on top, or those that are called what was typed."""
    user, search = cast(User, request.user), _typed(request)
    found = recent.called(user, search) if search else recent.recent_first(request, user)
    context = {"part": "portfolio", "search": search, "found": found}
    if request.headers.get("HX-Request"):
        return render(request, "dashboards/_switch.html", context)
    return render(request, "dashboards/organization_switch.html", context)


@require_GET
@organization_view(Role.VIEWER)
def organization_next(request: OrganizationRequest) -> HttpResponse:
    """The organization behind this one in the list that was looked at last, or the one before it."""
    reach, is_back = Reach(request.user), request.GET.get("way") == "back"
    reading = ListReading.of(recent.list_query(request), reach, "")
    listing = reading.listing(reach)
    here = OrganizationStanding.objects.filter(organization=request.organization).first()
    try:
        rows = listing.beside(here, backwards=is_back) if here else []
    except ValidationError:
        rows = []
    for row in rows:
        return redirect("organization_detail", row.organization.slug)
    words = _("{organization} is the first of the list.") if is_back else _("{organization} is the last of the list.")
    messages.info(request, words.format(organization=request.organization))
    back = redirect("organization_list")
    back["Location"] += f"?{reading.query}" if reading.query else ""
    return back


@require_GET
@personal_view
def search_list(request: HttpRequest) -> HttpResponse:
    """What a person may open, by its name."""
    search = _typed(request)
    context = {"part": "search", "search": search, "groups": find_everywhere(cast(User, request.user), search)}
    if request.headers.get("HX-Request"):
        return render(request, "dashboards/_found.html", context)
    return render(request, "dashboards/search_list.html", context)
