"""The eight slides: cover, verdict, findings, categories, red flags, the way, vendors or facts, decisions and steps."""

import io
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.util import Inches

from assessments.reports.choices import language_tag, speaking
from assessments.reports.decks import shapes, style
from assessments.reports.decks.fitting import BOLD, SERIF, cut, size_for
from assessments.reports.outline import Outline, outline, score_words
from assessments.reports.sentences import day_words, sentence
from assessments.reports.snapshot import Snapshot
from assessments.reports.summary import decisions_title
from assessments.scoring.words import listing, number_word

SLIDES = 8
MOST_FLAGS, MOST_STEPS, MOST_VENDORS = 6, 5, 6


def write_deck(snapshot: Snapshot) -> tuple[bytes, int]:
    """The PPTX and the number of its slides."""
    said, look = outline(snapshot), style.Look.of(snapshot)
    with speaking(said.snapshot["choices"]):
        return _write(said, look)


def _write(said: Outline, look: style.Look) -> tuple[bytes, int]:
    tag = language_tag(said.snapshot["choices"]["language"])
    deck = style.empty_deck(look, tag)
    _cover(deck, said, look)
    _verdict(deck, said, look)
    _findings(deck, said)
    _categories(deck, said, look)
    _flags(deck, said)
    _way(deck, said, look)
    if said.snapshot.get("vendors"):
        _vendors(deck, said, look)
    else:
        _facts(deck, said)
    _decisions(deck, said)
    about = deck.core_properties
    about.title = f"{said.name}: {said.title}"[:255]
    about.author, about.last_modified_by = (look.firm or said.snapshot["made"]["by"])[:255], ""
    about.subject, about.keywords, about.language = _("AI infrastructure scorecard"), "", tag
    style.speak(deck, tag)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue(), len(deck.slides)


def _slide(deck: Any, said: Outline, heading: str, layout: int = style.ONLY_TITLE) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    shapes.title(slide, heading)
    name = cut(said.name, 10, shapes.points_of(Inches(4)), 1)
    title = cut(said.title, 10, shapes.points_of(Inches(4)), 1)
    choices = said.snapshot["choices"]
    about = [
        cut(words, 10, shapes.points_of(Inches(3)), 1) for words in (style.footer_of(said.snapshot), choices["mark"])
    ]
    shapes.foot(
        slide,
        " · ".join(filter(None, (name, title, *about, pgettext("on every page", "DRAFT") if said.is_draft else ""))),
    )
    return slide


def _cover(deck: Any, said: Outline, look: style.Look) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[style.COVER])
    width = shapes.points_of(style.RIGHT - style.LEFT) / SERIF
    size = size_for(said.name, (54, 44, 36, 30, 24), width, shapes.points_of(Inches(2.2)))
    shapes.paragraph(slide.shapes.title.text_frame, cut(said.name, size, width, 4), size, serif=True)
    subtitle = shapes.body(slide).text_frame
    shapes.paragraph(subtitle, _("AI infrastructure scorecard"), 24, color=look.accent)
    shapes.paragraph(subtitle, cut(f"{said.title}. {said.signed}.", 18, width, 2), 18, color=style.INK_2, space=10)
    shapes.logos(slide, look.logos)
    shapes.line(slide, style.LEFT, Inches(6.5), style.RIGHT - style.LEFT, look.accent, 3)
    frame = shapes.text_box(slide, style.LEFT, Inches(6.65), style.RIGHT - style.LEFT, Inches(0.4))
    recipient = said.snapshot["choices"]["recipient"]
    made = f"{look.firm or said.snapshot['made']['by']}, {said.made_on}"
    if recipient:
        made = _("For {recipient}. {by}").format(recipient=recipient, by=made)
    shapes.paragraph(frame, cut(made, 12, width, 1), 12, color=style.INK_3)
    shapes.notes(slide, said.headline, said.cause, said.signed)


def _verdict(deck: Any, said: Outline, look: style.Look) -> None:
    slide, result = _slide(deck, said, said.headline), said.result
    width = shapes.points_of(style.RIGHT - style.LEFT)
    frame = shapes.text_box(slide, style.LEFT, Inches(1.75), style.RIGHT - style.LEFT, Inches(0.8))
    shapes.paragraph(frame, cut(said.cause, 18, width, 2), 18, color=style.INK_2)
    words = _("Ruler of {maximum} points: {proven} proven, {claimed} claimed, the line at {line}.").format(
        maximum=result["maximum"],
        proven=result["proven_total"],
        claimed=score_words(result),
        line=result["threshold"],
    )
    shapes.ruler(slide, result, Inches(3.05), look, words)
    entries = [(look.accent, "", pgettext("points", "Proven")), (style.LEVEL_1, "", _("Claimed, not proven"))]
    if result["high"] > result["total"]:
        entries.append((style.OFF, style.LEVEL_1, _("Still possible")))
    if result["high"] < result["threshold"]:
        entries.append((style.PAPER, style.RISK, _("Missing to the line")))
    shapes.keys(slide, Inches(3.8), entries)
    column = (style.RIGHT - style.LEFT) // len(said.figures)
    for number, figure in enumerate(said.figures):
        left, room = style.LEFT + number * column, column - Inches(0.3)
        shapes.line(slide, left, Inches(4.55), room, style.INK)
        frame = shapes.text_box(slide, left, Inches(4.65), room, Inches(1.6))
        shapes.paragraph(frame, figure.label, 13, color=style.INK_3)
        shapes.paragraph(frame, figure.value, 32, serif=True, space=2)
        shapes.paragraph(frame, cut(figure.note, 13, shapes.points_of(room), 3), 13, color=style.INK_2, space=4)
    if said.economics:
        frame = shapes.text_box(slide, style.LEFT, Inches(6.25), style.RIGHT - style.LEFT, Inches(0.5))
        shapes.paragraph(frame, cut(said.snapshot["economics"]["sentence"], 16, width, 1), 16)
    shapes.notes(slide, said.headline, said.cause, said.meaning, said.economics, *said.method)


def _categories(deck: Any, said: Outline, look: style.Look) -> None:
    slide = _slide(deck, said, said.rows_title)
    names = [row.short for row in said.rows]
    claimed = [row.claimed for row in said.rows]
    series = [
        (pgettext("points", "Proven"), [row.proven for row in said.rows], look.accent),
        (pgettext("points", "Claimed"), claimed, style.LEVEL_1),
    ]
    not_scored, scored = _("{name}: proven {proven}, not scored."), _("{name}: proven {proven}, claimed {claimed}.")
    told = [
        (not_scored if row.claimed is None else scored).format(name=row.name, proven=row.proven, claimed=row.claimed)
        for row in said.rows
    ]
    words = " ".join([_("Bars of proven and claimed level by category."), *told])
    place = (style.LEFT, Inches(1.7), Inches(7.2), Inches(5.15))
    shapes.bars(shapes.chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, names, series, place, most=2, words=words), gap=45)
    left = Inches(8.35)
    room = style.RIGHT - left
    frame = shapes.text_box(slide, left, Inches(1.85), room, Inches(4.9))
    shapes.paragraph(frame, _("What raises the lowest"), 13, color=style.INK_3)
    lowest = sorted((row for row in said.rows if row.missing), key=lambda row: (row.proven, row.claimed or 0))[:4]
    for row in lowest:
        shapes.paragraph(frame, row.short, 15, bold=True, space=10)
        words = cut(row.missing[0], 13, shapes.points_of(room), 2)
        shapes.paragraph(frame, words, 13, color=style.INK_2, space=2)
    if not lowest:
        shapes.paragraph(frame, _("Nothing: keep the proof current."), 15, space=10)
    shapes.notes(slide, *(_of_category(row) for row in said.rows))


def _of_category(row: Any) -> str:
    note = " ".join(row.note.split())
    finding = f" {note[:600]}{'…' if len(note) > 600 else ''}" if note else ""
    said = _("{name}: {level}, proven {proven}.").format(name=row.name, level=row.words, proven=row.proven)
    return f"{said}{finding}"


def _flags(deck: Any, said: Outline) -> None:
    slide = _slide(deck, said, said.flags_title, style.WITH_TEXT)
    shape = shapes.body(slide)
    frame, width = shape.text_frame, shapes.points_of(style.RIGHT - style.LEFT)
    flags = said.flags[:MOST_FLAGS]
    lines = 2 if len(flags) <= 4 else 1
    for number, flag in enumerate(flags):
        shapes.paragraph(frame, cut(flag.title, 18, width / BOLD, 1), 18, bold=True, space=14 if number else 0)
        shapes.paragraph(frame, cut(flag.detail, 14, width, lines), 14, color=style.INK_2, space=2)
    if not flags:
        shapes.paragraph(frame, _("Every category is above 0, and every fact has an answer with proof behind it."), 18)
    if rest := len(said.flags) - len(flags):
        more = ngettext("And {count} more: see the report.", "And {count} more: see the report.", rest)
        shapes.paragraph(frame, more.format(count=number_word(rest)), 14, color=style.INK_3, space=12)
    shapes.notes(slide, *(f"{flag.title}: {flag.detail}" for flag in said.flags))


def _facts(deck: Any, said: Outline) -> None:
    slide = _slide(deck, said, said.facts_title)
    rows = [(question, answer) for question, answer, _ in said.facts]
    words = _("The three facts asked of every organization, with their answers.")
    shapes.table(slide, (_("Asked of every organization"), _("Answer")), rows, (5, 7), words=words, size=16)
    shapes.notes(slide, *(f"{question} {answer}" for question, answer, _ in said.facts), *said.method)


def _findings(deck: Any, said: Outline) -> None:
    slide = _slide(deck, said, _("What was found, in the words of those who looked"), style.WITH_TEXT)
    frame, width = shapes.body(slide).text_frame, shapes.points_of(style.RIGHT - style.LEFT)
    for number, finding in enumerate(said.findings):
        shapes.paragraph(frame, cut(finding.title, 16, width / BOLD, 1), 16, bold=True, space=18 if number else 0)
        shapes.paragraph(frame, cut(finding.detail, 20, width / SERIF, 3), 20, serif=True, space=3)
    if not said.findings:
        shapes.paragraph(frame, _("Nothing is noted yet that stands below the highest level."), 20)
    shapes.notes(slide, *(f"{finding.title}: {finding.detail}" for finding in said.findings))


def _decisions(deck: Any, said: Outline) -> None:
    """What the board is asked, and what comes first whatever it decides."""
    count = len(said.decisions)
    heading = decisions_title(count) if count else said.steps_title.rstrip(".")
    slide = _slide(deck, said, f"{heading}.")
    width, top = shapes.points_of(style.RIGHT - style.LEFT), style.BODY - Inches(0.45)
    if count:
        frame = shapes.text_box(slide, style.LEFT, top, style.RIGHT - style.LEFT, Inches(0.62 * count))
        for number, words in enumerate(said.decisions, 1):
            shapes.paragraph(frame, cut(f"{number}. {words}", 18, width, 2), 18, space=6 if number > 1 else 0)
        top += Inches(0.62 * count + 0.35)
    rows = [
        (what, gain, owner or _("Nobody yet"), due or _("No day yet"))
        for what, gain, owner, due in said.steps[:MOST_STEPS]
    ]
    if rows:
        heads = (said.steps_title.rstrip("."), _("What it brings"), _("Owner"), _("Due"))
        words = _("The first steps with owner and day.")
        shapes.table(slide, heads, rows, (5.6, 3.2, 2, 1.7), top=top, words=words, size=15)
    else:
        frame = shapes.text_box(slide, style.LEFT, top, style.RIGHT - style.LEFT, Inches(1))
        shapes.paragraph(frame, said.nothing, 18)
    shapes.notes(slide, *said.decisions, *(", ".join(filter(None, step)) for step in said.steps))


def _way(deck: Any, said: Outline, look: style.Look) -> None:
    """The plan where there is one, else the score so far, else what the next steps would reach."""
    plan, history = said.snapshot.get("plan"), said.snapshot["history"]
    place = (style.LEFT, Inches(1.75), style.RIGHT - style.LEFT, Inches(5.1))
    most, line = said.result["maximum"], said.result["threshold"]
    if plan:
        slide = _slide(deck, said, plan["headline"])
        names, totals = _stairs(plan)
        words = _("Line of the projected score, from {now} to {planned} of {maximum}, day by day.")
        words = words.format(now=plan["now"], planned=plan["planned"], maximum=most)
        score = _("Proven score by the plan")
        notes = (plan["detail"], *(_of_phase(phase) for phase in plan["phases"]))
    elif len(history) > 1:
        first, last = history[0], history[-1]
        slide = _slide(deck, said, _moved(first["proven"], last["proven"], len(history)))
        names, totals = [day_words(point["on"]) for point in history], [point["proven"] for point in history]
        words = _("Line of the proven scores so far: {totals} of {maximum}.")
        words = words.format(totals=listing([str(total) for total in totals]), maximum=most)
        score, notes = _("Proven score"), (words,)
    else:
        now, projected = said.result["proven_total"], said.result["projected"]["proven_total"]
        slide = _slide(deck, said, _projected(now, projected))
        names, totals = [pgettext("time", "Now"), _("After the next steps")], [now, projected]
        words = _("Line of the proven score now, {now}, and after the next steps, {then}, of {maximum}.")
        words = words.format(now=now, then=projected, maximum=most)
        score = _("Proven score")
        notes = (words, _("There is no plan yet: the roadmap puts owners and days to these steps."))
    series = [(score, totals, look.accent), (_("Line at {line}").format(line=line), [line] * len(names), style.RISK)]
    drawn = shapes.chart(slide, XL_CHART_TYPE.LINE_MARKERS, names, series, place, most=most, words=words, unit=2)
    drawn.plots[0].series[1].marker.style = XL_MARKER_STYLE.NONE
    shapes.notes(slide, *notes)


def _projected(now: int, then: int) -> str:
    if now == then:
        return _("The proven score stands at {now}; there is no plan yet that raises it.").format(now=now)
    return _("The next steps take the proven score from {now} to {then}.").format(now=now, then=then)


def _moved(first: int, last: int, count: int) -> str:
    if first == last:
        said = ngettext(
            "The proven score stands where it stood {count} assessment ago: {last}.",
            "The proven score stands where it stood {count} assessments ago: {last}.",
            count - 1,
        )
        return said.format(count=number_word(count - 1), last=last)
    if last > first:
        said = ngettext(
            "The proven score has risen from {first} to {last} in {count} assessment.",
            "The proven score has risen from {first} to {last} in {count} assessments.",
            count,
        )
    else:
        said = ngettext(
            "The proven score has fallen from {first} to {last} in {count} assessment.",
            "The proven score has fallen from {first} to {last} in {count} assessments.",
            count,
        )
    return said.format(first=first, last=last, count=number_word(count))


def _stairs(plan: Any) -> tuple[list[str], list[int]]:
    """The projected score at the start, at the end of each phase and at the end, by day."""
    steps, days = plan["steps"], [0, *_ends(plan)]
    totals = [max([plan["now"], *(total for on, total in steps if on <= day)]) for day in days]
    return [_("Day {day}").format(day=day) if day else _("Today") for day in days], totals


def _ends(plan: Any) -> list[int]:
    last = plan["last_day"]
    return sorted({day for day in (15, 30, 45, 60, 75, 90) if day < last} | {last})


def _of_phase(phase: Any) -> str:
    items = "; ".join(
        f"{item['title']} ({item['owner'] or _('nobody yet')}, {item['due']})" for item in phase["items"][:8]
    )
    said = _("{phase}: {items}. Then {total}.") if items else _("{phase}: nothing planned. Then {total}.")
    return said.format(phase=phase["title"], items=items, total=phase["total"])


def _vendors(deck: Any, said: Outline, look: style.Look) -> None:
    reviews = said.snapshot["vendors"]["reviews"][:MOST_VENDORS]
    shares = [review["low"] or 0 for review in reviews]
    slide = _slide(deck, said, _vendors_title(reviews, shares))
    names = [cut(review["vendor"], 13, 220, 1) for review in reviews]
    each = _("{vendor}: {share}%, {points} of {maximum} points.")
    told = [
        each.format(vendor=review["vendor"], share=share, points=review["points"], maximum=review["maximum"])
        for review, share in zip(reviews, shares, strict=True)
    ]
    words = " ".join([_("Bars of the share of points by vendor, by the weights of the topics."), *told])
    place = (style.LEFT, Inches(1.7), Inches(7.2), Inches(5.15))
    series = [(_("Share of points, %"), shares, look.accent)]
    drawn = shapes.chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, names, series, place, most=100, words=words, unit=25)
    shapes.bars(drawn, gap=70)
    left = Inches(8.35)
    room = style.RIGHT - left
    frame = shapes.text_box(slide, left, Inches(1.85), room, Inches(4.9))
    shapes.paragraph(frame, _("Critical questions without proof"), 13, color=style.INK_3)
    for review in reviews:
        shapes.paragraph(frame, cut(review["vendor"], 14, shapes.points_of(room) / BOLD, 1), 14, bold=True, space=9)
        missed = _("{misses} of {critical}, reviewed {day}").format(
            misses=review["misses"], critical=review["critical"], day=day_words(review["on"])
        )
        shapes.paragraph(frame, missed, 13, color=style.INK_2, space=1)
    shapes.notes(slide, words)


def _vendors_title(reviews: Any, shares: list[int]) -> str:
    best = [cut(r["vendor"], 30, 400, 1) for r, share in zip(reviews, shares, strict=True) if share == max(shares)]
    if len(reviews) == 1:
        return _("{vendor} answers with {share}% of the points.").format(vendor=best[0], share=shares[0])
    if len(best) > 2:
        said = ngettext(
            "{count} review share the best answers, with {share}% of the points.",
            "{count} reviews share the best answers, with {share}% of the points.",
            len(best),
        )
        return said.format(count=sentence(number_word(len(best))), share=max(shares))
    said = ngettext(
        "{vendors} answers best, with {share}% of the points.",
        "{vendors} answer best, with {share}% of the points.",
        len(best),
    )
    return said.format(vendors=listing(best), share=max(shares))
