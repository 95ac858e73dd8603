"""A language that nobody speaks, in the place of German: what gettext does not see stays plain in it, and is found.

Its vowels have dots, so that a text outside gettext stands out; its texts are longer by 40 per cent, as some languages
are, so that what has no room stands out, too. `speaking()` has everything in this process speak it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.utils.translation import trans_real

from assessments.platform.languages import DjangoTranslator

DOTTED = str.maketrans("aeiouAEIOU", "äëïöüÄËÏÖÜ")
KEPT = re.compile(r"%\(\w+\)[sd]|%%|\{[^}]*\}|<[^>]*>|&\w+;|https?://\S+|\n")
LONGER = 0.4


def said(text: str, *, longer: bool = False) -> str:
    """A text as this language says it; placeholders, markup and addresses stay."""
    parts, place = [], 0
    for found in KEPT.finditer(text):
        parts += [text[place : found.start()].translate(DOTTED), found.group()]
        place = found.end()
    parts.append(text[place:].translate(DOTTED))
    if longer and (words := re.findall(r"\w+", KEPT.sub(" ", text))):
        more = max(1, round(LONGER * sum(map(len, words))))
        tail = " ".join("ö" * min(6, more - n) for n in range(0, more, 7))
        ends = len(text) - len(text.rstrip())
        spoken = "".join(parts)
        return f"{spoken[: len(spoken) - ends]} {tail}{spoken[len(spoken) - ends :]}"
    return "".join(parts)


class Pseudo:
    """What Django asks of the texts of a language."""

    def __init__(self, other: Any, *, longer: bool) -> None:
        self.other, self.longer = other, longer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.other, name)

    def gettext(self, text: str) -> str:
        return said(text.rpartition("\x04")[2], longer=self.longer) if text else self.other.gettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)

    def pgettext(self, context: str, text: str) -> str:
        return self.gettext(text)

    def npgettext(self, context: str, one: str, many: str, count: int) -> str:
        return self.ngettext(one, many, count)


@contextmanager
def speaking(*, longer: bool = False) -> Iterator[None]:
    """Whatever would speak German speaks this."""
    real = trans_real.translation

    def translation(language: str) -> Any:
        found = real(language)
        return Pseudo(found, longer=longer) if language.partition("-")[0] == "de" else found

    def key(translator: DjangoTranslator) -> str:
        return f"{translator.language()} made up{' and longer' * longer}"

    with (
        mock.patch.object(trans_real, "translation", translation),
        mock.patch.object(DjangoTranslator, "key", key),  # or German would go on with what was kept of it
    ):
        yield
