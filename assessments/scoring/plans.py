"""From planned items to a projection: the score by date, the day it reaches the line, and later plan against outcome.

Days are dates without times: a phase is so many calendar days long, whatever the clocks do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.scoring.results import MAX_LEVEL, CategoryAnswer, Result, Verdict, project


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item that leads a category to a level, on the day it is done or is to be done.

    Where a category has deciders, the item `earns` some of them: shown if its target is 2, in part if it is 1. One that
    names none earns all.
    """

    category: str
    target: int
    on: date
    earns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The proven total from this day on."""

    on: date
    total: int


@dataclass(frozen=True, slots=True)
class Projection:
    """Made by `project_plan`. `steps` begin where the proven total first changes; `now` holds before."""

    now: Result
    planned: Result
    steps: tuple[Step, ...]
    reaches_on: date | None

    @property
    def gain(self) -> int:
        return self.planned.proven_total - self.now.proven_total

    @property
    def points_missing(self) -> int:
        """How many points below the line the plan ends."""
        return max(0, self.planned.threshold - self.planned.proven_total)

    @property
    def is_clear_now(self) -> bool:
        return self.now.verdict == Verdict.CLEAR

    @property
    def ends_on(self) -> date | None:
        """The day the planned total is reached; None if the plan changes nothing."""
        return self.steps[-1].on if self.steps else None

    def total_on(self, day: date) -> int:
        """The projected proven total at the end of a day."""
        return next((step.total for step in reversed(self.steps) if step.on <= day), self.now.proven_total)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One category at the next assessment: where it stood, where the plan led, where it stands; None is not scored."""

    key: str
    was: int | None
    planned: int | None
    now: int | None

    @property
    def is_reached(self) -> bool:
        return self.now is not None and self.now >= (self.planned or 0)


def phase_dates(starts_on: date, first_day: int, last_day: int) -> tuple[date, date]:
    """The first and the last date of a phase that is counted in days from a start, which is day 1."""
    return starts_on + timedelta(days=first_day - 1), starts_on + timedelta(days=last_day - 1)


def project_plan(result: Result, items: Iterable[PlannedItem]) -> Projection:
    """What the proven score becomes, day by day, if every item is done on its day.

    A category with deciders reaches a level on the day its deciders are there; one without, on the day the last of the
    items that lead it there, or to a lower level, is done. Items of categories that the result does not have count for
    nothing.
    """
    known = {answer.key: answer for answer in result.answers}
    items = [item for item in items if item.category in known]
    by_decider = sorted((i for i in items if known[i.category].deciders), key=lambda item: item.on)
    ways: dict[str, list[PlannedItem]] = {}
    for item in items:
        if not known[item.category].deciders:
            ways.setdefault(item.category, []).append(item)
    arrivals = sorted(arrival for key, way in ways.items() for arrival in _arrivals(key, way))
    targets: dict[str, int] = {}
    earned: dict[str, dict[str, int]] = {}
    steps: list[Step] = []
    total, reaches_on, projected = result.proven_total, None, result
    for on in sorted({item.on for item in by_decider} | {arrival[0] for arrival in arrivals}):
        targets |= {key: target for day, key, target in arrivals if day == on}
        for item in by_decider:
            if item.on == on:
                _add_earned(earned.setdefault(item.category, {}), item, known[item.category])
        projected = project(result, targets, earned)
        if projected.proven_total == total:
            continue
        total = projected.proven_total
        steps.append(Step(on, total))
        if reaches_on is None and projected.verdict == Verdict.CLEAR and result.verdict != Verdict.CLEAR:
            reaches_on = on
    return Projection(result, projected, tuple(steps), reaches_on)


def _add_earned(earned: dict[str, int], item: PlannedItem, answer: CategoryAnswer) -> None:
    for key in item.earns or tuple(decider.key for decider in answer.deciders):
        earned[key] = max(earned.get(key, 0), min(item.target, MAX_LEVEL))


def _arrivals(key: str, way: Sequence[PlannedItem]) -> Iterable[tuple[date, str, int]]:
    """When a category arrives at each level its items lead to."""
    for target in sorted({min(item.target, MAX_LEVEL) for item in way}):
        yield max(item.on for item in way if min(item.target, MAX_LEVEL) <= target), key, target


def outcomes(was: Result, planned: Result, now: Mapping[str, int | None]) -> tuple[Outcome, ...]:
    """Plan against outcome by what is proven, category by category; `now` has the next assessment's levels by key."""
    return tuple(Outcome(a.key, stands_at(a), stands_at(planned.answer(a.key)), now.get(a.key)) for a in was.answers)


def stands_at(answer: CategoryAnswer) -> int | None:
    """The proven level; None while nothing is proven and the category is not scored."""
    return None if answer.level is None and not answer.proven else answer.proven


def unmoved(outcomes: Iterable[Outcome], done: Mapping[str, int]) -> tuple[str, ...]:
    """Categories whose items are done, by the level they lead to, and that stand no higher than before.

    One that stood at that level already, or is not scored now, is not among them.
    """
    return tuple(
        outcome.key
        for outcome in outcomes
        if outcome.now is not None
        and outcome.now <= (outcome.was or 0)
        and outcome.now < min(done.get(outcome.key, 0), MAX_LEVEL)
    )
