"""The page that stands alone: the verdict, the figures, what was found, what the board is asked, what comes first."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from assessments.reports.categories import level_words
from assessments.reports.sentences import direction, long_day_words, month_words, no_widow, number
from assessments.reports.snapshot import Snapshot
from assessments.reports.words import SENTENCE_ENDS, shortened
from assessments.scoring.words import listing

FIRST_STEPS = 3
# So many categories are named one by one; more are counted.
NAMED = 3
STEP_LENGTH = 120
MOST_FIGURES = 5
# About as many characters as a line holds, and from how many lines on the page is set closer.
FINDING_LINE, DECISION_LINE, STEP_LINE = 62, 95, 44
CLOSE = {"a4": (18, 23), "letter": (13, 18)}  # closer, and closest

VERDICTS = {
    "word": _lazy("Clear only if you take its word: {total} of {maximum} claimed, {proven_total} proven."),
    "risk": _lazy("AI spending risk: {standing}."),
    "clear": _lazy("Clear of the line: {standing}."),
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
        "decisions_title": decisions_title(len(decisions)),
        "steps_title": first["heading"] if first else _("What to do first"),
        "steps": steps,
        "nothing": _("What to do first follows from the answers.")
        if snapshot["result"]["unscored"]
        else _("Keep the proof current: a level lasts as long as its proof is fresh."),
        "close": _close(snapshot, _lines(findings, decisions, steps)),
    }


def decisions_title(count: int) -> str:
    said = ngettext("{count} decision for the board", "{count} decisions for the board", count)
    return said.format(count=number(count, capital=True))


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
        return _("Nothing is scored yet.")
    if result["verdict"] == "open":
        left = len(result["unscored"])
        return ngettext(
            "Undecided: {total} to {high} of {maximum}, with {left} category to score.",
            "Undecided: {total} to {high} of {maximum}, with {left} categories to score.",
            left,
        ).format(**{**result, "left": number(left)})
    flags = len(result["zeros"]) + sum(not fact["is_answered"] for fact in snapshot["facts"])
    said = str(VERDICTS[result["verdict"]])
    if flags and result["verdict"] == "clear":
        said = ngettext(
            "Clear of the line: {standing}, with {flags} red flag.",
            "Clear of the line: {standing}, with {flags} red flags.",
            flags,
        )
    return said.format(**result, standing=_standing(result), flags=number(flags))


def _standing(result: dict[str, Any]) -> str:
    total, proven, line, maximum = (result[key] for key in ("total", "proven_total", "threshold", "maximum"))
    if result["unscored"]:
        if result["verdict"] == "risk":
            return _("at most {high} of {maximum}, whatever the rest score").format(**result)
        return _("{proven} of {maximum} proven already").format(proven=proven, maximum=maximum)
    known = {"total": total, "proven": proven, "maximum": maximum, "line": line}
    if proven < total:
        if result["verdict"] == "clear":
            return _("{total} of {maximum} claimed, {proven} proven").format(**known)
        return _("{total} of {maximum} claimed, {proven} proven, the line is at {line}").format(**known)
    if result["verdict"] == "clear":
        if total == line:
            return _("{total} of {maximum} proven, nothing to spare").format(**known)
        above = ngettext(
            "{total} of {maximum} proven, {count} point above it",
            "{total} of {maximum} proven, {count} points above it",
            total - line,
        )
        return above.format(**known, count=number(total - line))
    below = ngettext(
        "{total} of {maximum}, {count} point below the line",
        "{total} of {maximum}, {count} points below the line",
        line - total,
    )
    return below.format(**known, count=number(line - total))


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
        note = ngettext("{count} category is not scored.", "{count} categories are not scored.", left)
        note = note.format(count=number(left, capital=True))
    else:
        note = _to_line(result["total"], result["threshold"])
    return _figure(pgettext("points", "Claimed"), score(result), _of(result["maximum"]), note)


def _of(maximum: int) -> str:
    """Stands small beside a number."""
    return _("of {maximum}").format(maximum=maximum)


def _proven(snapshot: Snapshot) -> dict[str, str]:
    result = snapshot["result"]
    small = _("so far") if result["unscored"] else _of(result["maximum"])
    note = _to_line(result["proven_total"], result["threshold"])
    if not result["claims"] and result["total"]:
        note = f"{note} {_('All that is claimed.')}"
    return _figure(pgettext("points", "Proven"), str(result["proven_total"]), small, note)


def _to_line(points: int, line: int) -> str:
    if points == line:
        return _("On the line at {line}.").format(line=line)
    said = _("{count} below the line at {line}.") if points < line else _("{count} above the line at {line}.")
    return said.format(count=number(abs(points - line), capital=True), line=line)


def _change(snapshot: Snapshot) -> dict[str, str]:
    """Of the claimed total, as an assessment of an earlier framework did not ask for proof."""
    earlier = snapshot["earlier"]
    when = month_words(earlier["on"])
    change, label = earlier["change"], _("Change, claimed")
    if change is None:
        return _figure(label, "–", "", _("Not complete in {month}.").format(month=when))
    if change == 0:
        return _figure(label, pgettext("change", "None"), "", _("The same as in {month}.").format(month=when))
    value = (_("Up {count}") if change > 0 else _("Down {count}")).format(count=abs(change))
    note = _("From {total} in {month}.").format(total=earlier["total"], month=when)
    return _figure(label, value, "", note)


def _target(snapshot: Snapshot) -> dict[str, str]:
    target = snapshot["target"]
    said = _("{count} to go, by {day}.") if target["points"] else _("Reached, by {day}.")
    note = said.format(count=number(target["points"], capital=True), day=long_day_words(target["by"]))
    return _figure(_("Target, proven"), str(target["total"]), _of(snapshot["result"]["maximum"]), note)


def _facts(snapshot: Snapshot) -> dict[str, str]:
    facts = snapshot["facts"]
    missing = sum(not fact["is_answered"] for fact in facts)
    note = _("All have an answer.")
    if missing:
        note = ngettext("{count} has no answer: a red flag.", "{count} have no answer: red flags.", missing)
        note = note.format(count=number(missing, capital=True))
    return _figure(_("Facts answered"), str(len(facts) - missing), _of(len(facts)), note)


def _at_risk(economics: dict[str, str]) -> dict[str, str]:
    value, _blank, currency = economics.get("yearly", "").rpartition(" ")
    if not value:  # a snapshot from when there was English alone
        found = re.search(r"([\d.,]+) (\w+) a year", economics["sentence"])
        value, currency = found.groups() if found else ("–", "")
    note = economics.get("basis") or economics["assumptions"]
    return _figure(_("Spend at risk, a year"), value, currency, f"{note}.".replace("..", "."))


def score(result: dict[str, Any]) -> str:
    """9, or 6 to 10 while categories are not scored."""
    total, high = result["total"], result["high"]
    return str(total) if total == high else _("{total} to {high}").format(total=total, high=high)


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
        said = _("Score {names}") if len(unscored) <= NAMED else _("Score the {count} open categories")
        steps.append({"title": said.format(names=listing(unscored), count=number(len(unscored))), "gain": ""})
    for key in snapshot["result"]["gaps"]:
        category = categories[key]
        level = category["level"]
        gain = _("{name} {level} to {next}").format(name=category["short_name"], level=level, next=level + 1)
        steps.append({"title": category["next"]["actions"][0]["title"], "gain": gain})
    if claims := [categories[key]["short_name"] for key in snapshot["result"]["claims"]]:
        said = _("Prove what is claimed of {names}")
        steps.append({"title": said.format(names=listing(claims)), "gain": ""})
    return steps[:FIRST_STEPS]


def nothing_to_raise(result: dict[str, Any]) -> str:
    if result["unscored"]:
        return _("Score what is open first; the next steps follow from it.")
    if result["claims"]:
        return _("What is left is proof: add it wherever more is claimed than is proven.")
    return _("There is nothing to raise. Keep the proof current: a level lasts as long as its proof is fresh.")
