"""The timeline page: the projected score by date and when each item is due, as figures and as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.charts import figures
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.readings import ItemReading, RoadmapReading
from assessments.scoring import Step

BARS_MAX = 40  # more lines than this are no picture; the table has them all


@dataclass(frozen=True, slots=True)
class TimelinePage:
    projection: dict[str, Any]
    timeline: dict[str, Any] | None
    steps: tuple[Step, ...]
    rows: tuple[ItemReading, ...]
    hidden: int


def timeline_page(reading: RoadmapReading) -> TimelinePage:
    planned = sorted(
        (row for row in reading.rows if row.item.status != RoadmapItem.Status.DROPPED),
        key=lambda row: (row.item.due_on, row.item.pk),
    )
    drawn = _drawn(planned)
    projection = reading.projection
    start = reading.roadmap.starts_on
    axis = plan_axis(reading)
    return TimelinePage(
        projection=figures.plan_projection(
            projection.now.proven_total,
            [((step.on - start).days, step.total) for step in projection.steps],
            axis,
            threshold=projection.now.threshold,
            maximum=projection.now.maximum,
        ),
        timeline=figures.plan_timeline([_bar(row, reading) for row in drawn], axis) if drawn else None,
        steps=projection.steps,
        rows=tuple(planned),
        hidden=len(planned) - len(drawn),
    )


def _drawn(rows: Sequence[ItemReading]) -> Sequence[ItemReading]:
    """As many as make a picture: all of them, or the first due of those that are not done."""
    if len(rows) <= BARS_MAX:
        return rows
    unfinished = [row for row in rows if row.item.is_unfinished]
    return (unfinished or rows)[:BARS_MAX]


def plan_axis(reading: RoadmapReading) -> figures.PlanAxis:
    """The days of the plan, with a date at the start of each phase and at the end."""
    start, days = reading.roadmap.starts_on, reading.last_day - 1
    ticks = [*((phase.first_day - 1) for phase in reading.content.phases), days]
    labels = [(day, short(start + timedelta(days=day))) for day in ticks]
    return figures.PlanAxis(days, labels, (reading.today - start).days)


def _bar(row: ItemReading, reading: RoadmapReading) -> figures.PlanBar:
    start = reading.roadmap.starts_on
    phase = next(phase for phase in reading.phases if phase.key == row.item.phase_key)
    begins = ((phase.starts_on or start) - start).days
    due = (row.item.due_on - start).days
    words = _("due {day}").format(day=short(row.item.due_on))
    return figures.PlanBar(row.item.title, begins, due, row.state, words)


def short(on: date) -> str:
    return date_format(on, "SHORT_DAY")
