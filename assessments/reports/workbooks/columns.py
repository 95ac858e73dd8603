"""The sheets of the workbook of an assessment, with their columns: what is written, and by what it is found again."""

from collections.abc import Mapping

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
