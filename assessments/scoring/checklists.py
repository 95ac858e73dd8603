"""From the ratings of a vendor's answers to points, share, range, topic subtotals and red flags.

An answer earns 0, 1 or 2 points. What does not apply is left out of the sum; what is not rated yet makes it a range.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MAX_POINTS = 2
NOT_APPLICABLE = "na"
RATINGS = ("", "0", "1", "2", NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """One question that was put. `rating` is "0", "1", "2", "na", or "" while it is not rated."""

    key: str
    topic: str
    rating: str = ""
    critical: bool = False

    @property
    def points(self) -> int:
        return int(self.rating) if self.rating.isdecimal() else 0

    @property
    def applies(self) -> bool:
        return self.rating != NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Tally:
    """The points of some questions. The share lies from `low` to `high`: the same number once all are rated.

    The range holds whatever the open ones become, "not applicable" included. `low` and `high` are exact fractions of 1,
    and None where nothing applies.
    """

    questions: tuple[RatedQuestion, ...]
    weights: Mapping[str, int]

    @property
    def points(self) -> int:
        return sum(question.points for question in self.questions)

    @property
    def maximum(self) -> int:
        """The points of all questions that apply, in points."""
        return MAX_POINTS * sum(question.applies for question in self.questions)

    @property
    def applicable(self) -> int:
        return sum(question.applies for question in self.questions)

    @property
    def unrated(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions if not question.rating)

    @property
    def rated(self) -> int:
        return len(self.questions) - len(self.unrated)

    @property
    def low(self) -> Fraction | None:
        """The share if every open question got nothing; topics count by their weight."""
        return self._share(0)

    @property
    def high(self) -> Fraction | None:
        """The share if every open question got all it can."""
        return self._share(MAX_POINTS)

    def _share(self, points_of_open: int) -> Fraction | None:
        earned = possible = 0
        for question in self.questions:
            weight = self.weights.get(question.topic, 1) if question.applies else 0
            earned += weight * (question.points if question.rating else points_of_open)
            possible += weight * MAX_POINTS
        return Fraction(earned, possible) if possible else None


@dataclass(frozen=True, slots=True)
class ChecklistResult(Tally):
    """Made by `tally`."""

    @property
    def red_flags(self) -> tuple[str, ...]:
        """Critical questions that apply and are without a 2, rated or not."""
        return tuple(q.key for q in self.questions if q.critical and q.applies and q.rating != str(MAX_POINTS))

    def topic(self, key: str) -> Tally:
        """The subtotal of one topic, by itself and therefore without weights."""
        return Tally(tuple(question for question in self.questions if question.topic == key), {})


def tally(questions: Iterable[RatedQuestion], *, weights: Mapping[str, int] | None = None) -> ChecklistResult:
    """Add up the ratings of the questions that were put. `weights` are whole numbers by topic; a missing one is 1.

    ValueError for an unknown rating, a question that is there twice, or a weight below 0.
    """
    result = ChecklistResult(tuple(questions), dict(weights or {}))
    if unknown := [question.rating for question in result.questions if question.rating not in RATINGS]:
        raise ValueError(f"{unknown[0]!r} is no rating.")
    if len({question.key for question in result.questions}) < len(result.questions):
        raise ValueError("A question is there twice.")
    if any(weight < 0 for weight in result.weights.values()):
        raise ValueError("A weight must not be below 0.")
    return result


def percent(share: Fraction | None) -> int | None:
    """A share as a whole percentage, halves up. Only a full share is 100, and only none is 0."""
    if share is None:
        return None
    rounded = int(share * 100 + Fraction(1, 2))
    if rounded == 100 and share < 1:
        return 99
    return 1 if rounded == 0 and share > 0 else rounded
