"""Where a portfolio is weakest, and how it lies against the line: from what is kept of each organization."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments import framework
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.framework import Category
from assessments.organizations.models import Organization
from assessments.scorecards.standings import read_levels
from assessments.scoring.english import listing


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


def _of_newest(organizations: QuerySet[Organization]) -> QuerySet[OrganizationStanding]:
    """What is kept of the newest sign-off of each; a draft counts only in an organization's own standing."""
    return OrganizationStanding.objects.filter(
        organization__in=organizations.order_by().values("pk"), signed_off_at__isnull=False
    )


def category_counts(organizations: QuerySet[Organization]) -> tuple[CategoryCount, ...]:
    """By category, over the newest sign-off of each of these organizations; one query."""
    at: Counter[tuple[str, int]] = Counter()
    claims: Counter[str] = Counter()
    for levels in _of_newest(organizations).values_list("levels", flat=True).iterator():
        for key, (claimed, proven) in read_levels(levels).items():
            at[key, proven] += 1
            claims[key] += claimed is not None and claimed > proven
    return tuple(
        CategoryCount(category, (at[category.key, 0], at[category.key, 1], at[category.key, 2]), claims[category.key])
        for category in framework.current().categories
    )


def score_counts(organizations: QuerySet[Organization]) -> tuple[ScoreCount, ...]:
    """How many have proven each total from 0 to 16, over the newest sign-off of each; one query."""
    scale = framework.current().scale
    numbers = Counter(_of_newest(organizations).values_list("proven", flat=True).iterator())
    return tuple(
        ScoreCount(score, numbers[score], score < scale.risk_threshold) for score in range(scale.max_score + 1)
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
