"""Organizations, and the portfolio: where each of them stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from assessments.accounts.models import User
from assessments.api import door, pages
from assessments.api.door import ApiRequest
from assessments.api.problems import ProblemError
from assessments.api.resources.listed import Listed
from assessments.dashboards.portfolio.pages import Page as ListPage
from assessments.dashboards.portfolio.queries import with_organizations
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading
from assessments.dashboards.portfolio.rows import PortfolioRow
from assessments.dashboards.standings.models import OrganizationStanding, OrganizationStandingQuerySet
from assessments.organizations.models import Organization, Role

router = Router(tags=["Organizations"])


class OrganizationOut(Schema):
    """An organization. `role` is what the token may do there: viewer, editor, client lead or owner."""

    slug: str
    name: str
    industry: str
    size: str
    hosting_model: str
    currency: str
    language: str
    time_zone: str
    lead: str | None
    tags: list[str]
    role: Literal["viewer", "editor", "client lead", "owner"]
    created_at: datetime
    page: Annotated[str, Field(description="Its address for people.")]


class LevelOut(Schema):
    """The level claimed of a category, and what of it is proven."""

    level: int
    proven: int


class StandingOut(Schema):
    """Where an organization stands: by its last signed-off assessment, or by the open one where there is none yet.

    `verdict` is risk, word (clear only on its word), open (undecided), clear, or none where nothing is assessed.
    """

    slug: str
    name: str
    verdict: str
    proven: int | None
    claimed: int | None
    highest: int | None
    maximum: int
    framework: Annotated[str, Field(description="The key of the framework that it is scored by.")]
    zeros: int | None
    missing_facts: int | None
    red_flags: int | None
    change: Annotated[int | None, Field(description="Proven, since the sign-off before.")]
    signed_off_on: date | None
    draft_since: datetime | None
    plan_items: int | None
    plan_done: int | None
    plan_due_on: date | None
    vendors_waiting: int | None
    active_on: date | None
    due_on: date | None
    levels: Annotated[dict[str, LevelOut], Field(description="By category, what is settled.")]


class Narrowed(Listed):
    """What the portfolio is narrowed to and sorted by, as its page has it in its address."""

    q: Annotated[str, Field(max_length=120, description="Words in name, industry, tags or lead.")] = ""
    v: Annotated[Literal["", "risk", "word", "open", "clear", "none"], Field(description="A verdict.")] = ""
    team: Annotated[str, Field(max_length=20)] = ""
    lead: Annotated[str, Field(max_length=20)] = ""
    industry: Annotated[str, Field(max_length=80)] = ""
    size: Annotated[str, Field(max_length=20)] = ""
    hosting: Annotated[str, Field(max_length=20)] = ""
    tag: Annotated[str, Field(max_length=40)] = ""
    sort: Annotated[str, Field(max_length=20, description="Such as name, score or -signed.")] = "score"


@dataclass(frozen=True)
class OneOrganization(Reach):
    """What an organization's token sees."""

    organization: Organization

    def rows(self) -> OrganizationStandingQuerySet:
        return OrganizationStanding.objects.current().filter(organization=self.organization)


def _page(request: ApiRequest, asked: dict[str, str], *, after: str, limit: int) -> ListPage:
    """A page of the portfolio, by the keys that its page goes on by."""
    token = request.token
    person, here = User(pk=token.user_id or token.machine_id), token.organization
    reach = Reach(person) if here is None else OneOrganization(person, here)
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value})
    reading = ListReading.of(query, reach, "")
    if reading.problems:
        raise ProblemError(422, " ".join(reading.problems))
    try:
        return reading.listing(reach).page(after=after, size=limit)
    except ValidationError:
        raise pages.no_cursor() from None


@router.get("/organizations", auth=door.reading(), response=pages.Page[OrganizationOut])
def organization_list(request: ApiRequest, listed: Query[Listed]) -> object:
    """All organizations that the token reaches, by name."""
    page = _page(request, {"sort": "name"}, after=listed.after, limit=listed.limit)
    found = Organization.objects.filter(pk__in=[row.pk for row in page.rows])
    if request.token.user_id is not None:
        found = found.opened_by(User(pk=request.token.user_id))
    at_hand = {each.pk: each for each in found.order_by().select_related("lead").prefetch_related("tags")}
    items = [_out(request, at_hand[row.pk]) for row in page.rows if row.pk in at_hand]
    return {"items": items, "next": page.next or None}


@router.get(
    "/organizations/{slug:slug}",
    auth=door.reading(Role.VIEWER),
    response=OrganizationOut,
)
def organization_detail(request: ApiRequest, slug: str) -> object:
    """One organization."""
    return _out(request, request.organization)


def _out(request: ApiRequest, organization: Organization) -> dict[str, object]:
    role = getattr(organization, "role", None) or request.token.role
    return {
        "slug": organization.slug,
        "name": organization.name,
        "industry": organization.industry,
        "size": organization.size_band,
        "hosting_model": organization.hosting_model,
        "currency": organization.currency,
        "language": organization.language,
        "time_zone": str(organization.zone),
        "lead": str(organization.lead) if organization.lead else None,
        "tags": [tag.name for tag in organization.tags.all()],
        "role": Role(role).label.lower(),
        "created_at": organization.created_at,
        "page": f"{settings.SITE_URL}{reverse('organization_detail', args=[organization.slug])}",
    }


@router.get("/portfolio", auth=door.reading(), response=pages.Page[StandingOut])
def portfolio_list(request: ApiRequest, asked: Query[Narrowed]) -> object:
    """Where every organization stands that the token reaches, narrowed and sorted as on the portfolio's page."""
    narrowed = asked.model_dump(exclude={"limit", "after"})
    page = _page(request, narrowed, after=asked.after, limit=asked.limit)
    return {
        "items": [_standing(row) for row in with_organizations(page.rows, spend=False)],
        "next": page.next or None,
    }


def _standing(row: PortfolioRow) -> dict[str, object]:
    kept = row.kept
    names = ("proven", "claimed", "highest", "zeros", "missing_facts", "change", "draft_since", "plan_items")
    more = ("plan_done", "plan_due_on", "vendors_waiting", "active_on", "due_on")
    return {name: getattr(kept, name) for name in (*names, *more)} | {
        "slug": row.organization.slug,
        "name": row.organization.name,
        "verdict": str(row.flag),
        "maximum": kept.maximum or row.organization.framework.maximum,
        "framework": kept.framework_key or row.organization.framework.key,
        "red_flags": row.red_flags if row.is_assessed else None,
        "signed_off_on": row.signed_off_on,
        "levels": {key: {"level": cell.level, "proven": cell.proven} for key, cell in row.cells.items()},
    }
