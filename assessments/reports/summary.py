"""The page that stands alone: the verdict, the figures, what was found, what the board is asked, what comes first."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from assessments.reports.categories import level_words
from assessments.reports.sentences import direction, no_widow, number, sentence
from assessments.reports.snapshot import Snapshot
from assessments.reports.words import SENTENCE_ENDS, shortened
from assessments.scoring.words import counted, listing

FIRST_STEPS = 3
# So many categories are named one by one; more are counted.
NAMED = 3
STEP_LENGTH = 120
MOST_FIGURES = 5
# About as many characters as a line holds, and from how many lines on the page is set closer.
FINDING_LINE, DECISION_LINE, STEP_LINE = 62, 95, 44
CLOSE = {"a4": (18, 23), "letter": (13, 18)}  # closer, and closest

VERDICTS = {
    "word": "Clear only if you take its word: {total} of {maximum} claimed, {proven_total} proven.",
    "risk": "AI spending risk: {standing}.",
    "clear": "Clear of the line: {standing}{flags}.",
    "open": "Undecided: {total} to {high} of {maximum}, with {left} to score.",
}


def summary(snapshot: Snapshot) -> dict[str, Any]:
    first = snapshot.get("steps")
    made_on = snapshot["made"]["on"]
    steps = [_step(step, made_on) for step in (first["items"] if first else _first_steps(snapshot))]
    findings = [_finding(snapshot, finding) for finding in snapshot["words"]["findings"]]
    decisions = [_decision(text) for text in snapshot["words"]["decisions"]]
    return {
        "title": no_widow(verdict(snapshot)),
        "figures": figures(snapshot),
        "findings": findings,
        "decisions": decisions,
        "decisions_title": "One decision for the board"
        if len(decisions) == 1
        else f"{number(len(decisions), capital=True)} decisions for the board",
        "steps_title": first["heading"] if first else "What to do first",
        "steps": steps,
        "nothing": "What to do first follows from the answers."
        if snapshot["result"]["unscored"]
        else "Keep the proof current: a level lasts as long as its proof is fresh.",
        "close": _close(snapshot, _lines(findings, decisions, steps)),
    }


def _close(snapshot: Snapshot, lines: int) -> str:
    """How close the page is set. Without a cover it has two lines more, for whom and of what it is."""
    choices = snapshot["choices"]
    lines += 0 if "cover" in choices["sections"] else 2
    closer, closest = CLOSE[choices["paper"]]
    return "is-close is-closest" if lines > closest else "is-close" if lines > closer else ""


def _lines(findings: Iterable[Any], decisions: Iterable[Any], steps: Iterable[Any]) -> int:
    lines = sum(max(2, 1 + len(finding["text"]) // FINDING_LINE) for finding in findings)
    lines += sum(1 + len(decision["lead"] + decision["rest"]) // DECISION_LINE for decision in decisions)
    return lines + sum(1 + len(step["title"]) // STEP_LINE for step in steps)


def verdict(snapshot: Snapshot) -> str:
    """The verdict with its numbers: no word of it says more than the figures below it."""
    result = snapshot["result"]
    if result["is_untouched"]:
        return "Nothing is scored yet."
    flags = len(result["zeros"]) + sum(not fact["is_answered"] for fact in snapshot["facts"])
    return VERDICTS[result["verdict"]].format(
        **result,
        standing=_standing(result),
        left=counted(len(result["unscored"]), "category", "categories"),
        flags=f", with {counted(flags, 'red flag')}" if flags else "",
    )


def _standing(result: dict[str, Any]) -> str:
    total, proven, line, maximum = (result[key] for key in ("total", "proven_total", "threshold", "maximum"))
    if result["unscored"]:
        if result["verdict"] == "risk":
            return f"at most {result['high']} of {maximum}, whatever the rest score"
        return f"{proven} of {maximum} proven already"
    if proven < total:
        rest = "" if result["verdict"] == "clear" else f", the line is at {line}"
        return f"{total} of {maximum} claimed, {proven} proven{rest}"
    if result["verdict"] == "clear":
        over = counted(total - line, "point")
        return f"{total} of {maximum} proven, {f'{over} above it' if total > line else 'nothing to spare'}"
    return f"{total} of {maximum}, {counted(line - total, 'point')} below the line"


# ---- Figures


def figures(snapshot: Snapshot) -> list[dict[str, str]]:
    """What is claimed and proven, the change, the facts, and the spend at risk; only what there is."""
    found = [_claimed(snapshot), _proven(snapshot)]
    if snapshot["earlier"]:
        found.append(_change(snapshot))
    if snapshot.get("target"):
        found.append(_target(snapshot))
    at_risk = [_at_risk(snapshot["economics"])] if snapshot.get("economics") else []
    if len(found) + len(at_risk) < MOST_FIGURES:  # else they stand with the red flags only
        found.append(_facts(snapshot))
    found += at_risk
    wide = len(found) > 4
    return [{**figure, "is_wide": wide and len(figure["value"]) > 6} for figure in found]


def _figure(label: str, value: str, small: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "small": small, "note": note}


def _claimed(snapshot: Snapshot) -> dict[str, str]:
    result = snapshot["result"]
    if result["unscored"]:
        left = len(result["unscored"])
        note = f"{sentence(counted(left, 'category', 'categories'))} {'is' if left == 1 else 'are'} not scored."
    else:
        note = _to_line(result["total"], result["threshold"])
    return _figure("Claimed", score(result), f"of {result['maximum']}", note)


def _proven(snapshot: Snapshot) -> dict[str, str]:
    result = snapshot["result"]
    small = "so far" if result["unscored"] else f"of {result['maximum']}"
    note = _to_line(result["proven_total"], result["threshold"])
    if not result["claims"] and result["total"]:
        note = f"{note} All that is claimed."
    return _figure("Proven", str(result["proven_total"]), small, note)


def _to_line(points: int, line: int) -> str:
    if points == line:
        return f"On the line at {line}."
    where = "below" if points < line else "above"
    return f"{number(abs(points - line), capital=True)} {where} the line at {line}."


def _change(snapshot: Snapshot) -> dict[str, str]:
    """Of the claimed total, as an assessment of an earlier framework did not ask for proof."""
    earlier = snapshot["earlier"]
    when = month(earlier["on"])
    change = earlier["change"]
    if change is None:
        return _figure("Change, claimed", "–", "", f"Not complete in {when}.")
    if change == 0:
        return _figure("Change, claimed", "None", "", f"The same as in {when}.")
    value = f"{'Up' if change > 0 else 'Down'} {abs(change)}"
    return _figure("Change, claimed", value, "", f"From {earlier['total']} in {when}.")


def _target(snapshot: Snapshot) -> dict[str, str]:
    target = snapshot["target"]
    by = date.fromisoformat(target["by"])
    missing = f"{number(target['points'], capital=True)} to go" if target["points"] else "Reached"
    return _figure(
        "Target, proven", str(target["total"]), f"of {snapshot['result']['maximum']}", f"{missing}, by {by:%-d %B %Y}."
    )


def _facts(snapshot: Snapshot) -> dict[str, str]:
    facts = snapshot["facts"]
    missing = sum(not fact["is_answered"] for fact in facts)
    note = "All have an answer."
    if missing:
        flag = "a red flag" if missing == 1 else "red flags"
        note = f"{number(missing, capital=True)} {'has' if missing == 1 else 'have'} no answer: {flag}."
    return _figure("Facts answered", str(len(facts) - missing), f"of {len(facts)}", note)


def _at_risk(economics: dict[str, str]) -> dict[str, str]:
    found = re.search(r"([\d.,]+) (\w+) a year", economics["sentence"])
    value, currency = found.groups() if found else ("–", "")
    note = economics.get("basis") or economics["assumptions"]
    return _figure("Spend at risk, a year", value, currency, f"{note}.".replace("..", "."))


def score(result: dict[str, Any]) -> str:
    """9, or 6 to 10 while categories are not scored."""
    total, high = result["total"], result["high"]
    return str(total) if total == high else f"{total} to {high}"


def month(iso: str) -> str:
    return f"{date.fromisoformat(iso):%B %Y}"


# ---- Findings, decisions, first steps


def _finding(snapshot: Snapshot, finding: dict[str, str]) -> dict[str, str]:
    category = next((c for c in snapshot["categories"] if c["key"] == finding["category"]), None)
    return {
        "name": category["name"] if category else "",
        "level": level_words(category) if category else "",
        "text": finding["text"],
        "direction": direction(finding["text"]),
    }


def _decision(text: str) -> dict[str, str]:
    """What is asked, and after the first sentence why."""
    lead, *rest = SENTENCE_ENDS.split(text, maxsplit=1)
    return {"lead": lead, "rest": " ".join(rest), "direction": direction(text)}


def _step(step: dict[str, Any], made_on: str) -> dict[str, Any]:
    due = step.get("due")
    return {
        **step,
        "title": shortened(step["title"], STEP_LENGTH),
        "due": date.fromisoformat(due) if due else None,
        "is_late": bool(due) and due < made_on,
    }


def _first_steps(snapshot: Snapshot) -> list[dict[str, str]]:
    """Of a snapshot that was frozen before it had the list; no days are named, as nothing was planned."""
    categories = {category["key"]: category for category in snapshot["categories"]}
    steps = []
    if unscored := [categories[key]["short_name"] for key in snapshot["result"]["unscored"]]:
        what = listing(unscored) if len(unscored) <= NAMED else f"the {number(len(unscored))} open categories"
        steps.append({"title": f"Score {what}", "gain": ""})
    for key in snapshot["result"]["gaps"]:
        category = categories[key]
        level = category["level"]
        gain = f"{category['short_name']} {level} to {level + 1}"
        steps.append({"title": category["next"]["actions"][0]["title"], "gain": gain})
    if claims := [categories[key]["short_name"] for key in snapshot["result"]["claims"]]:
        steps.append({"title": f"Prove what is claimed of {listing(claims)}", "gain": ""})
    return steps[:FIRST_STEPS]


def nothing_to_raise(result: dict[str, Any]) -> str:
    if result["unscored"]:
        return "Score what is open first; the next steps follow from it."
    if result["claims"]:
        return "What is left is proof: add it wherever more is claimed than is proven."
    return "There is nothing to raise. Keep the proof current: a level lasts as long as its proof is fresh."
