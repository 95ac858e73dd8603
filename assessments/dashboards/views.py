"""The portfolio: every organization of a person, the one that needs attention first on top."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.accounts.landing import is_landing
from assessments.accounts.models import User
from assessments.dashboards import wording
from assessments.dashboards.moving.recent import remember_list
from assessments.dashboards.portfolio import columns, filters, orders
from assessments.dashboards.portfolio.queries import PortfolioCounts, options, with_organizations
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading, count, page_of, tabs
from assessments.dashboards.spread import spread
from assessments.dashboards.waiting.groups import waiting_for
from assessments.organizations.adding import may_add
from assessments.organizations.forms import NewOrganizationForm
from assessments.organizations.models import Organization


@require_GET
@personal_view
def organization_list(request: HttpRequest) -> HttpResponse:
    """The portfolio; the first step for a person without an organization; after signing in, with one only, that one."""
    user = cast(User, request.user)
    reach, has_just_signed_in = Reach(user), is_landing(request)
    counts = PortfolioCounts.of(reach)
    if not counts.total:
        context = {"part": "portfolio", "form": NewOrganizationForm(user), "can_add": may_add(user)}
        return render(request, "dashboards/organization_list_empty.html", context)
    if counts.total == 1 and has_just_signed_in:
        return redirect("organization_detail", reach.rows().get().organization.slug)
    kept = list(user.portfolio_views.all())
    usual_columns = next((view.columns for view in kept if not view.name_key), "")
    reading = ListReading.of(request.GET, reach, usual_columns)
    listing = reading.listing(reach)
    page, problem = page_of(listing, request.GET)
    rows = with_organizations(page.rows)
    standings = spread(rows)
    choices = options(reach)
    context = {
        "part": "portfolio",
        "can_add": may_add(user),
        "headline": wording.headline(counts),
        "detail": wording.detail(counts),
        "reading": reading,
        "filters": reading.filters,
        "problems": [*reading.problems, *([problem] if problem else [])],
        "chips": wording.chips(counts),
        "page": page,
        "rows": rows,
        "count": counts.total_written if reading.filters.is_empty else count(listing, page),
        "total": counts.total_written,
        "options": choices,
        "teams": reach.teams,
        "sizes": Organization.SizeBand.choices,
        "hostings": Organization.HostingModel.choices,
        "ages": filters.AGES.items(),
        "switches": filters.SWITCHES.items(),
        "orders": orders.OPTIONS,
        "lead_elsewhere": reading.filters.lead and reading.filters.lead not in dict(choices.leads),
        "all_columns": columns.COLUMNS,
        "tabs": tabs([view for view in kept if view.name_key], reading),
        "spread": standings,
        "weakest": wording.weakest(standings.means),
        "waiting": waiting_for(user),
    }
    response = render(request, "dashboards/organization_list.html", context)
    return remember_list(response, reading.query)
