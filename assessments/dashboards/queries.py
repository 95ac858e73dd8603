"""What the portfolio iterates over: every organization a person may open, with where it stands."""

from dataclasses import dataclass
from typing import Self

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from assessments import framework
from assessments.accounts.models import User
from assessments.economics.at_risk import SpendAtRisk, spend_at_risk_of
from assessments.organizations.models import Organization
from assessments.platform.names import fold
from assessments.scorecards.models import Scorecard, Standing
from assessments.scorecards.queries import ScoredRow, latest_scorecards
from assessments.scoring import Verdict

PAGE_SIZE = 50
UNASSESSED = "none"
VERDICTS = (Verdict.AT_RISK, Verdict.ON_ITS_WORD, Verdict.UNDETERMINED, Verdict.CLEAR, UNASSESSED)


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One organization; `scored` is None until it has a scorecard on which something is answered."""

    organization: Organization
    scored: ScoredRow | None
    at_risk: SpendAtRisk | None = None

    @property
    def flag(self) -> str:
        """Its verdict; nothing answered is none, and never safe."""
        return self.scored.result.verdict.value if self.scored else UNASSESSED

    @property
    def zeros(self) -> list[str]:
        """The short names of the categories that score 0."""
        if self.scored is None:
            return []
        scorecard = self.scored.scorecard
        content = framework.load(scorecard.framework_key, scorecard.framework_version)
        return [content.category(key).short_name for key in self.scored.result.zeros]


@dataclass(frozen=True, slots=True)
class PortfolioCounts:
    """How many organizations there are, and how many of them have each verdict."""

    total: int
    at_risk: int
    clear: int
    undetermined: int
    on_its_word: int = 0

    @property
    def unassessed(self) -> int:
        return self.total - self.at_risk - self.clear - self.undetermined - self.on_its_word

    @classmethod
    def of(cls, organizations: QuerySet[Organization]) -> Self:
        return cls(
            **organizations.aggregate(
                total=Count("pk"),
                at_risk=Count("pk", filter=Q(verdict=Verdict.AT_RISK.value)),
                on_its_word=Count("pk", filter=Q(verdict=Verdict.ON_ITS_WORD.value)),
                undetermined=Count("pk", filter=Q(verdict=Verdict.UNDETERMINED.value)),
                clear=Count("pk", filter=Q(verdict=Verdict.CLEAR.value)),
            )
        )


def portfolio(user: User, search: str = "", verdict: str = "") -> QuerySet[Organization]:
    """The organizations of a person, of one verdict if it is given, whose name contains `search`.

    The lowest proven score stands first, and what is not assessed last.
    """
    organizations = _with_standing(Organization.objects.visible_to(user))
    if search:
        organizations = organizations.filter(name_key__contains=fold(search))
    if verdict:
        organizations = organizations.filter(verdict=verdict)
    return organizations.order_by(F("proven").asc(nulls_last=True), "claimed", "highest", "name_sort", "pk")


def portfolio_page(organizations: QuerySet[Organization], number: str | None) -> tuple[Page, list[PortfolioRow]]:
    page = Paginator(organizations, PAGE_SIZE).get_page(number)
    assessed = [organization for organization in page.object_list if organization.proven is not None]
    scored = latest_scorecards(assessed, facts=False)
    at_risk = spend_at_risk_of(page.object_list)
    return page, [PortfolioRow(each, scored.get(each.pk), at_risk.get(each.pk)) for each in page.object_list]


def _with_standing(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    """Each with the id of the scorecard that counts, what is kept of its totals, and its `verdict`.

    The totals are None where nothing is answered yet.
    """
    newest = (
        Scorecard.objects.filter(organization=OuterRef("pk"))
        .order_by(F("signed_off_at").desc(nulls_last=True), "-pk")
        .values("pk")[:1]
    )
    line = framework.current().scale.risk_threshold
    return (
        organizations.annotate(counts=Subquery(newest))
        .annotate(proven=_kept("proven"), claimed=_kept("claimed"), highest=_kept("highest"))
        .annotate(
            verdict=Case(
                When(proven=None, then=Value(UNASSESSED)),
                When(highest__lt=line, then=Value(Verdict.AT_RISK.value)),
                When(proven__gte=line, then=Value(Verdict.CLEAR.value)),
                When(claimed__gte=line, then=Value(Verdict.ON_ITS_WORD.value)),
                default=Value(Verdict.UNDETERMINED.value),
                output_field=CharField(),
            )
        )
    )


def _kept(name: str) -> Subquery:
    return Subquery(Standing.objects.filter(scorecard=OuterRef("counts"), is_touched=True).values(name)[:1])
