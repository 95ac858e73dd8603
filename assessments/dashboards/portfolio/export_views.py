"""The filtered portfolio to take along, as CSV or XLSX: all columns, with the scores of each category."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from assessments import framework
from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.dashboards.portfolio.pages import Listing
from assessments.dashboards.portfolio.queries import with_organizations
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading
from assessments.dashboards.portfolio.rows import PortfolioRow
from assessments.dashboards.standings.models import UNASSESSED, OrganizationStanding
from assessments.platform.spreadsheets import stream_csv
from assessments.platform.workbooks import XLSX, stream_workbook
from assessments.scoring import Verdict

BATCH = 500


def _verdicts() -> dict[str, str]:
    return {
        Verdict.AT_RISK.value: _("Spending risk"),
        Verdict.ON_ITS_WORD.value: _("On its word"),
        Verdict.UNDETERMINED.value: _("Undecided"),
        Verdict.CLEAR.value: pgettext("verdict", "Clear"),
        UNASSESSED: _("Not assessed"),
    }


def _header() -> tuple[str, ...]:
    return (
        *(_("Organization"), _("Industry"), _("Size"), _("Hosting"), _("Lead"), _("Tags"), _("Verdict")),
        *(_("Proven"), _("Claimed"), _("Highest possible"), _("Out of"), _("Proven, per cent"), _("Framework")),
        *(_("Categories at 0"), _("Facts without an answer"), _("Red flags")),
        *(_("Change, proven"), _("Signed off"), _("Months since"), _("Draft since"), _("Draft: categories scored")),
        *(_("Plan items"), _("Plan items done"), _("Plan items overdue"), _("Plan due first")),
        *(_("Vendors waiting"), _("Vendors waiting since"), _("Last activity"), _("Next assessment due")),
    )


@require_GET
@personal_view
def portfolio_export(request: HttpRequest) -> StreamingHttpResponse:
    return _export(request, "csv")


@require_GET
@personal_view
def portfolio_workbook_export(request: HttpRequest) -> StreamingHttpResponse:
    return _export(request, "xlsx")


def _export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """What the list holds by its address, in its order. Sent while it is read, a few hundred rows at a time."""
    user = cast(User, request.user)
    reach = Reach(user)
    listing = ListReading.of(request.GET, reach, "").listing(reach)
    with trail.if_possible():
        trail.record(trail.Action.LIST_EXPORTED, organization=None, subject="Portfolio", new=kind.upper())
    names = _category_names(listing)
    levels = [
        words.format(category=name)
        for name in names.values()
        for words in (_("{category}: claimed"), _("{category}: proven"))
    ]
    header, rows = (*_header(), *levels), _rows(listing.everything(), [*names], _verdicts())
    if kind == "csv":
        content, content_type = stream_csv(header, rows), "text/csv; charset=utf-8"
    else:
        content, content_type = stream_workbook(_("Portfolio"), header, rows, widths=(32, 18)), XLSX
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="portfolio-{timezone.localdate():%Y-%m-%d}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _category_names(listing: Listing) -> dict[str, str]:
    """The short names, by key, of the product's categories and of those that other rows of the list are scored by."""
    keys = listing.rows.order_by().values_list("framework_key", flat=True).distinct()
    contents = [framework.current(), *(framework.find_known(key) for key in sorted(keys) if key)]
    names: dict[str, str] = {}
    for category in (category for content in contents for category in content.categories):
        names.setdefault(category.key, category.short_name)
    return names


def _rows(
    found: Iterable[OrganizationStanding], categories: Sequence[str], verdicts: dict[str, str]
) -> Iterator[tuple[object, ...]]:
    rows = iter(found)
    while batch := list(islice(rows, BATCH)):
        for row in with_organizations(batch, spend=False):
            yield (*_cells(row, verdicts), *_levels(row, categories))


def _cells(row: PortfolioRow, verdicts: dict[str, str]) -> tuple[object, ...]:
    kept, organization = row.kept, row.organization
    zone = organization.zone
    return (
        organization.name,
        organization.industry,
        organization.get_size_band_display() if organization.size_band else "",
        row.hosting,
        str(organization.lead or ""),
        ", ".join(row.tags),
        verdicts[row.flag],
        *(kept.proven, kept.claimed, kept.highest, kept.maximum),
        row.percent if row.is_assessed else None,
        kept.framework_key if row.is_assessed else "",
        *(kept.zeros, kept.missing_facts, row.red_flags if row.is_assessed else None),
        *(kept.change, row.signed_off_on, row.months_old),
        timezone.localdate(kept.draft_since, zone) if kept.draft_since else None,
        kept.draft_settled,
        *(kept.plan_items, kept.plan_done, row.overdue if kept.plan_items is not None else None),
        kept.plan_due_on,
        kept.vendors_waiting,
        timezone.localdate(kept.vendors_since, zone) if kept.vendors_since else None,
        *(kept.active_on, kept.due_on),
    )


def _levels(row: PortfolioRow, categories: Sequence[str]) -> Iterator[int | None]:
    for key in categories:
        cell = row.cells.get(key)
        yield cell.level if cell else None
        yield cell.proven if cell else None
