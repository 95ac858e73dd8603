"""The list of first steps for a page whose view does not know of roadmaps."""

from django import template

from assessments.roadmaps.plan.planned import StepsBlock, planned_of, steps_block
from assessments.scorecards.readings import ScorecardReading

register = template.Library()


@register.simple_tag
def steps_of(reading: ScorecardReading) -> StepsBlock:
    """The three first steps of a scorecard, with owner and date from the roadmap that starts from it."""
    roadmap = reading.scorecard.roadmaps.first()
    if roadmap:
        roadmap.organization = reading.scorecard.organization
    return steps_block(reading, roadmap, planned_of(roadmap))
