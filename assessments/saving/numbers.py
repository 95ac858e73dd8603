"""Numbers as people write them: one reader for every number field of the product, whatever the language.

A comma or a point may be the decimal mark or stand between groups of three, and spaces and apostrophes between groups.
What can be read in one way only is read so; what can be read in two is asked back, never guessed.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

MAX_PLACES, MAX_SIGNIFICANT, LIMIT = 8, 15, Decimal(10) ** 12
SPACES = "\\s_\u00a0\u2009\u202f"
APOSTROPHES = "'\u2019\u02bc"
MINUS = {"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"}

NOT_A_NUMBER = _lazy("Write the figure in digits, such as 1200.5 or 1200,5.")
TOO_LARGE = _lazy("The figure must be an ordinary number below 1,000,000,000,000.")
TOO_LONG = _lazy("Round the figure to at most 8 decimals and 15 digits.")

_GROUPED = re.compile(rf"\d{{1,3}}(?:(?P<mark>[{SPACES}{APOSTROPHES}])\d{{3}})(?:(?P=mark)\d{{3}})*")
_THREES = r"\d{1,3}(?:\MARK\d{3})+"
_TWOS = r"\d{1,2}(?:\MARK\d{2})+\MARK\d{3}"  # 12,34,567, as written in India


class AmbiguousNumberError(ValidationError):
    """`readings` are the numbers that `text` can mean, the one with the decimal mark first.

    `control` is the field it was written in, where that is known.
    """

    control = ""

    def __init__(self, text: str, readings: Sequence[Decimal]) -> None:
        self.text = text
        self.readings = tuple(readings)
        one, other = (show_number(reading) for reading in self.readings)
        said = _("“{text}” can be read in two ways. Is it {one} or {other}?").format(text=text, one=one, other=other)
        super().__init__(said, code="ambiguous")


def read_number(text: str, *, unit: str = "") -> Decimal | None:
    """The number that was written, exactly; None for nothing.

    A `unit`, such as %, may stand beside it. Raises `AmbiguousNumberError` where a comma or point can be either mark,
    and ValidationError, in a sentence, for what is no number of a size that is kept.
    """
    digits = _bare("".join(_plain(character) for character in text).strip(), unit)
    if not digits:
        return None
    sign, digits = (-1, digits[1:].strip()) if digits[0] == "-" else (1, digits.removeprefix("+"))
    found = [sign * reading for reading in _readings(digits)]
    for reading in found:
        _check_size(reading)
    if not found:
        raise ValidationError(NOT_A_NUMBER)
    if len(found) > 1:
        raise AmbiguousNumberError(" ".join(text.split()), found)
    return found[0] + 0  # no minus before a zero


def write_number(value: Decimal) -> str:
    """A number as it is kept and sent: exact, and read again by `read_number` as what it is.

    Thousands are not grouped, and three decimals get a zero behind them: 1.234 could be read in two ways.
    """
    text = format(value.normalize() + 0, "f")
    return f"{text}0" if len(_both_marks(text.removeprefix("-"))) > 1 else text


def show_number(value: Decimal) -> str:
    """As `write_number`, with the decimal mark of the language that is spoken: what a field shows of a kept number."""
    return write_number(value).replace(".", get_format("DECIMAL_SEPARATOR"))


def show_text(text: str) -> str:
    """A number that is kept as `write_number` wrote it, as a field shows it."""
    return text.replace(".", get_format("DECIMAL_SEPARATOR"))


def _plain(character: str) -> str:
    """A digit of any script as 0 to 9, and any minus sign as a hyphen."""
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    return MINUS.get(character, character)


def _bare(text: str, unit: str) -> str:
    """The number without its unit, before or behind it."""
    wanted = unit.strip().casefold()
    folded = text.casefold()
    if wanted and folded.endswith(wanted):
        return text[: len(text) - len(wanted)].strip()
    if wanted and folded.startswith(wanted):
        return text[len(wanted) :].strip()
    return text


def _readings(digits: str) -> list[Decimal]:
    """Everything that unsigned digits with marks can mean."""
    if re.search(f"[{SPACES}{APOSTROPHES}]", digits):
        whole, mark, decimals = _at_last_mark(digits)
        if not _GROUPED.fullmatch(whole) or (mark and not decimals.isdecimal()):
            return []
        return [Decimal(re.sub(r"\D", "", whole) + (f".{decimals}" if mark else ""))]
    if "," in digits and "." in digits:
        whole, _, decimals = _at_last_mark(digits)
        other = "," if digits[len(whole)] == "." else "."
        if not decimals.isdecimal() or not _is_grouped(whole, other):
            return []
        return [Decimal(f"{whole.replace(other, '')}.{decimals}")]
    return _both_marks(digits)


def _at_last_mark(digits: str) -> tuple[str, str, str]:
    """What stands before and behind the last comma or point."""
    place = max(digits.rfind(","), digits.rfind("."))
    return (digits, "", "") if place < 0 else (digits[:place], digits[place], digits[place + 1 :])


def _both_marks(digits: str) -> list[Decimal]:
    """Digits with marks of one kind: as a decimal number first, then as groups."""
    if digits.isdecimal():
        return [Decimal(digits)]
    readings = []
    if re.fullmatch(r"\d*[.,]\d+|\d+[.,]", digits):
        readings.append(Decimal(digits.replace(",", ".")))
    mark = "," if "," in digits else "."
    if _is_grouped(digits, mark) and not digits.startswith("0"):
        readings.append(Decimal(digits.replace(mark, "")))
    return readings


def _is_grouped(digits: str, mark: str) -> bool:
    return any(re.fullmatch(form.replace("MARK", mark), digits) for form in (_THREES, _TWOS))


def _check_size(number: Decimal) -> None:
    if abs(number) >= LIMIT:
        raise ValidationError(TOO_LARGE)
    number = number.normalize()
    if -int(number.as_tuple().exponent) > MAX_PLACES or len(number.as_tuple().digits) > MAX_SIGNIFICANT:
        raise ValidationError(TOO_LONG)
