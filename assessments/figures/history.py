"""Measured figures over time: each with its target, its age, and where it comes from; and what contradicts what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments import framework, scoring
from assessments.charts import figures as charts
from assessments.figures import suits
from assessments.figures.models import MeasuredFigure, title_within
from assessments.figures.options import Option, fact_option, option_of
from assessments.framework import Decider, Framework
from assessments.organizations.models import Organization
from assessments.saving.numbers import read_number
from assessments.scorecards.models import FactAnswer
from assessments.scorecards.sources import shown, source_words, value_words
from assessments.scoring.words import number_word

MOST = 400
MOST_POINTS = 36
MEANINGS = {
    "allocated": _lazy("What the scheduler gave to jobs. A job that holds an accelerator and does nothing is in it."),
    "active": _lazy("The time in which a program ran on the accelerator. How full the chip was is not in it."),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a history."""

    figure: MeasuredFigure
    months_old: int
    is_old: bool

    @property
    def words(self) -> str:
        figure = self.figure
        return value_words(figure.value, figure.unit, figure.provenance)

    @property
    def source(self) -> str:
        return source_words(self.figure.provenance)

    @property
    def age(self) -> str:
        months = self.months_old
        if not months:
            return _("this month")
        return ngettext("{count} month", "{count} months", months).format(count=number_word(months))


@dataclass(frozen=True)
class Series:
    """The same figure over time, oldest first. `decider` is the one it proves best, `target` what it is to reach."""

    points: tuple[Point, ...]
    decider: Decider | None
    target: Decimal | None
    options: tuple[Option, ...] = ()

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def title(self) -> str:
        figure = self.last.figure
        title = title_within(figure)
        if not figure.service:
            return title
        return _("{figure} of {service}").format(figure=title, service=figure.service)

    @property
    def slug(self) -> str:
        return f"figure-{self.points[0].figure.pk}"

    @property
    def target_words(self) -> str:
        return "" if self.target is None else shown(self.target, self.last.figure.unit)

    @property
    def headline(self) -> str:
        """p95 latency has been under its target since August 2026."""
        first, last = self.points[0], self.last
        if self.target is not None:
            return self._against(self.target)
        if len(self.points) == 1:
            return f"{self.title}: {last.words}"
        if last.figure.value == first.figure.value:
            return _("{figure} stayed at {value}").format(figure=self.title, value=last.words)
        said = _("{figure} rose from {first} to {last}")
        if last.figure.value < first.figure.value:
            said = _("{figure} fell from {first} to {last}")
        return said.format(figure=self.title, first=first.words, last=last.words)

    def _against(self, target: Decimal) -> str:
        if self.last.figure.value > target:
            return _("{figure} is over its target of {target}").format(figure=self.title, target=self.target_words)
        inside = self.last
        for point in reversed(self.points):
            if point.figure.value > target:
                break
            inside = point
        if len(self.points) == 1:
            return _("{figure} is inside its target of {target}").format(figure=self.title, target=self.target_words)
        since = date_format(inside.figure.on, "MONTH")
        return _("{figure} has been inside its target since {month}").format(figure=self.title, month=since)

    @property
    def age_words(self) -> str:
        """What is asked for, and that the newest figure is too old for it."""
        if self.decider is None:
            return ""
        months, old = self.decider.months, self.last.months_old
        asked = ngettext("{count} month", "{count} months", months).format(count=number_word(months))
        if not self.last.is_old:
            said = _("Young enough for “{decider}”, which asks for {asked}.")
            return said.format(decider=self.decider.name, asked=asked)
        said = ngettext(
            "Measured {count} month ago: “{decider}” asks for {asked}.",
            "Measured {count} months ago: “{decider}” asks for {asked}.",
            old,
        )
        return said.format(count=number_word(old), decider=self.decider.name, asked=asked)

    @cached_property
    def chart(self) -> dict[str, Any]:
        points = [
            charts.MeasuredPoint(
                date_format(point.figure.on, "M Y"), float(point.figure.value), point.words, not point.is_old
            )
            for point in self.points[-MOST_POINTS:]
        ]
        target = None if self.target is None else float(self.target)
        return charts.measured_trend(
            points, target=target, target_label=_("Target {value}").format(value=self.target_words)
        )


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two shares of the same capacity that differ: the newest of each, with what each means."""

    series: tuple[tuple[Series, str], ...]

    @property
    def headline(self) -> str:
        high, low = (series for series, meaning in self.series)
        said = _("{allocated} allocated, {active} active: both can be true")
        return said.format(allocated=high.last.words, active=low.last.words)


def histories(organization: Organization) -> tuple[Series, ...]:
    """Every figure of an organization as a history, the one measured last first; in three queries."""
    figures = list(organization.measured_figures.order_by("-on", "-pk")[:MOST])
    return series_of(reversed(figures), organization, _targets(organization))


def history_of(organization: Organization, name: str, statistic: str, kind: str) -> Series | None:
    """The history of one figure, of the service it was measured of last; None where there is none."""
    about = {"name": name, "statistic": statistic, "kind": kind}
    figures = list(organization.measured_figures.filter(**about).order_by("-on", "-pk")[:MOST])
    if not figures:
        return None
    return series_of(reversed(figures), organization, _targets(organization))[0]


def series_of(
    figures: Iterable[MeasuredFigure], organization: Organization, targets: dict[str, Decimal]
) -> tuple[Series, ...]:
    groups: dict[tuple[str, ...], list[MeasuredFigure]] = {}
    for figure in figures:
        what = figure.name or figure.title
        groups.setdefault((what, figure.statistic, figure.kind, figure.service, figure.unit), []).append(figure)
    today, content = organization.today(), organization.framework
    made = [_series(group, content, targets, today) for group in groups.values()]
    return tuple(sorted(made, key=lambda series: series.last.figure.on, reverse=True))


def _series(figures: Sequence[MeasuredFigure], content: Framework, targets: dict[str, Decimal], today: date) -> Series:
    first = figures[0]
    decider = _decider(content, first)
    months = decider.months if decider else 0
    points = tuple(_point(figure, months, today) for figure in figures)
    is_latency = first.name == "latency" and not first.kind and first.unit == "ms"
    target = targets.get(first.statistic) if is_latency else None
    return Series(points, decider, target, options_of(figures[-1], content))


def _point(figure: MeasuredFigure, months: int, today: date) -> Point:
    age = scoring.age_of(figure.on, months=months, as_of=today, in_force_until=None) if months else scoring.Age.CURRENT
    return Point(figure, max(scoring.months_between(figure.on, today), 0), age < scoring.Age.CURRENT)


def _decider(content: Framework, figure: MeasuredFigure) -> Decider | None:
    for category, key in suits.suit_of(figure.name, figure.statistic, figure.kind).deciders:
        try:
            return content.category(category).decider(key)
        except KeyError:
            continue
    return None


def _targets(organization: Organization) -> dict[str, Decimal]:
    """The latency targets of the newest assessment that has some, by statistic."""
    answers = FactAnswer.objects.filter(scorecard__organization=organization, fact_key="latency-target")
    for values in answers.order_by("-scorecard_id").values_list("values", flat=True)[:8]:
        found = {name: read_number(values[name]) for name in ("p95", "p99") if values.get(name)}
        if found:
            return {name: value for name, value in found.items() if value is not None}
    return {}


def options_of(figure: MeasuredFigure, content: Framework) -> tuple[Option, ...]:
    """What a figure of the history can be taken for in an assessment by this framework."""
    suit = suits.suit_of(figure.name, figure.statistic, figure.kind).within(content)
    deciders = tuple(option_of(content, category, key, _("Suits")) for category, key in suit.deciders)
    facts = tuple(fact_option(key) for key in suit.facts)
    return (*deciders, *facts)


def has_open_scorecard(organization: Organization) -> bool:
    """Whether there is an open assessment, by a framework whose deciders a figure can prove."""
    rows = organization.scorecards.open().values_list("framework_key", "framework_version")
    return any(framework.load(key, version).has_deciders for key, version in rows)


def contradictions(found: Sequence[Series]) -> tuple[Contradiction, ...]:
    """What was allocated and what was active, side by side, where both were measured and differ."""
    newest: dict[str, Series] = {}
    for series in found:
        figure = series.last.figure
        if figure.name == "utilization" and figure.statistic == "mean" and figure.kind in MEANINGS:
            newest.setdefault(figure.kind, series)
    if len(newest) < 2 or newest["allocated"].last.words == newest["active"].last.words:
        return ()
    return (Contradiction(tuple((newest[kind], str(meaning)) for kind, meaning in MEANINGS.items())),)
