"""From levels to a result: totals claimed and proven, range, verdict, gaps, change, and projection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from assessments.scoring.deciders import SHOWN, Age, DeciderAnswer, level_of, proven_level

MAX_LEVEL = 2


class Verdict(StrEnum):
    """Which side of the line it stands on; `ON_ITS_WORD` is over it by what is claimed, not by what is proven."""

    AT_RISK = "risk"
    UNDETERMINED = "open"
    ON_ITS_WORD = "word"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class CategoryAnswer:
    """One category: `level` is the level claimed, None while it is not settled, and `proven` what of it is proven.

    Before 2026.2 a level is chosen, and `supported` says that a figure or a piece of evidence stands by it. Since then
    it follows from `deciders`, and a category that is not settled yet still earns from `low` to `high`. `claim` is a
    level said outright: it settles the category, and counts where it is higher than what the deciders carry.
    """

    key: str
    level: int | None = None
    supported: bool = False
    deciders: tuple[DeciderAnswer, ...] = ()
    claim: int | None = None
    low: int = field(init=False, compare=False, repr=False)
    high: int = field(init=False, compare=False, repr=False)
    proven: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        low, high, proven = self._by_deciders() if self.deciders else self._as_chosen()
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "proven", proven)
        if self.deciders:
            object.__setattr__(self, "level", low if low == high else None)

    def _as_chosen(self) -> tuple[int, int, int]:
        if self.level is None:
            return 0, MAX_LEVEL, 0
        unsupported = self.level == MAX_LEVEL and not self.supported
        return self.level, self.level, MAX_LEVEL - 1 if unsupported else self.level

    def _by_deciders(self) -> tuple[int, int, int]:
        low = level_of(d.state for d in self.deciders)
        high = level_of(SHOWN if d.state is None else d.state for d in self.deciders)
        if self.claim is not None:
            low = high = max(low, self.claim)
        return low, high, proven_level(self.deciders)

    @classmethod
    def by_deciders(cls, key: str, deciders: Iterable[DeciderAnswer], *, claim: int | None = None) -> Self:
        """The answer that deciders carry, or a level claimed outright."""
        return cls(key, deciders=tuple(deciders), claim=claim)

    @property
    def carried(self) -> int:
        """The level that the deciders carry without a claim; the level itself where there are none."""
        return level_of(d.state for d in self.deciders) if self.deciders else self.low

    @property
    def unasked(self) -> tuple[str, ...]:
        return tuple(d.key for d in self.deciders if d.state is None)

    @property
    def is_claim(self) -> bool:
        """Whether more is claimed than is proven."""
        return self.proven < self.low


@dataclass(frozen=True, slots=True)
class Gap:
    """A settled category that can still earn points; `level` is the level claimed."""

    key: str
    level: int
    proven: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    key: str
    was: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since an earlier result. `total` is None while either of the two is incomplete."""

    total: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Made by `score`. The total lies from `total` to `high`: the same number once every category is scored."""

    answers: tuple[CategoryAnswer, ...]
    threshold: int
    missing_facts: tuple[str, ...]

    @property
    def maximum(self) -> int:
        return MAX_LEVEL * len(self.answers)

    @property
    def total(self) -> int:
        """The points claimed so far, which is the low end of the range."""
        return sum(answer.low for answer in self.answers)

    @property
    def high(self) -> int:
        """The total if every category not settled yet earned all it still can."""
        return sum(answer.high for answer in self.answers)

    @property
    def proven_total(self) -> int:
        """The points that stand on proof; where one number must do, it is this one."""
        return sum(answer.proven for answer in self.answers)

    @property
    def unproven(self) -> int:
        """The points that are claimed and not proven."""
        return self.total - self.proven_total

    @property
    def unscored(self) -> tuple[str, ...]:
        return tuple(answer.key for answer in self.answers if answer.level is None)

    @property
    def is_complete(self) -> bool:
        return not self.unscored

    @property
    def is_untouched(self) -> bool:
        """Whether nothing at all was answered."""
        return all(a.level is None and len(a.unasked) == len(a.deciders) for a in self.answers)

    @property
    def verdict(self) -> Verdict:
        """Decided as soon as nothing that is open can change it; clear only by what is proven."""
        if self.high < self.threshold:
            return Verdict.AT_RISK
        if self.proven_total >= self.threshold:
            return Verdict.CLEAR
        return Verdict.ON_ITS_WORD if self.total >= self.threshold else Verdict.UNDETERMINED

    @property
    def points_short(self) -> int:
        """How far the total stays below the line even at its highest."""
        return max(0, self.threshold - self.high)

    @property
    def claims(self) -> tuple[str, ...]:
        """Categories that claim more than is proven, the most unproven points first."""
        claims = sorted((a for a in self.answers if a.is_claim), key=lambda a: a.proven - a.low)
        return tuple(answer.key for answer in claims)

    @property
    def zeros(self) -> tuple[str, ...]:
        """Categories at 0: red flags. One that is not settled is none of them."""
        return tuple(answer.key for answer in self.answers if answer.level == 0)

    @property
    def red_flags(self) -> int:
        """How many there are: categories at 0, and facts without an answer. Nothing else is called one."""
        return len(self.zeros) + len(self.missing_facts)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Settled categories below the top level, the lowest first, equal ones in the order they were given."""
        gaps = (Gap(a.key, a.level, a.proven) for a in self.answers if a.level is not None and a.level < MAX_LEVEL)
        return tuple(sorted(gaps, key=lambda gap: gap.level))

    @property
    def holders(self) -> tuple[str, ...]:
        """Categories that hold it below the line, the lowest first; none unless it is at risk."""
        return tuple(gap.key for gap in self.gaps) if self.verdict == Verdict.AT_RISK else ()

    def answer(self, key: str) -> CategoryAnswer:
        """The answer to a category; KeyError if it is not one of this result's."""
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise KeyError(key)

    @property
    def levels(self) -> dict[str, int | None]:
        """The level claimed of each category, by key."""
        return {answer.key: answer.level for answer in self.answers}

    def level(self, key: str) -> int | None:
        """The level claimed of a category; KeyError if it is not one of this result's."""
        return self.answer(key).level


def score(answers: Iterable[CategoryAnswer], *, missing_facts: Iterable[str] = (), threshold: int = 10) -> Result:
    """Score one answer for each category, given in the framework's order. ValueError for what cannot be scored."""
    result = Result(tuple(answers), threshold, tuple(missing_facts))
    for answer in result.answers:
        _check_level(answer.key, answer.level)
        _check_level(answer.key, answer.claim)
        for decider in answer.deciders:
            _check_level(decider.key, decider.state)
    if len({answer.key for answer in result.answers}) < len(result.answers):
        raise ValueError("A category is answered twice.")
    if not 0 < threshold <= result.maximum:
        raise ValueError(f"The line at {threshold} is out of reach: the total goes from 0 to {result.maximum}.")
    return result


def _check_level(key: str, level: object) -> None:
    is_whole = isinstance(level, int) and not isinstance(level, bool)
    if level is not None and (not is_whole or level not in range(MAX_LEVEL + 1)):
        raise ValueError(f"The level of {key} must be from 0 to {MAX_LEVEL}, or None, not {level!r}.")


def compare(result: Result, earlier: Result) -> Delta:
    """The way from an earlier result to this one by what is claimed, with the categories that differ."""
    was = {answer.key: answer.level for answer in earlier.answers}
    now = {answer.key: answer.level for answer in result.answers}
    changes = tuple(Change(key, was.get(key), now.get(key)) for key in now | was if was.get(key) != now.get(key))
    complete = result.is_complete and earlier.is_complete
    return Delta(result.total - earlier.total if complete else None, changes)


def project(
    result: Result, targets: Mapping[str, int], earned: Mapping[str, Mapping[str, int]] | None = None
) -> Result:
    """The result once every category reached its target: raised, never lowered, never above the top level.

    `targets` has levels by category, for categories without deciders; what they reach is proven. `earned` has, for
    those with deciders, the state by decider that planned work brings about and proves: a level is there when its
    deciders are. A category not settled today stays so unless its target is the top level, or its deciders settle it.
    KeyError for a category that is not one of this result's.
    """
    earned = earned or {}
    for key in (*targets, *earned):
        result.answer(key)
    answers = (_earn(a, earned.get(a.key, {})) if a.deciders else _reach(a, targets) for a in result.answers)
    return replace(result, answers=tuple(answers))


def _reach(answer: CategoryAnswer, targets: Mapping[str, int]) -> CategoryAnswer:
    target = min(targets.get(answer.key, 0), MAX_LEVEL)
    if answer.level is None:
        return CategoryAnswer(answer.key, MAX_LEVEL, supported=True) if target == MAX_LEVEL else answer
    if target <= answer.level and target <= answer.proven:
        return answer
    return CategoryAnswer(answer.key, max(answer.level, target), supported=answer.supported or target == MAX_LEVEL)


def _earn(answer: CategoryAnswer, earned: Mapping[str, int]) -> CategoryAnswer:
    """With its deciders as work leaves them: shown at least as far as earned, with current proof of that."""
    if not earned:
        return answer
    deciders = (_earned(d, earned.get(d.key, 0)) for d in answer.deciders)
    return CategoryAnswer.by_deciders(answer.key, deciders, claim=answer.claim)


def _earned(decider: DeciderAnswer, state: int) -> DeciderAnswer:
    """Work that shows less than is claimed proves no more than it shows: the claim gets a proof that carries a 1."""
    if not state:
        return decider
    if state >= (decider.state or 0):
        return replace(decider, state=state, proof=Age.CURRENT)
    return replace(decider, proof=max(decider.proof, Age.STALE))
