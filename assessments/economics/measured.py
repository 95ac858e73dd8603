"""Figures between calculators and scorecard: taken from here as a measured figure, offered there as an input."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from assessments import framework
from assessments.economics.models import Scenario
from assessments.economics.working import Working
from assessments.framework import Category, Metric
from assessments.organizations.models import Organization, User
from assessments.scorecards import services as scorecards
from assessments.scorecards.forms import unit_of
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.numbers import write_number
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.wording import short_unit

PLACES = Decimal(1).scaleb(-4)
NOT_THERE = "This figure cannot be worked out any more. Look at the numbers again."
NO_OPEN = "No assessment is open that could take this figure."

# Which number of a calculator is which figure of the scorecard: by the key of a result or an input, the metric's key.
TAKEN: Mapping[tuple[str, str], str] = {
    ("unit-economics", "cost_per_thousand"): "cost-per-thousand-requests",
    ("unit-economics", "cost_per_million_tokens"): "cost-per-million-tokens",
    ("idle-spend", "feed_percent"): "effective-utilization",
    ("power-envelope", "kw_per_rack"): "rack-power-density",
}
# Which figures and facts of a scorecard an input can be, the one that fits best first.
OFFERED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("idle-spend", "feed_percent"): ("effective-utilization", "data-supply-ratio"),
}
OFFERED_FACTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("idle-spend", "feed_percent"): ("utilization-why", "percent")
}


@dataclass(frozen=True, slots=True)
class Takeable:
    """A number of a scenario that the open scorecard could keep as a measured figure of a category."""

    key: str
    category: Category
    metric: Metric
    value: Decimal
    unit: str
    is_taken: bool

    @property
    def text(self) -> str:
        unit = short_unit(Evidence(metric_key=self.metric.key, unit=self.unit))
        return f"{self.metric.name}: {figure_with_unit(self.value, unit)}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A figure of a scorecard that an input could be; `text` is what its field would show."""

    text: str
    source: str


def takeables(
    workings: Iterable[Working], scorecard: Scorecard | None, *, on: date, currency: str
) -> tuple[Takeable, ...]:
    """What the open scorecard could take, and what of it it has already; nothing where no scorecard is open."""
    if scorecard is None or scorecard.is_signed_off:
        return ()
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    metrics = {metric.key: (category, metric) for category in content.categories for metric in category.metrics}
    if not content.has_deciders:
        return ()
    figures = Evidence.objects.filter(response__scorecard=scorecard, kind=Evidence.Kind.FIGURE, on=on)
    kept = set(figures.values_list("metric_key", "value"))
    found = []
    for working in workings:
        for (calculator, key), metric_key in TAKEN.items():
            value = working.value(key) if working.calculator.key == calculator else None
            if value is None or metric_key not in metrics:
                continue
            category, metric = metrics[metric_key]
            number = _kept(value)
            found.append(
                Takeable(
                    f"{calculator}.{key}",
                    category,
                    metric,
                    number,
                    unit_of(metric, currency),
                    (metric_key, number) in kept,
                )
            )
    return tuple(found)


def take_figure(
    scenario: Scenario, found: Sequence[Takeable], *, key: str, scorecard: Scorecard | None, actor: User
) -> Takeable:
    """Add a number of a scenario to the open scorecard as a measured figure of its category, of the scenario's day.

    One that is there already is left as it is: a double click adds one. ValidationError where it cannot be taken.
    """
    if scorecard is None:
        raise ValidationError(NO_OPEN)
    takeable = next((each for each in found if each.key == key), None)
    if takeable is None:
        raise ValidationError(NOT_THERE)
    if not takeable.is_taken:
        scorecards.add_figure(
            scorecard,
            category=takeable.category.key,
            name=takeable.metric.name,
            value=takeable.value,
            unit=takeable.unit,
            actor=actor,
            on=scenario.on,
        )
    return takeable


def offers(organization: Organization) -> dict[tuple[str, str], tuple[Offer, ...]]:
    """What the newest scorecard has measured that an input could be, by the keys of calculator and input."""
    scorecard = organization.scorecards.newest_first().first()
    if scorecard is None:
        return {}
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    figures = _figures(scorecard)
    facts = {answer.fact_key: answer for answer in FactAnswer.objects.filter(scorecard=scorecard)}
    names = {metric.key: metric.name for category in content.categories for metric in category.metrics}
    found: dict[tuple[str, str], list[Offer]] = {}
    for place, keys in OFFERED.items():
        for key in keys:
            if key in figures and key in names:
                value, on = figures[key]
                day = f", {date_format(on, 'j M Y')}" if on else ""
                found.setdefault(place, []).append(Offer(write_number(value), f"{names[key]}{day}"))
    for place, (fact, field) in OFFERED_FACTS.items():
        answer = facts.get(fact)
        if answer and answer.values.get(field) and not answer.cannot_answer:
            period = answer.values.get("period", "")
            source = f"Facts of “{scorecard.title}”{f', {period[0].lower()}{period[1:60]}' if period else ''}"
            if answer.values[field] not in {offer.text for offer in found.get(place, ())}:
                found.setdefault(place, []).append(Offer(answer.values[field], source))
    return {place: tuple(each) for place, each in found.items()}


def _figures(scorecard: Scorecard) -> dict[str, tuple[Decimal, date | None]]:
    """The newest figure of each metric: evidence, or what was measured before figures were evidence."""
    evidence = Evidence.objects.filter(response__scorecard=scorecard, kind=Evidence.Kind.FIGURE, value__gte=0)
    found = {
        key: (value, on) for key, value, on in evidence.order_by("on", "pk").values_list("metric_key", "value", "on")
    }
    old = Response.objects.filter(scorecard=scorecard, metric_value__gte=0).exclude(metric_key="")
    for key, value, on in old.values_list("metric_key", "metric_value", "metric_on"):
        found.setdefault(key, (value, on))
    return found


def _kept(value: Fraction) -> Decimal:
    """A number as a figure is kept: four decimals are more than any of them is measured to."""
    with localcontext(prec=40):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES, rounding=ROUND_HALF_UP)
