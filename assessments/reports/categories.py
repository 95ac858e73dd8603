"""The categories of a report: the finding, what was shown for each decider and proves it, and what raises the level."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from assessments import scoring
from assessments.reports.sentences import day_words, direction, number, paragraphs, sentence
from assessments.reports.snapshot import SEEN, Snapshot
from assessments.reports.vendors import category_flags
from assessments.scoring.words import listing

PLANNED = 3  # items of the plan that a category names
# A category block of more lines may go over the foot of a page; two shorter ones share a page.
WHOLE_BLOCK = 26
NOTE_LINE, MORE_LINE, PROOF_LINE, GOAL_LINE = 78, 105, 38, 52  # characters of a line
STATES = {
    None: pgettext_lazy("a decider", "Not asked"),
    0: pgettext_lazy("a decider", "Not shown"),
    1: pgettext_lazy("a decider", "In part"),
    2: pgettext_lazy("a decider", "Shown"),
}
MARKS = {None: "x", 0: "n", 1: "p", 2: "s"}
KINDS = {
    "link": _lazy("Link: {title}"),
    "file": _lazy("File: {title}"),
    "figure": _lazy("Figure: {title}"),
    "sighting": _lazy("Seen: {title}"),
}


def level_words(category: dict[str, Any]) -> str:
    """Where a category stands: claimed and proven, or how far it is open."""
    level, proven = category["level"], category["proven"]
    if level is None:
        return _("Open: {low} to {high}").format(low=category["low"], high=category["high"])
    if proven < level:
        return _("Claimed {level}, proven {proven}").format(level=level, proven=proven)
    return _("{level}, proven").format(level=level) if level else _("0, a red flag")


def category_block(snapshot: Snapshot, category: dict[str, Any]) -> dict[str, Any]:
    level, was = category["level"], category["was"]
    label = _("Not scored") if level is None else sentence(snapshot["framework"]["levels"][level]["label"])
    if level is not None and was is not None and level != was:
        said = _("{label}, up from {was}") if level > was else _("{label}, down from {was}")
        label = said.format(label=label, was=was)
    on = date.fromisoformat(snapshot["scorecard"]["signed_off_on"] or snapshot["made"]["on"])
    evidence = [{**item, **_proof(item, on), "direction": direction(item["title"])} for item in category["evidence"]]
    vendor_flags = category_flags(snapshot, category["key"])
    deciders = [_decider(decider, on) for decider in category["deciders"]]
    goal = category["next"]["level"] if category["next"] else None
    block = {
        **category,
        "statement": "" if level is None else category["statements"][level],
        "goal": "" if goal is None else category["statements"][goal],
        "label": label,
        "level_words": level_words(category),
        "boxes": _boxes(category),
        "note": paragraphs(category["note"]),
        "deciders": deciders,
        "goals": _goals(category),
        "planned": _planned(snapshot, category["key"]),
        "claim": category["claim"] and {**category["claim"], "words": _claim_words(category["claim"])},
        "evidence": evidence,
        "also": "; ".join(item["text"] for item in evidence),
        "vendor_flags": vendor_flags,
        "measured_on": _date(category["metric"]["on"]) if category["metric"] else None,
        "is_unsupported": not category["deciders"] and category["key"] in snapshot["result"]["claims"],
        "action": category["next"]["actions"][0] if category["next"] else None,
    }
    return {**block, "is_long": _lines(block) > WHOLE_BLOCK}


def _claim_words(claim: dict[str, Any]) -> str:
    """That a level was claimed outright: by whom, when and why, as far as it is known."""
    day, who = day_words(claim["on"]) if claim["on"] else "", claim["by"]
    if who and day:
        said = _("Level {level} was claimed outright by {who} on {day}")
    elif who:
        said = _("Level {level} was claimed outright by {who}")
    elif day:
        said = _("Level {level} was claimed outright on {day}")
    else:
        said = _("Level {level} was claimed outright")
    told = said.format(level=claim["level"], who=who, day=day)
    return f"{told}: {claim['reason']}" if claim["reason"] else f"{told}."


def _lines(block: dict[str, Any]) -> int:
    """About as many lines as a block takes: what decides whether it may be broken."""
    texts = [(paragraph["text"], MORE_LINE if place else NOTE_LINE) for place, paragraph in enumerate(block["note"])]
    texts += [(item["text"], PROOF_LINE) for item in block["evidence"]]
    texts += [(f"{flag['ask']}{flag['who']}", MORE_LINE) for flag in block["vendor_flags"] if not block["deciders"]]
    texts += [(proof["text"], PROOF_LINE) for decider in block["deciders"] for proof in decider["proofs"]]
    texts += [(goal, GOAL_LINE) for goal in (block["goals"] or {"goals": ()})["goals"]]
    return sum(1 + len(text) // width for text, width in texts) + 2 * len(block["deciders"])


def rubric(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The full text of the levels of every category, with the mark of where it stands."""
    return [
        {
            "name": category["name"],
            "levels": [
                {"level": level, "statement": statement, "is_here": level == category["level"]}
                for level, statement in enumerate(category["statements"])
            ],
        }
        for category in snapshot["categories"]
    ]


def _boxes(category: dict[str, Any]) -> list[str]:
    """The two boxes of a category: proven, claimed, still possible, or neither."""
    proven, low, high = category["proven"], category["low"], category["high"]
    return ["on" if n <= proven else "claim" if n <= low else "may" if n <= high else "" for n in (1, 2)]


def _decider(decider: dict[str, Any], on: date) -> dict[str, Any]:
    """A decider with what was shown, its proofs, and the age of the one that carries furthest."""
    state, proof = decider["state"], decider["proof"]
    shown, mark = str(STATES[state]), MARKS[state]
    if state and proof == "none":
        no_proof = _("{shown}, no proof").format(shown=shown)
        shown, mark = no_proof if not decider["proofs"] else pgettext("proof", "Too old"), "claim"
    elif state and proof == "stale":
        shown, mark = pgettext("proof", "Too old"), "claim" if state == 2 else "p"
    proofs = [_proof(each, on) for each in decider["proofs"]]
    newest = max((each for each in proofs if each["on"]), key=lambda each: each["on"], default=None)
    asked = ""
    if proof != "current" and state and proofs:
        said = ngettext("{count} month are asked", "{count} months are asked", decider["months"])
        asked = said.format(count=number(decider["months"]))
    return {
        **decider,
        "shown": shown,
        "mark": mark,
        "proofs": proofs,
        "age": newest["age"] if newest else "",
        "asked": asked,
    }


def _proof(item: dict[str, Any], on: date) -> dict[str, Any]:
    """A piece of evidence as a line, with its age on the day of scoring."""
    day = _date(item.get("on"))
    if item.get("kind") == "sighting":
        said = _("Seen {day} by {who}") if item["seen_by"] else _("Seen {day}")
        text = said.format(day=date_format(day, "SHORT_DAY"), who=item["seen_by"])
        if item["title"] != SEEN:
            text = f"{text}: {item['title']}"
    else:
        text = str(KINDS[item.get("kind", "link")]).format(title=item["title"])
    where = f" ({item['where']})" if item["where"] else ""
    return {
        "on": day,
        "title": proof_title(item),
        "text": f"{text}{where}",
        "age": _age(day, on) if day else "",
        "direction": direction(item["title"]),
    }


def proof_title(item: dict[str, Any]) -> str:
    """What a proof is called, a sighting without a name of its own, too."""
    return pgettext("a kind of proof", "Seen") if item["title"] == SEEN else str(item["title"])


def _age(day: date, on: date) -> str:
    """How old a proof was: in days, in weeks, then in months from date to date."""
    days = (on - day).days
    if days < 14:
        if days <= 0:
            return _("The same day")
        return ngettext("{count} day", "{count} days", days).format(count=number(days, capital=True))
    if days < 61:
        weeks = days // 7
        return ngettext("{count} week", "{count} weeks", weeks).format(count=number(weeks, capital=True))
    months = scoring.months_between(day, on)
    return ngettext("{count} month", "{count} months", months).format(count=number(months, capital=True))


def _planned(snapshot: Snapshot, key: str) -> list[dict[str, Any]]:
    """What the roadmap still does for a category; a snapshot from before says nothing of an item's category."""
    items = [item for phase in (snapshot.get("plan") or {"phases": ()})["phases"] for item in phase["items"]]
    theirs = [item for item in items if item.get("category_key") == key and not item["is_done"]]
    first = [step["title"] for step in (snapshot.get("steps") or {"items": ()})["items"]]
    return [
        {**item, "due": _date(item["due"]), "place": first.index(item["title"]) + 1 if item["title"] in first else 0}
        for item in theirs[:PLANNED]
    ]


def _goals(category: dict[str, Any]) -> dict[str, Any] | None:
    """What would raise a category, or prove what it claims, as the result says it."""
    deciders = {decider["key"]: decider for decider in category["deciders"]}
    found = scoring.goals(_answer(category))
    return found and {"label": found.heading, "goals": [deciders[key]["goal"] for key in found.deciders]}


def _answer(category: dict[str, Any]) -> scoring.CategoryAnswer:
    """What scoring made of a category when it was frozen: a level that is settled is as good as claimed."""
    deciders = (
        scoring.DeciderAnswer(each["key"], each["state"], scoring.Age[each["proof"].upper()])
        for each in category["deciders"]
    )
    return scoring.CategoryAnswer.by_deciders(category["key"], deciders, claim=category["level"])


def unproven(category: dict[str, Any]) -> str:
    """What of a claim is not proven."""
    if not category["deciders"]:
        return _("Neither a measured figure nor a piece of evidence is attached, so the proven total counts it as 1.")
    missing = [d["name"] for d in category["deciders"] if d["state"] and d["proof"] != "current"]
    if not missing:
        return _("The level was claimed outright; its questions do not carry it.")
    return _("Without current proof: {names}.").format(names=listing(missing))


def forget_person(snapshot: Snapshot, user_id: int, said: str, name: str) -> bool:
    """Put `name` in place of an erased person's, who was called `said`. Whether there was anything to replace.

    A sighting under another name than that of who noted it is somebody else's.
    """
    categories = snapshot["categories"]
    claims = [claim for category in categories if (claim := category.get("claim")) and claim["by_id"] == user_id]
    proofs = [proof for category in categories for proof in category["evidence"]]
    proofs += [proof for c in categories for decider in c.get("deciders", ()) for proof in decider["proofs"]]
    seen = [proof for proof in proofs if proof.get("seen_by_id") == user_id and proof["seen_by"] == said]
    for claim in claims:
        claim["by"], claim["by_id"] = name, None
    for proof in seen:
        proof["seen_by"], proof["seen_by_id"] = name, None
    return bool(claims or seen)


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
