"""From levels to a result: total, range, verdict, evidenced total, gaps, change, and projection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

MAX_LEVEL = 2


class Verdict(StrEnum):
    AT_RISK = "risk"
    CLEAR = "clear"
    UNDETERMINED = "open"


@dataclass(frozen=True, slots=True)
class CategoryAnswer:
    """`level` is None while the category is not scored; `supported` by a measured figure or a piece of evidence."""

    key: str
    level: int | None
    supported: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A scored category that can still earn points."""

    key: str
    level: int


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
        """The points earned so far, which is the low end of the range."""
        return sum(answer.level for answer in self.answers if answer.level is not None)

    @property
    def high(self) -> int:
        """The total if every category not yet scored earned all it can."""
        return self.total + MAX_LEVEL * len(self.unscored)

    @property
    def unscored(self) -> tuple[str, ...]:
        return tuple(answer.key for answer in self.answers if answer.level is None)

    @property
    def is_complete(self) -> bool:
        return not self.unscored

    @property
    def verdict(self) -> Verdict:
        """Decided as soon as no open category can change it."""
        if self.high < self.threshold:
            return Verdict.AT_RISK
        return Verdict.CLEAR if self.total >= self.threshold else Verdict.UNDETERMINED

    @property
    def points_short(self) -> int:
        """How far the total stays below the line even at its highest."""
        return max(0, self.threshold - self.high)

    @property
    def unsupported(self) -> tuple[str, ...]:
        """Categories that claim the top level with nothing to show for it."""
        return tuple(a.key for a in self.answers if a.level == MAX_LEVEL and not a.supported)

    @property
    def evidenced_total(self) -> int:
        """The total with each unsupported top level counted one lower."""
        return self.total - len(self.unsupported)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Scored categories below the top level, the lowest first, equal ones in the order they were given."""
        gaps = (Gap(a.key, a.level) for a in self.answers if a.level is not None and a.level < MAX_LEVEL)
        return tuple(sorted(gaps, key=lambda gap: gap.level))

    @property
    def holders(self) -> tuple[str, ...]:
        """Categories that hold it below the line, the lowest first; none unless it is at risk."""
        return tuple(gap.key for gap in self.gaps) if self.verdict == Verdict.AT_RISK else ()

    def level(self, key: str) -> int | None:
        """The level of a category; KeyError if it is not one of this result's."""
        for answer in self.answers:
            if answer.key == key:
                return answer.level
        raise KeyError(key)


def score(answers: Iterable[CategoryAnswer], *, missing_facts: Iterable[str] = (), threshold: int = 10) -> Result:
    """Score one answer for each category, given in the framework's order. ValueError for what cannot be scored."""
    result = Result(tuple(answers), threshold, tuple(missing_facts))
    for answer in result.answers:
        _check_level(answer)
    if len({answer.key for answer in result.answers}) < len(result.answers):
        raise ValueError("A category is answered twice.")
    if not 0 < threshold <= result.maximum:
        raise ValueError(f"The line at {threshold} is out of reach: the total goes from 0 to {result.maximum}.")
    return result


def _check_level(answer: CategoryAnswer) -> None:
    level: object = answer.level
    is_whole = isinstance(level, int) and not isinstance(level, bool)
    if level is not None and (not is_whole or level not in range(MAX_LEVEL + 1)):
        raise ValueError(f"The level of {answer.key} must be from 0 to {MAX_LEVEL}, or None, not {level!r}.")


def compare(result: Result, earlier: Result) -> Delta:
    """The way from an earlier result to this one, with the categories that differ."""
    was = {answer.key: answer.level for answer in earlier.answers}
    now = {answer.key: answer.level for answer in result.answers}
    changes = tuple(Change(key, was.get(key), now.get(key)) for key in now | was if was.get(key) != now.get(key))
    complete = result.is_complete and earlier.is_complete
    return Delta(result.total - earlier.total if complete else None, changes)


def project(result: Result, targets: Mapping[str, int]) -> Result:
    """The result once every category reached its target: raised, never lowered, never above the top level.

    A category not scored today stays so unless its target is the top level: below that it may stand higher already.
    KeyError for a target whose category is not one of this result's.
    """
    for key in targets:
        result.level(key)
    return replace(result, answers=tuple(_reach(answer, targets) for answer in result.answers))


def _reach(answer: CategoryAnswer, targets: Mapping[str, int]) -> CategoryAnswer:
    target = min(targets.get(answer.key, 0), MAX_LEVEL)
    if answer.level is None:
        return replace(answer, level=MAX_LEVEL) if target == MAX_LEVEL else answer
    return replace(answer, level=max(answer.level, target))
