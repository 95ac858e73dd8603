"""How a report writes: counts as words, days, lines that break well, and the direction of a text."""

import re
import unicodedata
from datetime import date

from django.utils.formats import date_format

from assessments.framework.translating import is_english
from assessments.scoring.words import capitalized, number_word


def number(count: int, *, capital: bool = False) -> str:
    word = number_word(count, none="no")
    return capitalized(word) if capital else word


def sentence(text: str) -> str:
    return capitalized(text)


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence: in English with a small letter, elsewhere as it is."""
    return f"{name[:1].lower()}{name[1:]}" if is_english() else name


def day_words(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DAY")


def long_day_words(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "LONG_DAY")


def month_words(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "MONTH")


def short_month_words(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_MONTH")


def no_widow(text: str) -> str:
    """The last three words stay on one line."""
    words = text.split(" ")
    return " ".join([*words[:-3], "\N{NO-BREAK SPACE}".join(words[-3:])])


def direction(text: str) -> str:
    """The direction of a paragraph, by its first letter that has one."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def paragraphs(text: str) -> list[dict[str, str]]:
    """The lines of a text that are not empty, each with its direction."""
    lines = [line.strip() for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text)]
    return [{"text": line, "direction": direction(line)} for line in lines if line]
