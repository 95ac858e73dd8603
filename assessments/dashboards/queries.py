"""What the portfolio iterates over: every organization a person may open, with where it stands."""

from dataclasses import dataclass
from typing import Self

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from assessments import framework
from assessments.organizations.models import Organization, User
from assessments.organizations.names import fold
from assessments.scorecards.models import MAX_LEVEL, Response, Scorecard
from assessments.scorecards.queries import ScoredRow, latest_scorecards

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One organization; `scored` is None until it has a scorecard."""

    organization: Organization
    scored: ScoredRow | None

    @property
    def zeros(self) -> list[str]:
        """The short names of the categories that score 0."""
        if self.scored is None:
            return []
        scorecard = self.scored.scorecard
        content = framework.load(scorecard.framework_key, scorecard.framework_version)
        return [content.category(a.key).short_name for a in self.scored.result.answers if a.level == 0]


@dataclass(frozen=True, slots=True)
class PortfolioCounts:
    """How many organizations there are, and how many of them have each verdict."""

    total: int
    at_risk: int
    clear: int
    undetermined: int

    @property
    def unassessed(self) -> int:
        return self.total - self.at_risk - self.clear - self.undetermined

    @classmethod
    def of(cls, organizations: QuerySet[Organization]) -> Self:
        return cls(**organizations.aggregate(total=Count("pk"), **_verdicts()))


def portfolio(user: User, search: str = "") -> QuerySet[Organization]:
    """The organizations of a person whose name contains `search`: lowest score first, undecided and unscored last."""
    organizations = _with_standing(Organization.objects.visible_to(user))
    if search:
        organizations = organizations.filter(name_key__contains=fold(search))
    return organizations.order_by("place", "points", "high", "name_sort", "pk")


def portfolio_page(organizations: QuerySet[Organization], number: str | None) -> tuple[Page, list[PortfolioRow]]:
    page = Paginator(organizations, PAGE_SIZE).get_page(number)
    scored = latest_scorecards(page.object_list)
    return page, [PortfolioRow(organization, scored.get(organization.pk)) for organization in page.object_list]


def _with_standing(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    """Each with the id of the scorecard that counts, its `points` so far, the `high` still possible, and a `place`."""
    newest = (
        Scorecard.objects.filter(organization=OuterRef("pk"))
        .order_by(F("signed_off_at").desc(nulls_last=True), "-pk")
        .values("pk")[:1]
    )
    responses = Response.objects.filter(scorecard=OuterRef("counts")).order_by().values("scorecard")
    return (
        organizations.annotate(counts=Subquery(newest))
        .annotate(
            points=Subquery(responses.annotate(sum=Coalesce(Sum("level"), 0)).values("sum")),
            unscored=Subquery(responses.annotate(n=Count("pk", filter=Q(level=None))).values("n")),
        )
        .annotate(high=F("points") + MAX_LEVEL * F("unscored"))
        .annotate(
            place=Case(
                When(counts=None, then=Value(2)),
                When(points__lt=_line(), high__gte=_line(), then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            )
        )
    )


def _line() -> int:
    return framework.current().scale.risk_threshold


def _verdicts() -> dict[str, Count]:
    line = _line()
    return {
        "at_risk": Count("pk", filter=Q(high__lt=line)),
        "clear": Count("pk", filter=Q(points__gte=line)),
        "undetermined": Count("pk", filter=Q(points__lt=line, high__gte=line)),
    }
