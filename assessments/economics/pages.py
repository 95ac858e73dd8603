"""What the pages of the calculators show, put together so that their templates only print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.http import QueryDict

from assessments.economics import findings, saving, services
from assessments.economics.inputs import control_name, grouped, range_text, read_as, read_input, unit_in
from assessments.economics.measured import Offer
from assessments.economics.models import Scenario
from assessments.economics.sensitivity import Sensitivity, sensitivity
from assessments.economics.working import Working, work_out
from assessments.economics.workloads import KINDS
from assessments.framework import Calculator, CalculatorInput, Framework
from assessments.saving.numbers import read_number, show_number
from assessments.saving.parts import Outcome, PartSlot, State

TEXT_MAX_LENGTH = 60
Offers = Mapping[tuple[str, str], Sequence[Offer]]


@dataclass(frozen=True, slots=True)
class Field:
    """One input as its control shows it. `name` is the control's, `slot` there where it is saved on its own."""

    name: str
    part: str
    entry: CalculatorInput
    unit: str
    text: str
    example: str
    read_as: str = ""
    error: str = ""
    readings: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    slot: PartSlot | None = None

    @property
    def range(self) -> str:
        return range_text(self.entry)


@dataclass(frozen=True)
class Block:
    """A calculator with its fields and what comes out."""

    calculator: Calculator
    fields: tuple[Field, ...]
    working: Working

    @property
    def key(self) -> str:
        return self.calculator.key

    @cached_property
    def finding(self) -> findings.Finding:
        return findings.finding(self.working)

    @cached_property
    def split(self) -> findings.Split | None:
        return findings.split(self.working)

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        return sensitivity(self.working)

    @cached_property
    def example(self) -> Working:
        """The content's own example, shown until there is a result of one's own."""
        given = {key: Decimal(str(value)) for key, value in self.calculator.example.inputs}
        return work_out(self.calculator, given, currency=self.working.currency)

    @property
    def example_inputs(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(
            (
                entry.label,
                grouped(self.example.given[entry.key].normalize()),
                unit_in(entry.unit, self.working.currency),
            )
            for entry in self.calculator.inputs
        )

    @property
    def has_errors(self) -> bool:
        return any(each.error for each in self.fields)


# ---- Trying the calculators out: nothing is saved


@dataclass(frozen=True, slots=True)
class Trial:
    """The calculators with what was posted; `numbers` are those that could be read."""

    blocks: tuple[Block, ...]
    numbers: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    @property
    def problems(self) -> int:
        return sum(bool(each.error) for block in self.blocks for each in block.fields)

    def block(self, key: str) -> Block | None:
        return next((block for block in self.blocks if block.key == key), None)


def read_trial(content: Framework, data: QueryDict | None, *, currency: str, offers: Offers) -> Trial:
    """The calculators with the numbers of a posted form; without one they are empty."""
    blocks, numbers = [], {}
    for calculator in content.calculators:
        fields, given = [], {}
        for entry in calculator.inputs:
            text = data.get(control_name(calculator, entry), "")[:500] if data is not None else ""
            found, value = _trial_field(calculator, entry, text, currency, offers)
            fields.append(found)
            if value is not None:
                given[entry.key] = numbers[calculator.key, entry.key] = value
        blocks.append(Block(calculator, tuple(fields), work_out(calculator, given, currency=currency)))
    return Trial(tuple(blocks), numbers)


def _trial_field(
    calculator: Calculator, entry: CalculatorInput, text: str, currency: str, offers: Offers
) -> tuple[Field, Decimal | None]:
    value, error = None, ""
    readings: tuple[str, ...] = ()
    try:
        value = read_input(text, entry, currency=currency)
    except ValidationError as problem:
        error = " ".join(problem.messages)
        readings = tuple(show_number(reading) for reading in getattr(problem, "readings", ()))
    name = control_name(calculator, entry)
    return (
        Field(
            name=name,
            part=name,
            entry=entry,
            unit=unit_in(entry.unit, currency),
            text=text,
            example=show_number(Decimal(str(entry.default))),
            read_as=read_as(text, value),
            error=error,
            readings=readings,
            offers=_other_offers(offers, calculator, entry, value),
        ),
        value,
    )


def _other_offers(
    offers: Offers, calculator: Calculator, entry: CalculatorInput, value: Decimal | None
) -> tuple[Offer, ...]:
    """What is offered, could be taken, and does not stand in the field already."""
    kept = "" if value is None else show_number(value)
    return tuple(
        offer
        for offer in offers.get((calculator.key, entry.key), ())
        if offer.text != kept and entry.min <= (read_number(offer.text) or Decimal(0)) <= entry.max
    )


# ---- A saved scenario


def scenario_blocks(
    scenario: Scenario, slots: Mapping[str, PartSlot], *, offers: Offers, outcomes: Iterable[Outcome] = ()
) -> tuple[Block, ...]:
    """The calculators with the numbers of a scenario; its inputs are fetched once."""
    key, rows = saving.part_key(scenario), saving.input_rows(scenario)
    refused = {outcome.part for outcome in outcomes if outcome.state != State.SAVED}
    blocks = []
    for calculator in services.content_of(scenario).calculators:
        fields, given = [], {}
        for entry in calculator.inputs:
            part = control_name(calculator, entry)
            value = rows[part].value if part in rows else None
            if value is not None:
                given[entry.key] = value
            slot = slots.get(part)
            fields.append(
                Field(
                    name=f"{key}-{part}",
                    part=part,
                    entry=entry,
                    unit=unit_in(entry.unit, scenario.currency),
                    text=slot.yours[part] if slot else "",
                    example=show_number(Decimal(str(entry.default))),
                    error="refused" if part in refused else "",
                    offers=_other_offers(offers, calculator, entry, value),
                    slot=slot,
                )
            )
        blocks.append(Block(calculator, tuple(fields), work_out(calculator, given, currency=scenario.currency)))
    return tuple(blocks)


def workings(blocks: Iterable[Block]) -> list[Working]:
    return [block.working for block in blocks]


def working_of(blocks: Iterable[Block], key: str) -> Working | None:
    return next((block.working for block in blocks if block.key == key), None)


@dataclass(frozen=True, slots=True)
class Share:
    """One share of the mix as its control shows it."""

    name: str
    label: str
    text: str


def mix_fields(scenario: Scenario, slot: PartSlot) -> tuple[Share, ...]:
    key = saving.part_key(scenario)
    return tuple(Share(f"{key}-{kind}", str(label), slot.yours[kind]) for kind, label in KINDS.items())
