"""Where a portfolio is weakest, and how it lies against the line: counted in the database, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from assessments import framework
from assessments.framework import Category
from assessments.organizations.models import Organization
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.models import KeptLevel
from assessments.scoring.english import listing

LEVELS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many organizations have proven each level of a category, and how many claim more than they prove."""

    category: Category
    at: tuple[int, int, int]
    claims: int

    @property
    def total(self) -> int:
        return sum(self.at)

    @property
    def mean(self) -> float:
        return (self.at[1] + 2 * self.at[2]) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class ScoreCount:
    """How many organizations have proven so many points, on which side of the line."""

    score: int
    number: int
    is_at_risk: bool


def category_counts(organizations: QuerySet[Organization]) -> tuple[CategoryCount, ...]:
    """By category, over the newest sign-off of each of these organizations; one query."""
    kept = KeptLevel.objects.of_newest(organizations.order_by().values("pk"))
    rows = kept.values("category_key", "proven").annotate(
        number=Count("pk"), claims=Count("pk", filter=Q(claimed__gt=F("proven")))
    )
    at: dict[str, list[int]] = {}
    claims: dict[str, int] = {}
    for row in rows.order_by():
        at.setdefault(row["category_key"], [0, 0, 0])[row["proven"]] = row["number"]
        claims[row["category_key"]] = claims.get(row["category_key"], 0) + row["claims"]
    return tuple(
        CategoryCount(category, (numbers[0], numbers[1], numbers[2]), claims.get(category.key, 0))
        for category in framework.current().categories
        if (numbers := at.get(category.key, [0, 0, 0]))
    )


def score_counts(organizations: QuerySet[Organization]) -> tuple[ScoreCount, ...]:
    """How many have proven each total from 0 to 16, over the newest sign-off of each; one query."""
    scale = framework.current().scale
    newest = KeptLevel.objects.of_newest(organizations.order_by().values("pk")).values("scorecard")
    rows = Scorecard.objects.filter(pk__in=newest).order_by().values_list("standing__proven").annotate(Count("pk"))
    numbers = dict(rows)
    return tuple(
        ScoreCount(score, numbers.get(score, 0), score < scale.risk_threshold) for score in range(scale.max_score + 1)
    )


def weakest_words(counts: Sequence[CategoryCount]) -> str:
    """Where the portfolio is weakest, as a sentence."""
    known = [count for count in counts if count.total]
    if not known:
        return "Nothing is signed off yet"
    lowest = min(count.mean for count in known)
    names = [count.category.short_name for count in known if count.mean == lowest]
    if len(names) > 3:
        return "No category stands out"
    return f"{listing(names)} {'is' if len(names) == 1 else 'are'} weakest across the portfolio"
