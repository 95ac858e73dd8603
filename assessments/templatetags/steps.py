"""The list of first steps for any page: the scorecard's, with owner and date from the roadmap that starts from it."""

from dataclasses import dataclass
from datetime import date

from django import template
from django.utils import timezone

from assessments import scoring
from assessments.roadmaps.planned import planned_steps
from assessments.scorecards.readings import ScorecardReading
from assessments.scorecards.steps import FirstStep, PlannedStep, first_steps, heading

register = template.Library()


@dataclass(frozen=True, slots=True)
class StepsBlock:
    """`reaches_on` is the day ahead on which the roadmap brings the proven total to the line, if it does."""

    steps: tuple[FirstStep, ...]
    heading: str
    proven: int
    has_plan: bool
    reaches_on: date | None

    @property
    def total(self) -> int:
        return self.steps[-1].total if self.steps else self.proven

    @property
    def ruler_label(self) -> str:
        done = f", {self.total} when the steps are done" if self.steps else ""
        return f"{self.proven} of 16 proven now{done}. The risk line is at 10."


@register.simple_tag
def steps_of(reading: ScorecardReading) -> StepsBlock:
    """The three first steps of a scorecard, as every page shows them."""
    planned = planned_steps(reading.scorecard)
    steps = first_steps(reading, planned)
    return StepsBlock(
        steps=steps,
        heading=heading(reading, steps),
        proven=reading.result.proven_total,
        has_plan=bool(planned),
        reaches_on=_reaches_on(reading.result, planned),
    )


def _reaches_on(result: scoring.Result, planned: tuple[PlannedStep, ...]) -> date | None:
    today = timezone.localdate()
    items = (
        scoring.PlannedItem(
            item.category_key, item.target, today if item.is_done else max(item.due_on, today), item.earns
        )
        for item in planned
    )
    reaches_on = scoring.project_plan(result, items).reaches_on
    return reaches_on if reaches_on and reaches_on > today else None
