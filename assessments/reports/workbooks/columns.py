"""The sheets of the workbook of an assessment, with their columns: what is written, and by what it is found again.

They are written in the language of the report, and known in all of them: whoever imports a file may speak another one.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ABOUT, SCORECARD, QUESTIONS, FACTS, PROOF, VENDORS, ROADMAP = (
    *("About", "Scorecard", "Questions", "Facts", "Proof", "Vendors", "Roadmap"),
)
KEY = "Key"

# Column -> its width in characters.
COLUMNS: Mapping[str, Mapping[str, int]] = {
    ABOUT: {"About": 26, "Value": 90},
    SCORECARD: {
        "Category": 24,
        "Level": 8,
        "Proven": 8,
        "Claimed": 9,
        "Reason": 32,
        "Claimed by": 18,
        "Claimed on": 12,
        "Figure": 22,
        "Value": 12,
        "Unit": 12,
        "Measured on": 12,
        "Note": 70,
        KEY: 18,
    },
    QUESTIONS: {"Category": 24, "Name": 26, "Question": 64, "Shown": 12, "Key of the category": 20, KEY: 24},
    FACTS: {"Question": 48, "Field": 26, "Answer": 48, "Key of the field": 18, KEY: 20},
    PROOF: {
        "Category": 24,
        "Kind": 10,
        "Name": 40,
        "Link": 44,
        "File": 28,
        "Value": 12,
        "Unit": 12,
        "Seen by": 18,
        "Whose it is": 18,
        "On": 12,
        "In force until": 13,
        "Proves": 30,
        "Source": 40,
        KEY: 20,
    },
    VENDORS: {
        "Vendor": 24,
        "Reviewed on": 12,
        "Topic": 24,
        "Question": 56,
        "Critical": 9,
        "Rating": 14,
        "What was said": 48,
        "What the vendor wrote": 48,
        "Proof": 40,
        KEY: 20,
    },
    ROADMAP: {
        "Item": 40,
        "Detail": 48,
        "Phase": 12,
        "Owner": 20,
        "Due on": 12,
        "Status": 12,
        "Done on": 12,
        "Why dropped": 24,
        "Effort": 8,
        "Category": 20,
        "Leads to level": 9,
        "Earns": 30,
        "Deliverable": 36,
        "Done when": 36,
    },
}

STATES = {None: "not asked", 0: "not shown", 1: "in part", 2: "shown"}
CANNOT, WHO_WILL, ANSWER = "cannot_answer", "who_will", "answer"
FACT_FIELDS = {ANSWER: "In other words", CANNOT: "We cannot answer this today", WHO_WILL: "Who will find out"}
# The rows of the sheet "About" that say what the file is.
SCHEMA, VERSION, FRAMEWORK, FRAMEWORK_VERSION, TITLE = (
    *("Schema", "Version of the schema", "Framework", "Framework version", "Title"),
)
ORGANIZATION, CURRENCY, SIGNED_ON, SIGNED_BY = "Organization", "Currency", "Signed off on", "Signed off by"

SHEET_NAME_LENGTH = 31  # the most that a spreadsheet takes
SHEETS: Mapping[str, Promise] = {
    "About": pgettext_lazy("name of a sheet", "About"),
    "Scorecard": pgettext_lazy("name of a sheet", "Scorecard"),
    "Questions": pgettext_lazy("name of a sheet", "Questions"),
    "Facts": pgettext_lazy("name of a sheet", "Facts"),
    "Proof": pgettext_lazy("name of a sheet", "Proof"),
    "Vendors": pgettext_lazy("name of a sheet", "Vendors"),
    "Roadmap": pgettext_lazy("name of a sheet", "Roadmap"),
}
HEADS: Mapping[str, Promise] = {
    "About": pgettext_lazy("name of a column", "About"),
    "Value": pgettext_lazy("name of a column", "Value"),
    "Category": pgettext_lazy("name of a column", "Category"),
    "Level": pgettext_lazy("name of a column", "Level"),
    "Proven": pgettext_lazy("name of a column", "Proven"),
    "Claimed": pgettext_lazy("name of a column", "Claimed"),
    "Reason": pgettext_lazy("name of a column", "Reason"),
    "Claimed by": pgettext_lazy("name of a column", "Claimed by"),
    "Claimed on": pgettext_lazy("name of a column", "Claimed on"),
    "Figure": pgettext_lazy("name of a column", "Figure"),
    "Unit": pgettext_lazy("name of a column", "Unit"),
    "Measured on": pgettext_lazy("name of a column", "Measured on"),
    "Note": pgettext_lazy("name of a column", "Note"),
    "Name": pgettext_lazy("name of a column", "Name"),
    "Question": pgettext_lazy("name of a column", "Question"),
    "Shown": pgettext_lazy("name of a column", "Shown"),
    "Key of the category": pgettext_lazy("name of a column", "Key of the category"),
    "Field": pgettext_lazy("name of a column", "Field"),
    "Answer": pgettext_lazy("name of a column", "Answer"),
    "Key of the field": pgettext_lazy("name of a column", "Key of the field"),
    "Kind": pgettext_lazy("name of a column", "Kind"),
    "Link": pgettext_lazy("name of a column", "Link"),
    "File": pgettext_lazy("name of a column", "File"),
    "Seen by": pgettext_lazy("name of a column", "Seen by"),
    "Whose it is": pgettext_lazy("name of a column", "Whose it is"),
    "On": pgettext_lazy("name of a column", "On"),
    "In force until": pgettext_lazy("name of a column", "In force until"),
    "Proves": pgettext_lazy("name of a column", "Proves"),
    "Source": pgettext_lazy("name of a column", "Source"),
    "Vendor": pgettext_lazy("name of a column", "Vendor"),
    "Reviewed on": pgettext_lazy("name of a column", "Reviewed on"),
    "Topic": pgettext_lazy("name of a column", "Topic"),
    "Critical": pgettext_lazy("name of a column", "Critical"),
    "Rating": pgettext_lazy("name of a column", "Rating"),
    "What was said": pgettext_lazy("name of a column", "What was said"),
    "What the vendor wrote": pgettext_lazy("name of a column", "What the vendor wrote"),
    "Proof": pgettext_lazy("name of a column", "Proof"),
    "Item": pgettext_lazy("name of a column", "Item"),
    "Detail": pgettext_lazy("name of a column", "Detail"),
    "Phase": pgettext_lazy("name of a column", "Phase"),
    "Owner": pgettext_lazy("name of a column", "Owner"),
    "Due on": pgettext_lazy("name of a column", "Due on"),
    "Status": pgettext_lazy("name of a column", "Status"),
    "Done on": pgettext_lazy("name of a column", "Done on"),
    "Why dropped": pgettext_lazy("name of a column", "Why dropped"),
    "Effort": pgettext_lazy("name of a column", "Effort"),
    "Leads to level": pgettext_lazy("name of a column", "Leads to level"),
    "Earns": pgettext_lazy("name of a column", "Earns"),
    "Deliverable": pgettext_lazy("name of a column", "Deliverable"),
    "Done when": pgettext_lazy("name of a column", "Done when"),
    "Key": pgettext_lazy("name of a column", "Key"),
}
LABELS: Mapping[str, Promise] = {
    "Industry": pgettext_lazy("label in a workbook", "Industry"),
    "Hosting": pgettext_lazy("label in a workbook", "Hosting"),
    "Proven, of {maximum}": pgettext_lazy("label in a workbook", "Proven, of {maximum}"),
    "Claimed, of {maximum}": pgettext_lazy("label in a workbook", "Claimed, of {maximum}"),
    "Still possible, of {maximum}": pgettext_lazy("label in a workbook", "Still possible, of {maximum}"),
    "Risk line": pgettext_lazy("label in a workbook", "Risk line"),
    "What the levels mean": pgettext_lazy("label in a workbook", "What the levels mean"),
    "Read back by this product": pgettext_lazy("label in a workbook", "Read back by this product"),
    "Title, claims, figures, notes, answers to questions and facts, and proof.": pgettext_lazy(
        "label in a workbook", "Title, claims, figures, notes, answers to questions and facts, and proof."
    ),
    "Schema": pgettext_lazy("label in a workbook", "Schema"),
    "Version of the schema": pgettext_lazy("label in a workbook", "Version of the schema"),
    "Framework": pgettext_lazy("label in a workbook", "Framework"),
    "Framework version": pgettext_lazy("label in a workbook", "Framework version"),
    "Title": pgettext_lazy("label in a workbook", "Title"),
    "Organization": pgettext_lazy("label in a workbook", "Organization"),
    "Currency": pgettext_lazy("label in a workbook", "Currency"),
    "Signed off on": pgettext_lazy("label in a workbook", "Signed off on"),
    "Signed off by": pgettext_lazy("label in a workbook", "Signed off by"),
    "In other words": pgettext_lazy("label in a workbook", "In other words"),
    "We cannot answer this today": pgettext_lazy("label in a workbook", "We cannot answer this today"),
    "Who will find out": pgettext_lazy("label in a workbook", "Who will find out"),
}
WORDS: Mapping[str, Promise] = {
    "not asked": pgettext_lazy("word in a workbook", "not asked"),
    "not shown": pgettext_lazy("word in a workbook", "not shown"),
    "in part": pgettext_lazy("word in a workbook", "in part"),
    "shown": pgettext_lazy("word in a workbook", "shown"),
    "yes": pgettext_lazy("word in a workbook", "yes"),
    "no": pgettext_lazy("word in a workbook", "no"),
    "critical": pgettext_lazy("word in a workbook", "critical"),
}


def sheet_name(name: str) -> str:
    """As the language that is spoken calls a sheet."""
    return str(SHEETS[name])[:SHEET_NAME_LENGTH]


@cache
def sheet_names() -> Mapping[str, str]:
    """What a sheet is, by what any of the languages calls it."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {sheet_name(name): name for name in SHEETS if sheet_name(name) not in found}
    return {**found, **{name: name for name in SHEETS}}


def known_as(texts: Collection[str], names: Iterable[str], words: Mapping[str, Promise]) -> Mapping[str, str]:
    """Which of the names each text stands for, in the one language in which most of them do."""
    names, best = list(names), dict[str, str]()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            called = {str(words[name]): name for name in names}
        meant = {text: called[text] for text in texts if text in called}
        if len(meant) > len(best):
            best = meant
    return best


@cache
def words_known() -> Mapping[str, str]:
    """A word of a cell, by how any of the languages writes it, in small letters."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {str(said).casefold(): word for word, said in WORDS.items() if str(said).casefold() not in found}
    return found
