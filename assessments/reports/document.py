"""From a frozen snapshot to what the templates of the PDF show: the findings as sentences, the charts, the steps."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from assessments.charts import figures, svg
from assessments.reports import rulers
from assessments.reports.plan import plan_section
from assessments.reports.sentences import counted as _count
from assessments.reports.sentences import direction as _direction
from assessments.reports.sentences import listing as _list
from assessments.reports.sentences import no_widow as _no_widow
from assessments.reports.sentences import number as _number
from assessments.reports.sentences import sentence as _sentence
from assessments.reports.snapshot import Snapshot, digest
from assessments.reports.vendors import category_flags
from assessments.reports.vendors import section as vendors_section

FIRST_STEPS = 3
# So many categories are named one by one; more are counted.
NAMED = 3
RUNNING_NAME = 60
LONG_NAME, VERY_LONG_NAME = 36, 72
# A category block or a table row of more characters may go over the foot of a page; shorter ones stay whole.
WHOLE_BLOCK, WHOLE_ROW = 1800, 600
CHART_WIDTH = figures.WIDTHS["narrow"]

SUMMARY_TITLES = {
    "risk": "AI spending runs ahead of what can be shown for it.",
    "clear": "What is spent on AI can be accounted for.",
    "open": "It is not decided yet whether AI spending is under control.",
}
MEANINGS = {
    "risk": "Below the line, money is likely to be committed before anyone knows the limits, the costs, or who is "
    "accountable.",
    "clear": "From the line on, decisions about spending can rest on what is written and measured. It does not say "
    "that every purchase is right.",
    "open": "Until the open categories are scored, treat large commitments as if the result were below the line.",
}
UNSUPPORTED = "Neither a measured figure nor a piece of evidence is attached, so the evidenced total counts it as 1."
LEVEL_WORDS = {2: "disciplined", 1: "partly defined", 0: "unclear", None: "not scored"}
LEVEL_FINDINGS = {
    2: "the practice is disciplined and can be measured",
    1: "something is in place, with gaps",
    0: "nothing that counts could be shown",
}


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The context of `reports/pdf/report.html`."""
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
        "cover_ruler": _cover_ruler(snapshot),
        "summary": _summary(snapshot),
        "glance": _glance(snapshot),
        "categories": [_category(snapshot, category) for category in snapshot["categories"]],
        "flags": _flags(snapshot),
        "vendors": vendors_section(snapshot),
        "steps": _steps(snapshot),
        "plan": plan_section(snapshot.get("plan")),
        "glossary": _halves(snapshot["glossary"]),
        "sample_rulers": (mark_safe(rulers.ruler(9, 9)), mark_safe(rulers.ruler(9, 13))),  # noqa: S308
    }


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _month(iso: str) -> str:
    return f"{date.fromisoformat(iso):%B %Y}"


def _paragraphs(text: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text)]
    return [{"text": line, "direction": _direction(line)} for line in lines if line]


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
    return mark_safe(rulers.ruler(result["total"], result["high"], size=rulers.LARGE, **mark))  # noqa: S308


# ---- Executive summary


def _summary(snapshot: Snapshot) -> dict[str, Any]:
    result = snapshot["result"]
    is_blank = len(result["unscored"]) == len(snapshot["categories"])
    steps = _first_steps(snapshot)
    return {
        "title": _no_widow("Nothing is scored yet." if is_blank else SUMMARY_TITLES[result["verdict"]]),
        "figures": [_score_figure(snapshot), _evidence_figure(snapshot), _facts_figure(snapshot)],
        "found": _found(snapshot),
        "meaning": MEANINGS[result["verdict"]],
        "outlook": _outlook(snapshot),
        "steps_title": f"{_number(len(steps), capital=True)} first steps" if len(steps) > 1 else "The first step",
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
    return {"label": "Score", "value": f"{_score(result)} of {result['maximum']}", "note": note}


def _evidence_figure(snapshot: Snapshot) -> dict[str, str]:
    result = snapshot["result"]
    unsupported, claimed = len(result["unsupported"]), len(_by_level(snapshot, 2))
    if unsupported == 1:
        note = "One 2 has neither a measured figure nor evidence and counts as 1."
    elif unsupported:
        note = f"{_number(unsupported, capital=True)} 2s have neither a measured figure nor evidence and count as 1."
    elif claimed:
        note = "Every 2 has a measured figure or evidence behind it."
    else:
        note = "No category claims a 2."
    value = f"{result['proven_total']} {'so far' if result['unscored'] else 'of ' + str(result['maximum'])}"
    return {"label": "Of that, evidenced", "value": value, "note": note}


def _facts_figure(snapshot: Snapshot) -> dict[str, str]:
    facts = snapshot["facts"]
    missing = sum(not fact["answer"] for fact in facts)
    note = "All have an answer."
    if missing:
        note = f"{_number(missing, capital=True)} {'has' if missing == 1 else 'have'} no answer: a red flag."
    value = f"{len(facts) - missing} of {len(facts)}"
    return {"label": "Basic questions answered", "value": value, "note": note}


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


def _first_steps(snapshot: Snapshot) -> list[dict[str, str]]:
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
    if unsupported := [categories[key]["short_name"] for key in snapshot["result"]["unsupported"]]:
        steps.append(
            {"title": f"Put proof to {_list(unsupported)}", "detail": "A measured figure or a piece of evidence."}
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


# ---- Category by category


def _category(snapshot: Snapshot, category: dict[str, Any]) -> dict[str, Any]:
    level, was = category["level"], category["was"]
    label = "Not scored" if level is None else _sentence(snapshot["framework"]["levels"][level]["label"])
    if level is not None and was is not None and level != was:
        label += f", {'up' if level > was else 'down'} from {was}"
    evidence = [{**item, "direction": _direction(item["title"])} for item in category["evidence"]]
    length = len(category["note"]) + sum(len(item["title"]) + 20 for item in evidence)
    vendor_flags = category_flags(snapshot, category["key"])
    length += sum(len(flag["ask"]) + 80 * len(flag["who"]) for flag in vendor_flags)
    goal = category["next"]["level"] if category["next"] else None
    return {
        **category,
        "statement": _statement(category),
        "goal": "" if goal is None else category["statements"][goal],
        "others": [
            {"level": number, "statement": statement}
            for number, statement in enumerate(category["statements"])
            if number not in (level, goal)
        ],
        "label": label,
        "note": _paragraphs(category["note"]),
        "evidence": evidence,
        "vendor_flags": vendor_flags,
        "measured_on": _day(category["metric"]["on"]) if category["metric"] else None,
        "is_unsupported": category["key"] in snapshot["result"]["unsupported"],
        "is_long": length > WHOLE_BLOCK or len(evidence) > 6 or category["note"].count("\n") > 16,
        "action": category["next"]["actions"][0] if category["next"] else None,
    }


# ---- Red flags


def _flags(snapshot: Snapshot) -> dict[str, Any]:
    facts = [
        {**fact, "answer": _paragraphs(fact["answer"]), "is_long": len(fact["answer"]) > WHOLE_ROW}
        for fact in snapshot["facts"]
    ]
    zeros = _by_level(snapshot, 0)
    unsupported = [c for c in snapshot["categories"] if c["key"] in snapshot["result"]["unsupported"]]
    fell = [c for c in snapshot["categories"] if None not in (c["level"], c["was"]) and c["level"] < c["was"]]
    items = [_flag(c, "claims 2 without proof", UNSUPPORTED) for c in unsupported]
    items += [_flag(c, "is at 0", _statement(c)) for c in zeros]
    items += [
        _flag(c, f"fell from {c['was']} to {c['level']}", f"No longer true: {c['statements'][c['was']]}") for c in fell
    ]
    items += [_flag(c, "is not scored", f"Open until it is: {c['question']}") for c in _by_level(snapshot, None)]
    return {"title": _no_widow(_flags_title(facts, zeros, unsupported, fell)), "facts": facts, "items": items}


def _flag(category: dict[str, Any], what: str, reason: str) -> dict[str, str]:
    return {"title": _no_widow(f"{category['name']} {what}"), "reason": reason}


def _flags_title(facts: list[dict[str, Any]], zeros: list[Any], unsupported: list[Any], fell: list[Any]) -> str:
    missing = sum(not fact["answer"] for fact in facts)
    if missing == len(facts):
        return f"None of the {_number(len(facts))} basic questions has an answer."
    if missing:
        has = "has" if missing == 1 else "have"
        return _sentence(f"{_number(missing)} of {_number(len(facts))} basic questions {has} no answer.")
    parts = []
    if zeros:
        parts.append(f"{_count(len(zeros), 'category', 'categories')} {'is' if len(zeros) == 1 else 'are'} at 0")
    if unsupported:
        parts.append(f"{_number(len(unsupported))} {'2 lacks' if len(unsupported) == 1 else '2s lack'} proof")
    if fell and not parts:
        parts.append(f"{_count(len(fell), 'category', 'categories')} fell")
    return _sentence(f"{_list(parts)}.") if parts else "No red flag is raised."


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
    if result["unsupported"]:
        return "What is left is proof: add a measured figure or a piece of evidence wherever a 2 has neither."
    return "There is nothing to raise. Keep the evidence current: a level lasts as long as its proof is fresh."


def _steps_title(snapshot: Snapshot, actions: int, gaps: int) -> str:
    result = snapshot["result"]
    if not gaps:
        return "Nothing that is scored is below 2." if result["unscored"] else "Every category is at 2."
    steps, one = _sentence(_count(actions, "action")), actions == 1
    if result["unscored"]:
        return f"{steps} {'raises' if one else 'raise'} {_count(gaps, 'category', 'categories')} by one level."
    return f"{steps} {'takes' if one else 'take'} the score from {result['total']} to {result['projected']['total']}."
