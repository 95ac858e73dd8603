"""Taking figures out of dropped files: each becomes proof of a decider, or fills a fact, with where it comes from."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop, MeasuredFigure
from assessments.figures.records import Found
from assessments.saving.numbers import write_number
from assessments.saving.parts import StaleAnswerError
from assessments.saving.uploads import CheckedUpload
from assessments.scorecards import services
from assessments.scorecards.filling import facts
from assessments.scorecards.models import Evidence, FactAnswer, Scorecard
from assessments.scorecards.sources import day_words, figure_words, source_words

FACT_UNITS = {"cost_per_thousand_requests": "1,000 requests", "cost_per_million_tokens": "million tokens"}
FACT_CHANGED = _lazy(
    "This fact was answered by somebody else meanwhile, so the figure was not put there. Reload the page."
)
DECIDER_CHANGED = _lazy(
    "A decider was answered by somebody else meanwhile, so the figure was not put there. Reload the page."
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is taken for: a decider, a category without saying which decider, or a fact."""

    category: str = ""
    decider: str = ""
    fact: str = ""

    @classmethod
    def parse(cls, text: str) -> "Target":
        kind, _, rest = text.partition(":")
        if kind == "fact":
            return cls(fact=rest)
        category, _, decider = rest.partition(":")
        return cls(category=category, decider=decider)

    def __str__(self) -> str:
        return f"fact:{self.fact}" if self.fact else f"of:{self.category}:{self.decider}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure of a file that somebody takes; `found` is None for one that was typed, with `title` as its name."""

    drop: FigureDrop
    target: Target
    title: str
    value: Decimal
    unit: str
    on: date
    found: Found | None = None
    asked: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    """What is kept of where it comes from in place of what the file alone says."""

    @property
    def period(self) -> str:
        return (self.found.period if self.found else "") or str(self.asked.get("period") or "")

    @property
    def provenance(self) -> dict[str, object]:
        """Where the figure comes from, as it is kept with it; what is not known is left out."""
        reading, found, asked = self.drop.reading, self.found, self.asked
        if found is None:
            kept = {"how": "typed", "file": self.drop.filename, "sha256": self.drop.sha256}
            return kept | _known({"service": asked.get("service"), "environment": asked.get("environment")})
        count = found.count if found.count is not None else asked.get("count")
        return _known(
            {
                "name": found.name,
                "statistic": found.statistic,
                "value": f"{found.value:f}",
                "unit": found.unit,
                "count": count,
                "counted": found.counted if count is not None else None,
                "about": found.about,
                "tool": reading["tool"],
                "version": reading["version"] or asked.get("version"),
                "format": reading["format"],
                "scenario": reading["scenario"],
                "environment": asked.get("environment"),
                "service": asked.get("service"),
                "measured": reading["date"],
                "period": self.period,
                "file": self.drop.filename,
                "sha256": self.drop.sha256,
                "place": found.where if found.index < len(reading["figures"]) else "",
                "warnings": reading["warnings"],
                **self.more,
            }
        )

    @property
    def key(self) -> str:
        """The same for the same figure of the same file, measured on the same day."""
        place = self.found.index if self.found else f"{self.title}:{self.value}"
        return hashlib.sha256(f"{self.drop.sha256}:{place}:{self.on}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A figure of the history that somebody takes: one that a program sent, or that another assessment has."""

    target: Target
    title: str
    value: Decimal
    unit: str
    on: date
    found: Found
    provenance: Mapping[str, object]

    @property
    def period(self) -> str:
        return str(self.provenance.get("period") or "")


def take_recorded(scorecard: Scorecard, figure: MeasuredFigure, *, target: Target, actor: User) -> None:
    """Take a figure of the history as proof of a decider, or for a fact; once, however often it is asked for."""
    kept = figure.provenance
    found = Found(
        index=0,
        name=figure.name,
        statistic=figure.statistic,
        value=figure.value,
        unit=figure.unit,
        count=kept.get("count"),
        about=kept.get("about", ""),
        kind=figure.kind,
        counted=kept.get("counted", "values"),
    )
    about = {"title": figure.title, "value": figure.value, "unit": figure.unit, "on": figure.on}
    with transaction.atomic():
        _take(scorecard, Recorded(target=target, found=found, provenance=kept, **about), actor)


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def take_figures(
    scorecard: Scorecard,
    choices: Sequence[Choice],
    *,
    kept: Collection[int] = (),
    states: Mapping[str, tuple[int, int]] | None = None,
    actor: User,
) -> int:
    """Take figures and throw their files away; returns how many were taken, 0 where that was done already.

    `kept` are the dropped files, by number, that are kept as proof; `states` what was shown for deciders that the
    figures prove, by decider, each with the version it was answered on.
    """
    with transaction.atomic():
        batch = {choice.drop.batch for choice in choices}
        there = list(FigureDrop.objects.select_for_update().filter(scorecard=scorecard, batch__in=batch))
        if not {choice.drop.pk for choice in choices} <= {drop.pk for drop in there}:
            return 0
        for choice in choices:
            _take(scorecard, choice, actor)
            remember(scorecard.organization_id, choice, actor)
        for drop in there:
            if drop.pk in kept:
                _keep_file(scorecard, drop, [choice.target for choice in choices if choice.drop.pk == drop.pk], actor)
        _answer(scorecard, {choice.target for choice in choices}, states or {}, actor)
        drops.discard(there)
    return len(choices)


def _take(scorecard: Scorecard, choice: Choice | Recorded, actor: User) -> None:
    target, found = choice.target, choice.found
    if target.fact:
        _fill_fact(scorecard, choice, actor)
        return
    deciders = [target.decider] if target.decider else []
    if same := _same(scorecard, choice):
        proven = set(same.deciders.values_list("decider_key", flat=True))
        if not proven.issuperset(deciders):
            services.set_proven_deciders(scorecard, same, deciders=[*proven, *deciders], actor=actor)
        return
    metric = found.suit.within(services.content_of(scorecard)).metric if found else None
    services.add_figure(
        scorecard,
        category=target.category,
        name=choice.title,
        value=choice.value,
        unit=choice.unit,
        deciders=deciders,
        on=choice.on,
        metric_key=metric[1] if metric and metric[0] == target.category else "",
        provenance=choice.provenance,
        actor=actor,
    )


def _same(scorecard: Scorecard, choice: Choice | Recorded) -> Evidence | None:
    """The figure as it was taken before, of the same file for the same category."""
    about = {"response__scorecard": scorecard, "response__category_key": choice.target.category, "on": choice.on}
    for item in Evidence.objects.filter(kind=Evidence.Kind.FIGURE, **about).select_related("response"):
        marks = ("sha256", "about", "count")
        is_same = all(item.provenance.get(mark) == choice.provenance.get(mark) for mark in marks)
        if is_same and item.title == choice.title and item.value == choice.value:
            return item
    return None


def remember(organization: int, choice: Choice, actor: User) -> None:
    """Add the figure to the history of an organization, once."""
    found = choice.found
    MeasuredFigure.objects.get_or_create(
        organization_id=organization,
        key=choice.key,
        defaults={
            "name": found.name if found else "",
            "statistic": found.statistic if found else "",
            "kind": found.kind if found else "",
            "service": str(choice.asked.get("service") or ""),
            "title": choice.title,
            "value": choice.value,
            "unit": choice.unit,
            "on": choice.on,
            "provenance": choice.provenance,
            "created_by": actor,
        },
    )


def _fill_fact(scorecard: Scorecard, choice: Choice | Recorded, actor: User) -> None:
    """Put a figure into the fields of a fact; a latency that was measured is no target and stands beside them."""
    key = choice.target.fact
    answer = FactAnswer.objects.get(scorecard=scorecard, fact_key=key)
    values = {**answer.values, **_fact_values(key, choice)}
    try:
        services.record_fact(
            scorecard, fact=key, answer=answer.answer, values=values, actor=actor, version=answer.version
        )
    except StaleAnswerError as stale:
        raise ValidationError(FACT_CHANGED) from stale


def _fact_values(key: str, choice: Choice | Recorded) -> dict[str, str]:
    source = source_words(choice.provenance, on=choice.on)
    statistic = choice.found.statistic if choice.found else ""
    if key == "latency-target" and f"measured_{statistic}" in facts.MEASURED[key]:
        words = figure_words(statistic, choice.provenance, choice.value, choice.unit, on=choice.on)
        return {f"measured_{statistic}": words}
    number, period = _short(choice.value), choice.period or day_words(choice.on)
    if key == "unit-cost" and choice.found and choice.found.name in FACT_UNITS:
        fields = {"amount": number, "unit": FACT_UNITS[choice.found.name], "month": period, "currency": choice.unit}
        return {**fields, facts.SOURCE.format("amount"): source}
    if key == "utilization-why" and choice.unit == "%" and choice.value <= 100:
        words = figure_words(choice.title, choice.provenance, choice.value, choice.unit, on=choice.on)
        return {"percent": number, "period": period, facts.SOURCE.format("percent"): words}
    said = _("{figure} does not answer this fact. Choose something else that it proves.")
    raise ValidationError(said.format(figure=choice.found.said if choice.found else choice.title))


def _short(value: Decimal) -> str:
    """A number as a field takes it, which keeps at most fifteen digits: four are enough of one that was divided."""
    places = max(3 - value.adjusted(), 0) if value else 0
    return write_number(value.quantize(Decimal(1).scaleb(-min(places, 8))))


def _keep_file(scorecard: Scorecard, drop: FigureDrop, targets: Sequence[Target], actor: User) -> None:
    """Keep the masked text of a file as proof of the same deciders as its figures."""
    data = drops.text_of(drop)
    for category in dict.fromkeys(target.category for target in targets if target.category):
        if data and not _is_kept(scorecard, drop, category):
            upload = CheckedUpload(ContentFile(data), drop.filename, "text/plain", len(data))
            deciders = [target.decider for target in targets if target.category == category and target.decider]
            about = {"category": category, "deciders": list(dict.fromkeys(deciders))}
            services.add_file(scorecard, title=drop.filename, upload=upload, actor=actor, **about)


def _is_kept(scorecard: Scorecard, drop: FigureDrop, category: str) -> bool:
    about = {"response__scorecard": scorecard, "response__category_key": category}
    kept = Evidence.objects.filter(kind=Evidence.Kind.FILE, **about)
    return kept.filter(filename=drop.filename, size=drop.file.size).exists()


def _answer(
    scorecard: Scorecard, targets: Collection[Target], states: Mapping[str, tuple[int, int]], actor: User
) -> None:
    """Say what was shown for the deciders that the figures prove."""
    for target in targets:
        if target.decider not in states:
            continue
        state, version = states[target.decider]
        about = {"category": target.category, "decider": target.decider, "state": state, "version": version}
        try:
            services.record_decider(scorecard, **about, actor=actor)
        except StaleAnswerError as stale:
            raise ValidationError(DECIDER_CHANGED) from stale
