"""A roadmap's items as the list of first steps reads them."""

from django.urls import reverse

from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.scorecards.models import Scorecard
from assessments.scorecards.steps import PlannedStep


def planned_steps(scorecard: Scorecard) -> tuple[PlannedStep, ...]:
    """What the roadmap that starts from a scorecard plans to raise, in one query; nothing where there is none."""
    items = RoadmapItem.objects.filter(roadmap__scorecard=scorecard, target_level__gt=0).planned()
    slug = scorecard.organization.slug
    return tuple(_planned(item, slug) for item in items.select_related("owner").order_by("due_on", "position", "pk"))


def steps_of(roadmap: Roadmap, items: list[RoadmapItem]) -> tuple[PlannedStep, ...]:
    """The same of a roadmap whose items are at hand."""
    slug = roadmap.organization.slug
    planned = (item for item in items if item.target_level and item.status != RoadmapItem.Status.DROPPED)
    return tuple(_planned(item, slug) for item in sorted(planned, key=lambda each: (each.due_on, each.position)))


def _planned(item: RoadmapItem, slug: str) -> PlannedStep:
    return PlannedStep(
        key=item.source_key or f"item:{item.pk}",
        title=item.title,
        detail=item.detail,
        category_key=item.category_key,
        target=item.target_level or 0,
        effort=item.effort,
        due_on=item.due_on,
        owner=item.owner_label,
        url=reverse("roadmap_item_detail", args=[slug, item.roadmap_id, item.pk]),
        earns=tuple(item.earns),
        is_done=item.status == RoadmapItem.Status.DONE,
    )
