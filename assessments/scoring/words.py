"""Counts and lists in words, as every sentence of the product writes them: in words in English, else in figures.

A number word must agree with its noun in German, French and Spanish; a figure need not.
"""

import re
from collections.abc import Sequence

from assessments.framework.translating import is_english, language, number, pgettext

NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)

# Before such a word Spanish says “e” for “y”.
SOUNDS_LIKE_Y = re.compile(r"h?i(?![aeo])", re.IGNORECASE)


def number_word(count: int, *, none: str = "zero") -> str:
    """A number in words, up to sixteen; figures above, and in other languages. `none` is English for nothing."""
    if not is_english():
        return number(count)
    if not count:
        return none
    return NUMBERS[count] if count < len(NUMBERS) else number(count)


def counted(count: int, one: str, many: str = "", *, none: str = "no") -> str:
    """So many of something, in English alone: one gap, two gaps, no gaps. Sentences that are read use `ngettext`."""
    return f"{number_word(count, none=none)} {one if count == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> int:
    """A whole number of per cent, rounded down: what is not reached is not shown as reached."""
    return 100 * part // whole


def and_before(name: str) -> str:
    """The word between the last two of a list."""
    if language() == "es" and SOUNDS_LIKE_Y.match(name):
        return "e"
    return pgettext("between the last two of a list", "and")


def listing(names: Sequence[str]) -> str:
    """A, B, and C; two take a comma only where one of them has an "and" of its own, and in English alone."""
    if len(names) < 2:
        return "".join(names)
    comma = "," if is_english() and (len(names) > 2 or any(" and " in name for name in names)) else ""
    return f"{', '.join(names[:-1])}{comma} {and_before(names[-1])} {names[-1]}"


def capitalized(sentence: str) -> str:
    """With a capital at its beginning; the rest stays as it is, as nouns have theirs in German."""
    return sentence[:1].upper() + sentence[1:]
