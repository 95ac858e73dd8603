"""The shortest way: the work that brings the proven score to the line for the least effort."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
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

    @property
    def cost(self) -> int:
        """Its effort as a number; what is not said is as much as M."""
        return EFFORTS.get(self.effort, EFFORTS["M"])


@dataclass(frozen=True, slots=True)
class Leg:
    """Works that together raise a category's proven level from `was` to `now`; `total` is proven after them."""

    works: tuple[Work, ...]
    category: str
    was: int
    now: int
    total: int


def after(result: Result, works: Iterable[Work]) -> Result:
    """The result once the works are done. Work of a category that the result does not have counts for nothing."""
    by_category: dict[str, list[Work]] = {}
    for work in works:
        by_category.setdefault(work.category, []).append(work)
    return replace(result, answers=tuple(_after(answer, by_category.get(answer.key, ())) for answer in result.answers))


def shortest_way(result: Result, works: Iterable[Work], *, to: int | None = None) -> tuple[Leg, ...]:
    """Legs that bring the proven total to `to` points for the least effort, the most points for the effort first.

    `to` is the line if it is left out, and the maximum if the line is reached already. Where it is out of reach, the
    legs go as far as the works do. Equal ways are told apart by the order of the categories, then of the works. Work
    that raises nothing, alone or with others, is in no leg.
    """
    return _shortest_way(result, tuple(works), to)


@lru_cache(maxsize=2048)  # pages ask for the ways of the same few results again and again
def _shortest_way(result: Result, works: tuple[Work, ...], to: int | None) -> tuple[Leg, ...]:
    goal = to if to is not None else result.threshold
    if to is None and result.proven_total >= goal:
        goal = result.maximum
    given: dict[str, list[Work]] = {answer.key: [] for answer in result.answers}
    for work in works:
        if work.category in given:
            given[work.category].append(work)
    given = {key: _worth_a_look(each) for key, each in given.items()}
    goal = min(goal, after(result, (work for each in given.values() for work in each)).proven_total)
    return _in_order(result, _least(result, given, goal - result.proven_total), goal)


def _worth_a_look(works: Sequence[Work]) -> list[Work]:
    """Without those that earn the same as another for no less effort."""
    best: dict[tuple[int, frozenset[str]], Work] = {}
    for work in works:
        same = (min(work.target, MAX_LEVEL), frozenset(work.earns))
        if same not in best or work.cost < best[same].cost:
            best[same] = work
    return [work for work in works if work in best.values()]


def _least(result: Result, given: Mapping[str, Sequence[Work]], missing: int) -> dict[str, list[Work]]:
    """Of each category the works to do so that together they earn the points missing for the least effort."""
    ways: dict[int, tuple[int, dict[str, list[Work]]]] = {0: (0, {})}  # by points earned, no more than are missing
    for answer in result.answers:
        options = _options(answer, given[answer.key])
        better = dict(ways)
        for earned, (cost, chosen) in ways.items():
            for gain, works in options.items():
                points, effort = min(earned + gain, missing), cost + sum(work.cost for work in works)
                if points not in better or effort < better[points][0]:
                    better[points] = effort, {**chosen, answer.key: list(works)}
        ways = better
    return {answer.key: [] for answer in result.answers} | ways[max(missing, 0)][1]


def _options(answer: CategoryAnswer, works: Sequence[Work]) -> dict[int, tuple[Work, ...]]:
    """By the points it earns, the least work that a category can take."""
    options: dict[int, tuple[Work, ...]] = {}
    for together in _combined(works):
        gain = _after(answer, together).proven - answer.proven
        if gain and (gain not in options or _cost(together) < _cost(options[gain])):
            options[gain] = together
    return options


def _in_order(result: Result, given: Mapping[str, Sequence[Work]], goal: int) -> tuple[Leg, ...]:
    left = {key: list(works) for key, works in given.items()}
    answers = {answer.key: answer for answer in result.answers}
    best = {key: _best(answers[key], left[key]) for key in left}
    legs: list[Leg] = []
    total = result.proven_total
    while total < goal:
        rated = [(rate, -place, leg) for place, (rate, leg) in enumerate(best.values()) if leg]
        if not rated:
            break
        leg = max(rated, key=lambda each: each[:2])[2]
        total += leg.now - leg.was
        legs.append(replace(leg, total=total))
        key = leg.category
        answers[key] = _after(answers[key], leg.works)
        left[key] = [work for work in left[key] if work not in leg.works]
        best[key] = _best(answers[key], left[key])
    return tuple(legs)


def _best(answer: CategoryAnswer, works: Sequence[Work]) -> tuple[Fraction, Leg | None]:
    """The works of a category, one or a few together, that raise it most for their effort."""
    best: tuple[Fraction, Leg | None] = (Fraction(0), None)
    for together in _combined(works):
        gain = _after(answer, together).proven - answer.proven
        rate = Fraction(gain, _cost(together))
        if rate > best[0]:
            best = rate, Leg(together, answer.key, answer.proven, answer.proven + gain, 0)
    return best


def _combined(works: Sequence[Work]) -> Iterable[tuple[Work, ...]]:
    for size in range(1, min(len(works), MOST_TOGETHER) + 1):
        yield from combinations(works, size)


def _cost(works: Iterable[Work]) -> int:
    return sum(work.cost for work in works)


def _after(answer: CategoryAnswer, works: Sequence[Work]) -> CategoryAnswer:
    """The answer once the works are done."""
    if not works:
        return answer
    alone = Result((answer,), MAX_LEVEL, ())
    if not answer.deciders:
        return project(alone, {answer.key: max(work.target for work in works)}).answers[0]
    earned: dict[str, int] = {}
    for work in works:
        for key in work.earns or tuple(decider.key for decider in answer.deciders):
            earned[key] = max(earned.get(key, 0), min(work.target, MAX_LEVEL))
    return project(alone, {}, {answer.key: earned}).answers[0]
