"""The scorecard at a glance and its red flags: what stands proven, what is only claimed, what nobody can answer."""

from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from assessments.charts import figures, svg
from assessments.reports.categories import category_block, unproven
from assessments.reports.sentences import no_widow, number, paragraphs, sentence
from assessments.reports.snapshot import Snapshot
from assessments.reports.summary import month, score
from assessments.scoring.words import counted, listing

WHOLE_ROW = 600  # a table row of more characters may go over the foot of a page
CHART_WIDTH, CHART_HEIGHT = figures.WIDTHS["narrow"], 190
FLAG_LINES = {"a4": 26, "letter": 19}  # about as many lines fit below the scorecard at a glance


# ---- At a glance


def glance(snapshot: Snapshot) -> dict[str, Any]:
    earlier = snapshot["earlier"]
    return {
        "title": no_widow(title(snapshot)),
        "rows": [category_block(snapshot, category) for category in snapshot["categories"]],
        "was_label": f"{date.fromisoformat(earlier['on']):%b %Y}" if earlier else "",
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
        (sum(c["level"] == 2 for c in scored), "is proven at 2", "are proven at 2"),
        (len(claims), "claims more", "claim more"),
        (sum(c["level"] == 1 for c in scored), "is at 1", "are at 1"),
        (sum(c["level"] == 0 for c in scored), "is at 0", "are at 0"),
        (sum(c["level"] is None and c["key"] not in claims for c in snapshot["categories"]), "is open", "are open"),
    ]
    parts = [(count, one if count == 1 else many) for count, one, many in counts if count]
    if len(parts) == 1:
        count, words = parts[0]
        if words.endswith("open"):
            return "No category is scored yet."
        return f"All {number(count)} categories {words.replace('claim more', 'claim more than is proven')}."
    (first, words), *rest = parts
    told = [f"{counted(first, 'category', 'categories')} {words}"]
    told += [f"{number(count)} {words}" for count, words in rest]
    return sentence(f"{listing(told)}.")


def _moved(snapshot: Snapshot) -> str:
    """What rose and what fell. Of a rise that is claimed only, the table above says so in the same line."""
    moves = [c for c in snapshot["categories"] if None not in (c["level"], c["was"]) and c["level"] != c["was"]]
    since = month(snapshot["earlier"]["on"])
    rose = sum(category["level"] > category["was"] for category in moves)
    parts = [
        f"{counted(count, 'category', 'categories')} {verb}"
        for count, verb in ((rose, "rose"), (len(moves) - rose, "fell"))
        if count
    ]
    return sentence(f"{listing(parts)} since {since}.") if parts else f"No category has moved since {since}."


def _trend(snapshot: Snapshot) -> SafeString | None:
    history = snapshot["history"]
    if len(history) < 2:
        return None
    points = [figures.TrendPoint(f"{date.fromisoformat(point['on']):%b %Y}", point["total"]) for point in history]
    result = snapshot["result"]
    target = snapshot.get("target", {}).get("total")
    drawn = figures.score_trend(points, threshold=result["threshold"], maximum=result["maximum"], target=target)
    text = f"Line chart of the claimed totals so far: {listing([str(point.total) for point in points])}."
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, height=CHART_HEIGHT, title=text, medium="print"))  # noqa: S308


def _trend_caption(snapshot: Snapshot) -> str:
    history, is_final = snapshot["history"], snapshot["scorecard"]["signed_off_on"] is not None
    if len(history) < 2:
        return ""
    caption = f"Claimed totals of the {number(len(history))} complete assessments that are signed off."
    return caption if is_final else f"{caption} This draft is not among them."


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
    watch = [_flag(c, f"claims {c['low']}, proven {c['proven']}", unproven(c)) for c in claims]
    watch += [
        _flag(c, f"fell from {c['was']} to {c['level']}", f"No longer true: {c['statements'][c['was']]}") for c in fell
    ]
    still_open = [c for c in snapshot["categories"] if c["level"] is None]
    watch += [_flag(c, "is still open", f"Open until it is scored: {c['question']}") for c in still_open]
    return {
        "title": no_widow(_flags_title(snapshot, facts, zeros)),
        "facts": facts,
        "items": [{**_flag(c, "is at 0", _nothing_shown(c)), "is_red": True} for c in zeros] + watch,
        "is_long": _lines(facts, zeros, watch) > FLAG_LINES[snapshot["choices"]["paper"]],
    }


def _lines(facts: list[dict[str, Any]], zeros: list[Any], watch: list[Any]) -> int:
    """About as many lines as the tables of the flags take."""
    lines = sum(max(2, sum(1 + len(line["text"]) // 68 for line in fact["answer"])) for fact in facts)
    lines += 2 * sum(not fact["is_answered"] for fact in facts)
    return lines + 2 * len(zeros) + sum(1 + len(item["reason"]) // 68 for item in watch)


def _nothing_shown(category: dict[str, Any]) -> str:
    """Of a category at 0: what was asked for and not shown; before there were deciders, the statement of level 0."""
    asked = [f"{decider['name'][:1].lower()}{decider['name'][1:]}" for decider in category["deciders"]]
    if asked:
        return f"Asked for and not shown, even in part: {listing(asked)}."
    return str(category["statements"][0])


def _flag(category: dict[str, Any], what: str, reason: str) -> dict[str, str]:
    return {"title": no_widow(f"{category['name']} {what}"), "reason": reason}


def _flags_title(snapshot: Snapshot, facts: list[dict[str, Any]], zeros: list[Any]) -> str:
    """What is flagged; where nothing is, a heading that reassures only if the verdict does."""
    missing = sum(not fact["is_answered"] for fact in facts)
    parts = []
    if zeros:
        parts.append(f"{counted(len(zeros), 'category', 'categories')} {'is' if len(zeros) == 1 else 'are'} at 0")
    if missing == len(facts):
        parts.append(f"none of the {number(len(facts))} facts has an answer")
    elif missing:
        parts.append(f"{number(missing)} of {number(len(facts))} facts {'has' if missing == 1 else 'have'} no answer")
    if parts:
        return sentence(f"{listing(parts)}.")
    return "No red flag is raised." if snapshot["result"]["verdict"] == "clear" else "No red flag beyond the verdict."
