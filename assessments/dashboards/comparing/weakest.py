"""Where a portfolio is weakest, and how it lies against the line: from what is kept of each organization."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import framework
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.framework import Category, Framework
from assessments.organizations.models import Organization
from assessments.scorecards.standings import read_levels
from assessments.scoring.words import capitalized, listing, number_word


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
    is_line: bool


def _of_newest(organizations: QuerySet[Organization]) -> QuerySet[OrganizationStanding]:
    """What is kept of the newest sign-off of each; a draft counts only in an organization's own standing."""
    return OrganizationStanding.objects.filter(
        organization__in=organizations.order_by().values("pk"), signed_off_at__isnull=False
    )


def category_counts(organizations: QuerySet[Organization]) -> tuple[CategoryCount, ...]:
    """By category, over the newest sign-off of each of these organizations; one query."""
    at: Counter[tuple[str, int]] = Counter()
    claims: Counter[str] = Counter()
    rows = list(_of_newest(organizations).values_list("levels", "framework_key"))
    content = most_used(key for _, key in rows)
    for levels in (levels for levels, key in rows if key == content.key):
        for key, (claimed, proven) in read_levels(levels).items():
            at[key, proven] += 1
            claims[key] += claimed is not None and claimed > proven
    return tuple(
        CategoryCount(category, (at[category.key, 0], at[category.key, 1], at[category.key, 2]), claims[category.key])
        for category in content.categories
    )


def score_counts(organizations: QuerySet[Organization]) -> tuple[tuple[ScoreCount, ...], str]:
    """How many have proven each total, over the newest sign-off of each, and who is not counted; one query."""
    rows = list(_of_newest(organizations).values_list("proven", "framework_key", "maximum"))
    content = most_used(key for _, key, _ in rows)
    scale = (content.key, content.maximum)  # a version with more categories has another one
    numbers = Counter(proven for proven, *by in rows if tuple(by) == scale)
    counts = tuple(
        ScoreCount(score, numbers[score], score < content.line, score == content.line)
        for score in range(content.maximum + 1)
    )
    return counts, _elsewhere(len(rows) - numbers.total(), content)


def _elsewhere(number: int, content: Framework) -> str:
    if not number:
        return ""
    words = ngettext(
        "By {framework}. {number} organization is scored by another framework and not counted here.",
        "By {framework}. {number} organizations are scored by another framework and not counted here.",
        number,
    )
    return words.format(framework=content.title, number=capitalized(number_word(number)))


def most_used(keys: Iterable[str]) -> Framework:
    """The framework that most of them are scored by, the product's own of equals: scales are never mixed."""
    numbers = Counter(key for key in keys if key)
    key = max(numbers, key=lambda key: (numbers[key], key == framework.DEFAULT_KEY), default="")
    return framework.find_known(key)


def weakest_words(counts: Sequence[CategoryCount]) -> str:
    """Where the portfolio is weakest, as a sentence."""
    known = [count for count in counts if count.total]
    if not known:
        return _("Nothing is signed off yet")
    lowest = min(count.mean for count in known)
    names = [count.category.short_name for count in known if count.mean == lowest]
    if len(names) > 3:
        return _("No category stands out")
    words = ngettext(
        "{categories} is weakest across the portfolio", "{categories} are weakest across the portfolio", len(names)
    )
    return words.format(categories=listing(names))
