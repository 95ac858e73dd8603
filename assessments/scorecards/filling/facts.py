"""The three facts as fields: what is asked of each, what makes it answered, and how an answer reads.

Since framework 2026.2 an answer has fields. A fact is answered when its fields are, and a red flag when it is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.framework import Framework
from assessments.framework.translating import is_english, number
from assessments.scorecards.models import FactAnswer


@dataclass(frozen=True, slots=True)
class FactField:
    """One field of a fact: `kind` is number, text or month. A unit of "currency" is the organization's.

    `words` and `hint` may be lazy: `label` and `placeholder` are what they are in the language that is active.
    """

    name: str
    words: str | Promise
    kind: str
    unit: str = ""
    hint: str | Promise = ""

    @property
    def label(self) -> str:
        return str(self.words)

    @property
    def placeholder(self) -> str:
        return str(self.hint)


FIELDS: Mapping[str, tuple[FactField, ...]] = {
    "latency-target": (
        FactField("p95", "p95", "number", "ms"),
        FactField("p99", "p99", "number", "ms"),
        FactField("where", _lazy("Where it is measured"), "text", hint=_lazy("At the gateway, chat feature")),
    ),
    "unit-cost": (
        FactField("amount", _lazy("Amount"), "number", "currency"),
        FactField("unit", pgettext_lazy("an amount per so much", "Per"), "text", hint=_lazy("1,000 requests")),
        FactField("month", _lazy("Month or period"), "text", hint=_lazy("October 2026")),
    ),
    "utilization-why": (
        FactField("percent", pgettext_lazy("share of the time", "Busy"), "number", "%"),
        FactField("period", _lazy("Period"), "text", hint=_lazy("October 2026")),
        FactField(
            "cause",
            _lazy("Main causes of lost time"),
            "text",
            hint=_lazy("Waiting for data, queue gaps"),
        ),
    ),
}

# Where a number was read out of a file: the field that holds it, and where its source stands in words. A latency that
# was measured is no target, so it stands beside the fields.
SOURCED: Mapping[str, tuple[str, ...]] = {
    "latency-target": ("p95", "p99"),
    "unit-cost": ("amount",),
    "utilization-why": ("percent",),
}
MEASURED: Mapping[str, tuple[str, ...]] = {"latency-target": ("measured_p95", "measured_p99")}
SOURCE = "{}_source"

CANNOT = "We cannot answer this today."  # as the activity keeps it

# What must be there for an answer: of each group at least one.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "latency-target": (("p95", "p99"), ("where",)),
    "unit-cost": (("amount",), ("unit",), ("month",)),
    "utilization-why": (("percent",), ("period",), ("cause",)),
}


def stored_names(fact_key: str) -> frozenset[str]:
    """Everything an answer to a fact may hold: its fields, the currency, and where its numbers come from."""
    fields = {field.name for field in FIELDS[fact_key]}
    sources = {SOURCE.format(name) for name in SOURCED[fact_key]}
    return frozenset({*fields, "currency", *sources, *MEASURED.get(fact_key, ())})


def kept_sources(fact_key: str, was: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The sources of an answer that is saved by hand: that of a number goes when the number is another one."""
    kept = {name: was[name] for name in MEASURED.get(fact_key, ()) if was.get(name)}
    for name in SOURCED[fact_key]:
        source = was.get(SOURCE.format(name))
        if source and values.get(name) == was.get(name):
            kept[SOURCE.format(name)] = source
    return kept


def sources_of(answer: FactAnswer) -> tuple[str, ...]:
    """Where the numbers of an answer come from, a line each; a measured latency stands beside its target."""
    key, values = answer.fact_key, answer.values
    if key not in SOURCED:
        return ()
    measured = [
        _("Measured: {figure}").format(figure=values[name]) for name in MEASURED.get(key, ()) if values.get(name)
    ]
    sources = [values[SOURCE.format(name)] for name in SOURCED[key] if values.get(SOURCE.format(name))]
    return (*measured, *sources)


def is_structured(content: Framework, fact_key: str) -> bool:
    """Whether a fact is asked by fields in this version of the framework."""
    return content.has_deciders and fact_key in FIELDS


def is_answered(answer: FactAnswer, *, structured: bool) -> bool:
    if answer.cannot_answer:
        return False
    if not structured:
        return bool(answer.answer)
    return not still_missing(answer.fact_key, answer.values)


def still_missing(fact_key: str, values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """What an answer still lacks, in the order of its fields: of each group of names at least one."""
    return tuple(group for group in NEEDED[fact_key] if not any(values.get(name) for name in group))


def cannot(who_will: str = "") -> str:
    """That nobody can answer today, and who will."""
    if who_will:
        return _("We cannot answer this today. {name} will.").format(name=who_will)
    return _("We cannot answer this today.")


def in_words(values: Mapping[str, object]) -> str:
    """A stored answer as the activity keeps it."""
    if values["cannot_answer"]:
        return f"{CANNOT} {values['who_will']} will." if values["who_will"] else CANNOT
    fields = values["values"]
    parts = [str(text) for text in fields.values() if text] if isinstance(fields, Mapping) else []
    return ", ".join([*parts, *([str(values["answer"])] if values["answer"] else [])])


def written(answer: FactAnswer, *, currency: str = "") -> str:
    """The fields of an answer as short sentences, and where its numbers come from; nothing while none is given."""
    values = answer.values
    if answer.fact_key == "latency-target":
        numbers = ", ".join(f"{name} {_figure(values[name])} ms" for name in ("p95", "p99") if values.get(name))
        parts = [numbers, values.get("where", "")]
    elif answer.fact_key == "unit-cost":
        parts = [", ".join(filter(None, (_unit_cost(values, currency), values.get("month", ""))))]
    else:
        busy = _("{share}% busy").format(share=_figure(values["percent"])) if values.get("percent") else ""
        cause = _("Lost to: {causes}").format(causes=values["cause"]) if values.get("cause") else ""
        parts = [busy, values.get("period", ""), cause]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in (*parts, *sources_of(answer)) if sentence)


def _unit_cost(values: Mapping[str, str], currency: str) -> str:
    amount = f"{_figure(values['amount'])} {values.get('currency') or currency}".strip() if values.get("amount") else ""
    if not values.get("unit"):
        return amount
    if not amount:
        return _("per {unit}").format(unit=values["unit"])
    return _("{amount} per {unit}").format(amount=amount, unit=values["unit"])


def _figure(stored: str) -> str:
    """A number as the language writes it; in English as it is stored."""
    try:
        return stored if is_english() else number(Decimal(stored))
    except InvalidOperation:
        return stored
