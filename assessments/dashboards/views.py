"""The portfolio: every organization of a person, the one that needs attention first on top."""

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards import wording
from assessments.dashboards.queries import VERDICTS, PortfolioCounts, portfolio, portfolio_page
from assessments.dashboards.spread import spread
from assessments.dashboards.waiting.groups import waiting_for
from assessments.organizations.forms import OrganizationForm

SEARCH_MAX_LENGTH = 120


@require_GET
@personal_view
def organization_list(request: HttpRequest) -> HttpResponse:
    """The portfolio, or the first step for a person who has no organization yet."""
    user = cast(User, request.user)
    counts = PortfolioCounts.of(portfolio(user))
    if not counts.total:
        context = {"part": "portfolio", "form": OrganizationForm()}
        return render(request, "dashboards/organization_list_empty.html", context)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_MAX_LENGTH]
    verdict = request.GET.get("v", "") if request.GET.get("v", "") in VERDICTS else ""
    page, rows = portfolio_page(portfolio(user, search, verdict), request.GET.get("page"))
    context = {
        "part": "portfolio",
        "headline": wording.headline(counts),
        "detail": wording.detail(counts),
        "search": search,
        "verdict": verdict,
        "chips": wording.chips(counts),
        "kept": urlencode({key: value for key, value in (("q", search), ("v", verdict)) if value}),
        "page": page,
        "rows": rows,
        "waiting": waiting_for(user),
    }
    standings = spread(rows)  # of the same filter and page as the list
    context |= {"spread": standings, "weakest": wording.weakest(standings.means)}
    return render(request, "dashboards/organization_list.html", context)
