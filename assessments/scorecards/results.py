"""The answer: what the result page says about a scorecard, in the order a reader needs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments import scoring
from assessments.charts import figures
from assessments.framework import Action, Category
from assessments.scorecards.readings import CategoryReading, HistoryPoint, ScorecardReading


@dataclass(frozen=True, slots=True)
class Move:
    """A category that can still earn points: where it stands and what takes it one level up, and then further."""

    reading: CategoryReading
    level: int
    steps: tuple[tuple[int, str, tuple[Action, ...]], ...]

    @property
    def category(self) -> Category:
        return self.reading.category


@dataclass(frozen=True, slots=True)
class RedFlag:
    title: str
    reason: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    headline: str
    cause: str
    flag: str
    moves: tuple[Move, ...]
    open_categories: tuple[Category, ...]
    unsupported: tuple[Category, ...]
    red_flags: tuple[RedFlag, ...]
    change: scoring.Delta | None
    was_total: int | None
    was_label: str
    moves_heading: str
    profile: dict
    trend: dict | None
    history: tuple[HistoryPoint, ...]


def result_page(reading: ScorecardReading, history: Sequence[HistoryPoint]) -> ResultPage:
    result = reading.result
    earlier = reading.earlier_result
    was_total = earlier.total if earlier and earlier.is_complete else None
    past = tuple(history)
    return ResultPage(
        headline=scoring.headline(result),
        cause=scoring.cause(result, reading.names),
        flag=result.verdict.value,
        moves=tuple(_move(reading.category(gap.key), gap.level) for gap in result.gaps),
        open_categories=tuple(reading.framework.category(key) for key in result.unscored),
        unsupported=tuple(reading.framework.category(key) for key in result.unsupported),
        red_flags=_red_flags(reading),
        change=scoring.compare(result, earlier) if earlier else None,
        was_total=was_total,
        was_label=f"{was_total} in {reading.earlier.signed_off_at:%B %Y}" if was_total is not None else "",
        moves_heading=_moves_heading(result),
        profile=figures.category_profile(
            [
                figures.ProfileRow(row.category.short_name, now=row.response.level, was=row.was)
                for row in reading.categories
            ]
        ),
        trend=figures.score_trend([figures.TrendPoint(f"{p.on:%b %Y}", p.total) for p in past]) if past else None,
        history=past,
    )


def _move(reading: CategoryReading, level: int) -> Move:
    category = reading.category
    actions = {1: category.to_1, 2: category.to_2}
    return Move(reading, level, tuple((n, category.statement(n), actions[n]) for n in range(level + 1, 3)))


def _moves_heading(result: scoring.Result) -> str:
    if result.verdict == scoring.Verdict.AT_RISK:
        return "What holds it below the line"
    if result.verdict == scoring.Verdict.CLEAR:
        return "What keeps it from more"
    return "What is low so far"


def _red_flags(reading: ScorecardReading) -> tuple[RedFlag, ...]:
    facts = [
        RedFlag(fact.question, "No answer. Whatever the total, this is a red flag: " + fact.why, "facts")
        for fact in reading.missing_facts
    ]
    unsupported = [
        RedFlag(
            f"{row.category.name} claims 2 without proof",
            "No measured figure and no evidence is attached, so the evidenced total counts it as 1.",
            row.category.key,
        )
        for row in reading.categories
        if row.is_unsupported
    ]
    return (*facts, *unsupported)
