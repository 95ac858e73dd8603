"""What a scorecard has measured, read for the calculators: offered as an input, shown as how things are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import framework
from assessments.framework.translating import language
from assessments.organizations.models import Organization
from assessments.saving.numbers import show_number, show_text
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.wording import short_unit

# Which figures of a scorecard an input can be, the one that fits best first, and which field of a fact.
OFFERED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("idle-spend", "feed_percent"): ("effective-utilization", "data-supply-ratio"),
}
OFFERED_FACTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("idle-spend", "feed_percent"): ("utilization-why", "percent"),
}
# What shows how well the accelerators do as a factory and as a shop.
FACTORY = ("effective-utilization", "data-supply-ratio", "data-wait-share")
SHOP = ("tail-latency-p95-p99", "slo-attainment", "cost-per-thousand-requests")


@dataclass(frozen=True, slots=True)
class Offer:
    """A figure of a scorecard that an input could be; `text` is what its field would show."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Figure:
    value: Decimal
    name: str
    text: str
    on: date | None

    @property
    def label(self) -> str:
        return f"{self.name}, {date_format(self.on, 'DAY')}" if self.on else self.name


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest figures of a scorecard by the keys of their metrics, and its facts by key."""

    title: str
    figures: Mapping[str, Figure]
    facts: Mapping[str, FactAnswer]

    @property
    def factory(self) -> tuple[tuple[str, str], ...]:
        return self._lines(FACTORY)

    @property
    def shop(self) -> tuple[tuple[str, str], ...]:
        p99 = self._fact("latency-target", "p99")
        label = _("p99 latency, as the facts have it")
        return (((label, f"{show_text(p99)} ms"),) if p99 else ()) + self._lines(SHOP)

    def offers(self) -> dict[tuple[str, str], tuple[Offer, ...]]:
        """What an input could be, by the keys of calculator and input; each number once."""
        found: dict[tuple[str, str], dict[str, Offer]] = {}
        for place, keys in OFFERED.items():
            for figure in (self.figures[key] for key in keys if key in self.figures):
                text = show_number(figure.value)
                found.setdefault(place, {}).setdefault(text, Offer(text, figure.label))
        for place, (fact, name) in OFFERED_FACTS.items():
            if text := show_text(self._fact(fact, name)):
                period = self.facts[fact].values.get("period", "")[:60]
                source = _("Facts of “{assessment}”").format(assessment=self.title)
                if period:
                    said = period if language() == "de" else f"{period[0].lower()}{period[1:]}"
                    source = _("Facts of “{assessment}”, {period}").format(assessment=self.title, period=said)
                found.setdefault(place, {}).setdefault(text, Offer(text, source))
        return {place: tuple(offers.values()) for place, offers in found.items()}

    def _lines(self, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((self.figures[key].label, self.figures[key].text) for key in keys if key in self.figures)

    def _fact(self, key: str, name: str) -> str:
        answer = self.facts.get(key)
        return "" if answer is None or answer.cannot_answer else str(answer.values.get(name, ""))


def newest_measured(organization: Organization) -> Measured | None:
    """Of the newest scorecard of an organization; None while there is none. Four queries at most."""
    return measured(organization.scorecards.newest_first().first())


def measured(scorecard: Scorecard | None) -> Measured | None:
    if scorecard is None:
        return None
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    names = {metric.key: metric.name for category in content.categories for metric in category.metrics}
    figures: dict[str, Figure] = {}
    evidence = Evidence.objects.filter(response__scorecard=scorecard, kind=Evidence.Kind.FIGURE, metric_key__in=names)
    for row in evidence.order_by("on", "pk"):
        if row.value is not None:
            text = figure_with_unit(row.value, short_unit(row))
            figures[row.metric_key] = Figure(row.value, names[row.metric_key], text, row.on)
    old = Response.objects.filter(scorecard=scorecard, metric_key__in=names, metric_value__isnull=False)
    for response in old:  # a figure of its own, as before it was a piece of evidence
        if response.metric_value is None:
            continue
        unit = short_unit(Evidence(metric_key=response.metric_key, unit=response.metric_unit))
        text = figure_with_unit(response.metric_value, unit)
        name = names[response.metric_key]
        figures.setdefault(response.metric_key, Figure(response.metric_value, name, text, response.metric_on))
    facts = {answer.fact_key: answer for answer in FactAnswer.objects.filter(scorecard=scorecard)}
    return Measured(scorecard.title, figures, facts)
