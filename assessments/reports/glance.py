"""The scorecard at a glance and its red flags: what stands proven, what is only claimed, what nobody can answer."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext

from assessments.charts import figures, svg
from assessments.reports.categories import category_block, unproven
from assessments.reports.sentences import (
    in_sentence,
    month_words,
    no_widow,
    number,
    paragraphs,
    sentence,
    short_month_words,
)
from assessments.reports.snapshot import Snapshot
from assessments.reports.summary import score
from assessments.scoring.words import listing

WHOLE_ROW = 600  # a table row of more characters may go over the foot of a page
CHART_WIDTH, CHART_HEIGHT = figures.WIDTHS["narrow"], 190
FLAG_LINES = {"a4": 26, "letter": 19}  # about as many lines fit below the scorecard at a glance


# ---- At a glance

# How many categories stand where: all of them, as the first part of a sentence, and as a later one.
ALL = {
    "two": _lazy("All {count} categories are proven at 2."),
    "more": _lazy("All {count} categories claim more than is proven."),
    "one": _lazy("All {count} categories are at 1."),
    "zero": _lazy("All {count} categories are at 0."),
    "open": _lazy("No category is scored yet."),
}
FIRST = {
    "two": ngettext_lazy("{count} category is proven at 2", "{count} categories are proven at 2"),
    "more": ngettext_lazy("{count} category claims more", "{count} categories claim more"),
    "one": ngettext_lazy("{count} category is at 1", "{count} categories are at 1"),
    "zero": ngettext_lazy("{count} category is at 0", "{count} categories are at 0"),
    "open": ngettext_lazy("{count} category is open", "{count} categories are open"),
}
OTHERS = {
    "two": ngettext_lazy("{count} is proven at 2", "{count} are proven at 2"),
    "more": ngettext_lazy("{count} claims more", "{count} claim more"),
    "one": ngettext_lazy("{count} is at 1", "{count} are at 1"),
    "zero": ngettext_lazy("{count} is at 0", "{count} are at 0"),
    "open": ngettext_lazy("{count} is open", "{count} are open"),
}


def glance(snapshot: Snapshot) -> dict[str, Any]:
    earlier = snapshot["earlier"]
    return {
        "title": no_widow(title(snapshot)),
        "rows": [category_block(snapshot, category) for category in snapshot["categories"]],
        "was_label": short_month_words(earlier["on"]) if earlier else "",
        "was_total": score(earlier) if earlier else "",
        "moved": _moved(snapshot) if earlier else "",
        "trend": _trend(snapshot),
        "trend_caption": _trend_caption(snapshot),
        "target": snapshot.get("target", {}).get("words", ""),
    }


def title(snapshot: Snapshot) -> str:
    """How many categories stand where: proven, claimed beyond what is proven, at 1, at 0, not scored."""
    claims = set(snapshot["result"]["claims"])
    scored = [c for c in snapshot["categories"] if c["level"] is not None and c["key"] not in claims]
    counts = [
        ("two", sum(c["level"] == 2 for c in scored)),
        ("more", len(claims)),
        ("one", sum(c["level"] == 1 for c in scored)),
        ("zero", sum(c["level"] == 0 for c in scored)),
        ("open", sum(c["level"] is None and c["key"] not in claims for c in snapshot["categories"])),
    ]
    parts = [(kind, count) for kind, count in counts if count]
    if len(parts) == 1:
        kind, count = parts[0]
        return str(ALL[kind]).format(count=number(count))
    (first, count), *rest = parts
    told = [(FIRST[first] % count).format(count=number(count))]
    told += [(OTHERS[kind] % count).format(count=number(count)) for kind, count in rest]
    return sentence(f"{listing(told)}.")


def _moved(snapshot: Snapshot) -> str:
    """What rose and what fell. Of a rise that is claimed only, the table above says so in the same line."""
    moves = [c for c in snapshot["categories"] if None not in (c["level"], c["was"]) and c["level"] != c["was"]]
    since = month_words(snapshot["earlier"]["on"])
    rose = sum(category["level"] > category["was"] for category in moves)
    if not moves:
        return _("No category has moved since {month}.").format(month=since)
    parts = [
        said.format(count=number(count))
        for count, said in (
            (rose, ngettext("{count} category rose", "{count} categories rose", rose)),
            (
                len(moves) - rose,
                ngettext("{count} category fell", "{count} categories fell", len(moves) - rose),
            ),
        )
        if count
    ]
    said = pgettext("what is one category rose and two categories fell", "{what} since {month}.")
    return sentence(said.format(what=listing(parts), month=since))


def _trend(snapshot: Snapshot) -> SafeString | None:
    history = snapshot["history"]
    if len(history) < 2:
        return None
    points = [figures.TrendPoint(short_month_words(point["on"]), point["total"]) for point in history]
    result = snapshot["result"]
    target = snapshot.get("target", {}).get("total")
    drawn = figures.score_trend(points, threshold=result["threshold"], maximum=result["maximum"], target=target)
    text = _("Line chart of the claimed totals so far: {totals}.").format(
        totals=listing([str(point.total) for point in points])
    )
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, height=CHART_HEIGHT, title=text, medium="print"))  # noqa: S308


def _trend_caption(snapshot: Snapshot) -> str:
    history, is_final = snapshot["history"], snapshot["scorecard"]["signed_off_on"] is not None
    if len(history) < 2:
        return ""
    caption = ngettext(
        "Claimed totals of the {count} complete assessment that is signed off.",
        "Claimed totals of the {count} complete assessments that are signed off.",
        len(history),
    ).format(count=number(len(history)))
    return caption if is_final else f"{caption} {_('This draft is not among them.')}"


# ---- Red flags


def flags(snapshot: Snapshot) -> dict[str, Any]:
    """The red flags, which are categories at 0 and facts without an answer; then what else to watch."""
    facts = [
        {
            **fact,
            "answer": paragraphs("\n".join(filter(None, [fact["written"], fact["answer"]]))),
            "is_long": len(fact["answer"]) > WHOLE_ROW,
        }
        for fact in snapshot["facts"]
    ]
    zeros = [c for c in snapshot["categories"] if c["key"] in snapshot["result"]["zeros"]]
    claims = [c for c in snapshot["categories"] if c["key"] in snapshot["result"]["claims"]]
    fell = [c for c in snapshot["categories"] if None not in (c["level"], c["was"]) and c["level"] < c["was"]]
    watch = [_flag(c, _("{name} claims {low}, proven {proven}"), unproven(c)) for c in claims]
    no_longer = _("No longer true: {statement}")
    watch += [
        _flag(c, _("{name} fell from {was} to {level}"), no_longer.format(statement=c["statements"][c["was"]]))
        for c in fell
    ]
    still_open = [c for c in snapshot["categories"] if c["level"] is None]
    until = _("Open until it is scored: {question}")
    watch += [_flag(c, _("{name} is still open"), until.format(question=c["question"])) for c in still_open]
    return {
        "title": no_widow(_flags_title(snapshot, facts, zeros)),
        "facts": facts,
        "items": [{**_flag(c, _("{name} is at 0"), _nothing_shown(c)), "is_red": True} for c in zeros] + watch,
        "is_long": _lines(facts, zeros, watch) > FLAG_LINES[snapshot["choices"]["paper"]],
    }


def _lines(facts: list[dict[str, Any]], zeros: list[Any], watch: list[Any]) -> int:
    """About as many lines as the tables of the flags take."""
    lines = sum(max(2, sum(1 + len(line["text"]) // 68 for line in fact["answer"])) for fact in facts)
    lines += 2 * sum(not fact["is_answered"] for fact in facts)
    return lines + 2 * len(zeros) + sum(1 + len(item["reason"]) // 68 for item in watch)


def _nothing_shown(category: dict[str, Any]) -> str:
    """Of a category at 0: what was asked for and not shown; before there were deciders, the statement of level 0."""
    asked = [in_sentence(decider["name"]) for decider in category["deciders"]]
    if asked:
        return _("Asked for and not shown, even in part: {names}.").format(names=listing(asked))
    return str(category["statements"][0])


def _flag(category: dict[str, Any], what: str, reason: str) -> dict[str, str]:
    said = {key: category[key] for key in ("name", "low", "proven", "was", "level")}
    return {"title": no_widow(what.format(**said)), "reason": reason}


def _flags_title(snapshot: Snapshot, facts: list[dict[str, Any]], zeros: list[Any]) -> str:
    """What is flagged; where nothing is, a heading that reassures only if the verdict does."""
    missing = sum(not fact["is_answered"] for fact in facts)
    parts = []
    if zeros:
        parts.append((FIRST["zero"] % len(zeros)).format(count=number(len(zeros))))
    if missing == len(facts):
        parts.append(_("none of the {count} facts has an answer").format(count=number(len(facts))))
    elif missing:
        said = ngettext("{count} of {all} facts has no answer", "{count} of {all} facts have no answer", missing)
        parts.append(said.format(count=number(missing), all=number(len(facts))))
    if parts:
        return sentence(f"{listing(parts)}.")
    return no_flag(snapshot["result"])


def no_flag(result: dict[str, Any]) -> str:
    """A heading that reassures only if the verdict does."""
    return _("No red flag is raised.") if result["verdict"] == "clear" else _("No red flag beyond the verdict.")
