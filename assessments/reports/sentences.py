"""How a report writes: counts as words, lists, lines that break well, and the direction of a text."""

import re
import unicodedata

from assessments.scoring.words import number_word


def number(count: int, *, capital: bool = False) -> str:
    word = number_word(count, none="no")
    return word.capitalize() if capital else word


def sentence(text: str) -> str:
    return text[0].upper() + text[1:]


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
