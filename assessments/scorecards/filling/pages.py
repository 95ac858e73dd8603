"""What the filling page shows, put together so that its templates only print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments import scoring
from assessments.framework import Framework
from assessments.saving.parts import Outcome, PartSlot, part_slot
from assessments.scorecards import wording
from assessments.scorecards.filling import facts
from assessments.scorecards.filling.saving import parts_of, state_text, stored_fact, stored_fields
from assessments.scorecards.models import AnswerRequest, DeciderAnswer
from assessments.scorecards.readings import CategoryReading, DeciderReading, FactReading, ScorecardReading

STATE_WORDS = {
    "": _lazy("Not asked"),
    "0": _lazy("Not shown"),
    "1": _lazy("In part"),
    "2": pgettext_lazy("the answer of a decider", "Shown"),
}
FACT_WORDS = {"1": _lazy("We cannot answer this today.")}


@dataclass(frozen=True, slots=True)
class DeciderForm:
    """One decider on the filling page: what is chosen, as stored or as just posted, and what proves it."""

    reading: DeciderReading
    state: str
    slot: PartSlot

    @property
    def age(self) -> str:
        """How far its proof carries: none, stale or current."""
        return self.reading.answer.proof.name.lower() if self.reading.proofs else "none"

    @property
    def old_proof(self) -> str:
        return wording.old_proof(self.reading)


@dataclass(frozen=True, slots=True)
class CategoryForm:
    """One category on the filling page. `fields` holds the text of every control, as stored or as just typed."""

    reading: CategoryReading
    fields: dict[str, str]
    slots: dict[str, PartSlot]
    deciders: tuple[DeciderForm, ...] = ()
    asked: tuple[AnswerRequest, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has become of a save of its finding or its claim: they look as they are stored."""
        return all(slot.outcome is None for slot in self.slots.values())

    @property
    def level_words(self) -> str:
        return wording.level_words(self.reading.answer)

    @property
    def why(self) -> str:
        return wording.why_it_waits(self.reading.answer)

    @property
    def claim_counts(self) -> str:
        return wording.claim_counts(self.reading.answer)


@dataclass(frozen=True, slots=True)
class FieldOfFact:
    field: facts.FactField
    name: str
    value: str
    unit: str

    @property
    def is_wide(self) -> bool:
        return self.field.name in ("where", "cause")


@dataclass(frozen=True, slots=True)
class FactState:
    """What is said under a fact: that it is a red flag, or what its answer still lacks."""

    key: str
    is_cannot: bool
    missing: tuple[tuple[str, ...], ...]
    is_begun: bool

    @property
    def needs(self) -> str:
        return wording.fact_needs(self.key)

    @property
    def lacks(self) -> str:
        return wording.lacking(self.missing)


@dataclass(frozen=True, slots=True)
class FactForm:
    reading: FactReading
    text: str
    slot: PartSlot
    fields: tuple[FieldOfFact, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return facts.sources_of(self.reading.answer)

    @property
    def state(self) -> FactState:
        return fact_state(self.reading)

    @property
    def cannot(self) -> bool:
        return bool(self.slot.yours.get("cannot"))

    @property
    def who_will(self) -> str:
        return self.slot.yours.get("who_will", "")

    @property
    def params(self) -> str:
        """The names of its controls, for a save of it alone."""
        key = self.reading.fact.key
        return ",".join(f"{key}-{name}" for name in (*self.slot.yours, "fact_version"))


@dataclass(frozen=True, slots=True)
class LiveTotal:
    """The bar that stays in sight: total or range, verdict, what is left to do."""

    result: scoring.Result
    headline: str
    next_key: str
    has_deciders: bool = False

    @property
    def scored(self) -> int:
        return len(self.result.answers) - len(self.result.unscored)

    @property
    def next_label(self) -> str:
        if self.next_key in ("facts", ""):
            return _("Three facts") if self.next_key else _("Sign off")
        return _("Next open") if self.has_deciders else _("Next unscored")


def live_total(result: scoring.Result, *, has_deciders: bool = False, facts_missing: bool = False) -> LiveTotal:
    """`facts_missing`: whether one of the three facts is left, which come after the categories."""
    after = "facts" if facts_missing else ""
    next_key = result.unscored[0] if result.unscored else after
    return LiveTotal(result, scoring.headline(result), next_key, has_deciders)


def live_total_of(reading: ScorecardReading) -> LiveTotal:
    decided = reading.framework.has_deciders
    return live_total(
        reading.result, has_deciders=decided, facts_missing=decided and bool(reading.result.missing_facts)
    )


def category_forms(
    reading: ScorecardReading,
    outcomes: list[Outcome],
    data: QueryDict | None,
    asked: Mapping[str, Sequence[AnswerRequest]] | None = None,
) -> list[CategoryForm]:
    by_part = {(o.key, o.part): o for o in outcomes}
    asked = asked or {}
    return [_category_form(row, by_part, data, tuple(asked.get(row.category.key, ()))) for row in reading.categories]


def category_form(row: CategoryReading, asked: Iterable[AnswerRequest] = ()) -> CategoryForm:
    """One category as it is stored."""
    return _category_form(row, {}, None, tuple(asked))


def _category_form(
    row: CategoryReading,
    outcomes: dict[tuple[str, str], Outcome],
    data: QueryDict | None,
    asked: tuple[AnswerRequest, ...],
) -> CategoryForm:
    fields, slots = {}, {}
    for part in parts_of(row.category):
        version = getattr(row.response, f"{part}_version")
        slot = _slot(row, part, version, outcomes.get((row.category.key, part)), data)
        fields |= slot.yours
        slots[part] = slot
    deciders = tuple(_decider_form(item, outcomes.get((item.decider.key, "state")), data) for item in row.deciders)
    return CategoryForm(row, fields, slots, deciders, asked)


def _decider_form(item: DeciderReading, outcome: Outcome | None, data: QueryDict | None) -> DeciderForm:
    slot = _decider_slot(item.decider.key, item.row.version, item.row.state, outcome, data)
    return DeciderForm(item, slot.yours["state"], slot)


def _decider_slot(
    key: str, version: int, state: int | None, outcome: Outcome | None, data: QueryDict | None
) -> PartSlot:
    stored = {"state": state_text(state)}
    return part_slot(
        key, "state", version, stored, outcome=outcome, data=data, empty=_("Not asked"), labels=STATE_WORDS
    )


def _slot(row: CategoryReading, part: str, version: int, outcome: Outcome | None, data: QueryDict | None) -> PartSlot:
    empty = ""
    if part == "level":
        empty = _("No claim") if row.category.deciders else _("Not scored")
    return part_slot(row.category.key, part, version, stored_fields(row, part), outcome=outcome, data=data, empty=empty)


def fact_forms(reading: ScorecardReading, outcomes: list[Outcome], data: QueryDict | None) -> list[FactForm]:
    by_key = {o.key: o for o in outcomes if o.part == "fact"}
    currency = reading.scorecard.organization.currency
    return [_fact_form(row, by_key.get(row.fact.key), data, currency) for row in reading.facts]


def _fact_form(row: FactReading, outcome: Outcome | None, data: QueryDict | None, currency: str) -> FactForm:
    stored, key = stored_fact(row.answer, row.is_structured), row.fact.key
    slot = part_slot(key, "fact", row.answer.version, stored, outcome=outcome, data=data, labels=FACT_WORDS)
    fields: tuple[FieldOfFact, ...] = ()
    if row.is_structured:
        own = row.answer.values.get("currency", currency)
        fields = tuple(
            FieldOfFact(f, f"{key}-{f.name}", slot.yours[f.name], own if f.unit == "currency" else f.unit)
            for f in facts.FIELDS[key]
        )
    return FactForm(row, slot.yours["fact"], slot, fields)


def fact_state(row: FactReading) -> FactState:
    """What stands under a fact that is asked by fields."""
    missing = facts.still_missing(row.fact.key, row.answer.values)
    begun = any(value for name, value in row.answer.values.items() if name != "currency")
    return FactState(row.fact.key, row.answer.cannot_answer, missing, begun)


def answered_slot(outcome: Outcome, content: Framework, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    if isinstance(outcome.current, DeciderAnswer):
        return _decider_slot(outcome.key, outcome.version, outcome.current.state, outcome, data)
    if outcome.part == "fact":
        stored = stored_fact(outcome.current, facts.is_structured(content, outcome.key))
        return part_slot(outcome.key, "fact", outcome.version, stored, outcome=outcome, data=data, labels=FACT_WORDS)
    category = content.category(outcome.key)
    row = CategoryReading(category, outcome.current, (), None, scoring.CategoryAnswer(outcome.key, None))
    return _slot(row, outcome.part, outcome.version, outcome, data)
