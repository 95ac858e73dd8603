"""What the filling page shows, put together so that its templates only print."""

import json
from dataclasses import dataclass, field

from django.http import QueryDict

from assessments import framework, scoring
from assessments.framework import Framework
from assessments.scorecards.models import Scorecard
from assessments.scorecards.queries import current_answers
from assessments.scorecards.readings import CategoryReading, FactReading, ScorecardReading
from assessments.scorecards.saving import Outcome, State, posted_fields, stored_fields


@dataclass(frozen=True, slots=True)
class PartSlot:
    """The spot beside a field that says whether it is saved, and carries the field's version."""

    key: str
    part: str
    version: int
    outcome: Outcome | None = None
    yours: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)

    @property
    def yours_text(self) -> str:
        return _in_words(self.part, self.yours)

    @property
    def theirs_text(self) -> str:
        return _in_words(self.part, self.theirs)

    @property
    def theirs_json(self) -> str:
        """Their values by control name, for the button that takes them over."""
        return json.dumps({f"{self.key}-{name}": value for name, value in self.theirs.items()})


def _in_words(part: str, fields: dict[str, str]) -> str:
    empty = "Not scored" if part == "level" else "Nothing"
    return ", ".join(value for value in fields.values() if value) or empty


@dataclass(frozen=True, slots=True)
class CategoryForm:
    """One category on the filling page. `fields` holds the text of every control, as stored or as just typed."""

    reading: CategoryReading
    fields: dict[str, str]
    slots: dict[str, PartSlot]


@dataclass(frozen=True, slots=True)
class FactForm:
    reading: FactReading
    text: str
    slot: PartSlot


@dataclass(frozen=True, slots=True)
class LiveTotal:
    """The bar that stays in sight: total or range, verdict, what is left to score."""

    result: scoring.Result
    headline: str
    next_key: str

    @property
    def scored(self) -> int:
        return len(self.result.answers) - len(self.result.unscored)


def live_total(result: scoring.Result) -> LiveTotal:
    return LiveTotal(result, scoring.headline(result), result.unscored[0] if result.unscored else "")


def live_result(scorecard: Scorecard) -> scoring.Result:
    """Score a scorecard in one query, for the answer to a single save."""
    return scoring.score(
        current_answers(scorecard),
        threshold=framework.load(scorecard.framework_key, scorecard.framework_version).scale.risk_threshold,
    )


def category_forms(reading: ScorecardReading, outcomes: list[Outcome], data: QueryDict | None) -> list[CategoryForm]:
    by_part = {(o.key, o.part): o for o in outcomes}
    return [_category_form(row, by_part, data) for row in reading.categories]


def _category_form(
    row: CategoryReading, outcomes: dict[tuple[str, str], Outcome], data: QueryDict | None
) -> CategoryForm:
    fields, slots = {}, {}
    for part in ("level", "metric", "note"):
        outcome = outcomes.get((row.category.key, part))
        stored = stored_fields(row, part)
        rejected = outcome is not None and outcome.state != State.SAVED and data is not None
        shown = posted_fields(row, part, data) if rejected else stored
        fields |= shown
        slots[part] = PartSlot(
            row.category.key, part, getattr(row.response, f"{part}_version"), outcome, yours=shown, theirs=stored
        )
    return CategoryForm(row, fields, slots)


def fact_forms(reading: ScorecardReading, outcomes: list[Outcome], data: QueryDict | None) -> list[FactForm]:
    by_key = {o.key: o for o in outcomes if o.part == "fact"}
    forms = []
    for row in reading.facts:
        outcome = by_key.get(row.fact.key)
        rejected = outcome is not None and outcome.state != State.SAVED and data is not None
        stored = {"fact": row.answer.answer}
        shown = posted_fields(row, "fact", data) if rejected else stored
        slot = PartSlot(row.fact.key, "fact", row.answer.version, outcome, yours=shown, theirs=stored)
        forms.append(FactForm(row, shown["fact"], slot))
    return forms


def answered_slot(outcome: Outcome, content: Framework, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    row: CategoryReading | FactReading
    if outcome.part == "fact":
        row = FactReading(content.fact(outcome.key), outcome.current)
        theirs = {"fact": outcome.current.answer}
    else:
        row = CategoryReading(content.category(outcome.key), outcome.current, (), None)
        theirs = stored_fields(row, outcome.part)
    yours = posted_fields(row, outcome.part, data)
    return PartSlot(outcome.key, outcome.part, outcome.version, outcome, yours=yours, theirs=theirs)
