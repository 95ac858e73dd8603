"""How far raters who scored apart agree: per category, over all, and whether one of them stands apart everywhere.

A rating is a level, and None where somebody did not or could not judge, which is no level at all. Everything is worked
out in exact fractions. Alpha is Krippendorff's for ordinal data: K. Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011), part D, and "Content Analysis" (2004), page 241 for what it can carry.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

FEWEST_RATERS = 3
FEWEST_CATEGORIES = 2
STANDS_APART_IN = 3  # categories at least, or it may be chance
RELIABLE, TENTATIVE = Fraction(4, 5), Fraction(2, 3)

Ratings = Mapping[str, Mapping[str, int | None]]  # by category, by rater


@dataclass(frozen=True, slots=True)
class Spread:
    """How the levels of one category lie: `levels` by rater, without those who did not judge."""

    key: str
    levels: Mapping[str, int]

    @property
    def points(self) -> int:
        """From the lowest level to the highest."""
        return max(self.levels.values()) - min(self.levels.values()) if self.levels else 0

    @property
    def disagreement(self) -> Fraction:
        """The mean squared distance of two raters, in points; 0 where fewer than two judged."""
        pairs = list(combinations(self.levels.values(), 2))
        return Fraction(sum((a - b) ** 2 for a, b in pairs), len(pairs)) if pairs else Fraction(0)

    @property
    def median(self) -> int | None:
        """The middle level; between two, the lower one, since what is not shown by both earns no point."""
        ordered = sorted(self.levels.values())
        return ordered[(len(ordered) - 1) // 2] if ordered else None

    @property
    def is_compared(self) -> bool:
        return len(self.levels) > 1


@dataclass(frozen=True, slots=True)
class Apart:
    """A rater who is a point or more above, or below, everybody else wherever both judged."""

    rater: str
    is_above: bool
    categories: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What can be said of all categories together.

    `alpha` is None where too few raters or categories can be compared, and where nobody ever chose another level:
    without variation it is not defined. `equal_pairs` of `pairs` of scores in one category are the same.
    """

    spreads: tuple[Spread, ...]
    raters: int
    categories: int
    pairs: int
    equal_pairs: int
    scores: int
    alpha: Fraction | None
    apart: tuple[Apart, ...]

    @property
    def exact(self) -> Fraction | None:
        """The share of pairs that are equal."""
        return Fraction(self.equal_pairs, self.pairs) if self.pairs else None

    @property
    def is_enough(self) -> bool:
        return self.raters >= FEWEST_RATERS and self.categories >= FEWEST_CATEGORIES

    @property
    def by_disagreement(self) -> tuple[Spread, ...]:
        """The widest first; equals stay in the order of the framework."""
        return tuple(sorted(self.spreads, key=lambda s: (-s.points, -s.disagreement)))


def agree(ratings: Ratings) -> Agreement:
    """The agreement of raters; neither their order nor that of the categories matters for any figure."""
    spreads = tuple(
        Spread(key, {rater: level for rater, level in row.items() if level is not None}) for key, row in ratings.items()
    )
    compared = [spread for spread in spreads if spread.is_compared]
    pairs = [pair for spread in compared for pair in combinations(spread.levels.values(), 2)]
    raters = {rater for spread in compared for rater in spread.levels}
    is_enough = len(raters) >= FEWEST_RATERS and len(compared) >= FEWEST_CATEGORIES
    return Agreement(
        spreads=spreads,
        raters=len(raters),
        categories=len(compared),
        pairs=len(pairs),
        equal_pairs=sum(a == b for a, b in pairs),
        scores=sum(len(spread.levels) for spread in compared),
        alpha=ordinal_alpha([list(spread.levels.values()) for spread in compared]) if is_enough else None,
        apart=_apart(compared),
    )


def ordinal_alpha(units: Sequence[Sequence[int]]) -> Fraction | None:
    """Krippendorff's alpha for ordinal data, exact. A unit holds the values it was given by those who judged it.

    Units with fewer than two values are left out, as nothing is paired in them. None without any variation.
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in paired for value in unit)
    number = totals.total()
    distance = _ordinal_distances(totals)
    observed = sum(
        (Fraction(sum(2 * distance[pair] for pair in combinations(sorted(unit), 2)), len(unit) - 1) for unit in paired),
        Fraction(0),
    )
    expected = sum(
        (2 * totals[a] * totals[b] * distance[a, b] for a, b in combinations(sorted(totals), 2)), Fraction(0)
    )
    return 1 - (number - 1) * observed / expected if expected else None


def _ordinal_distances(totals: Mapping[int, int]) -> dict[tuple[int, int], Fraction]:
    """The squared distance of two values: how many values lie between them, both ends counted half."""
    values = sorted(totals)
    distances = {(value, value): Fraction(0) for value in values}
    for low, high in combinations(values, 2):
        between = sum(totals[value] for value in values if low <= value <= high)
        distances[low, high] = (between - Fraction(totals[low] + totals[high], 2)) ** 2
    return distances


def _apart(compared: Sequence[Spread]) -> tuple[Apart, ...]:
    found = []
    for rater in sorted({rater for spread in compared for rater in spread.levels}):
        own = [s for s in compared if rater in s.levels and len(s.levels) >= FEWEST_RATERS]
        if len(own) < STANDS_APART_IN:
            continue
        others = [[level for name, level in s.levels.items() if name != rater] for s in own]
        mine = [s.levels[rater] for s in own]
        if all(level > max(rest) for level, rest in zip(mine, others, strict=True)):
            found.append(Apart(rater, True, len(own)))
        elif all(level < min(rest) for level, rest in zip(mine, others, strict=True)):
            found.append(Apart(rater, False, len(own)))
    return tuple(found)
