"""What is typed into a calculator: read as a number, held to the input's range, and said back as it was read."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.framework import Calculator, CalculatorInput
from assessments.framework.translating import number
from assessments.saving.numbers import NOT_A_NUMBER, AmbiguousNumberError, read_number, show_number

CURRENCY = "USD"  # stands in the content's units for the organization's currency
WHOLE = "whole number"  # what the content's help says, in English, where half a one makes no sense
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def grouped(value: Decimal) -> str:
    """A number as it is read, with all its decimals."""
    return number(value, max(0, -int(value.as_tuple().exponent)))


def unit_in(unit: str, currency: str) -> str:
    """A unit of the content in the organization's currency: "USD per month" as "EUR per month"."""
    return " ".join(currency if word == CURRENCY else word for word in unit.split(" "))


def read_input(text: str, entry: CalculatorInput, *, currency: str) -> Decimal | None:
    """The number that was written for an input, None for nothing; its unit may stand beside it.

    ValidationError in a sentence for what is no number or lies outside the input's range, with both readings where
    there are two.
    """
    unit = unit_in(entry.unit, currency)
    try:
        value = read_number(text, unit=_unit_beside(text, unit, currency))
    except AmbiguousNumberError:
        raise
    except ValidationError as error:
        if str(NOT_A_NUMBER) not in error.messages or not any(letter.isalpha() for letter in text):
            raise
        said = _("“{text}” is more than a figure. Write only the number, such as {example}.")
        if unit:
            said = _("“{text}” is more than a figure. Write only the number of {unit}, such as {example}.")
        example = show_number(Decimal(str(entry.default)))
        raise ValidationError(said.format(text=_short(text), unit=unit, example=example)) from None
    if value is not None:
        check_range(value, entry)
    return value


def read_as(text: str, value: Decimal | None) -> str:
    """How a number was read, where it was not written as it is kept; nothing where it was."""
    if value is None or text.strip() == show_number(value):
        return ""
    return _("Read as {number}.").format(number=grouped(value.normalize()))


def find_input(calculators: tuple[Calculator, ...], name: str) -> tuple[Calculator, CalculatorInput] | None:
    """The input of that control name, with its calculator."""
    for calculator in calculators:
        for entry in calculator.inputs:
            if control_name(calculator, entry) == name:
                return calculator, entry
    return None


def control_name(calculator: Calculator, entry: CalculatorInput) -> str:
    return f"{calculator.key}-{entry.key}"


def range_text(entry: CalculatorInput) -> str:
    return _("{least} to {most}").format(least=number(entry.min), most=number(entry.max))


def _unit_beside(text: str, unit: str, currency: str) -> str:
    """Which spelling of the unit stands before or behind the number; none if no known one does."""
    folded = " ".join(text.split()).casefold()
    words = unit.split(" ")
    spellings = [unit, words[0], words[-1], *([currency, SIGNS.get(currency, "")] if currency in words else [])]
    singular = [word.removesuffix("s") for word in spellings]
    for spelling in sorted({*spellings, *singular} - {""}, key=len, reverse=True):
        if folded.endswith(spelling.casefold()) or folded.startswith(spelling.casefold()):
            return spelling
    return ""


def check_range(value: Decimal, entry: CalculatorInput) -> None:
    """ValidationError, in a sentence, where the input cannot be that number."""
    if not Decimal(str(entry.min)) <= value <= Decimal(str(entry.max)):
        said = _("{label} cannot be {number}. Use {range}.")
        raise ValidationError(
            said.format(label=entry.label, number=grouped(value.normalize()), range=range_text(entry))
        )
    if WHOLE in entry.help.casefold() and value != value.to_integral_value():
        raise ValidationError(_("{label} is a whole number. Write it without decimals.").format(label=entry.label))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
