"""Telling webhooks that an item is overdue: once for each due date, from eight in the morning of the organization.

What has been overdue for longer than a week is nobody's news: it is told no more, say after a time without a clock.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.reminding.models import OverdueItem
from assessments.roadmaps.reminding.reminders import DAY, OVERDUE_FOR, awake_days
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event


def announce_overdue(now: datetime) -> int:
    """Run twice, or in two workers at once, each item is told once. Returns how many are overdue since the last run.

    Those of organizations that nobody is told of are noted, too: a webhook made later is not told of the past.
    """
    days = awake_days(now)
    wanted = Q(pk__in=[])
    for today in set(days.values()):
        here = Q(roadmap__organization__time_zone__in=[name for name, day in days.items() if day == today])
        wanted |= here & Q(due_on__range=(today - OVERDUE_FOR, today - DAY))
    noted = OverdueItem.objects.filter(item=OuterRef("pk"), due_on=OuterRef("due_on"))
    items = RoadmapItem.objects.unfinished().filter(wanted, ~Exists(noted), roadmap__organization__deleted_at=None)
    found = 0
    for item in items.select_related("roadmap__organization").order_by("due_on", "pk"):
        found += _announce(item, days[item.roadmap.organization.time_zone])
    return found


def _announce(item: RoadmapItem, today: date) -> bool:
    """False where another worker has told it, or the item is gone."""
    organization = item.roadmap.organization
    late: timedelta = today - item.due_on
    try:
        with transaction.atomic():
            OverdueItem.objects.create(item=item, due_on=item.due_on)
            announce(
                Event.ITEM_OVERDUE,
                organization.pk,
                text=f"“{item.title}” was due on {item.due_on:%-d %B %Y} and is not done.",
                path=reverse("roadmap_item_detail", args=[organization.slug, item.roadmap_id, item.pk]),
                item={
                    "id": item.pk,
                    "title": item.title,
                    "due_on": item.due_on.isoformat(),
                    "days_late": late.days,
                    "status": item.status,
                },
            )
    except IntegrityError:
        return False
    return True
