"""What the page shows of dropped files before anything of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.figures import history, records, suits
from assessments.figures.dropped.forms import AskForm, TypedForm
from assessments.figures.dropped.refusals import Refused, refused_because
from assessments.figures.dropped.unit_costs import UnitCost, unit_cost
from assessments.figures.history import Series
from assessments.figures.models import FigureDrop
from assessments.figures.options import Option, fact_option, option_of
from assessments.figures.records import Found
from assessments.figures.takes import Target
from assessments.framework import Framework
from assessments.framework.translating import number
from assessments.readers.reading import LATENCIES
from assessments.scorecards.filling.pages import STATE_WORDS
from assessments.scorecards.models import DeciderAnswer, FactAnswer, Scorecard
from assessments.scorecards.sources import shown
from assessments.scorecards.wording import day
from assessments.scoring.words import capitalized, number_word

TICKED = ("p95", "p99", "total")
TICKED_MEANS = (
    "error_rate",
    "bandwidth",
    "iops",
    "utilization",
    "throughput",
    "token_throughput",
    "samples_per_second",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure that can be taken, ticked or not, with what it can be taken for."""

    found: Found
    control: str
    options: tuple[Option, ...]
    chosen: str
    ticked: bool
    remark: str
    error: str = ""

    @property
    def is_too_large(self) -> bool:
        return self.found.kept is None


@dataclass(frozen=True, slots=True)
class Block:
    """One dropped file on the page."""

    drop: FigureDrop
    head: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    refused: tuple[Refused, ...]
    form: AskForm
    typed: TypedForm
    typed_options: tuple[Option, ...]
    typed_for: str
    asks: frozenset[str]
    on: date | None
    warnings: tuple[str, ...]

    @property
    def is_unknown(self) -> bool:
        return self.drop.reading["format"] == "unknown"

    @property
    def can_be_typed(self) -> bool:
        return not self.rows and not self.more

    @property
    def can_be_kept(self) -> bool:
        return bool(self.drop.file)

    @property
    def ticked(self) -> int:
        return sum(row.ticked for row in (*self.rows, *self.more))


@dataclass(frozen=True, slots=True)
class Shown:
    """A decider that figures of the page prove, with what was shown for it and what is proposed."""

    category: str
    decider: str
    name: str
    short: str
    version: int
    state: str
    proposed: str

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return tuple(STATE_WORDS.items())


@dataclass(frozen=True, slots=True)
class Preview:
    """The page: one block a file, and the deciders it bears on."""

    content: Framework
    blocks: tuple[Block, ...]
    answers: Mapping[str, DeciderAnswer]
    data: QueryDict | None = None
    history: Series | None = None
    unit: UnitCost | None = None
    unit_rows: tuple[Row, ...] = ()
    errors: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return sum(not row.is_too_large for block in self.blocks for row in (*block.rows, *block.more))

    @property
    def ticked(self) -> int:
        return sum(block.ticked for block in self.blocks)

    @property
    def headline(self) -> str:
        """Three figures can be taken. One is refused, one secret was masked."""
        found = self.found
        first = ngettext("{count} figure can be taken.", "{count} figures can be taken.", found)
        first = capitalized(first.format(count=number_word(found)))
        if not found:
            first = _("Nothing in here can be taken as it is.")
        refused = sum(len(block.refused) for block in self.blocks)
        masked = sum(block.drop.reading.get("secrets", 0) for block in self.blocks)
        more = []
        if refused and found:
            said = ngettext("{count} is refused", "{count} are refused", refused)
            more.append(said.format(count=number_word(refused)))
        if masked:
            said = ngettext("{count} secret was masked", "{count} secrets were masked", masked)
            more.append(said.format(count=number_word(masked)))
        rest = ", ".join(more)
        return f"{first} {capitalized(rest)}." if rest else first

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The decider the files were dropped on, or else the one that most of the ticked figures suit."""
        first = self.blocks[0].drop
        pairs = [(first.category_key, first.decider_key)] if first.decider_key else []
        for block in self.blocks:
            pairs += [self._target(row.chosen) for row in (*block.rows, *block.more) if row.ticked]
        pairs += [self._target(row.chosen) for row in self.unit_rows if row.ticked]
        return tuple(
            self._shown(category, decider)
            for category, decider in dict.fromkeys(p for p in pairs if p[1] in self.answers)
        )

    def _target(self, value: str) -> tuple[str, str]:
        target = Target.parse(value)
        return target.category, target.decider

    def _shown(self, category: str, key: str) -> Shown:
        decider, answer = self.content.category(category).decider(key), self.answers[key]
        stored = "" if answer.state is None else str(answer.state)
        proposed = self.data.get(f"state-{key}", stored) if self.data else stored or "1"
        return Shown(category, key, decider.name, decider.short, answer.version, stored, proposed)


def read_preview(
    scorecard: Scorecard, content: Framework, drops: Sequence[FigureDrop], today: date, data: QueryDict | None = None
) -> Preview:
    """The page for dropped files; `data` is what was posted on it."""
    answers = {a.decider_key: a for a in DeciderAnswer.objects.filter(response__scorecard=scorecard)}
    facts = {a.fact_key: a for a in FactAnswer.objects.filter(scorecard=scorecard)}
    blocks = tuple(_block(drop, content, scorecard, facts, today, data) for drop in drops)
    unit = unit_cost(drops, {block.drop.pk: _day_of(block, data) for block in blocks}, data)
    made = unit.worked_out if unit else ()
    rows = tuple(_row(unit.drop, each, content, facts, data, is_made=True) for each in made) if unit else ()
    return Preview(content, blocks, answers, data, _history(scorecard, blocks), unit, rows)


def _day_of(block: Block, data: QueryDict | None) -> date | None:
    """The day of a file: its own, or the one that was given for it."""
    if block.on or data is None:
        return block.on
    block.form.is_valid()
    return block.form.cleaned_data.get("on")


def _history(scorecard: Scorecard, blocks: Sequence[Block]) -> Series | None:
    """What is on record of a figure that is ticked, a percentile before anything else: its latest history."""
    ticked = [row.found for block in blocks for row in block.rows if row.ticked]
    if not ticked:
        return None
    found = next((each for each in ticked if each.statistic in TICKED), ticked[0])
    return history.history_of(scorecard.organization, found.name, found.statistic, found.kind)


def _block(
    drop: FigureDrop,
    content: Framework,
    scorecard: Scorecard,
    facts: Mapping[str, FactAnswer],
    today: date,
    data: QueryDict | None,
) -> Block:
    reading = drop.reading
    found = records.figures(reading)
    on = records.measured_on(reading, scorecard.organization.zone, today)
    rows = [_row(drop, each, content, facts, data) for each in found]
    first = [row for row in rows if row.ticked or _is_suited(drop, row.found.suit.within(content))]
    shown_rows = first or rows[:6]
    form = AskForm(data, prefix=f"d{drop.pk}")
    typed = TypedForm(data, prefix=f"t{drop.pk}")
    options = _options(drop, content, suits.Suit())
    return Block(
        drop=drop,
        head=head_of(drop, on, scorecard.organization.zone.key),
        rows=tuple(shown_rows),
        more=tuple(row for row in rows if row not in shown_rows),
        refused=tuple(refused_because(reason, found) for reason in reading["refusals"]),
        form=form,
        typed=typed,
        typed_options=options,
        typed_for=(data or {}).get(f"for-{drop.pk}-typed", "") or options[0].value,
        asks=frozenset(asks_of(reading, found, on)),
        on=on,
        warnings=warnings_of(reading),
    )


def warnings_of(reading: Mapping[str, Any]) -> tuple[str, ...]:
    left_out = reading["left_out"]
    said = ngettext(
        "{count} more figure of the file is not shown: the first ones are.",
        "{count} more figures of the file are not shown: the first ones are.",
        left_out,
    )
    more = (said.format(count=number(left_out)),) if left_out else ()
    return (*reading["warnings"], *more)


def asks_of(reading: Mapping[str, Any], found: Sequence[Found], on: date | None) -> list[str]:
    """What is asked of a file: what it does not say, where it matters."""
    asks = [] if on else ["on"]
    asks += ["environment", "service"]
    missing = reading["missing"]
    if "count" in missing or any(f.name in LATENCIES and f.count is None for f in found):
        asks.append("count")
    if "period" in missing or any(f.name in ("cost", "utilization") and not f.period for f in found):
        asks.append("period")
    if reading["tool"] and not reading["version"]:
        asks.append("version")
    return asks


def head_of(drop: FigureDrop, on: date | None, zone: str) -> str:
    """What the file is: "k6, the JSON summary of k6. Dated 24 Nov, without a time zone; taken as Europe/London."."""
    reading = drop.reading
    if reading["format"] == "unknown":
        return _("No reader knows this file.")
    version = f" {reading['version']}" if reading["version"] else ""
    words = f"{reading['tool']}{version}: {suits.TITLES.get(reading['format'], reading['format'])}."
    if not on:
        return words
    dated = _("Dated {day}.")
    if "time zone" in reading["missing"]:
        dated = _("Dated {day}, without a time zone; taken as {zone}.")
    return f"{words} {dated.format(day=day(on), zone=zone)}"


def _is_suited(drop: FigureDrop, suit: suits.Suit) -> bool:
    if drop.fact_key:
        return drop.fact_key in suit.facts
    if drop.decider_key:
        return (drop.category_key, drop.decider_key) in suit.deciders
    if drop.category_key:
        return any(category == drop.category_key for category, key in suit.deciders)
    return bool(suit.deciders)


def _row(
    drop: FigureDrop,
    found: Found,
    content: Framework,
    facts: Mapping[str, FactAnswer],
    data: QueryDict | None,
    *,
    is_made: bool = False,
) -> Row:
    """`is_made` is one that was just worked out: it is ticked until somebody says otherwise."""
    control = f"{drop.pk}-{found.index}"
    suit = found.suit.within(content)
    options = _options(drop, content, suit)
    default = _default(drop, suit, options)
    chosen = (data.get(f"for-{control}", "") if data else "") or default
    if chosen not in {option.value for option in options}:
        chosen = default
    telling = is_telling(found.name, found.statistic)
    ticked = control in data.getlist("take") if data is not None else _is_suited(drop, suit) and telling
    ticked = ticked or (is_made and data is not None and f"made-{control}" not in data)
    return Row(found, control, options, chosen, ticked and found.kept is not None, remark_of(found, facts))


def is_telling(name: str, statistic: str) -> bool:
    """Whether a figure says something by itself: the slow end, a rate or a sum, and no average of latencies."""
    return statistic in TICKED or (name in TICKED_MEANS and statistic == "mean")


def _default(drop: FigureDrop, suit: suits.Suit, options: Sequence[Option]) -> str:
    """What a figure is taken for unless somebody says otherwise: where it was dropped, if it suits that."""
    if drop.fact_key and drop.fact_key in suit.facts:
        return str(Target(fact=drop.fact_key))
    here = (drop.category_key, drop.decider_key)
    if drop.decider_key and here in suit.deciders:
        return str(Target(*here))
    return options[0].value


def _options(drop: FigureDrop, content: Framework, suit: suits.Suit) -> tuple[Option, ...]:
    """The deciders and facts that a figure suits, those where it was dropped first, then all others of its category."""
    suited = sorted(suit.deciders, key=lambda pair: pair[0] != drop.category_key)
    options = [option_of(content, category, key, _("Suits")) for category, key in suited]
    options += [fact_option(key) for key in suit.facts]
    categories = dict.fromkeys([drop.category_key or (suited[0][0] if suited else ""), *(c for c, key in suited)])
    for category in filter(None, categories):
        group = content.category(category).name
        others = (d.key for d in content.category(category).deciders if (category, d.key) not in suit.deciders)
        options += [option_of(content, category, key, group) for key in others]
        options.append(Option(str(Target(category)), _no_decider(content.category(category).short_name), group))
    if not options:
        first = content.categories[0]
        options.append(Option(str(Target(first.key)), _no_decider(first.short_name), first.name))
    return tuple(options)


def _no_decider(category: str) -> str:
    return _("{category}: no decider yet").format(category=category)


def remark_of(found: Found, facts: Mapping[str, FactAnswer]) -> str:
    """How a latency stands against the target on record, and what an average does not say."""
    answer = facts.get("latency-target")
    target = answer.values.get(found.statistic) if answer and found.name == "latency" and not found.kind else None
    if target and found.statistic in ("p95", "p99"):
        distance = found.value - records.Decimal(target)
        words = shown(abs(distance), "ms")
        said = (
            _("{distance} over the target of {target}")
            if distance > 0
            else _("{distance} under the target of {target}")
        )
        if not distance:
            said = _("On the target of {target}")
        return said.format(distance=words, target=shown(records.Decimal(target), "ms"))
    if found.name in LATENCIES and found.statistic == "mean":
        return _("An average: this is no p95")
    if found.name == "utilization" and found.kind == "allocated":
        return _("What was given to jobs, busy or not")
    if found.name == "utilization" and found.kind == "active":
        return _("A kernel was running; how full the chip was is not in it")
    return ""


def check_target(content: Framework, category: str, decider: str, fact: str) -> None:
    """ValidationError where something is dropped on what this version of the framework does not have."""
    try:
        if category:
            about = content.category(category)
            if decider:
                about.decider(decider)
        if fact:
            content.fact(fact)
    except KeyError:
        raise ValidationError(
            _("This question belongs to another version of the framework. Reload the page.")
        ) from None
