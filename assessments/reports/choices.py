"""What can be chosen before a report is made: length and sections, for whom, on which paper, with which names.

Choices are plain JSON: frozen into the snapshot, kept as the draft of a report and as a template of a team.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Choices = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """`follows` says that it may stand below the section before it; the others begin a page."""

    key: str
    name: str
    hint: str
    follows: bool = False

    @property
    def template(self) -> str:
        return f"reports/pdf/_{self.key.replace('-', '_')}.html"


SECTIONS = (
    Section("cover", "Cover", "Organization, verdict, recipient, and contents."),
    Section("summary", "Board summary", "One page: findings, figures, decisions, first steps."),
    Section("glance", "Scorecard at a glance", "All categories with what was shown, and the change over time."),
    Section("flags", "Red flags", "Categories at 0, the three facts, and what else to watch.", follows=True),
    Section("categories", "Category by category", "Finding, level, proof with its age, and what raises it."),
    Section(
        "raters", "Several raters", "How far they agreed, where views differed, and how it was settled.", follows=True
    ),
    Section("vendors", "Vendor comparison", "Vendors side by side, and what they cannot prove."),
    Section("use-cases", "Use cases", "What AI is for, what it needs, and what was considered.", follows=True),
    Section("plan", "The plan", "Every action with owner and date, or what to do in which order."),
    Section("method", "Method and glossary", "How to read the score, and the terms used.", follows=True),
    Section("answers", "Annex: vendor answers", "The rating of every question for every vendor."),
    Section("rubric", "Annex: the rubric", "The full text of all three levels of every category."),
    Section("nist", "Annex: NIST AI RMF", "The same answers by Govern, Map, Measure, and Manage."),
)
BY_KEY = {section.key: section for section in SECTIONS}
OPTIONAL = ("raters", "answers", "rubric", "nist")  # only where asked for
FULL = tuple(section.key for section in SECTIONS if section.key not in OPTIONAL)
LENGTHS = {
    "full": ("Full report", FULL),
    "short": ("Short report", ("cover", "summary", "glance", "flags", "plan", "method")),
    "page": ("One page", ("summary",)),
}
PAPERS = {"a4": "A4", "letter": "US Letter"}
PEOPLE = {
    "names": "Names",
    "roles": "Roles in place of names",
    "neither": "Neither",
}
LANGUAGES = {"en": "English"}
MARK = "Confidential to the board"
MARK_LENGTH, LINE_LENGTH = 60, 120


def defaults(length: str = "full") -> Choices:
    return {
        "length": length,
        "sections": list(LENGTHS[length][1]),
        "title": "",
        "recipient": "",
        "language": "en",
        "paper": "a4",
        "people": "names",
        "is_draft": False,
        "mark": MARK,
        "has_letter": False,
    }


def cleaned(given: Mapping[str, Any]) -> Choices:
    """Choices as this version knows them; what is missing or unknown, as from another version, is the default."""
    length = next((key for key in LENGTHS if key == given.get("length")), "full")
    known = defaults(length)
    found = given.get("sections")
    sections = ordered(found if isinstance(found, list | tuple) else ())
    return {
        **known,
        **{key: str(given.get(key, known[key]))[:LINE_LENGTH] for key in ("title", "recipient")},
        **{
            key: given[key] if isinstance(given.get(key), str) and given[key] in allowed else known[key]
            for key, allowed in (("paper", PAPERS), ("people", PEOPLE), ("language", LANGUAGES))
        },
        "mark": str(given.get("mark", known["mark"]))[:MARK_LENGTH],
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
