"""Where the organizations of a portfolio stand: on the scale as a whole, and category by category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from assessments import framework
from assessments.charts import text
from assessments.dashboards.comparing.weakest import most_used
from assessments.dashboards.portfolio.rows import Cell, PortfolioRow
from assessments.framework import Category
from assessments.scoring import Verdict

SHORT_NAME = 62  # px at 12 px type: one of the seventeen columns of the spread
TYPE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """One organization with what counts for it, by a name that fits a narrow place."""

    row: PortfolioRow
    short_name: str
    cells: tuple[Cell | None, ...]

    @classmethod
    def of(cls, row: PortfolioRow, categories: Sequence[Category]) -> Self:
        """`cells` has the levels of each category, None where it is not settled."""
        return cls(row, _short(row.organization.name), tuple(row.cells.get(c.key) for c in categories))

    @property
    def is_on_the_axis(self) -> bool:
        """Whether one number says where it stands: what is at risk or clear, with nothing open."""
        return not self.row.is_range and self.row.flag in (Verdict.AT_RISK.value, Verdict.CLEAR.value)


@dataclass(frozen=True, slots=True)
class Column:
    """A score with the organizations that stand there."""

    score: int
    is_at_risk: bool
    is_line: bool
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """A category over all organizations that scored it: `value` is proven, to one digit, None where nobody did.

    `claims` is how many claim more than they prove.
    """

    category: Category
    value: float | None
    is_lowest: bool
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """The organizations that have been scored.

    `columns` has those with a final score, `on_its_word` those that stand between what is proven and what is claimed,
    `open` those with a range. `unassessed` are the others. All of these are scored by one framework, which most of them
    use; `elsewhere` has those that are scored by another one.
    """

    standings: tuple[Standing, ...]
    columns: tuple[Column, ...]
    on_its_word: tuple[Standing, ...]
    open: tuple[Standing, ...]
    means: tuple[Mean, ...]
    unassessed: tuple[PortfolioRow, ...]
    elsewhere: tuple[PortfolioRow, ...] = ()

    @property
    def maximum(self) -> int:
        return self.columns[-1].score

    @property
    def is_own_scale(self) -> bool:
        """Whether it is not the product's own, which the style sheet draws by itself."""
        own = framework.current()
        return self.maximum != own.maximum or not self.columns[own.line].is_line


def _scale(row: PortfolioRow) -> tuple[str, int | None]:
    return row.kept.framework_key, row.kept.maximum


def spread(rows: Sequence[PortfolioRow]) -> Spread:
    content = most_used(row.kept.framework_key for row in rows if row.is_assessed)
    line, maximum = content.line, content.maximum
    assessed = [row for row in rows if row.is_assessed]
    scale = (content.key, maximum)  # a version with more categories has another one
    standings = tuple(Standing.of(row, content.categories) for row in assessed if _scale(row) == scale)
    elsewhere = tuple(row for row in assessed if _scale(row) != scale)
    final = [standing for standing in standings if standing.is_on_the_axis]
    columns = tuple(
        Column(score, score < line, score == line, tuple(s for s in final if s.row.kept.claimed == score))
        for score in range(maximum + 1)
    )
    on_its_word = tuple(s for s in standings if s.row.flag == Verdict.ON_ITS_WORD.value)
    is_open = tuple(s for s in standings if not s.is_on_the_axis and s not in on_its_word)
    unassessed = tuple(row for row in rows if not row.is_assessed)
    means = _means(content.categories, standings)
    return Spread(standings, columns, on_its_word, is_open, means, unassessed, elsewhere)


def _means(categories: Sequence[Category], standings: Sequence[Standing]) -> tuple[Mean, ...]:
    columns = [[s.cells[place] for s in standings] for place in range(len(categories))]
    answered = [[answer for answer in column if answer is not None] for column in columns]
    values = [round(sum(a.proven for a in column) / len(column), 1) if column else None for column in answered]
    lowest = min((value for value in values if value is not None), default=None)
    return tuple(
        Mean(category, value, value is not None and value == lowest, sum(answer.is_claim for answer in column))
        for category, value, column in zip(categories, values, answered, strict=True)
    )


def _short(name: str) -> str:
    """As many of a name's first words as fit, at least one; the page cuts that one off if it must."""
    words = name.split()
    beginnings = [" ".join(words[:n]) for n in range(len(words), 1, -1)]
    fits = (part for part in beginnings if text.width(text.label(part), TYPE_SIZE) <= SHORT_NAME)
    return next(fits, words[0])
