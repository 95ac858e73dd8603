"""What a deck and a document to edit say, as plain sentences and rows, from a frozen snapshot.

The numbers are the snapshot's, so they are those of the PDF. Letters that no office file can carry are left out here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import scoring
from assessments.platform.spreadsheets import without_unwritable
from assessments.reports.people import without_names
from assessments.reports.sentences import sentence
from assessments.reports.snapshot import Snapshot, upgraded
from assessments.reports.summary import nothing_to_raise, verdict
from assessments.scoring.words import counted, listing, number_word

Json = dict[str, Any]

LEVEL_WORDS = {2: "disciplined", 1: "partly defined", 0: "unclear", None: "not scored"}
STATE_WORDS = {None: "Not asked", 0: "Not shown", 1: "In part", 2: "Shown"}
MEANINGS = {
    "word": "What is claimed reaches the line, what is proven does not. Treat large commitments as if it were below.",
    "risk": "Below the line, money is likely to be committed before anyone knows limits, costs, or who is accountable.",
    "clear": "From the line on, decisions about spending can rest on what is written and measured.",
    "open": "Until the open categories are scored, treat large commitments as if the result were below the line.",
}


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One category: `proven` and `claimed` of 2, `claimed` None while it is not scored."""

    name: str
    short: str
    proven: int
    claimed: int | None
    words: str
    note: str
    missing: tuple[str, ...]
    deciders: tuple[tuple[str, str, str], ...]  # name, what was shown, the newest proof


@dataclass(frozen=True, slots=True)
class Item:
    """A line with what stands below it."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    snapshot: Json
    name: str
    title: str
    made_on: str
    signed: str
    headline: str
    cause: str
    meaning: str
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    rows_title: str
    flags: tuple[Item, ...]
    flags_title: str
    facts: tuple[tuple[str, str, bool], ...]  # question, answer, whether it is one
    facts_title: str
    findings: tuple[Item, ...]
    decisions: tuple[str, ...]
    steps: tuple[tuple[str, str, str, str], ...]  # what, gain, owner, due
    steps_title: str
    nothing: str  # what to say in place of steps
    method: tuple[str, ...]

    @property
    def result(self) -> Json:
        return self.snapshot["result"]

    @property
    def is_draft(self) -> bool:
        return not self.snapshot["scorecard"]["signed_off_on"] or bool(self.snapshot["choices"]["is_draft"])

    @property
    def economics(self) -> str:
        found = self.snapshot.get("economics")
        return f"{found['sentence']} {found['assumptions']}" if found else ""


def outline(snapshot: Snapshot) -> Outline:
    snapshot = upgraded(snapshot)
    snapshot = _writable(without_names(snapshot, snapshot["choices"]["people"]))
    result, scorecard = snapshot["result"], snapshot["scorecard"]
    rows = tuple(_row(category) for category in snapshot["categories"])
    facts = tuple(_fact(fact) for fact in snapshot["facts"])
    by = f" by {scorecard['signed_off_by']}" if scorecard["signed_off_by"] else ""
    on = scorecard["signed_off_on"]
    signed = f"Signed off{by} on {day_words(on)}" if on else "Draft: not signed off yet"
    names = {category["key"]: category["name"] for category in snapshot["categories"]}
    return Outline(
        snapshot=snapshot,
        name=snapshot["organization"]["name"],
        title=scorecard["title"],
        made_on=day_words(snapshot["made"]["on"]),
        signed=signed,
        headline=verdict(snapshot),
        cause=result["cause"],
        meaning=MEANINGS[result["verdict"]],
        figures=tuple(_figures(snapshot)),
        rows=rows,
        rows_title=_rows_title(rows),
        flags=tuple(_flags(snapshot)),
        flags_title=_flags_title(snapshot),
        facts=facts,
        facts_title=_facts_title(facts),
        findings=tuple(Item(names.get(each["category"], ""), each["text"]) for each in snapshot["words"]["findings"]),
        decisions=tuple(snapshot["words"]["decisions"]),
        steps=tuple(_steps(snapshot)),
        steps_title=(snapshot.get("steps") or {}).get("heading") or "What to do first",
        nothing=nothing_to_raise(result),
        method=tuple(_method(snapshot)),
    )


def day_words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def score_words(result: Json) -> str:
    """9, or 6 to 10 while categories are not scored."""
    return str(result["total"]) if result["total"] == result["high"] else f"{result['total']} to {result['high']}"


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return without_unwritable(value)
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items() if key != "exchange"}
    return [_writable(item) for item in value] if isinstance(value, list) else value


def _figures(snapshot: Json) -> Iterable[Figure]:
    result, earlier = snapshot["result"], snapshot["earlier"]
    short = result["threshold"] - result["proven_total"]
    points = counted(abs(short), "point")
    where = f"{points} below the line" if short > 0 else f"{points} above the line" if short else "on the line"
    yield Figure("Proven", f"{result['proven_total']} of {result['maximum']}", sentence(where))
    claims, unscored = len(result["claims"]), len(result["unscored"])
    note = "all of it proven"
    if claims:
        note = f"{counted(claims, 'category claims', 'categories claim')} more than proven"
    elif unscored:
        note = f"{counted(unscored, 'category', 'categories')} not scored"
    yield Figure("Claimed", f"{score_words(result)} of {result['maximum']}", sentence(note))
    if earlier and earlier["change"] is not None:
        change = earlier["change"]
        value = f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(change)}"
        yield Figure("Change", value, f"Since {day_words(earlier['on'])}: it was {earlier['total']}")
    else:
        yield Figure(
            "Change", "–", "The first assessment to compare with" if earlier is None else "Not complete before"
        )
    answered = sum(fact["is_answered"] for fact in snapshot["facts"])
    missing = len(snapshot["facts"]) - answered
    note = f"{number_word(missing)} without an answer: a red flag" if missing else "all have an answer"
    yield Figure("Facts", f"{answered} of {len(snapshot['facts'])}", sentence(note))


def _row(category: Json) -> Row:
    level = category["level"]
    deciders = tuple((d["name"], STATE_WORDS[d["state"]], _newest(d["proofs"])) for d in category["deciders"])
    return Row(
        name=category["name"],
        short=category["short_name"],
        proven=category["proven"],
        claimed=level,
        words=LEVEL_WORDS[level],
        note=category["note"],
        missing=_missing(category),
        deciders=deciders,
    )


def _missing(category: Json) -> tuple[str, ...]:
    """What would raise a category or prove what it claims; by the first framework what its next steps are."""
    if not category["deciders"]:
        return tuple(action["title"] for action in (category["next"] or {"actions": ()})["actions"])
    goals = {decider["key"]: decider["goal"] for decider in category["deciders"]}
    answers = [
        scoring.DeciderAnswer(each["key"], each["state"], scoring.Age[each["proof"].upper()])
        for each in category["deciders"]
    ]
    found = scoring.goals(scoring.CategoryAnswer.by_deciders(category["key"], answers, claim=category["level"]))
    return tuple(goals[key] for key in found.deciders) if found else ()


def _newest(proofs: list[Json]) -> str:
    dated = [proof for proof in proofs if proof["on"]]
    if not dated:
        return proofs[0]["title"] if proofs else ""
    newest = max(dated, key=lambda proof: proof["on"])
    return f"{newest['title']}, {day_words(newest['on'])}"


def _rows_title(rows: tuple[Row, ...]) -> str:
    counts = [(sum(row.claimed == level for row in rows), words) for level, words in LEVEL_WORDS.items()]
    (first, words), *rest = [(count, words) for count, words in counts if count]
    if not rest:
        return "No category is scored yet." if words == LEVEL_WORDS[None] else f"All categories are {words}."
    parts = [f"{counted(first, 'category is', 'categories are')} {words}"]
    parts += [f"{number_word(count)} {'is' if count == 1 else 'are'} {words}" for count, words in rest]
    return sentence(f"{', '.join(parts)}.")


def _flags(snapshot: Json) -> Iterable[Item]:
    categories = {category["key"]: category for category in snapshot["categories"]}
    for key in snapshot["result"]["zeros"]:
        yield Item(f"{categories[key]['name']} is at 0", categories[key]["statements"][0])
    for fact in snapshot["facts"]:
        if not fact["is_answered"]:
            yield Item(f"No answer: {fact['question']}", fact["why"])
    for key in snapshot["result"]["claims"]:
        category = categories[key]
        unproven = [d["name"] for d in category["deciders"] if d["state"] and d["proof"] != "current"]
        detail = f"Without current proof: {listing(unproven)}." if unproven else "Nothing that was shown carries it."
        yield Item(
            f"{category['name']} claims {category['level'] or category['low']}, proven {category['proven']}", detail
        )
    for key in snapshot["result"]["unscored"]:
        yield Item(f"{categories[key]['name']} is not scored", categories[key]["question"])


def _flags_title(snapshot: Json) -> str:
    zeros = len(snapshot["result"]["zeros"])
    missing = sum(not fact["is_answered"] for fact in snapshot["facts"])
    parts = []
    if zeros:
        parts.append(counted(zeros, "category is at 0", "categories are at 0"))
    if missing:
        parts.append(counted(missing, "fact has no answer", "facts have no answer"))
    if parts:
        return sentence(f"{listing(parts)}.")
    return "No red flag is raised." if snapshot["result"]["verdict"] == "clear" else "No red flag beyond the verdict."


def _fact(fact: Json) -> tuple[str, str, bool]:
    answer = " ".join(filter(None, (fact["written"], fact["answer"])))
    if fact["is_answered"]:
        return fact["question"], answer, True
    who = f" {fact['who_will']} will find out." if fact.get("who_will") else ""
    return (
        fact["question"],
        f"We cannot answer this today.{who}" if fact.get("cannot") else answer or "No answer",
        False,
    )


def _facts_title(facts: tuple[tuple[str, str, bool], ...]) -> str:
    missing = sum(not answered for _, _, answered in facts)
    if not missing:
        return "All three facts have an answer."
    if missing == len(facts):
        return "None of the three facts has an answer."
    return sentence(f"{counted(len(facts) - missing, 'fact has', 'facts have')} an answer, {number_word(missing)} not.")


def _steps(snapshot: Json) -> Iterable[tuple[str, str, str, str]]:
    for step in (snapshot.get("steps") or {"items": ()})["items"]:
        yield step["title"], step["gain"] or "", step["owner"] or "", day_words(step["due"]) if step["due"] else ""


def _method(snapshot: Json) -> Iterable[str]:
    result, content = snapshot["result"], snapshot["framework"]
    count = len(snapshot["categories"])
    yield f"{sentence(number_word(count))} categories score 0, 1 or 2 each: {result['maximum']} points in all."
    for level in content["levels"]:
        yield f"{level['level']}: {level['label']}. {level['meaning']}"
    yield f"Below {result['threshold']} the result is “{content['risk_label']}”. Open categories make it a range."
    yield "A point is proven when current proof stands behind it: a link, a file, a measured figure, or a sighting."
    yield f"Framework: {content['title']}, version {content['version']}."
