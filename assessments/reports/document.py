"""From a frozen snapshot to what the templates of the PDF show: the findings as sentences, the charts, the steps."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from assessments.charts import figures, svg
from assessments.reports import rulers
from assessments.reports.branding import brand_section
from assessments.reports.categories import category_block, findings, unproven
from assessments.reports.plan import plan_section
from assessments.reports.sentences import direction as _direction
from assessments.reports.sentences import no_widow as _no_widow
from assessments.reports.sentences import number as _number
from assessments.reports.sentences import paragraphs
from assessments.reports.sentences import sentence as _sentence
from assessments.reports.snapshot import Snapshot, digest, upgraded
from assessments.reports.vendors import section as vendors_section
from assessments.scoring.english import counted as _count
from assessments.scoring.english import listing as _list

FIRST_STEPS = 3
# So many categories are named one by one; more are counted.
NAMED = 3
RUNNING_NAME = 60
LONG_NAME, VERY_LONG_NAME = 36, 72
WHOLE_ROW = 600  # a table row of more characters may go over the foot of a page
CHART_WIDTH = figures.WIDTHS["narrow"]

SUMMARY_TITLES = {
    "word": "Clear only if you take its word: {total} of {maximum} claimed, {proven_total} proven.",
    "risk": "AI spending runs ahead of what can be shown for it.",
    "clear": "What is spent on AI can be accounted for.",
    "open": "It is not decided yet whether AI spending is under control.",
}
MEANINGS = {
    "word": "What is claimed reaches the line, what is proven does not. Treat large commitments as if the result were "
    "below the line until the missing proof is there.",
    "risk": "Below the line, money is likely to be committed before anyone knows the limits, the costs, or who is "
    "accountable.",
    "clear": "From the line on, decisions about spending can rest on what is written and measured. It does not say "
    "that every purchase is right.",
    "open": "Until the open categories are scored, treat large commitments as if the result were below the line.",
}
LEVEL_WORDS = {2: "disciplined", 1: "partly defined", 0: "unclear", None: "not scored"}
LEVEL_FINDINGS = {
    2: "the practice is disciplined and can be measured",
    1: "something is in place, with gaps",
    0: "nothing could be shown",
}


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The context of `reports/pdf/report.html`."""
    snapshot = upgraded(snapshot)
    result, made_on = snapshot["result"], date.fromisoformat(snapshot["made"]["on"])
    name = snapshot["organization"]["name"]
    return {
        "snapshot": snapshot,
        "result": result,
        "made_on": made_on,
        "signed_off_on": _day(snapshot["scorecard"]["signed_off_on"]),
        "running_name": name if len(name) <= RUNNING_NAME else name[: RUNNING_NAME - 1].rstrip() + "…",
        "name_size": "longest" if len(name) > VERY_LONG_NAME else "long" if len(name) > LONG_NAME else "short",
        "name_direction": _direction(name),
        "copy": digest(snapshot)[:12],
        "score": _score(result),
        "unproven": result["total"] - result["proven_total"],
        "possible": result["high"] - result["total"],
        "has_deciders": any(category["deciders"] for category in snapshot["categories"]),
        "cover_ruler": _cover_ruler(snapshot),
        "summary": _summary(snapshot),
        "glance": _glance(snapshot),
        "categories": [category_block(snapshot, category) for category in snapshot["categories"]],
        "flags": _flags(snapshot),
        "vendors": vendors_section(snapshot),
        "steps": _steps(snapshot),
        "brand": brand_section(snapshot),
        "use_cases": snapshot.get("use_cases"),
        "nist": snapshot.get("nist"),
        "plan": plan_section(snapshot.get("plan")),
        "glossary": _halves(snapshot["glossary"]),
        "sample_rulers": _sample_rulers(),
    }


def _sample_rulers() -> list[SafeString]:
    """Proven; claimed in part; still open."""
    samples = ((9, 9, 9), (6, 11, 11), (5, 9, 13))
    return [mark_safe(rulers.ruler(lo, hi, proven=proven)) for proven, lo, hi in samples]  # noqa: S308


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _month(iso: str) -> str:
    return f"{date.fromisoformat(iso):%B %Y}"


def _score(result: dict[str, Any]) -> str:
    """9, or 6 to 10 while categories are not scored."""
    total, high = result["total"], result["high"]
    return str(total) if total == high else f"{total} to {high}"


def _halves(entries: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Two columns to be read one after the other: CSS columns would be laid out several times to be of one height."""
    middle = (len(entries) + 1) // 2
    return entries[:middle], entries[middle:]


def _by_level(snapshot: Snapshot, level: int | None) -> list[dict[str, Any]]:
    return [category for category in snapshot["categories"] if category["level"] == level]


def _statement(category: dict[str, Any]) -> str:
    """The statement of the rubric that was chosen; nothing while none is."""
    return "" if category["level"] is None else category["statements"][category["level"]]


def _cover_ruler(snapshot: Snapshot) -> SafeString:
    result, earlier = snapshot["result"], snapshot["earlier"]
    mark = {}
    if earlier and earlier["total"] == earlier["high"]:
        mark = {"was": earlier["total"], "was_label": f"{earlier['total']} in {_month(earlier['on'])}"}
    drawn = rulers.ruler(result["total"], result["high"], proven=result["proven_total"], size=rulers.LARGE, **mark)
    return mark_safe(drawn)  # noqa: S308


# ---- Executive summary


def _summary(snapshot: Snapshot) -> dict[str, Any]:
    result = snapshot["result"]
    first = snapshot.get("steps")
    steps = _frozen_steps(first) if first else _first_steps(snapshot)
    title = "Nothing is scored yet." if result["is_untouched"] else SUMMARY_TITLES[result["verdict"]]
    return {
        "title": _no_widow(title.format(**result)),
        "figures": [_score_figure(snapshot), _proven_figure(snapshot), _facts_figure(snapshot)],
        "findings": findings(snapshot),
        "found": _found(snapshot),
        "meaning": MEANINGS[result["verdict"]],
        "outlook": _outlook(snapshot),
        "steps_title": first["heading"] if first else "What to do first",
        "steps": steps,
    }


def _score_figure(snapshot: Snapshot) -> dict[str, str]:
    result, earlier = snapshot["result"], snapshot["earlier"]
    if result["unscored"]:
        open_ones = len(result["unscored"])
        note = (
            f"{_sentence(_count(open_ones, 'category', 'categories'))} {'is' if open_ones == 1 else 'are'} not scored."
        )
    elif earlier is None:
        note = "The first assessment."
    elif earlier["change"] is None:
        note = f"Not complete in {_month(earlier['on'])}."
    elif earlier["change"] == 0:
        note = f"The same as in {_month(earlier['on'])}."
    else:
        note = f"{'Up' if earlier['change'] > 0 else 'Down'} from {earlier['total']} in {_month(earlier['on'])}."
    note = _no_widow(f"{note} The risk line is {result['threshold']}.")
    return {"label": "Claimed", "value": f"{_score(result)} of {result['maximum']}", "note": note}


def _proven_figure(snapshot: Snapshot) -> dict[str, str]:
    result = snapshot["result"]
    short = result["threshold"] - result["proven_total"]
    points = _count(abs(short), "point")
    where = f"{points} below the line" if short > 0 else f"{points} above the line" if short else "On the line"
    claims = len(result["claims"])
    more = f"{_number(claims, capital=True)} {'category claims' if claims == 1 else 'categories claim'} more."
    note = f"{_sentence(where)}. {more if claims else 'All that is claimed is proven.'}"
    value = f"{result['proven_total']} {'so far' if result['unscored'] else 'of ' + str(result['maximum'])}"
    return {"label": "Proven", "value": value, "note": _no_widow(note)}


def _facts_figure(snapshot: Snapshot) -> dict[str, str]:
    facts = snapshot["facts"]
    missing = sum(not fact["is_answered"] for fact in facts)
    note = "All have an answer."
    if missing:
        note = f"{_number(missing, capital=True)} {'has' if missing == 1 else 'have'} no answer: a red flag."
    value = f"{len(facts) - missing} of {len(facts)}"
    return {"label": "Facts answered", "value": value, "note": note}


def _found(snapshot: Snapshot) -> list[str]:
    found = []
    for level, finding in LEVEL_FINDINGS.items():
        if names := [category["short_name"] for category in _by_level(snapshot, level)]:
            found.append(f"{_list(names)} {'scores' if len(names) == 1 else 'score'} {level}: {finding}.")
    if names := [category["short_name"] for category in _by_level(snapshot, None)]:
        found.append(f"{_list(names)} {'is' if len(names) == 1 else 'are'} not scored: a range, never a zero.")
    return [*found, *_changes(snapshot)]


def _changes(snapshot: Snapshot) -> Iterable[str]:
    if snapshot["earlier"] is None:
        return
    moved = [c for c in snapshot["categories"] if None not in (c["level"], c["was"]) and c["level"] != c["was"]]
    rose = [f"{c['short_name']} from {c['was']} to {c['level']}" for c in moved if c["level"] > c["was"]]
    fell = [f"{c['short_name']} from {c['was']} to {c['level']}" for c in moved if c["level"] < c["was"]]
    since = f"Since {_month(snapshot['earlier']['on'])}"
    parts = [f"{verb}: {_list(names)}" for verb, names in (("up", rose), ("down", fell)) if names]
    yield f"{since}, {'; '.join(parts)}." if parts else f"{since}, no level has changed."


def _outlook(snapshot: Snapshot) -> str:
    result = snapshot["result"]
    gaps = len(result["gaps"])
    if not gaps:
        return ""
    reach = "" if result["unscored"] else f", to {result['projected']['total']} of {result['maximum']}"
    if gaps == 1:
        return f"The next steps in this report raise the one category below 2 by one level{reach}."
    return f"The next steps in this report raise each of the {_number(gaps)} categories below 2 by one level{reach}."


def _frozen_steps(first: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**step, "due": _day(step["due"]), "detail": ""} for step in first["items"]]


def _first_steps(snapshot: Snapshot) -> list[dict[str, str]]:
    """Of a snapshot that was frozen before it had the list."""
    categories = {category["key"]: category for category in snapshot["categories"]}
    steps = []
    if unscored := [categories[key]["short_name"] for key in snapshot["result"]["unscored"]]:
        what = _list(unscored) if len(unscored) <= NAMED else f"the {_number(len(unscored))} open categories"
        steps.append({"title": f"Score {what}", "detail": "Until then the total is a range."})
    for key in snapshot["result"]["gaps"]:
        category = categories[key]
        action = category["next"]["actions"][0]
        detail = f"{category['name']} is at {category['level']}. {action['owner']}, {_days(snapshot, action['phase'])}."
        steps.append({"title": action["title"], "detail": detail})
    if claims := [categories[key]["short_name"] for key in snapshot["result"]["claims"]]:
        steps.append(
            {"title": f"Prove what is claimed of {_list(claims)}", "detail": "A link, a file, a figure or a sighting."}
        )
    if not steps:
        steps.append({"title": "Keep every figure current", "detail": "A 2 lasts as long as its evidence is fresh."})
    return steps[:FIRST_STEPS]


def _days(snapshot: Snapshot, key: str) -> str:
    phase = next(phase for phase in snapshot["framework"]["phases"] if phase["key"] == key)
    return f"days {phase['first_day']} to {phase['last_day']}"


# ---- Scorecard at a glance


def _glance(snapshot: Snapshot) -> dict[str, Any]:
    earlier = snapshot["earlier"]
    return {
        "title": _no_widow(_glance_title(snapshot)),
        "was_label": f"{date.fromisoformat(earlier['on']):%b %Y}" if earlier else "",
        "was_total": _score(earlier) if earlier else "",
        "profile_title": f"Levels now and in {_month(earlier['on'])}" if earlier else "Levels by category",
        "profile": _profile(snapshot),
        "profile_caption": _profile_caption(snapshot),
        "trend_title": "Score over time",
        "trend": _trend(snapshot),
        "trend_caption": _trend_caption(snapshot),
    }


def _glance_title(snapshot: Snapshot) -> str:
    counts = [(len(_by_level(snapshot, level)), words) for level, words in LEVEL_WORDS.items()]
    counts = [(count, words) for count, words in counts if count]
    if len(counts) == 1:
        count, words = counts[0]
        if words == LEVEL_WORDS[None]:
            return "No category is scored yet."
        return f"All {_number(count)} categories are {words}."
    (first, first_words), *rest = counts
    parts = [f"{_count(first, 'category', 'categories')} {'is' if first == 1 else 'are'} {first_words}"]
    parts += [f"{_number(count)} {'is' if count == 1 else 'are'} {words}" for count, words in rest]
    return _sentence(f"{', '.join(parts)}.")


def _profile(snapshot: Snapshot) -> SafeString:
    earlier = snapshot["earlier"]
    rows = [figures.ProfileRow(c["short_name"], now=c["level"], was=c["was"]) for c in snapshot["categories"]]
    was_label = f"{date.fromisoformat(earlier['on']):%b %Y}" if earlier else "Last time"
    drawn = figures.category_profile(rows, was_label=was_label)
    title = f"Dot chart of the levels of the {_number(len(rows))} categories. {_profile_caption(snapshot)}"
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, title=title, medium="print"))  # noqa: S308


def _profile_caption(snapshot: Snapshot) -> str:
    if snapshot["earlier"] is None:
        return _glance_title(snapshot)
    pairs = [(c["level"], c["was"]) for c in snapshot["categories"] if None not in (c["level"], c["was"])]
    rose, fell = sum(now > was for now, was in pairs), sum(now < was for now, was in pairs)
    if not rose and not fell:
        return "No category has moved."
    parts = [
        f"{_count(count, 'category', 'categories')} {verb}" for count, verb in ((rose, "rose"), (fell, "fell")) if count
    ]
    return _sentence(f"{_list(parts)} since {_month(snapshot['earlier']['on'])}.")


def _trend(snapshot: Snapshot) -> SafeString | None:
    history = snapshot["history"]
    if len(history) < 2:
        return None
    points = [figures.TrendPoint(f"{date.fromisoformat(point['on']):%b %Y}", point["total"]) for point in history]
    result = snapshot["result"]
    drawn = figures.score_trend(points, threshold=result["threshold"], maximum=result["maximum"])
    title = f"Line chart of the scores so far: {_list([str(point.total) for point in points])}."
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, title=title, medium="print"))  # noqa: S308


def _trend_caption(snapshot: Snapshot) -> str:
    history, is_final = snapshot["history"], snapshot["scorecard"]["signed_off_on"] is not None
    if not history:
        return "No complete assessment is signed off yet. The line begins with the first one and needs two to be drawn."
    if len(history) == 1:
        only = f"{history[0]['total']} of {snapshot['result']['maximum']} in {_month(history[0]['on'])}"
        return f"One complete assessment is signed off so far: {only}. The line begins with the next one."
    caption = f"The {_number(len(history))} complete assessments that are signed off."
    return caption if is_final else f"{caption} This draft is not among them."


# ---- Red flags


def _flags(snapshot: Snapshot) -> dict[str, Any]:
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
    watch += [_flag(c, "is still open", f"Open until it is scored: {c['question']}") for c in _by_level(snapshot, None)]
    return {
        "title": _no_widow(_flags_title(snapshot, facts, zeros)),
        "facts": facts,
        "items": [_flag(c, "is at 0", _statement(c)) for c in zeros],
        "watch": watch,
    }


def _flag(category: dict[str, Any], what: str, reason: str) -> dict[str, str]:
    return {"title": _no_widow(f"{category['name']} {what}"), "reason": reason}


def _flags_title(snapshot: Snapshot, facts: list[dict[str, Any]], zeros: list[Any]) -> str:
    """What is flagged; where nothing is, a heading that reassures only if the verdict does."""
    missing = sum(not fact["is_answered"] for fact in facts)
    parts = []
    if zeros:
        parts.append(f"{_count(len(zeros), 'category', 'categories')} {'is' if len(zeros) == 1 else 'are'} at 0")
    if missing == len(facts):
        parts.append(f"none of the {_number(len(facts))} facts has an answer")
    elif missing:
        parts.append(f"{_number(missing)} of {_number(len(facts))} facts {'has' if missing == 1 else 'have'} no answer")
    if parts:
        return _sentence(f"{_list(parts)}.")
    return "No red flag is raised." if snapshot["result"]["verdict"] == "clear" else "No red flag beyond the verdict."


# ---- Next steps


def _steps(snapshot: Snapshot) -> dict[str, Any]:
    categories = {category["key"]: category for category in snapshot["categories"]}
    gaps = [categories[key] for key in snapshot["result"]["gaps"]]
    actions = [{**action, "category": gap["name"]} for gap in gaps for action in gap["next"]["actions"]]
    phases = [
        {
            "title": f"Days {phase['first_day']} to {phase['last_day']}",
            "actions": [action for action in actions if action["phase"] == phase["key"]],
        }
        for phase in snapshot["framework"]["phases"]
    ]
    return {
        "title": _no_widow(_steps_title(snapshot, len(actions), len(gaps))),
        "phases": [phase for phase in phases if phase["actions"]],
        "outlook": _nothing_to_raise(snapshot["result"]),
    }


def _nothing_to_raise(result: dict[str, Any]) -> str:
    if result["unscored"]:
        return "Score what is open first; the next steps follow from it."
    if result["claims"]:
        return "What is left is proof: add it wherever more is claimed than is proven."
    return "There is nothing to raise. Keep the evidence current: a level lasts as long as its proof is fresh."


def _steps_title(snapshot: Snapshot, actions: int, gaps: int) -> str:
    result = snapshot["result"]
    if not gaps:
        return "Nothing that is scored is below 2." if result["unscored"] else "Every category is at 2."
    steps, one = _sentence(_count(actions, "action")), actions == 1
    if result["unscored"]:
        return f"{steps} {'raises' if one else 'raise'} {_count(gaps, 'category', 'categories')} by one level."
    return f"{steps} {'takes' if one else 'take'} the score from {result['total']} to {result['projected']['total']}."
