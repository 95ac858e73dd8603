"""What the workbook of questions calls its sheets and columns: written in one language, known in all of them.

A vendor may send back a file that was made in another language than whoever imports it speaks.
"""

from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

QUESTIONS, INSTRUCTIONS = "Questions", "Instructions"
NUMBER, TOPIC, QUESTION, ANSWER, LINKS = "No.", "Topic", "Question", "Your answer", "Links to evidence"
VERSION, KEY = "Version", "Key"
REVIEW, FRAMEWORK = "Review number", "Framework version"
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)
SHEET_NAME_LENGTH = 31  # the most that a spreadsheet takes

_SAID = {
    QUESTIONS: pgettext_lazy("name of a sheet", "Questions"),
    INSTRUCTIONS: pgettext_lazy("name of a sheet", "Instructions"),
    NUMBER: pgettext_lazy("name of a column", "No."),
    TOPIC: pgettext_lazy("name of a column", "Topic"),
    QUESTION: pgettext_lazy("name of a column", "Question"),
    ANSWER: pgettext_lazy("name of a column", "Your answer"),
    LINKS: pgettext_lazy("name of a column", "Links to evidence"),
    VERSION: pgettext_lazy("name of a column", "Version"),
    KEY: pgettext_lazy("name of a column", "Key"),
    REVIEW: pgettext_lazy("label in a workbook", "Review number"),
    FRAMEWORK: pgettext_lazy("label in a workbook", "Framework version"),
}


def said(name: str) -> str:
    """A sheet, a column or a label as the language that is spoken calls it."""
    return str(_SAID[name])[:SHEET_NAME_LENGTH]


@lru_cache
def known_as(name: str) -> frozenset[str]:
    """What it is called in any of the languages, folded."""
    names = {name.casefold()}
    for code in LANGUAGES:
        with translation.override(code):
            names.add(" ".join(said(name).casefold().split()))
    return frozenset(names)


def is_called(text: str, name: str) -> bool:
    return " ".join(text.casefold().split()) in known_as(name)


def footer(page: str, pages: str) -> str:
    """The foot of a printed page."""
    return pgettext("foot of a printed page", "{page} of {pages}").format(page=page, pages=pages)


@lru_cache
def footers() -> frozenset[str]:
    """The feet that the export writes in any of the languages, without the numbers, folded."""
    found = set()
    for code in LANGUAGES:
        with translation.override(code):
            found.add(" ".join(footer("", "").casefold().split()))
    return frozenset(found)
