"""From two files one figure: the cost of a period divided by what was served in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.figures import records
from assessments.figures.dropped.forms import CountField
from assessments.figures.models import FigureDrop
from assessments.figures.records import Found
from assessments.framework.translating import number
from assessments.readers.draft import plain
from assessments.readers.text import listed
from assessments.scorecards.sources import day_words, shown

KEPT_IN = "en"  # the language of what is kept with a figure
DERIVED = 1000  # a figure that was worked out comes after all that are in a file
PER = (("requests", "cost_per_thousand_requests", 1_000), ("tokens", "cost_per_million_tokens", 1_000_000))
OTHER_PERIOD = _lazy(
    "The requests are of {day}, the cost is of {first} to {last}: another period. Send requests of the same one."
)
NO_PERIOD = _lazy("The cost does not say which period it is of, so nothing can be divided by it.")
OF_A_TEST = "The requests are those of a test by {tool}, not of users."


@dataclass(frozen=True, slots=True)
class Served:
    """How many requests another file of the page has, and on which day, if that is known."""

    drop: FigureDrop
    count: int
    on: date | None

    @property
    def label(self) -> str:
        return _("{count} in {file}").format(count=number(self.count), file=self.drop.filename)


class UnitCostForm(forms.Form):
    cost = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _lazy("Choose one of the costs of this page.")}
    )
    served = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _lazy("Choose one of the files here.")}
    )
    requests = CountField(required=False)
    tokens = CountField(required=False)

    @property
    def is_given(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("served", "requests", "tokens"))


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What of a page can be divided, what was given to divide by, and what came out."""

    form: UnitCostForm
    costs: Mapping[str, tuple[FigureDrop, Found]]
    served: Mapping[str, Served]
    chosen: str
    worked_out: tuple[Found, ...] = ()
    left_out: tuple[str, ...] = ()
    error: str = ""

    @property
    def cost(self) -> Found:
        return self.costs[self.chosen][1]

    @property
    def drop(self) -> FigureDrop:
        return self.costs[self.chosen][0]

    @property
    def cost_options(self) -> Sequence[tuple[str, str]]:
        return [(key, f"{found.said}: {found.shown}, {found.period}") for key, (drop, found) in self.costs.items()]

    @property
    def served_options(self) -> Sequence[tuple[str, str]]:
        return [(key, each.label) for key, each in self.served.items()]


def unit_cost(drops: Sequence[FigureDrop], days: Mapping[int, date | None], data: QueryDict | None) -> UnitCost | None:
    """The unit cost that the files of a page give; None where none of them has a cost.

    `days` are the days of the files, by their numbers. What cannot be divided is said in `error`.
    """
    found = [(drop, each) for drop in drops for each in records.figures(drop.reading)]
    costs = {f"{drop.pk}-{each.index}": (drop, each) for drop, each in found if each.name == "cost" and each.value > 0}
    if not costs:
        return None
    served = {}
    for drop, each in found:
        if each.name in ("latency", "throughput", "error_rate") and each.count and each.counted == "requests":
            served.setdefault(str(drop.pk), Served(drop, each.count, days.get(drop.pk)))
    form = UnitCostForm(data, prefix="unit")
    form.fields["cost"].choices = [(key, key) for key in costs]
    form.fields["served"].choices = [(key, key) for key in served]
    chosen = (data or {}).get("unit-cost", "")
    offer = UnitCost(form, costs, served, chosen if chosen in costs else _best(costs))
    return _worked_out(offer) if data is not None and form.is_given else offer


def _best(costs: Mapping[str, tuple[FigureDrop, Found]]) -> str:
    """What the use of a period cost, without tax, credits and purchases, where the file tells them apart."""
    wanted = ("EffectiveCost usage", "EffectiveCost", "BilledCost usage")
    return next((key for kind in wanted for key, (_, found) in costs.items() if found.kind == kind), next(iter(costs)))


def _worked_out(offer: UnitCost) -> UnitCost:
    if not offer.form.is_valid():
        return replace(offer, error=next(e for each in offer.form.errors.values() for e in each))
    given = offer.form.cleaned_data
    served = offer.served.get(given["served"])
    try:
        first, last = period_of(offer.cost)
        if served and served.on and not first <= served.on <= last:
            about = {"day": day_words(served.on), "first": day_words(first), "last": day_words(last)}
            raise ValidationError(OTHER_PERIOD.format(**about))
    except ValidationError as refused:
        return replace(offer, error=refused.messages[0])
    counts = {"requests": given["requests"] or (served.count if served else None), "tokens": given["tokens"]}
    left_out = _left_out(offer)
    if served and not given["requests"]:
        left_out = (*left_out, OF_A_TEST.format(tool=served.drop.reading["tool"]))
    made = tuple(
        _divided(offer.cost, counts[what], what, name, per, DERIVED + place)
        for place, (what, name, per) in enumerate(PER)
        if counts[what]
    )
    return replace(offer, worked_out=made, left_out=left_out)


def period_of(cost: Found) -> tuple[date, date]:
    """The first and the last day of a cost; ValidationError where it does not say."""
    first, _, last = cost.period.partition(" to ")
    try:
        if last:
            return date.fromisoformat(first), date.fromisoformat(last)
        begins = date.fromisoformat(f"{first}-01")
    except ValueError:
        raise ValidationError(NO_PERIOD) from None
    return begins, (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@translation.override(KEPT_IN)
def _left_out(offer: UnitCost) -> tuple[str, ...]:
    """What is in the file and not in the cost: tax, credits, purchases, other currencies."""
    cost, (column, _, part) = offer.cost, offer.cost.kind.partition(" ")
    others = [found for found in records.figures(offer.drop.reading) if found.name == "cost"]
    sentences = []
    if part == "usage":
        parts = [each for each in others if each.unit == cost.unit and each.kind.startswith(f"{column} ")]
        named = [
            f"{each.kind.partition(' ')[2]} {each.shown}" for each in parts if each.kind != cost.kind and each.value
        ]
        if named:
            sentences.append(f"Left out of the cost: {listed(named)}.")
    elif not part:
        sentences.append("Tax, credits and purchases are in the cost, as far as the file has them.")
    currencies = {each.unit: each for each in reversed(others) if each.unit != cost.unit}
    if currencies:
        sentences.append(f"In another currency and left out: {listed([each.shown for each in currencies.values()])}.")
    return tuple(sentences)


@translation.override(KEPT_IN)
def _divided(cost: Found, count: int, what: str, name: str, per: int, index: int) -> Found:
    value = plain(cost.value * per / Decimal(count))
    about = f"{cost.title} of {shown(cost.value, cost.unit)}, {cost.period}, divided by {count:,} {what}"
    return Found(index, name, "", value, cost.unit, count, about, "", what)


def provenance_of(offer: UnitCost) -> dict[str, Any]:
    """What is kept with a unit cost beside what is kept with every figure: both files, and what was left out."""
    served = offer.served.get(offer.form.cleaned_data.get("served") or "")
    second = {"file": f"{offer.drop.filename} and {served.drop.filename}"} if served else {}
    return second | {"warnings": [*offer.drop.reading["warnings"], *offer.left_out]}
