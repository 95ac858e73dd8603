"""What a deck and a document to edit say, as plain sentences and rows, from a frozen snapshot.

The numbers are the snapshot's, so they are those of the PDF. Letters that no office file can carry are left out here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext

from assessments import scoring
from assessments.platform.spreadsheets import without_unwritable
from assessments.reports.categories import STATES, proof_title
from assessments.reports.choices import speaking
from assessments.reports.glance import no_flag
from assessments.reports.people import without_names
from assessments.reports.sentences import day_words, sentence
from assessments.reports.snapshot import Snapshot, upgraded
from assessments.reports.summary import nothing_to_raise, verdict
from assessments.reports.summary import score as score_words
from assessments.scoring.words import listing, number_word

Json = dict[str, Any]

LEVEL_WORDS = {
    2: _lazy("disciplined"),
    1: _lazy("partly defined"),
    0: _lazy("unclear"),
    None: _lazy("not scored"),
}
# How many categories are on which level: all of them, as the first part of a sentence, and as a later one.
ALL = {
    2: _lazy("All categories are disciplined."),
    1: _lazy("All categories are partly defined."),
    0: _lazy("All categories are unclear."),
    None: _lazy("No category is scored yet."),
}
FIRST = {
    2: ngettext_lazy("{count} category is disciplined", "{count} categories are disciplined"),
    1: ngettext_lazy("{count} category is partly defined", "{count} categories are partly defined"),
    0: ngettext_lazy("{count} category is unclear", "{count} categories are unclear"),
    None: ngettext_lazy("{count} category is not scored", "{count} categories are not scored"),
}
OTHERS = {
    2: ngettext_lazy("{count} is disciplined", "{count} are disciplined"),
    1: ngettext_lazy("{count} is partly defined", "{count} are partly defined"),
    0: ngettext_lazy("{count} is unclear", "{count} are unclear"),
    None: ngettext_lazy("{count} is not scored", "{count} are not scored"),
}
MEANINGS = {
    "word": _lazy(
        "What is claimed reaches the line, what is proven does not. Treat large commitments as if it were below."
    ),
    "risk": _lazy(
        "Below the line, money is likely to be committed before anyone knows limits, costs, or who is accountable."
    ),
    "clear": _lazy("From the line on, decisions about spending can rest on what is written and measured."),
    "open": _lazy(
        "Until the open categories are scored, treat large commitments as if the result were below the line."
    ),
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
    """In the language of the report."""
    snapshot = upgraded(snapshot)
    with speaking(snapshot["choices"]):
        return _outline(snapshot)


def _outline(snapshot: Snapshot) -> Outline:
    snapshot = _writable(without_names(snapshot, snapshot["choices"]["people"]))
    result, scorecard = snapshot["result"], snapshot["scorecard"]
    rows = tuple(_row(category) for category in snapshot["categories"])
    facts = tuple(_fact(fact) for fact in snapshot["facts"])
    signed = _("Draft: not signed off yet")
    if on := scorecard["signed_off_on"]:
        said = _("Signed off by {who} on {day}") if scorecard["signed_off_by"] else _("Signed off on {day}")
        signed = said.format(who=scorecard["signed_off_by"], day=day_words(on))
    names = {category["key"]: category["name"] for category in snapshot["categories"]}
    return Outline(
        snapshot=snapshot,
        name=snapshot["organization"]["name"],
        title=scorecard["title"],
        made_on=day_words(snapshot["made"]["on"]),
        signed=signed,
        headline=verdict(snapshot),
        cause=result["cause"],
        meaning=str(MEANINGS[result["verdict"]]),
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
        steps_title=(snapshot.get("steps") or {}).get("heading") or _("What to do first"),
        nothing=nothing_to_raise(result),
        method=tuple(_method(snapshot)),
    )


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return without_unwritable(value)
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items() if key != "exchange"}
    return [_writable(item) for item in value] if isinstance(value, list) else value


def _figures(snapshot: Json) -> Iterable[Figure]:
    result, earlier = snapshot["result"], snapshot["earlier"]
    short = result["threshold"] - result["proven_total"]
    if short > 0:
        where = ngettext("{count} point below the line", "{count} points below the line", short)
    elif short:
        where = ngettext("{count} point above the line", "{count} points above the line", -short)
    else:
        where = _("On the line")
    where = where.format(count=sentence(number_word(abs(short))))
    yield Figure(pgettext("points", "Proven"), _of(result["proven_total"], result["maximum"]), where)
    claims, unscored = len(result["claims"]), len(result["unscored"])
    note = _("All of it proven")
    if claims:
        note = ngettext(
            "{count} category claims more than proven", "{count} categories claim more than proven", claims
        ).format(count=sentence(number_word(claims)))
    elif unscored:
        note = ngettext("{count} category not scored", "{count} categories not scored", unscored)
        note = note.format(count=sentence(number_word(unscored)))
    yield Figure(pgettext("points", "Claimed"), _of(score_words(result), result["maximum"]), note)
    if earlier and earlier["change"] is not None:
        change = earlier["change"]
        value = f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(change)}"
        since = _("Since {day}: it was {total}").format(day=day_words(earlier["on"]), total=earlier["total"])
        yield Figure(pgettext("points", "Change"), value, since)
    else:
        note = _("The first assessment to compare with") if earlier is None else _("Not complete before")
        yield Figure(pgettext("points", "Change"), "–", note)
    answered = sum(fact["is_answered"] for fact in snapshot["facts"])
    missing = len(snapshot["facts"]) - answered
    note = _("All have an answer")
    if missing:
        note = ngettext(
            "{count} without an answer: a red flag", "{count} without an answer: a red flag", missing
        ).format(count=sentence(number_word(missing)))
    yield Figure(_("Facts"), _of(answered, len(snapshot["facts"])), note)


def _of(part: int | str, whole: int) -> str:
    return _("{part} of {whole}").format(part=part, whole=whole)


def _row(category: Json) -> Row:
    level = category["level"]
    deciders = tuple((d["name"], str(STATES[d["state"]]), _newest(d["proofs"])) for d in category["deciders"])
    return Row(
        name=category["name"],
        short=category["short_name"],
        proven=category["proven"],
        claimed=level,
        words=str(LEVEL_WORDS[level]),
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
        return proof_title(proofs[0]) if proofs else ""
    newest = max(dated, key=lambda proof: proof["on"])
    return f"{proof_title(newest)}, {day_words(newest['on'])}"


def _rows_title(rows: tuple[Row, ...]) -> str:
    counts = [(level, sum(row.claimed == level for row in rows)) for level in LEVEL_WORDS]
    (first, count), *rest = [(level, count) for level, count in counts if count]
    if not rest:
        return str(ALL[first])
    parts = [(FIRST[first] % count).format(count=number_word(count))]
    parts += [(OTHERS[level] % count).format(count=number_word(count)) for level, count in rest]
    return sentence(f"{', '.join(parts)}.")


def _flags(snapshot: Json) -> Iterable[Item]:
    categories = {category["key"]: category for category in snapshot["categories"]}
    for key in snapshot["result"]["zeros"]:
        yield Item(_("{name} is at 0").format(name=categories[key]["name"]), categories[key]["statements"][0])
    for fact in snapshot["facts"]:
        if not fact["is_answered"]:
            yield Item(_("No answer: {question}").format(question=fact["question"]), fact["why"])
    for key in snapshot["result"]["claims"]:
        category = categories[key]
        unproven = [d["name"] for d in category["deciders"] if d["state"] and d["proof"] != "current"]
        detail = _("Nothing that was shown carries it.")
        if unproven:
            detail = _("Without current proof: {names}.").format(names=listing(unproven))
        claims = category["level"] or category["low"]
        said = _("{name} claims {low}, proven {proven}")
        yield Item(said.format(name=category["name"], low=claims, proven=category["proven"]), detail)
    for key in snapshot["result"]["unscored"]:
        yield Item(_("{name} is not scored").format(name=categories[key]["name"]), categories[key]["question"])


def _flags_title(snapshot: Json) -> str:
    zeros = len(snapshot["result"]["zeros"])
    missing = sum(not fact["is_answered"] for fact in snapshot["facts"])
    parts = []
    if zeros:
        said = ngettext("{count} category is at 0", "{count} categories are at 0", zeros)
        parts.append(said.format(count=number_word(zeros)))
    if missing:
        said = ngettext("{count} fact has no answer", "{count} facts have no answer", missing)
        parts.append(said.format(count=number_word(missing)))
    return sentence(f"{listing(parts)}.") if parts else no_flag(snapshot["result"])


def _fact(fact: Json) -> tuple[str, str, bool]:
    answer = " ".join(filter(None, (fact["written"], fact["answer"])))
    if fact["is_answered"]:
        return fact["question"], answer, True
    if fact.get("cannot"):
        said = [_("We cannot answer this today.")]
        if fact.get("who_will"):
            said.append(_("{who} will find out.").format(who=fact["who_will"]))
        return fact["question"], " ".join(said), False
    return fact["question"], answer or _("No answer"), False


def _facts_title(facts: tuple[tuple[str, str, bool], ...]) -> str:
    missing = sum(not answered for _, _, answered in facts)
    if not missing:
        return _("All three facts have an answer.")
    if missing == len(facts):
        return _("None of the three facts has an answer.")
    said = ngettext(
        "{count} fact has an answer, {missing} not.",
        "{count} facts have an answer, {missing} not.",
        len(facts) - missing,
    )
    return said.format(count=sentence(number_word(len(facts) - missing)), missing=number_word(missing))


def _steps(snapshot: Json) -> Iterable[tuple[str, str, str, str]]:
    for step in (snapshot.get("steps") or {"items": ()})["items"]:
        yield step["title"], step["gain"] or "", step["owner"] or "", day_words(step["due"]) if step["due"] else ""


def _method(snapshot: Json) -> Iterable[str]:
    result, content = snapshot["result"], snapshot["framework"]
    count = len(snapshot["categories"])
    said = ngettext(
        "{count} category scores 0, 1 or 2: {maximum} points in all.",
        "{count} categories score 0, 1 or 2 each: {maximum} points in all.",
        count,
    )
    yield said.format(count=sentence(number_word(count)), maximum=result["maximum"])
    for level in content["levels"]:
        yield f"{level['level']}: {level['label']}. {level['meaning']}"
    said = _("Below {line} the result is “{label}”. Open categories make it a range.")
    yield said.format(line=result["threshold"], label=content["risk_label"])
    yield _("A point is proven when current proof stands behind it: a link, a file, a measured figure, or a sighting.")
    yield _("Framework: {title}, version {version}.").format(title=content["title"], version=content["version"])
