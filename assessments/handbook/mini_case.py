"""The worked case with one's own numbers: what a starved pipeline costs, by the content's own formulas."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments import framework
from assessments.framework import Calculator
from assessments.framework.definitions import CalculatorInput
from assessments.framework.translating import is_english, number
from assessments.saving.numbers import read_number, write_number

SIGNS = str.maketrans({"*": "×", "/": "÷", "-": "−"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A field with what was typed, what is wrong with it, and what it could have meant."""

    field: CalculatorInput
    text: str
    error: str = ""
    readings: tuple[str, ...] = ()

    @property
    def is_percent(self) -> bool:
        return self.field.unit == "%"


@dataclass(frozen=True, slots=True)
class Line:
    """A result with its formula, once in names and once with the numbers put in."""

    label: str
    value: str
    formula: str


@dataclass(frozen=True, slots=True)
class CaseReading:
    fields: tuple[Typed, ...]
    lines: tuple[Line, ...] = ()
    works: float = 0  # of every hundred spent
    waits: float = 0


def calculator() -> Calculator:
    content = framework.current()
    return next(each for each in content.calculators if each.key == content.handbook.mini_case.calculator)


def read_case(data: Mapping[str, str], currency: str) -> CaseReading:
    """The case with the numbers given, or the handbook's own where none is given; never raises for bad input."""
    known = calculator()
    fields, values = [], {}
    for field in known.inputs:
        text = data.get(field.key, write_number(Decimal(str(field.default)))).strip()
        try:
            values[field.key] = _value(field, text, currency)
            fields.append(Typed(field, text))
        except ValidationError as error:
            readings = tuple(write_number(reading) for reading in getattr(error, "readings", ()))
            fields.append(Typed(field, text, error.messages[0], readings))
    if len(values) < len(known.inputs):
        return CaseReading(tuple(fields))
    exact = {key: int(value) if value == int(value) else float(value) for key, value in values.items()}
    results = known.compute(exact)
    feed = float(values["feed_percent"])
    return CaseReading(tuple(fields), _lines(known, exact, results, currency), feed, round(100 - feed, 4))


def _value(field: CalculatorInput, text: str, currency: str) -> Decimal:
    if not text:
        raise ValidationError(_("Give a number."))
    value = read_number(text, unit="%" if field.unit == "%" else currency)
    if value is None:
        raise ValidationError(_("Give a number."))
    if not field.min <= value <= field.max:
        words = _("Give a number from {least} to {most}.")
        raise ValidationError(words.format(least=number(field.min), most=number(field.max)))
    return value


def _lines(
    known: Calculator, values: Mapping[str, float], results: Mapping[str, float], currency: str
) -> tuple[Line, ...]:
    lines = []
    everything = {**values, **results}
    for result in known.results:
        put_in = re.sub(r"[a-z_]+", lambda found: _put_in(everything[found[0]]), result.formula).translate(SIGNS)
        unit = result.unit.replace("USD", currency)
        lines.append(Line(result.label, f"{_shown(results[result.key])} {unit}", put_in))
    return tuple(lines)


def _put_in(value: float) -> str:
    """A number as it stands in a formula, with all its digits."""
    return f"{value:,.10g}" if is_english() else number(Decimal(f"{value:.10g}"))


def _shown(value: float) -> str:
    return number(value, 0 if value == int(value) else 2)
