"""What the filling page shows, put together so that its templates only print."""

from dataclasses import dataclass

from django.http import QueryDict

from assessments import scoring
from assessments.framework import Framework
from assessments.scorecards.parts import Outcome, PartSlot, part_slot
from assessments.scorecards.readings import CategoryReading, FactReading, ScorecardReading
from assessments.scorecards.saving import CATEGORY_PARTS, stored_fields


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


def category_forms(reading: ScorecardReading, outcomes: list[Outcome], data: QueryDict | None) -> list[CategoryForm]:
    by_part = {(o.key, o.part): o for o in outcomes}
    return [_category_form(row, by_part, data) for row in reading.categories]


def _category_form(
    row: CategoryReading, outcomes: dict[tuple[str, str], Outcome], data: QueryDict | None
) -> CategoryForm:
    fields, slots = {}, {}
    for part in CATEGORY_PARTS:
        version = getattr(row.response, f"{part}_version")
        slot = _slot(row, part, version, outcomes.get((row.category.key, part)), data)
        fields |= slot.yours
        slots[part] = slot
    return CategoryForm(row, fields, slots)


def _slot(row: CategoryReading, part: str, version: int, outcome: Outcome | None, data: QueryDict | None) -> PartSlot:
    empty = "Not scored" if part == "level" else "Nothing"
    return part_slot(row.category.key, part, version, stored_fields(row, part), outcome=outcome, data=data, empty=empty)


def fact_forms(reading: ScorecardReading, outcomes: list[Outcome], data: QueryDict | None) -> list[FactForm]:
    by_key = {o.key: o for o in outcomes if o.part == "fact"}
    forms = []
    for row in reading.facts:
        stored, outcome = {"fact": row.answer.answer}, by_key.get(row.fact.key)
        slot = part_slot(row.fact.key, "fact", row.answer.version, stored, outcome=outcome, data=data)
        forms.append(FactForm(row, slot.yours["fact"], slot))
    return forms


def answered_slot(outcome: Outcome, content: Framework, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    if outcome.part == "fact":
        stored = {"fact": outcome.current.answer}
        return part_slot(outcome.key, "fact", outcome.version, stored, outcome=outcome, data=data)
    row = CategoryReading(content.category(outcome.key), outcome.current, (), None)
    return _slot(row, outcome.part, outcome.version, outcome, data)
