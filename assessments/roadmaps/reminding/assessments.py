"""Notes about the next assessment of an organization: two weeks before it is due, and once when it is overdue.

They go to whom the rhythm names, else to the organization's owners, by the same rules as notes about roadmap items:
from eight in the morning there, at most once each, tried again only where the mail server said no.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.platform.time_zones import zone_of
from assessments.roadmaps.reminding.models import Reminder
from assessments.scorecards.outlook.models import Rhythm

AHEAD = timedelta(days=14)
OVERDUE_FOR = timedelta(days=7)  # for so long the note that it is overdue still goes out, when it could not before
DAY = timedelta(days=1)

Kind = Reminder.Kind


def days_of_rhythms(now: datetime, morning: int) -> dict[str, date]:
    """By time zone of organizations that have a rhythm, the day it is where the morning has come."""
    names = Organization.objects.current().exclude(rhythm=None).order_by().values_list("time_zone", flat=True)
    local = {name: now.astimezone(zone_of(name)) for name in names.distinct()}
    return {name: at.date() for name, at in local.items() if at.hour >= morning}


def due_notes(days: Mapping[str, date]) -> Iterator[tuple[User, Organization, str, date]]:
    """Whom to tell of which assessment, and whether it is due soon or overdue; some of them know already."""
    wanted = Q(pk__in=[])
    for today in set(days.values()):
        here = Q(organization__time_zone__in=[name for name, day in days.items() if day == today])
        wanted |= here & Q(due_on__range=(today - OVERDUE_FOR, today + AHEAD))
    rhythms = Rhythm.objects.filter(wanted, organization__deleted_at=None).select_related("organization", "reminded")
    for rhythm in rhythms.order_by("due_on", "pk"):
        organization = rhythm.organization
        kind = Kind.LATE if rhythm.due_on < days[organization.time_zone] else Kind.SOON
        told = set(_told(organization, kind, rhythm.due_on))
        for user in _people(rhythm):
            setting = getattr(user, "reminder_setting", None)
            if user.pk not in told and (setting is None or setting.due_notes):
                yield user, organization, kind, rhythm.due_on


def _told(organization: Organization, kind: str, due_on: date) -> Iterator[int]:
    reminders = Reminder.objects.filter(organization=organization, kind=kind, day=due_on)
    yield from reminders.values_list("user_id", flat=True)


def _people(rhythm: Rhythm) -> list[User]:
    """Who is named, as long as they may open it; else the direct owners."""
    people = User.objects.filter(is_active=True).select_related("reminder_setting")
    organization = rhythm.organization
    named = rhythm.reminded
    if named and Organization.objects.visible_to(named).filter(pk=organization.pk).exists():
        return list(people.filter(pk=named.pk))
    direct = people.filter(memberships__organization=organization, memberships__role=Role.OWNER)
    return list(direct.order_by("pk")) or list(
        people.filter(teams__grants__organization=organization, teams__grants__role=Role.OWNER).distinct()
    )


def claim(user: User, organization: Organization, kind: str, due_on: date, now: datetime) -> Reminder | None:
    """The row of the mail; None where another worker has it, or the person or the organization is gone."""
    try:
        with transaction.atomic():
            return Reminder.objects.create(user=user, kind=kind, organization=organization, day=due_on, claimed_at=now)
    except IntegrityError:
        return None


def still_due(reminder: Reminder, today: date) -> bool:
    """Whether the assessment is still due on that day, and the note still says on which side of it today lies."""
    late = reminder.kind == Kind.LATE
    due = Rhythm.objects.filter(organization=reminder.organization_id, due_on=reminder.day).exists()
    return due and (reminder.day < today) == late
