"""A calculator worked out: each result with its formula in words and with the numbers put in, to check with a pencil.

Everything is worked out in exact fractions; numbers are rounded only where they are written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.economics.inputs import CURRENCY, grouped, unit_in
from assessments.framework import Calculator, CalculatorResult, FormulaError, formulas

TOKEN = re.compile(r"[A-Za-z_]\w*|[0-9.]+|[*/-]")
SIGNS = {"*": "×", "/": "÷", "-": "−"}
PLACES = 8  # of a number put into a formula
NO_VALUE = _lazy("This cannot be worked out: it divides by 0.")

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """One result. `value` is None where an input is missing, or the formula has no value, which `problem` says."""

    key: str
    label: str
    unit: str
    value: Fraction | None
    is_money: bool
    words: str
    numbers: str
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def text(self) -> str:
        return "" if self.value is None else write(self.value, is_money=self.is_money)


@dataclass(frozen=True, slots=True)
class Working:
    """A calculator with the numbers given to it. `missing` are the labels of the inputs that are not given."""

    calculator: Calculator
    currency: str
    given: Mapping[str, Decimal]
    lines: tuple[Line, ...]
    missing: tuple[str, ...]

    def value(self, key: str) -> Fraction | None:
        """The value of a result or a given input; None where there is none."""
        if key in self.given:
            return Fraction(self.given[key])
        return next((line.value for line in self.lines if line.key == key), None)

    def values(self, *keys: str) -> tuple[Fraction, ...] | None:
        """The values of several; None unless all are there."""
        found = [value for value in map(self.value, keys) if value is not None]
        return tuple(found) if len(found) == len(keys) else None


def work_out(calculator: Calculator, given: Values, *, currency: str) -> Working:
    """Every result that follows from what is given; the others say what they lack."""
    labels = {entry.key: entry.label for entry in calculator.inputs}
    labels |= {entry.key: entry.label for entry in calculator.results}
    values = {entry.key: given[entry.key] for entry in calculator.inputs if entry.key in given}
    known: dict[str, Fraction] = {key: Fraction(value) for key, value in values.items()}
    lacks = {entry.key: frozenset({entry.label}) for entry in calculator.inputs if entry.key not in known}
    order = [entry.label for entry in calculator.inputs]
    lines = []
    for result in calculator.results:
        used = formulas.names(result.formula)
        missing = frozenset[str]().union(*(lacks.get(name, frozenset()) for name in used))
        value, problem = None, ""
        if missing:
            lacks[result.key] = missing
        elif used <= known.keys():
            value, problem = _value(result, known)
        else:
            problem = str(NO_VALUE)
        if value is not None:
            known[result.key] = value
        lines.append(
            Line(
                result.key,
                result.label,
                unit_in(result.unit, currency),
                value,
                is_money := CURRENCY in result.unit.split(" "),
                _in_words(result.formula, labels),
                "" if value is None else _with_numbers(result, known, value, is_money),
                tuple(label for label in order if label in missing),
                problem,
            )
        )
    absent = tuple(entry.label for entry in calculator.inputs if entry.key not in values)
    return Working(calculator, currency, values, tuple(lines), absent)


def _value(result: CalculatorResult, known: Mapping[str, Fraction]) -> tuple[Fraction | None, str]:
    step = (result.key, result.formula, result.rounding == "up")
    try:
        return formulas.compute_exact([step], known)[result.key], ""
    except FormulaError:
        return None, str(NO_VALUE)


def _in_words(formula: str, labels: Mapping[str, str]) -> str:
    return TOKEN.sub(lambda token: _token(token[0], labels), formula)


def _with_numbers(result: CalculatorResult, known: Mapping[str, Fraction], value: Fraction, is_money: bool) -> str:
    """The formula with its numbers and what comes out: "100,000 × (100 − 60) ÷ 100 = 40,000"."""
    texts = {name: _put_in(known[name]) for name in formulas.names(result.formula)}
    formula = TOKEN.sub(lambda token: _token(token[0], texts), result.formula)
    sign = "=" if Fraction(_rounded(value)) == value else "≈"
    up = _(", rounded up to a whole number") if result.rounding == "up" else ""
    return f"{formula}{up} {sign} {write(value, is_money=is_money)}"


def _token(token: str, names: Mapping[str, str]) -> str:
    if token in SIGNS:
        return SIGNS[token]
    if token in names:
        return names[token]
    return grouped(Decimal(token))


def _put_in(value: Fraction) -> str:
    """A number as it stands in a formula: exact if that takes eight decimals at most."""
    text = _grouped(_decimal(value, PLACES).normalize())
    return f"({text})" if value < 0 else text


def write(value: Fraction, *, is_money: bool = False) -> str:
    """A result as it is shown: with two decimals at most, below 1 with three digits that count; money as 20.50."""
    rounded = _rounded(value)
    short = rounded.normalize()
    return _grouped(_decimal(Fraction(rounded), 2) if is_money and short.as_tuple().exponent == -1 else short)


def whole(value: Fraction) -> str:
    """A number in a sentence, rounded to a whole one from 100 on."""
    return _grouped(_decimal(value, 0)) if abs(value) >= 100 else write(value)


def _rounded(value: Fraction) -> Decimal:
    if value.denominator == 1:
        return _decimal(value, 0)
    if abs(value) >= 1:
        return _decimal(value, 2)
    places = 2
    while places < PLACES and abs(value) * 10**places < 100:
        places += 1
    return _decimal(value, places).normalize()


def _decimal(value: Fraction, places: int) -> Decimal:
    with localcontext(prec=60):
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return quotient.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def _grouped(number: Decimal) -> str:
    return grouped(number).replace("-", "−")
