"""The report as a Word document: the same findings and numbers as the PDF's, for whoever must edit them."""

import io
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from assessments.charts import figures
from assessments.reports.choices import language_tag, speaking
from assessments.reports.decks.style import Look
from assessments.reports.documents import parts
from assessments.reports.outline import Outline, Row, outline, score_words
from assessments.reports.pictures.drawing import draw_png
from assessments.reports.plan import status_words
from assessments.reports.rulers import percent_words
from assessments.reports.sentences import day_words, sentence
from assessments.reports.snapshot import Snapshot
from assessments.reports.summary import decisions_title
from assessments.scoring.words import number_word

NOTE_LENGTH = 60_000  # characters of a note; more than that is no finding
FOOT_NAME = 60
RATINGS = {
    None: _lazy("{vendor}: not asked"),
    "": _lazy("{vendor}: not rated"),
    "0": _lazy("{vendor}: no answer"),
    "1": _lazy("{vendor}: claimed"),
    "2": _lazy("{vendor}: evidenced"),
    "na": _lazy("{vendor}: not applicable"),
}


def write_document(snapshot: Snapshot) -> bytes:
    said, look = outline(snapshot), Look.of(snapshot)
    with speaking(said.snapshot["choices"]):
        return _write(said, look)


def _write(said: Outline, look: Look) -> bytes:
    document = parts.empty_document(look, language_tag(said.snapshot["choices"]["language"]))
    _cover(document, said, look)
    _summary(document, said)
    _categories(document, said)
    _flags(document, said)
    if plan := said.snapshot.get("plan"):
        _plan(document, plan)
    if vendors := said.snapshot.get("vendors"):
        _vendors(document, vendors)
    parts.heading(document, _("How this was scored"), 1)
    for words in said.method:
        parts.text(document, words)
    for words in look.disclaimers:
        parts.text(document, words, quiet=True)
    name = said.name if len(said.name) <= FOOT_NAME else f"{said.name[: FOOT_NAME - 1].rstrip()}…"
    mark = said.snapshot["choices"]["mark"]
    draft = pgettext("on every page", "DRAFT") if said.is_draft else ""
    parts.foot(document, " · ".join(filter(None, (name, look.footer or look.firm, mark, draft))))
    _properties(document, said, look)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _properties(document: Any, said: Outline, look: Look) -> None:
    about = document.core_properties
    made = datetime.combine(datetime.fromisoformat(said.snapshot["made"]["on"]), time())
    about.title, about.subject = f"{said.name}: {said.title}"[:255], _("AI infrastructure scorecard")
    about.author = about.last_modified_by = (look.firm or said.snapshot["made"]["by"])[:255]
    about.created = about.modified = made
    about.comments, about.keywords, about.language, about.revision = "", "", "", 1
    about.language = language_tag(said.snapshot["choices"]["language"])


def _cover(document: Any, said: Outline, look: Look) -> None:
    for logo in look.logos:
        parts.logo(
            document, io.BytesIO(logo.png), _("Logo of {firm}").format(firm=logo.firm) if logo.firm else _("Logo")
        )
    parts.turn(document.add_paragraph(said.name, style="Title"), said.name)
    document.add_paragraph(_("AI infrastructure scorecard"), style="Subtitle")
    parts.text(document, f"{said.title}. {said.signed}.")
    who = look.firm or said.snapshot["made"]["by"]
    made = _("Made by {who} on {day}. A copy to edit: the PDF is the report.").format(who=who, day=said.made_on)
    parts.text(document, made, quiet=True)


def _summary(document: Any, said: Outline) -> None:
    parts.heading(document, said.headline, 1)
    parts.text(document, said.cause)
    rows = [(figure.label, figure.value, figure.note) for figure in said.figures]
    parts.table(
        document, (_("Figure"), _("Value"), _("What it says")), rows, (2, 2, 5), words=_("The figures of the result")
    )
    parts.text(document, said.meaning)
    parts.text(document, said.economics)
    if said.findings:
        parts.heading(document, _("What was found"), 2)
        for finding in said.findings:
            if finding.title:
                parts.heading(document, finding.title, 3)
            parts.text(document, finding.detail)  # a paragraph of its own, in the direction of its words
    if said.decisions:
        parts.heading(document, decisions_title(len(said.decisions)), 2)
        for words in said.decisions:
            parts.text(document, words, style="List Number")
    if said.steps:
        parts.heading(document, said.steps_title, 2)
        rows = [(what, gain, owner or _("Nobody yet"), due or _("No day yet")) for what, gain, owner, due in said.steps]
        heads = (_("First step"), _("What it brings"), _("Owner"), _("Due"))
        parts.table(document, heads, rows, (5, 3, 2.5, 2), words=_("The first steps with owner and day"))


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
    words = ngettext(
        "Dot chart of the levels of the {count} category, as in the table below.",
        "Dot chart of the levels of the {count} categories, as in the table below.",
        len(said.rows),
    ).format(count=number_word(len(said.rows)))
    parts.picture(document, io.BytesIO(draw_png(drawn, title=words)), words)
    rows = [
        (row.name, str(row.proven), _("not scored") if row.claimed is None else str(row.claimed)) for row in said.rows
    ]
    total = (pgettext("all categories", "All"), str(said.result["proven_total"]), score_words(said.result))
    heads = (_("Category"), pgettext("points", "Proven"), pgettext("points", "Claimed"))
    parts.table(document, heads, [*rows, total], (6, 2, 2), words=_("Level of each category"))
    for row in said.rows:
        _category(document, row)


def _category(document: Any, row: Row) -> None:
    parts.heading(document, row.name, 2)
    level = _("Not scored yet.")
    if row.claimed is not None:
        said = _("{claimed} of 2, {level}; proven {proven}.")
        level = said.format(claimed=row.claimed, level=row.words, proven=row.proven)
    parts.text(document, level)
    parts.text(document, row.note[:NOTE_LENGTH])
    if row.deciders:
        heads = (_("Question"), pgettext("a decider", "Shown"), _("Newest proof"))
        parts.table(document, heads, row.deciders, (4, 2, 5), words=_("What was shown of {name}").format(name=row.name))
    if row.missing:
        parts.heading(document, _("What raises it") if (row.claimed or 0) < 2 else _("What proves it"), 3)
        for words in row.missing:
            parts.text(document, words, style="List Bullet")


def _flags(document: Any, said: Outline) -> None:
    parts.heading(document, said.flags_title, 1)
    for flag in said.flags:
        parts.text(document, f"{flag.title}. {flag.detail}", style="List Bullet")
    parts.heading(document, said.facts_title, 2)
    rows = [(question, answer) for question, answer, _ in said.facts]
    parts.table(document, (_("Asked of every organization"), _("Answer")), rows, (4, 6), words=_("The three facts"))


def _plan(document: Any, plan: Any) -> None:
    parts.heading(document, plan["headline"], 1)
    parts.text(document, plan["detail"])
    for phase in plan["phases"]:
        parts.heading(document, phase["title"], 2)
        rows = [
            (
                *(item["title"], item["category"], item["owner"] or _("Nobody yet")),
                *(day_words(item["due"]), status_words(item)),
            )
            for item in phase["items"]
        ]
        if rows:
            heads = (_("Item"), _("Raises"), _("Owner"), _("Due"), _("Status"))
            words = _("The items of {phase}").format(phase=phase["title"])
            parts.table(document, heads, rows, (5, 3, 2.5, 2, 2), words=words)
        else:
            parts.text(document, _("Nothing is planned."))
        expected = _("Expected at the end of the phase: {total} of {maximum}.")
        parts.text(document, expected.format(total=phase["total"], maximum=plan["maximum"]), quiet=True)


def _vendors(document: Any, vendors: Any) -> None:
    reviews = vendors["reviews"]
    side_by_side = ngettext(
        "{count} vendor review side by side", "{count} vendor reviews side by side", len(reviews)
    ).format(count=sentence(number_word(len(reviews))))
    parts.heading(document, side_by_side, 1)
    of = _("{part} of {whole}")
    rows = [
        (
            review["vendor"],
            of.format(part=review["points"], whole=review["maximum"]),
            percent_words(review["low"], review["high"]),
            of.format(part=review["misses"], whole=review["critical"]),
            day_words(review["on"]),
        )
        for review in reviews
    ]
    heads = (_("Vendor"), _("Points"), _("Share, by weight"), _("Critical without proof"), _("Reviewed on"))
    parts.table(document, heads, rows, (4, 2, 2, 2.5, 2.5), words=_("The vendors' points"))
    for topic in vendors["topics"]:
        parts.heading(document, topic["name"], 2)
        rows = [
            (each["ask"], "; ".join(_answer(r, a) for r, a in zip(reviews, each["answers"], strict=True)))
            for each in topic["questions"]
        ]
        words = _("The answers about {topic}").format(topic=topic["name"])
        parts.table(document, (_("Question"), _("Answers")), rows, (5, 5), words=words)


def _answer(review: Any, answer: Any) -> str:
    return str(RATINGS[answer["rating"] if answer else None]).format(vendor=review["vendor"])
