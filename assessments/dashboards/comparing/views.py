"""Organizations side by side; who moved since a day, how the portfolio lies, and where it is weakest."""

from datetime import date, timedelta
from typing import cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.comparing import organizations as comparing
from assessments.dashboards.comparing.movement import movement
from assessments.dashboards.comparing.weakest import category_counts, score_counts, weakest_words
from assessments.dashboards.portfolio import filters
from assessments.dashboards.portfolio.reach import Reach
from assessments.organizations.models import Organization

SEARCH_MAX_LENGTH = 120
USUAL_SPAN = timedelta(days=182)


@require_GET
@personal_view
def organization_compare(request: HttpRequest) -> HttpResponse:
    """Two to six organizations side by side; with fewer, the page to choose them on."""
    user = cast(User, request.user)
    search = _text(request, "q")
    refused, chosen = "", []
    try:
        chosen = comparing.find_chosen(user, request.GET.getlist("o"))
    except ValidationError as error:
        refused = error.messages[0]
    context = {"part": "portfolio", "chosen": chosen, "search": search, "refused": refused}
    context["found"] = comparing.find_more(user, search, chosen)
    is_choosing = len(chosen) < comparing.MINIMUM
    if not is_choosing:
        context["comparison"] = comparing.compare_organizations(chosen)
    status = 422 if refused else 200
    return render(request, "dashboards/organization_compare.html", context, status=status)


@require_GET
@personal_view
def portfolio_picture(request: HttpRequest) -> HttpResponse:
    """The portfolio as a whole, by the list's filter: against the line, by category, and who moved since a day."""
    user = cast(User, request.user)
    reach = Reach(user)
    chosen = filters.read(request.GET, reach)
    rows = chosen.of(reach.rows(), timezone.localdate()).order_by()
    organizations = Organization.objects.filter(pk__in=rows.values("pk"))
    since = _since(request)
    counts = category_counts(organizations)
    scores, elsewhere = score_counts(organizations)
    context = {
        "part": "portfolio",
        "search": chosen.search,
        "kept": [pair for pair in chosen.query if pair[0] != "q"],
        "list_query": urlencode(chosen.query),
        "problems": chosen.problems,
        "since": since,
        "today": timezone.localdate(),
        "counts": counts,
        "weakest": weakest_words(counts),
        "scores": scores,
        "elsewhere": elsewhere,
        "highest": max((score.number for score in scores), default=0),
        "assessed": sum(score.number for score in scores),
        "below": sum(score.number for score in scores if score.is_at_risk),
        "movement": movement(organizations, since),
    }
    return render(request, "dashboards/portfolio_picture.html", context)


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:SEARCH_MAX_LENGTH]


def _since(request: HttpRequest) -> date:
    """The day that was chosen, or half a year ago; one that is none, or lies ahead, is as good as none."""
    today = timezone.localdate()
    try:
        chosen = parse_date(request.GET.get("since", ""))
    except ValueError:
        chosen = None
    return chosen if chosen and date(2000, 1, 1) <= chosen <= today else today - USUAL_SPAN
