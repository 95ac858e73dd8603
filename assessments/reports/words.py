"""The words of the board summary: three findings and up to three decisions, drafted by rule from a snapshot.

A draft says only what the snapshot holds: what people noted, what was shown, who will answer, what is owed. A person
may write something else; that is kept as it was written.
"""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.sentences import in_sentence, long_day_words, sentence
from assessments.scoring.words import listing, number_word

Words = dict[str, Any]

FINDINGS, DECISIONS = 3, 3
# As much as leaves the summary on one page, whatever else stands there.
FINDING_LENGTH, DECISION_LENGTH, LETTER_LENGTH = 300, 200, 4000
SENTENCE_ENDS = re.compile(r"(?<=[.!?\u061f])\s+|(?<=[.!?][”’\")])\s+|(?<=[\u3002\uff01\uff1f])\s*(?!$)")


def draft_words(snapshot: dict[str, Any]) -> Words:
    return {"findings": draft_findings(snapshot), "decisions": draft_decisions(snapshot), "letter": ""}


# ---- Findings


def draft_findings(snapshot: dict[str, Any]) -> list[dict[str, str]]:
    """Of the categories that stand lowest, the first sentences of what was noted; else what was shown and what not."""
    open_ones = [c for c in snapshot["categories"] if c["proven"] < 2 and (c["level"] is not None or c["note"].strip())]
    noted = [category for category in open_ones if category["note"].strip()]
    silent = [category for category in open_ones if not category["note"].strip()]
    lowest = sorted(noted, key=_standing)[:FINDINGS]
    lowest = sorted([*lowest, *sorted(silent, key=_standing)[: FINDINGS - len(lowest)]], key=_standing)
    found = [{"category": c["key"], "text": opening(c["note"]) or _shown(c)} for c in lowest]
    return [finding for finding in found if finding["text"]]


def _standing(category: dict[str, Any]) -> tuple[int, int, int]:
    return category["proven"], category["low"] - category["proven"], category["high"]


def opening(text: str, limit: int = FINDING_LENGTH) -> str:
    """The first sentences, as many as fit; of a longer one the beginning."""
    text = " ".join(text.split())
    taken = ""
    for part in SENTENCE_ENDS.split(text):
        longer = f"{taken} {part}".strip()
        if len(longer) > limit:
            break
        taken = longer
    return taken or shortened(text, limit)


def shortened(text: str, limit: int) -> str:
    """At most so many characters, ending with a whole word and an ellipsis where something was left out."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[limit // 2 :] else cut}…"


def _shown(category: dict[str, Any]) -> str:
    """From what was shown for its deciders; before there were any, from the statement of its level."""
    if not category["deciders"]:
        return "" if category["level"] is None else opening(category["statements"][category["level"]])
    parts = []
    for said, chosen in (
        (_("Not shown: {names}."), [d for d in category["deciders"] if d["state"] == 0]),
        (_("Shown in part: {names}."), [d for d in category["deciders"] if d["state"] == 1]),
        (
            _("Without current proof: {names}."),
            [d for d in category["deciders"] if d["state"] and d["proof"] != "current"],
        ),
    ):
        if chosen:
            parts.append(said.format(names=listing([in_sentence(decider["name"]) for decider in chosen])))
    return opening(" ".join(parts))


# ---- Decisions


def draft_decisions(snapshot: dict[str, Any]) -> list[str]:
    """What the board is asked to decide: on commitments, on facts nobody can give, on spend at risk, on owners."""
    found = [_on_commitments(snapshot), *_on_facts(snapshot), _on_spend(snapshot), _on_owners(snapshot)]
    asked = [shortened(decision, DECISION_LENGTH) for decision in found if decision]
    return asked[:DECISIONS] or [_("Set the date of the next assessment. Proof grows old, and the level with it.")]


def _on_commitments(snapshot: dict[str, Any]) -> str:
    result = snapshot["result"]
    proven, line, maximum = result["proven_total"], result["threshold"], result["maximum"]
    if result["is_untouched"] or result["verdict"] == "clear":
        return ""
    if result["verdict"] == "word":
        said = _("Base the budget on proven points only. {count} of {maximum} are proven today.")
        return said.format(count=sentence(_number(proven)), maximum=maximum)
    if result["verdict"] == "open":
        left = len(result["unscored"])
        return ngettext(
            "Commit nothing large until the score is complete. {count} category is open.",
            "Commit nothing large until the score is complete. {count} categories are open.",
            left,
        ).format(count=sentence(number_word(left)))
    said = _(
        "Hold new commitments for AI infrastructure until {line} of {maximum} points are proven. Today it is {count}."
    )
    return said.format(line=line, maximum=maximum, count=_number(proven))


def _on_facts(snapshot: dict[str, Any]) -> list[str]:
    """One decision for all facts that have no answer."""
    missing = [fact for fact in snapshot["facts"] if not fact["is_answered"]]
    if not missing or snapshot["result"]["is_untouched"]:
        return []
    who = listing([*dict.fromkeys(fact["who_will"] for fact in missing if fact.get("who_will"))])
    will = [_("{who} will find out.").format(who=who)] if who else []
    if len(missing) == 1:
        said = _("Ask for one answer at every meeting until it is given. “{question}”")
        return [" ".join([said.format(question=missing[0]["question"]), *will])]
    said = ngettext(
        "Ask for the {count} fact that nobody can give today at every meeting until it is answered.",
        "Ask for the {count} facts that nobody can give today at every meeting until they are answered.",
        len(missing),
    )
    return [" ".join([said.format(count=_number(len(missing))), *will])]


def _on_spend(snapshot: dict[str, Any]) -> str:
    economics = snapshot.get("economics")
    if not economics:
        return ""
    if sum_of_a_year := economics.get("yearly"):
        said = _("Ask for a plan against spend at risk. {sum} a year buys no useful work.")
        return said.format(sum=sentence(sum_of_a_year))
    told = economics["sentence"].removeprefix("Spend at risk: ")  # of a snapshot from when there was English alone
    return f"Ask for a plan against spend at risk. {sentence(told)}"


def _on_owners(snapshot: dict[str, Any]) -> str:
    steps = (snapshot.get("steps") or {"items": ()})["items"]
    if not steps:
        return ""
    unowned = [step for step in steps if not step["owner"]]
    if unowned:
        name = ngettext(
            "Name an owner and a date for the first step.",
            "Name an owner and a date for the {count} first steps.",
            len(steps),
        ).format(count=number_word(len(steps)))
        none = ngettext("{count} has none today.", "{count} have none today.", len(unowned))
        return f"{name} {none.format(count=sentence(_number(len(unowned))))}"
    confirm = ngettext(
        "Confirm the first step and their owners. The last is due {day}.",
        "Confirm the {count} first steps and their owners. The last is due {day}.",
        len(steps),
    )
    due = max(step["due"] for step in steps if step["due"])
    return confirm.format(count=number_word(len(steps)), day=long_day_words(due))


def _number(count: int) -> str:
    return number_word(count, none="none")
