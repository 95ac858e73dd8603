"""A document that came in, held against the framework: what would be taken, what is refused and why, line by line."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments import framework
from assessments.framework import Category, Fact
from assessments.framework.errors import FrameworkError
from assessments.framework.translating import number as number_text
from assessments.platform.names import clean_name
from assessments.reports.exchange.contents import SCHEMA, VERSION
from assessments.reports.exchange.lookalikes import unknown
from assessments.saving.addresses import read_address
from assessments.saving.numbers import LIMIT, MAX_PLACES, TOO_LARGE, read_number, write_number
from assessments.saving.parts import clean_text
from assessments.scorecards import sources
from assessments.scorecards.filling import facts
from assessments.scorecards.forms import fact_values
from assessments.scorecards.models import CLAIM_MAX_LENGTH, FACT_MAX_LENGTH, NOTE_MAX_LENGTH, Evidence
from assessments.scorecards.services import DECIDER_WORDS, EARLIEST_PROOF, EVIDENCE_MAX_ITEMS
from assessments.scoring.words import capitalized, number_word

Json = dict[str, Any]
Path = tuple[str | int, ...]

TAKEN, LEFT, REFUSED = "taken", "left", "refused"
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
PARTS = {
    "": (
        *("schema", "version", "organization", "framework", "scorecard", "result"),
        *("categories", "facts", "vendors", "roadmap"),
    ),
    "category": ("key", "name", "level", "proven", "claim", "note", "metric", "deciders", "proof"),
    "claim": ("level", "reason", "by", "on"),
    "metric": ("name", "value", "unit", "on"),
    "question": ("key", "name", "state"),
    "proof": (
        *("kind", "title", "link", "file", "value", "unit", "seen_by", "whose"),
        *("on", "in_force_until", "proves", "source"),
    ),
    "fact": ("key", "question", "answer", "fields", "cannot_answer", "who_will"),
}
NO_ASSESSMENT = _lazy(
    "The file is no assessment of this product. Take the Excel or JSON file that its page of reports makes, and import "
    "that."
)
# What a word is none of; `unknown` puts it in.
NO_CATEGORY = _lazy("“{text}” is no category of the framework {version}.")
NO_FACT = _lazy("“{text}” is no fact of the framework {version}.")
NO_QUESTION = _lazy("“{text}” is no question of {category}.")
NO_KIND = _lazy("“{text}” is no kind of proof.")
NO_FIELD = _lazy("“{text}” is no field of this fact.")
NO_PART = _lazy("“{text}” is no part of this format.")
NO_SOURCE = _lazy("“{text}” is no part of a figure's source.")
TOO_LONG = {
    "unit": _lazy("This unit has {count} characters; {most} is the most."),
    "name": _lazy("This name has {count} characters; {most} is the most."),
    "title": _lazy("This title has {count} characters; {most} is the most."),
    "owner": _lazy("This owner has {count} characters; {most} is the most."),
    "source": _lazy("This source has {count} characters; {most} is the most."),
}
MAX_WORDS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one thing in the file: where it stands, what it is about, and what is taken or why not."""

    place: str
    about: str
    outcome: str
    words: str


@dataclass(slots=True)
class Checked:
    """`contents` is what would be taken, in our own form; nothing may be while a line is refused."""

    title: str = ""
    contents: Json = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(line.outcome == REFUSED for line in self.lines)


def check(document: Any, places: Mapping[Path, str] | None = None, lines: Collection[Line] = ()) -> Checked:
    """Look a document through. `places` says where its parts stand in the file; `lines` are known from reading it.

    ValidationError, in a sentence, where it is no assessment, or one that this version of the product cannot read.
    """
    return _Checking(document, places or {}, lines).run()


class _Checking:
    def __init__(self, document: Any, places: Mapping[Path, str], lines: Collection[Line]) -> None:
        self.document, self.places = _sound(document), places
        self.done = Checked(lines=list(lines))
        self.content = _framework(self.document)

    def run(self) -> Checked:
        document, done = self.document, self.done
        self._names((), document, "")
        about = self._object(("scorecard",), document.get("scorecard"))
        done.title = self._try(("scorecard",), _("Title"), lambda: _title(about.get("title"))) or ""
        version = {"key": self.content.key, "version": self.content.version}
        done.contents = {"framework": version, "categories": {}, "facts": {}}
        for path, row in self._list(("categories",), document.get("categories")):
            self._category(path, row)
        for path, row in self._list(("facts",), document.get("facts")):
            self._fact(path, row)
        self._leave_others()
        return done

    # ---- Categories

    def _category(self, path: Path, row: Any) -> None:
        row = self._object(path, row)
        key = row.get("key")
        if key not in self.content.category_keys:
            words = unknown(key, self.content.category_keys, str(NO_CATEGORY), version=self.content.version)
            self._refuse(path, _("Category"), words)
            return
        if key in self.done.contents["categories"]:
            self._refuse(
                path, _("Category"), _("“{name}” stands twice in the file. Remove one of them.").format(name=key)
            )
            return
        category = self.content.category(key)
        self._names(path, row, "category")
        taken: Json = {"note": "", "claim": None, "metric": None, "states": {}, "proof": []}
        self.done.contents["categories"][key] = taken
        name = category.name
        about = _("{category}: note").format(category=name)
        if note := self._text((*path, "note"), about, row.get("note"), NOTE_MAX_LENGTH, "note", note=True):
            taken["note"] = note
        if row.get("claim") is not None:
            taken["claim"] = self._claim((*path, "claim"), category, row["claim"])
        if row.get("metric") is not None:
            taken["metric"] = self._metric((*path, "metric"), category, row["metric"])
        for place, each in self._list((*path, "deciders"), row.get("deciders")):
            self._question(place, category, each, taken["states"])
        for place, each in self._list((*path, "proof"), row.get("proof")):
            if proof := self._proof(place, category, each):
                taken["proof"].append(proof)
        if len(taken["proof"]) > EVIDENCE_MAX_ITEMS:
            most = _("A category holds at most {most} pieces of evidence.").format(most=EVIDENCE_MAX_ITEMS)
            self._refuse(path, name, most)

    def _claim(self, path: Path, category: Category, claim: Any) -> Json | None:
        claim, about = self._object(path, claim), _("{category}: level").format(category=category.name)
        self._names(path, claim, "claim")

        def read() -> Json:
            level = _whole(claim.get("level"), (0, 1, 2), _("A level is 0, 1 or 2."))
            reason = clean_text(_string(claim.get("reason")), CLAIM_MAX_LENGTH, "reason")
            return {"level": level, "reason": reason, "by": _name(claim.get("by")), "on": _day(claim.get("on"))}

        found = self._try(path, about, read)
        if found:
            words = str(found["level"])
            if category.deciders:
                words = _("Claimed as {level}").format(level=words)
            self._take(path, about, ": ".join(filter(None, (words, found["reason"]))))
        return found

    def _metric(self, path: Path, category: Category, metric: Any) -> Json | None:
        metric, about = self._object(path, metric), _("{category}: figure").format(category=category.name)
        if category.deciders:
            words = _("In this version of the framework a figure is a proof. Move it to the proof.")
            self._refuse(path, about, words)
            return None
        self._names(path, metric, "metric")

        def read() -> Json:
            unit, name = _short(metric.get("unit"), 60, "unit"), _short(metric.get("name"), 120, "name")
            if not name:
                raise ValidationError(_("Say what was measured."))
            return {
                "name": name,
                "value": _number(metric.get("value"), unit),
                "unit": unit,
                "on": _day(metric.get("on")),
            }

        found = self._try(path, about, read)
        if found:
            self._take(path, about, f"{found['name']}: {found['value']} {found['unit']}".strip())
        return found

    def _question(self, path: Path, category: Category, row: Any, states: dict[str, int | None]) -> None:
        row, keys = self._object(path, row), [decider.key for decider in category.deciders]
        key = row.get("key")
        if key not in keys:
            words = unknown(key, keys, str(NO_QUESTION), category=category.name)
            self._refuse(path, _("{category}: question").format(category=category.name), words)
            return
        about = f"{category.name}: {category.decider(key).name}"
        if key in states:
            self._refuse(path, about, _("“{name}” stands twice. Remove one of them.").format(name=key))
            return
        self._names(path, row, "question")
        sentence = _("An answer is 0 (not shown), 1 (in part), 2 (shown) or null (not asked).")
        wrong = object()
        state = self._try(path, about, lambda: _state(row.get("state"), sentence), wrong)
        if state is not wrong:
            states[key] = state
            if state is not None:
                self._take(path, about, capitalized(str(DECIDER_WORDS[state])))

    def _proof(self, path: Path, category: Category, row: Any) -> Json | None:
        row = self._object(path, row)
        about = _("{category}: proof").format(category=category.name)
        self._names(path, row, "proof")
        kind = row.get("kind")
        if kind == Evidence.Kind.FILE:
            name = _printable(row.get("file") or row.get("title"))
            words = _("The file “{name}” does not travel in this format. Attach it here again.")
            self._leave(path, about, words.format(name=name))
            return None
        if kind not in Evidence.Kind.values:
            self._refuse(path, about, unknown(kind, Evidence.Kind.values, str(NO_KIND)))
            return None
        found = self._try(path, about, lambda: _proof(kind, row, category))
        if found:
            shown = found["link"] or " ".join(filter(None, (found["value"] or found["seen_by"], found["unit"])))
            self._take(path, about, ": ".join(filter(None, (found["title"], shown))))
        return found

    # ---- Facts

    def _fact(self, path: Path, row: Any) -> None:
        row, keys = self._object(path, row), [fact.key for fact in self.content.facts]
        key = row.get("key")
        if key not in keys:
            words = unknown(key, keys, str(NO_FACT), version=self.content.version)
            self._refuse(path, _("Fact"), words)
            return
        if key in self.done.contents["facts"]:
            self._refuse(path, _("Fact"), _("“{name}” stands twice in the file. Remove one of them.").format(name=key))
            return
        self._names(path, row, "fact")
        fact = self.content.fact(key)
        fields = self._object((*path, "fields"), row.get("fields") or {})
        known = facts.stored_names(key) if facts.is_structured(self.content, key) else frozenset()
        for name in fields:
            if name not in known:
                self._refuse((*path, "fields", name), fact.question, unknown(name, sorted(known), str(NO_FIELD)))
        found = self._try(path, fact.question, lambda: _fact(fact, row, fields, structured=bool(known)))
        if found is None:
            return
        self.done.contents["facts"][key] = found
        if words := facts.in_words({**found, "values": found["values"]}):
            self._take(path, fact.question, words)

    # ---- What is not read

    def _leave_others(self) -> None:
        vendors, roadmap = self.document.get("vendors"), self.document.get("roadmap")
        if isinstance(vendors, list) and vendors:
            words = ngettext(
                "Left out: {count} review. An import takes the assessment alone.",
                "Left out: {count} reviews. An import takes the assessment alone.",
                len(vendors),
            )
            self._leave(("vendors",), _("Vendors"), words.format(count=number_word(len(vendors))))
        if isinstance(roadmap, dict) and roadmap.get("items"):
            words = _("Left out: it starts from a signed-off assessment. An import takes the assessment alone.")
            self._leave(("roadmap",), _("Roadmap"), words)
        about = self.document.get("scorecard")
        if isinstance(about, dict) and about.get("signed_off_on"):
            words = _("It was signed off where it comes from. Here it is open until somebody signs it off.")
            self._leave(("scorecard",), _("Sign-off"), words)

    # ---- Lines

    def _place(self, path: Path) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return _written(path)

    def _add(self, path: Path, about: str, outcome: str, words: str) -> None:
        words = words if len(words) <= MAX_WORDS or outcome == REFUSED else f"{words[: MAX_WORDS - 1]}…"
        self.done.lines.append(Line(self._place(path), about, outcome, words))

    def _take(self, path: Path, about: str, words: str) -> None:
        self._add(path, about, TAKEN, " ".join(words.split()))

    def _leave(self, path: Path, about: str, words: str) -> None:
        self._add(path, about, LEFT, words)

    def _refuse(self, path: Path, about: str, words: str) -> None:
        self._add(path, about, REFUSED, words)

    def _try(self, path: Path, about: str, read: Callable[[], Any], otherwise: Any = None) -> Any:
        try:
            return read()
        except ValidationError as error:
            self._refuse(path, about, error.messages[0])
            return otherwise

    def _text(self, path: Path, about: str, value: Any, limit: int, what: str, *, note: bool = False) -> str:
        text = self._try(path, about, lambda: clean_text(_string(value), limit, what)) or ""
        if text and note:
            self._take(path, about, text)
        return text

    def _object(self, path: Path, value: Any) -> Json:
        if isinstance(value, dict):
            return value
        words = _("{place} should be an object with names and values.")
        self._refuse(path, _("Form"), words.format(place=_written(path)))
        return {}

    def _list(self, path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
        if not isinstance(value, list):
            if value is not None:
                self._refuse(path, _("Form"), _("{place} should be a list.").format(place=_written(path)))
            return
        for number, each in enumerate(value):
            yield (*path, number), each

    def _names(self, path: Path, value: Json, kind: str) -> None:
        for name in value:
            if name not in PARTS[kind]:
                self._refuse((*path, name), _("Name"), unknown(name, PARTS[kind], str(NO_PART)))


def _sound(document: Any) -> Json:
    """A document of this schema and version."""
    if isinstance(document, dict) and "assessments" in document and "members" in document:
        raise ValidationError(
            _(
                "The file is the export of a whole organization. Whoever runs this site can import that in the "
                "administration."
            )
        )
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValidationError(NO_ASSESSMENT)
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        said = _(
            "The file is of version {version} of the format; this site reads version {own}. Bring both sites to the "
            "same release, make the file again, and import that. Nothing was taken."
        )
        raise ValidationError(said.format(version=_printable(version) or _("none"), own=VERSION))
    return document


def _framework(document: Json) -> framework.Framework:
    named = document.get("framework")
    named = named if isinstance(named, dict) else {}
    key, version = (_printable(named.get(name)) for name in ("key", "version"))
    try:
        return framework.load(key, version)
    except FrameworkError:
        known = ", ".join(framework.versions())
        said = _("The file answers the framework “{framework}”, which this site does not have. It has {known}.")
        raise ValidationError(said.format(framework=f"{key} {version}", known=known)) from None


def _written(path: Path) -> str:
    """A place in JSON as people say it: categories 3, proof 2, on."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] = f"{words[-1]} {step + 1}"
        else:
            words.append(str(step)[:60])
    return ", ".join(words) or _("The file")


def _printable(value: Any) -> str:
    return "".join(letter for letter in str(value if value is not None else "") if letter.isprintable())[:80]


def _string(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        said = _("{value} stands where a text should stand. Put it in quotation marks.")
        raise ValidationError(said.format(value=_printable(value)))
    return value


def _short(value: Any, limit: int, what: str) -> str:
    text = clean_name(clean_text(_string(value), 10 * limit, what))
    if len(text) > limit:
        raise ValidationError(str(TOO_LONG[what]).format(count=number_text(len(text)), most=limit))
    return text


def _name(value: Any) -> str:
    return _short(value, 150, "name")


def _title(value: Any) -> str:
    title = _short(value, 120, "title")
    if not title:
        raise ValidationError(_("The assessment has no title. Give it one."))
    return title


def _whole(value: Any, allowed: Collection[int], sentence: str) -> int:
    if isinstance(value, bool) or value not in allowed:
        raise ValidationError(sentence)
    return int(value)


def _state(value: Any, sentence: str) -> int | None:
    return None if value is None else _whole(value, (0, 1, 2), sentence)


def _day(value: Any, *, latest: date | None = None) -> str | None:
    """A day as it stands in the file, none after today unless `latest` says otherwise."""
    text = _string(value).strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        said = _("“{text}” is no day. Write it as 2026-09-14.")
        raise ValidationError(said.format(text=_printable(text))) from None
    if not EARLIEST_PROOF <= day <= (latest or timezone.localdate()):
        raise ValidationError(_("{day} is not between 1 January 2000 and today.").format(day=day))
    return day.isoformat()


def _number(value: Any, unit: str = "") -> str:
    """An exact number: with a point as its mark as the export writes it, or as people write one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _string(value).strip()
    if not text:
        raise ValidationError(_("Give the figure in digits, such as 1200.5."))
    if len(text) < 25 and PLAIN_NUMBER.fullmatch(text):  # with a point it is a decimal number, also before three digits
        exact = Decimal(text).normalize() + 0
        if abs(exact) >= LIMIT:
            raise ValidationError(TOO_LARGE)
        if -int(exact.as_tuple().exponent) <= MAX_PLACES:
            return f"{exact:f}"
    number = read_number(text, unit=unit)
    return f"{number:f}" if number is not None else "0"


def _proof(kind: str, row: Json, category: Category) -> Json:
    keys = [decider.key for decider in category.deciders]
    proves = row.get("proves") or []
    if not isinstance(proves, list):
        raise ValidationError(_("What a proof proves is a list of the keys of questions."))
    for key in proves:
        if key not in keys:
            raise ValidationError(unknown(key, keys, str(NO_QUESTION), category=category.name))
    on = _day(row.get("on"))
    if on is None:
        raise ValidationError(_("A proof needs the day that it covers, such as 2026-09-14."))
    until = _day(row.get("in_force_until"), latest=date.max)
    if until and until < on:
        raise ValidationError(_("“In force until” lies before the date of the proof."))
    found = {
        "kind": kind,
        "title": _short(row.get("title"), 200, "name"),
        "link": "",
        "value": None,
        "unit": "",
        "seen_by": "",
        "whose": "",
        "on": on,
        "in_force_until": until,
        "proves": list(dict.fromkeys(proves)),
        "source": {},
    }
    if kind == Evidence.Kind.LINK:
        found["link"] = read_address(_string(row.get("link")))
        found["title"] = found["title"] or found["link"][:200]
    elif kind == Evidence.Kind.FIGURE:
        found["unit"] = _short(row.get("unit"), 60, "unit")
        found["value"] = _number(row.get("value"), found["unit"])
        found["source"] = _source(row.get("source"))
        if not found["title"]:
            raise ValidationError(_("Say what was measured."))
    else:
        found["seen_by"], found["whose"] = _name(row.get("seen_by")), _short(row.get("whose"), 200, "owner")
        if not found["seen_by"]:
            raise ValidationError(_("Say who saw it."))
    return found


def _source(value: Any) -> Json:
    """Where a figure came from that was read out of a file, in the words that are known here."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValidationError(_("The source of a figure is an object, or null."))
    found = {}
    for name, each in value.items():
        texts = each if isinstance(each, list) else [each]
        if name not in sources.KEYS or not all(isinstance(text, str | int | None) for text in texts):
            raise ValidationError(unknown(name, sources.KEYS, str(NO_SOURCE)))
        clean = [clean_text(text, 2_000, "source") if isinstance(text, str) else text for text in texts[:50]]
        found[name] = clean if isinstance(each, list) else clean[0]
    return found


def _fact(fact: Fact, row: Json, fields: Json, *, structured: bool) -> Json:
    cannot = row.get("cannot_answer", False)
    if not isinstance(cannot, bool):
        raise ValidationError(_("Write true or false."))
    values: dict[str, str] = {}
    if structured:
        kinds = {each.name: each.kind for each in facts.FIELDS[fact.key]}
        texts = {name: _string(text) for name, text in fields.items() if name in facts.stored_names(fact.key)}
        exact = {n: write_number(Decimal(t)) if _is_plain(kinds.get(n), t) else t for n, t in texts.items()}
        values = {name: text for name, text in fact_values(fact.key, exact).items() if text}
        for name in texts.keys() - kinds.keys():
            if text := _short(texts[name], 300, "source"):
                values[name] = text
        if not re.fullmatch("([A-Z]{3})?", values.get("currency", "")):
            raise ValidationError(_("Use the three-letter code of the currency, such as USD or EUR."))
    answer = clean_text(_string(row.get("answer")), FACT_MAX_LENGTH, "answer")
    who = _name(row.get("who_will")) if cannot else ""
    return {"answer": answer, "values": values, "cannot_answer": cannot, "who_will": who}


def _is_plain(kind: str | None, text: str) -> bool:
    return kind == "number" and len(text) < 25 and bool(PLAIN_NUMBER.fullmatch(text.strip()))
