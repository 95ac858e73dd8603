"""A number of a scenario taken into the open scorecard, as the measured figure of a category."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.accounts.models import User
from assessments.economics.models import Scenario
from assessments.economics.working import Working
from assessments.framework import Category, Metric
from assessments.saving.numbers import write_number
from assessments.scorecards import services as scorecards
from assessments.scorecards.forms import unit_of
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.wording import short_unit

PLACES = Decimal(1).scaleb(-4)
NOT_THERE = _lazy("This figure cannot be worked out any more. Look at the numbers again.")
NO_OPEN = _lazy("No assessment is open that could take this figure.")

# Which number of a calculator is which figure of the scorecard: by the key of a result or an input, the metric's key.
TAKEN: Mapping[tuple[str, str], str] = {
    ("unit-economics", "cost_per_thousand"): "cost-per-thousand-requests",
    ("unit-economics", "cost_per_million_tokens"): "cost-per-million-tokens",
    ("idle-spend", "feed_percent"): "effective-utilization",
    ("power-envelope", "kw_per_rack"): "rack-power-density",
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
    def choice(self) -> str:
        """What its button sends: with the number that was seen."""
        return f"{self.key}={write_number(self.value)}"

    @property
    def text(self) -> str:
        unit = short_unit(Evidence(metric_key=self.metric.key, unit=self.unit))
        return f"{self.metric.name}: {figure_with_unit(self.value, unit)}"


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
    scenario: Scenario, found: Sequence[Takeable], *, choice: str, scorecard: Scorecard | None, actor: User
) -> Takeable:
    """Add a number of a scenario to the open scorecard as a measured figure of its category, of the scenario's day.

    `choice` names it with the number that was seen. One that is there already is left as it is: a double click adds
    one. ValidationError where it cannot be taken.
    """
    if scorecard is None:
        raise ValidationError(NO_OPEN)
    takeable = next((each for each in found if each.key == choice.partition("=")[0]), None)
    if takeable is None:
        raise ValidationError(NOT_THERE)
    if takeable.choice != choice:
        raise ValidationError(
            _("The number has changed: {figure}. Look at it, then take it.").format(figure=takeable.text)
        )
    with transaction.atomic():
        responses = scorecard.responses.select_for_update(no_key=True).filter(category_key=takeable.category.key)
        response = responses.first()  # a second click waits here for the first
        same = {"metric_key": takeable.metric.key, "value": takeable.value, "on": scenario.on}
        if response and Evidence.objects.filter(response=response, kind=Evidence.Kind.FIGURE, **same).exists():
            return replace(takeable, is_taken=True)
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


def _kept(value: Fraction) -> Decimal:
    """A number as a figure is kept: four decimals are more than any of them is measured to."""
    with localcontext(prec=40):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES, rounding=ROUND_HALF_UP)
