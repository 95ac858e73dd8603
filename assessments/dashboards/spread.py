"""Where the organizations of a portfolio stand: on the scale as a whole, and category by category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from assessments import framework
from assessments.charts import text
from assessments.dashboards.queries import PortfolioRow
from assessments.framework import Category
from assessments.scorecards.queries import ScoredRow

SHORT_NAME = 62  # px at 12 px type: one of the seventeen columns of the spread
TYPE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """One organization with what counts for it, by a name that fits a narrow place."""

    row: PortfolioRow
    scored: ScoredRow
    short_name: str
    levels: tuple[int | None, ...]

    @classmethod
    def of(cls, row: PortfolioRow, scored: ScoredRow, categories: Sequence[Category]) -> Self:
        levels = {answer.key: answer.level for answer in scored.result.answers}
        return cls(row, scored, _short(row.organization.name), tuple(levels.get(c.key) for c in categories))


@dataclass(frozen=True, slots=True)
class Column:
    """A score from 0 to 16 with the organizations that stand there."""

    score: int
    is_at_risk: bool
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """A category over all organizations that scored it: `value` to one digit, None where nobody did."""

    category: Category
    value: float | None
    is_lowest: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """The organizations that have been scored: `columns` has those with a final score, `open` those with a range."""

    standings: tuple[Standing, ...]
    columns: tuple[Column, ...]
    open: tuple[Standing, ...]
    means: tuple[Mean, ...]


def spread(rows: Sequence[PortfolioRow]) -> Spread:
    content = framework.current()
    line, maximum = content.scale.risk_threshold, content.scale.max_score
    standings = tuple(Standing.of(row, row.scored, content.categories) for row in rows if row.scored)
    final = [standing for standing in standings if standing.scored.result.is_complete]
    columns = tuple(
        Column(score, score < line, tuple(s for s in final if s.scored.result.total == score))
        for score in range(maximum + 1)
    )
    is_open = tuple(standing for standing in standings if not standing.scored.result.is_complete)
    return Spread(standings, columns, is_open, _means(content.categories, standings))


def _means(categories: Sequence[Category], standings: Sequence[Standing]) -> tuple[Mean, ...]:
    values = []
    for place in range(len(categories)):
        levels = [s.levels[place] for s in standings if s.levels[place] is not None]
        values.append(round(sum(levels) / len(levels), 1) if levels else None)
    lowest = min((value for value in values if value is not None), default=None)
    pairs = zip(categories, values, strict=True)
    return tuple(Mean(category, value, value is not None and value == lowest) for category, value in pairs)


def _short(name: str) -> str:
    """As many of a name's first words as fit, at least one; the page cuts that one off if it must."""
    words = name.split()
    beginnings = [" ".join(words[:n]) for n in range(len(words), 1, -1)]
    fits = (part for part in beginnings if text.width(text.label(part), TYPE_SIZE) <= SHORT_NAME)
    return next(fits, words[0])
