"""The list of first steps with owner and date from the roadmap that starts from a scorecard, the same on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.scorecards.models import Scorecard
from assessments.scorecards.readings import ScorecardReading
from assessments.scorecards.steps import FirstStep, PlannedStep, first_steps, heading


@dataclass(frozen=True, slots=True)
class StepsBlock:
    """`reaches_on` is the day ahead on which the roadmap brings the proven total to the line, if it does."""

    steps: tuple[FirstStep, ...]
    heading: str
    proven: int
    roadmap: Roadmap | None
    reaches_on: date | None
    maximum: int
    line: int

    @property
    def total(self) -> int:
        return self.steps[-1].total if self.steps else self.proven

    @property
    def ruler_label(self) -> str:
        words = _("{proven} of {maximum} proven now. The risk line is at {line}.")
        if self.steps:
            words = _("{proven} of {maximum} proven now, {total} when the steps are done. The risk line is at {line}.")
        return words.format(proven=self.proven, maximum=self.maximum, total=self.total, line=self.line)


def steps_block(reading: ScorecardReading, roadmap: Roadmap | None, planned: Sequence[PlannedStep]) -> StepsBlock:
    steps = first_steps(reading, planned)
    return StepsBlock(
        steps=steps,
        heading=heading(reading, steps),
        proven=reading.result.proven_total,
        roadmap=roadmap,
        reaches_on=_reaches_on(reading.result, planned),
        maximum=reading.result.maximum,
        line=reading.result.threshold,
    )


def _reaches_on(result: scoring.Result, planned: Iterable[PlannedStep]) -> date | None:
    today = timezone.localdate()
    items = (
        scoring.PlannedItem(
            item.category_key, item.target, today if item.is_done else max(item.due_on, today), item.earns
        )
        for item in planned
        if item.target
    )
    reaches_on = scoring.project_plan(result, items).reaches_on
    return reaches_on if reaches_on and reaches_on > today else None


def planned_steps(scorecard: Scorecard) -> tuple[PlannedStep, ...]:
    """What the roadmap that starts from a scorecard plans; nothing where there is none."""
    roadmap = scorecard.roadmaps.first()
    if roadmap:
        roadmap.organization = scorecard.organization
    return planned_of(roadmap)


def planned_of(roadmap: Roadmap | None) -> tuple[PlannedStep, ...]:
    if roadmap is None:
        return ()
    dismissed = roadmap.dismissed_suggestions.values_list("source_key", flat=True)
    return steps_of(roadmap, roadmap.items.select_related("owner"), dismissed)


def steps_of(roadmap: Roadmap, items: Iterable[RoadmapItem], dismissed: Iterable[str]) -> tuple[PlannedStep, ...]:
    """The items that lead to a level, the first due first.

    What raises nothing, was dropped or put aside is in it as done and without a level: it is not offered again.
    """
    items = sorted(items, key=lambda item: (item.due_on, item.position, item.pk))
    counts = [item for item in items if item.target_level and item.status != RoadmapItem.Status.DROPPED]
    planned = [_planned(item, roadmap) for item in counts]
    known = {step.key for step in planned}
    aside = [item.source_key for item in items if item.source_key not in known]
    return (*planned, *(_aside(key, roadmap.starts_on) for key in (*aside, *sorted(dismissed))))


def _planned(item: RoadmapItem, roadmap: Roadmap) -> PlannedStep:
    return PlannedStep(
        key=item.source_key or f"item:{item.pk}",
        title=item.title,
        detail=item.detail,
        category_key=item.category_key,
        target=item.target_level or 0,
        effort=item.effort,
        due_on=item.due_on,
        owner=item.owner_label,
        url=reverse("roadmap_item_detail", args=[roadmap.organization.slug, roadmap.pk, item.pk]),
        earns=tuple(item.earns),
        is_done=item.status == RoadmapItem.Status.DONE,
    )


def _aside(key: str, day: date) -> PlannedStep:
    return PlannedStep(key, "", "", "", 0, "", day, is_done=True)
