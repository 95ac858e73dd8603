"""What can be chosen before a report is made: length and sections, for whom, on which paper, with which names.

Choices are plain JSON: frozen into the snapshot, kept as the draft of a report and as a template of a team.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

Choices = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """`follows` says that it may stand below the section before it; the others begin a page."""

    key: str
    name: str | Promise
    hint: str | Promise
    follows: bool = False

    @property
    def template(self) -> str:
        return f"reports/pdf/_{self.key.replace('-', '_')}.html"


SECTIONS = (
    Section("cover", _lazy("Cover"), _lazy("Organization, verdict, recipient, and contents.")),
    Section("summary", _lazy("Board summary"), _lazy("One page: findings, figures, decisions, first steps.")),
    Section(
        "glance",
        _lazy("Scorecard at a glance"),
        _lazy("All categories with what was shown, and the change over time."),
    ),
    Section(
        "flags",
        _lazy("Red flags"),
        _lazy("Categories at 0, the three facts, and what else to watch."),
        follows=True,
    ),
    Section(
        "categories",
        _lazy("Category by category"),
        _lazy("Finding, level, proof with its age, and what raises it."),
    ),
    Section(
        "raters",
        _lazy("Several raters"),
        _lazy("How far they agreed, where views differed, and how it was settled."),
        follows=True,
    ),
    Section("vendors", _lazy("Vendor comparison"), _lazy("Vendors side by side, and what they cannot prove.")),
    Section(
        "use-cases",
        _lazy("Use cases"),
        _lazy("What AI is for, what it needs, and what was considered."),
        follows=True,
    ),
    Section("plan", _lazy("The plan"), _lazy("Every action with owner and date, or what to do in which order.")),
    Section(
        "method",
        _lazy("Method and glossary"),
        _lazy("How to read the score, and the terms used."),
        follows=True,
    ),
    Section("answers", _lazy("Annex: vendor answers"), _lazy("The rating of every question for every vendor.")),
    Section("rubric", _lazy("Annex: the rubric"), _lazy("The full text of all three levels of every category.")),
    Section("nist", _lazy("Annex: NIST AI RMF"), _lazy("The same answers by Govern, Map, Measure, and Manage.")),
)
BY_KEY = {section.key: section for section in SECTIONS}
OPTIONAL = ("raters", "answers", "rubric", "nist")  # only where asked for
FULL = tuple(section.key for section in SECTIONS if section.key not in OPTIONAL)
LENGTHS = {
    "full": (_lazy("Full report"), FULL),
    "short": (_lazy("Short report"), ("cover", "summary", "glance", "flags", "plan", "method")),
    "page": (pgettext_lazy("length of a report", "One page"), ("summary",)),
}
PAPERS = {"a4": "A4", "letter": _lazy("US Letter")}
PEOPLE = {
    "names": pgettext_lazy("people in a report", "Names"),
    "roles": _lazy("Roles in place of names"),
    "neither": pgettext_lazy("people in a report", "Neither"),
}
LANGUAGES = dict(settings.LANGUAGES)
ENGLISH = "en"
TAGS = {"en": "en-US", "de": "de-DE", "fr": "fr-FR", "es": "es-ES"}  # as files name a language and its country
MARK_LENGTH, LINE_LENGTH = 60, 120


def language_tag(language: str) -> str:
    return TAGS.get(language, language)


def default_language(organization: object = None) -> str:
    """That of the organization, else the one that is spoken to whoever asks."""
    spoken = translation.get_language() or ENGLISH
    for code in (getattr(organization, "language", ""), spoken, spoken.partition("-")[0]):
        if code in LANGUAGES:
            return code
    return ENGLISH


def speaking(choices: Mapping[str, Any]) -> translation.override:
    """Whatever is made under it is in the language of a report; one of another version is in English."""
    language = choices.get("language")
    return translation.override(language if language in LANGUAGES else ENGLISH)


@cache
def marks() -> dict[str, str]:
    """The mark of each language, as it stands where nobody has chosen another one."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = _("Confidential to the board")[:MARK_LENGTH]
    return found


def defaults(length: str = "full", language: str = "") -> Choices:
    """In that language, else in the one that is spoken to whoever asks."""
    language = language or default_language()
    return {
        "length": length,
        "sections": list(LENGTHS[length][1]),
        "title": "",
        "recipient": "",
        "language": language,
        "paper": "a4",
        "people": "names",
        "is_draft": False,
        "mark": marks()[language],
        "has_letter": False,
    }


def cleaned(given: Mapping[str, Any]) -> Choices:
    """Choices as this version knows them; what is missing or unknown, as from another version, is the default.

    What says nothing of a language was chosen when there was English alone. The mark that nobody has changed is that of
    the language.
    """
    length = next((key for key in LENGTHS if key == given.get("length")), "full")
    language = given.get("language")
    known = defaults(length, language if isinstance(language, str) and language in LANGUAGES else ENGLISH)
    mark = str(given.get("mark", known["mark"]))[:MARK_LENGTH]
    found = given.get("sections")
    sections = ordered(found if isinstance(found, list | tuple) else ())
    return {
        **known,
        **{key: str(given.get(key, known[key]))[:LINE_LENGTH] for key in ("title", "recipient")},
        **{
            key: given[key] if isinstance(given.get(key), str) and given[key] in allowed else known[key]
            for key, allowed in (("paper", PAPERS), ("people", PEOPLE))
        },
        "mark": known["mark"] if mark in marks().values() else mark,
        "is_draft": bool(given.get("is_draft")),
        "has_letter": bool(given.get("has_letter")),
        "sections": sections or known["sections"],
    }


def with_section(choices: Choices, key: str) -> Choices:
    sections = choices["sections"]
    return choices if key in sections else {**choices, "sections": [*sections, key]}


def ordered(keys: Iterable[Any]) -> list[str]:
    """Known sections, each once, in the order given; the cover is the first of them."""
    found = [key for key in dict.fromkeys(str(key) for key in keys) if key in BY_KEY]
    return sorted(found, key=lambda key: key != "cover")
