"""The shortest way: which work raises the proven score most for its effort, as the one list of first steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from assessments.scoring.results import MAX_LEVEL, CategoryAnswer, Result, project

EFFORTS = {"S": 1, "M": 2, "L": 4}  # one is about twice the one before
MOST_TOGETHER = 3  # as many as a category has deciders


@dataclass(frozen=True, slots=True)
class Work:
    """Something that could be done for a category: `earns` and `target` as in `PlannedItem`; effort S, M or L."""

    key: str
    category: str
    target: int
    effort: str = "M"
    earns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leg:
    """Works that together raise a category's proven level from `was` to `now`; `total` is proven after them."""

    works: tuple[Work, ...]
    category: str
    was: int
    now: int
    total: int


def shortest_way(result: Result, works: Iterable[Work], *, to: int | None = None) -> tuple[Leg, ...]:
    """Legs in the order to take them, the most points for the effort first, until `to` points are proven.

    `to` is the line if it is left out; what is past it already goes on to the maximum. Equal legs come in the order of
    the categories, then of the works. Work that raises nothing, alone or with others, is in no leg.
    """
    goal = to if to is not None else result.threshold
    if result.proven_total >= goal:
        goal = result.maximum
    left: dict[str, list[Work]] = {answer.key: [] for answer in result.answers}
    for work in works:
        if work.category in left:
            left[work.category].append(work)
    answers = {answer.key: answer for answer in result.answers}
    best = {key: _best(result, answers[key], left[key]) for key in left}
    legs: list[Leg] = []
    total = result.proven_total
    while total < goal:
        rated = [(rate, -place, leg) for place, (rate, leg) in enumerate(best.values()) if leg]
        if not rated:
            break
        leg = max(rated, key=lambda each: each[:2])[2]
        total += leg.now - leg.was
        legs.append(Leg(leg.works, leg.category, leg.was, leg.now, total))
        key = leg.category
        answers[key] = _after(result, answers[key], leg.works)
        left[key] = [work for work in left[key] if work not in leg.works]
        best[key] = _best(result, answers[key], left[key])
    return tuple(legs)


def _best(result: Result, answer: CategoryAnswer, works: Sequence[Work]) -> tuple[Fraction, Leg | None]:
    """The works of a category, one or a few together, that raise it most for their effort."""
    best: tuple[Fraction, Leg | None] = (Fraction(0), None)
    if answer.proven == MAX_LEVEL:
        return best
    for size in range(1, min(len(works), MOST_TOGETHER) + 1):
        for together in combinations(works, size):
            gain = _after(result, answer, together).proven - answer.proven
            rate = Fraction(gain, sum(EFFORTS.get(work.effort, EFFORTS["M"]) for work in together))
            if gain > 0 and rate > best[0]:
                best = rate, Leg(together, answer.key, answer.proven, answer.proven + gain, 0)
    return best


def _after(result: Result, answer: CategoryAnswer, works: Sequence[Work]) -> CategoryAnswer:
    """The answer once the works are done."""
    alone = Result((answer,), result.threshold, ())
    if not answer.deciders:
        return project(alone, {answer.key: max(work.target for work in works)}).answers[0]
    earned: dict[str, int] = {}
    for work in works:
        for key in work.earns or tuple(decider.key for decider in answer.deciders):
            earned[key] = max(earned.get(key, 0), min(work.target, MAX_LEVEL))
    return project(alone, {}, {answer.key: earned}).answers[0]
