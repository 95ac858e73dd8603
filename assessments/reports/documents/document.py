"""The report as a Word document: the same findings and numbers as the PDF's, for whoever must edit them."""

import io
from datetime import datetime, time
from typing import Any

from assessments.charts import figures
from assessments.reports.decks.style import Look
from assessments.reports.documents import parts
from assessments.reports.outline import Outline, Row, day_words, outline, score_words
from assessments.reports.pictures.drawing import draw_png
from assessments.reports.snapshot import Snapshot
from assessments.scoring.words import counted

NOTE_LENGTH = 60_000  # characters of a note; more than that is no finding
FOOT_NAME = 60
RATINGS = {"": "Not rated", "0": "No answer", "1": "Claimed", "2": "Evidenced", "na": "Not applicable"}


def write_document(snapshot: Snapshot) -> bytes:
    said, look = outline(snapshot), Look.of(snapshot)
    document = parts.empty_document(look)
    _cover(document, said, look)
    _summary(document, said)
    _categories(document, said)
    _flags(document, said)
    if plan := said.snapshot.get("plan"):
        _plan(document, plan)
    if vendors := said.snapshot.get("vendors"):
        _vendors(document, vendors)
    parts.heading(document, "How this was scored", 1)
    for words in said.method:
        parts.text(document, words)
    for words in look.disclaimers:
        parts.text(document, words, quiet=True)
    name = said.name if len(said.name) <= FOOT_NAME else f"{said.name[: FOOT_NAME - 1].rstrip()}…"
    mark = said.snapshot["choices"]["mark"]
    parts.foot(
        document, " · ".join(filter(None, (name, look.footer or look.firm, mark, "DRAFT" if said.is_draft else "")))
    )
    _properties(document, said, look)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _properties(document: Any, said: Outline, look: Look) -> None:
    about = document.core_properties
    made = datetime.combine(datetime.fromisoformat(said.snapshot["made"]["on"]), time())
    about.title, about.subject = f"{said.name}: {said.title}"[:255], "AI infrastructure scorecard"
    about.author = about.last_modified_by = (look.firm or said.snapshot["made"]["by"])[:255]
    about.created = about.modified = made
    about.comments, about.keywords, about.language, about.revision = "", "", "en-US", 1


def _cover(document: Any, said: Outline, look: Look) -> None:
    for logo in look.logos:
        parts.logo(document, io.BytesIO(logo.png), f"Logo of {logo.firm}" if logo.firm else "Logo")
    parts.turn(document.add_paragraph(said.name, style="Title"), said.name)
    document.add_paragraph("AI infrastructure scorecard", style="Subtitle")
    parts.text(document, f"{said.title}. {said.signed}.")
    who = look.firm or said.snapshot["made"]["by"]
    parts.text(document, f"Made by {who} on {said.made_on}. A copy to edit: the PDF is the report.", quiet=True)


def _summary(document: Any, said: Outline) -> None:
    parts.heading(document, said.headline, 1)
    parts.text(document, said.cause)
    rows = [(figure.label, figure.value, figure.note) for figure in said.figures]
    parts.table(document, ("Figure", "Value", "What it says"), rows, (2, 2, 5), words="The figures of the result")
    parts.text(document, said.meaning)
    parts.text(document, said.economics)
    if said.findings:
        parts.heading(document, "What was found", 2)
        for finding in said.findings:
            if finding.title:
                parts.heading(document, finding.title, 3)
            parts.text(document, finding.detail)  # a paragraph of its own, in the direction of its words
    if said.decisions:
        parts.heading(document, f"{counted(len(said.decisions), 'decision').capitalize()} for the board", 2)
        for words in said.decisions:
            parts.text(document, words, style="List Number")
    if said.steps:
        parts.heading(document, said.steps_title, 2)
        rows = [(what, gain, owner or "Nobody yet", due or "No day yet") for what, gain, owner, due in said.steps]
        heads = ("First step", "What it brings", "Owner", "Due")
        parts.table(document, heads, rows, (5, 3, 2.5, 2), words="The first steps with owner and day")


def _categories(document: Any, said: Outline) -> None:
    parts.heading(document, said.rows_title, 1)
    drawn = figures.category_profile(
        [
            figures.ProfileRow(
                row.short,
                now=None if row.claimed is None else row.proven,
                was=category["was"],
                claimed=row.claimed if row.claimed is not None and row.claimed > row.proven else None,
            )
            for row, category in zip(said.rows, said.snapshot["categories"], strict=True)
        ]
    )
    words = (
        f"Dot chart of the levels of the {counted(len(said.rows), 'category', 'categories')}, as in the table below."
    )
    parts.picture(document, io.BytesIO(draw_png(drawn, title=words)), words)
    rows = [(row.name, str(row.proven), "not scored" if row.claimed is None else str(row.claimed)) for row in said.rows]
    total = ("All", str(said.result["proven_total"]), score_words(said.result))
    parts.table(document, ("Category", "Proven", "Claimed"), [*rows, total], (6, 2, 2), words="Level of each category")
    for row in said.rows:
        _category(document, row)


def _category(document: Any, row: Row) -> None:
    parts.heading(document, row.name, 2)
    level = "Not scored yet" if row.claimed is None else f"{row.claimed} of 2, {row.words}; proven {row.proven}"
    parts.text(document, f"{level}.")
    parts.text(document, row.note[:NOTE_LENGTH])
    if row.deciders:
        heads = ("Question", "Shown", "Newest proof")
        parts.table(document, heads, row.deciders, (4, 2, 5), words=f"What was shown of {row.name}")
    if row.missing:
        parts.heading(document, "What raises it" if (row.claimed or 0) < 2 else "What proves it", 3)
        for words in row.missing:
            parts.text(document, words, style="List Bullet")


def _flags(document: Any, said: Outline) -> None:
    parts.heading(document, said.flags_title, 1)
    for flag in said.flags:
        parts.text(document, f"{flag.title}. {flag.detail}", style="List Bullet")
    parts.heading(document, said.facts_title, 2)
    rows = [(question, answer) for question, answer, _ in said.facts]
    parts.table(document, ("Asked of every organization", "Answer"), rows, (4, 6), words="The three facts")


def _plan(document: Any, plan: Any) -> None:
    parts.heading(document, plan["headline"], 1)
    parts.text(document, plan["detail"])
    for phase in plan["phases"]:
        parts.heading(document, phase["title"], 2)
        rows = [
            (item["title"], item["category"], item["owner"] or "Nobody yet", day_words(item["due"]), item["status"])
            for item in phase["items"]
        ]
        if rows:
            heads = ("Item", "Raises", "Owner", "Due", "Status")
            parts.table(document, heads, rows, (5, 3, 2.5, 2, 2), words=f"The items of {phase['title']}")
        else:
            parts.text(document, "Nothing is planned.")
        parts.text(document, f"Expected at the end of the phase: {phase['total']} of {plan['maximum']}.", quiet=True)


def _vendors(document: Any, vendors: Any) -> None:
    reviews = vendors["reviews"]
    parts.heading(document, f"{counted(len(reviews), 'vendor review').capitalize()} side by side", 1)
    rows = [
        (
            review["vendor"],
            f"{review['points']} of {review['maximum']}",
            f"{review['low']}%" if review["low"] == review["high"] else f"{review['low']} to {review['high']}%",
            f"{review['misses']} of {review['critical']}",
            day_words(review["on"]),
        )
        for review in reviews
    ]
    heads = ("Vendor", "Points", "Share, by weight", "Critical without proof", "Reviewed on")
    parts.table(document, heads, rows, (4, 2, 2, 2.5, 2.5), words="The vendors' points")
    for topic in vendors["topics"]:
        parts.heading(document, topic["name"], 2)
        rows = [
            (each["ask"], "; ".join(_answer(r, a) for r, a in zip(reviews, each["answers"], strict=True)))
            for each in topic["questions"]
        ]
        parts.table(document, ("Question", "Answers"), rows, (5, 5), words=f"The answers about {topic['name']}")


def _answer(review: Any, answer: Any) -> str:
    return f"{review['vendor']}: {RATINGS[answer['rating']].lower() if answer else 'not asked'}"
