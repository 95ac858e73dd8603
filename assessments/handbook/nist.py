"""The same answers read by the four functions of the NIST AI RMF: a reading aid, and no certification.

Which categories of the scorecard belong to a function stands with each category; the functions and categories of NIST
AI 100-1, as published, with what touches each and what is left out, stand in the handbook.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from assessments import framework, scoring
from assessments.framework.definitions import NistPart
from assessments.scorecards.readings import CategoryReading, ScorecardReading
from assessments.scorecards.wording import level_words
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import number_word

PUBLICATION = gettext_noop("NIST AI 100-1, January 2023")
AID = gettext_noop(
    "This is a reading aid. It certifies nothing, it is no assessment by NIST, and a high score here does not mean "
    "that the framework is met."
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """A category of the scorecard under a function: where it stands, and why it belongs there."""

    key: str
    name: str
    answer: scoring.CategoryAnswer
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A category of NIST's, with the names of what touches it and what the scorecard leaves out of it."""

    number: str
    text: str
    touched_by: tuple[str, ...]
    left: str


@dataclass(frozen=True, slots=True)
class FunctionReading:
    function: str
    purpose: str
    contributions: tuple[Contribution, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def sentence(self) -> str:
        """What the categories under it have together: points of the scorecard, not of the framework."""
        answers = [each.answer for each in self.contributions]
        proven, low, high = (sum(getattr(a, name) for a in answers) for name in ("proven", "low", "high"))
        most = MAX_LEVEL * len(answers)
        words = ngettext(
            "{proven} of {maximum} points proven in {number} categories",
            "{proven} of {maximum} points proven in {number} categories",
            len(answers),
        )
        parts = [words.format(proven=proven, maximum=most, number=number_word(len(answers)))]
        if low > proven:
            parts.append(_("{number} claimed").format(number=low))
        if high > low:
            parts.append(_("up to {number} still possible").format(number=high))
        return f"{', '.join(parts)}."


@dataclass(frozen=True, slots=True)
class NistReading:
    functions: tuple[FunctionReading, ...]

    @property
    def coverage(self) -> str:
        """How much of the framework the scorecard looks at, in a sentence."""
        outcomes = [outcome for function in self.functions for outcome in function.outcomes]
        touched = sum(bool(outcome.touched_by) for outcome in outcomes)
        words = _(
            "Of the {number} categories of the framework, the scorecard touches {touched} in part, "
            "{untouched} not at all, and none whole."
        )
        return words.format(number=len(outcomes), touched=touched, untouched=number_word(len(outcomes) - touched))


def read_nist(reading: ScorecardReading) -> NistReading:
    return NistReading(tuple(_function(part, reading.categories) for part in framework.current().handbook.nist))


def _function(part: NistPart, rows: Sequence[CategoryReading]) -> FunctionReading:
    names = {row.category.key: row.category.name for row in rows}
    contributions = tuple(
        Contribution(row.category.key, row.category.name, row.answer, level_words(row.answer), entry.reason)
        for row in rows
        for entry in row.category.nist_ai_rmf
        if entry.function == part.function
    )
    outcomes = tuple(
        Outcome(each.number, each.text, tuple(names[key] for key in each.touched_by if key in names), each.left)
        for each in part.categories
    )
    return FunctionReading(part.function, part.purpose, contributions, outcomes)


def freeze_nist(reading: ScorecardReading) -> dict[str, Any]:
    """The annex of a report, as plain JSON."""
    read = read_nist(reading)
    return {
        "publication": _(PUBLICATION),
        "aid": _(AID),
        "coverage": read.coverage,
        "functions": [
            {
                "function": function.function,
                "purpose": function.purpose,
                "sentence": function.sentence,
                "contributions": [
                    {"name": c.name, "words": c.words, "reason": c.reason} for c in function.contributions
                ],
                "outcomes": [
                    {"number": o.number, "text": o.text, "touched_by": list(o.touched_by), "left": o.left}
                    for o in function.outcomes
                ],
            }
            for function in read.functions
        ],
    }
