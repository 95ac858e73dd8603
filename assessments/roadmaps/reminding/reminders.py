"""Who is reminded of what and when, and how each mail goes out at most once.

Days are those of the organization: nothing goes out before eight in the morning there. A note comes before an item is
due and once when it is overdue; the digest of a week on its Monday, where it stands for the notes of that day. What
could not go out in time goes out once, later, as long as it matters; there is never a pile of mails.

First the mail server is reached, then a row is written and committed, then the mail is sent, then the row says so.
Nobody writes the same row twice, so two workers never send the same. Where the server says no, the row says "failed"
and the mail is tried again, up to three times. Where nobody knows, as in a process killed or a connection lost while
sending, it is not: rather no mail than the same one twice.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import translation

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.languages import language_of
from assessments.platform.mailing import CutOffError, RefusedError, ServerAwayError, hand_over, mail_server
from assessments.platform.time_zones import zone_of
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.reminding import assessments, mail
from assessments.roadmaps.reminding.models import DAYS_BEFORE_MAX, Reminder, ReminderItem, ReminderSetting

log = logging.getLogger(__name__)

MORNING = 8
DAY, WEEK = timedelta(days=1), timedelta(days=7)
OVERDUE_FOR = WEEK  # for so long the note that an item is overdue still goes out, when it could not before
LAST_DAY_OF_DIGEST = 3  # Thursday: later, the week is over before it is read
# Until a refused mail is tried again, less the minutes by which one hourly run may be earlier than the other.
WAITS = (timedelta(minutes=50), timedelta(minutes=110), timedelta(minutes=230))

LOST = "Reminder %s may not have arrived, and is not sent again."

About, Kind, State = ReminderItem.About, Reminder.Kind, Reminder.State


def send_reminders(now: datetime) -> None:
    """Send what is to be sent at that moment, wherever in the world the organizations are."""
    days, awake = _days(now)
    try:
        _try_again(now)
        _send_digests(days, awake, now)
        _send_notes(awake, now)
        _send_assessment_notes(now)
    except ServerAwayError as error:
        log.warning("Reminders wait for the next run: the mail server cannot be reached (%s).", error.__cause__)


def _days(now: datetime) -> tuple[dict[str, date], dict[str, date]]:
    """The day it is by time zone of organizations with roadmaps: in all of them, and where the morning has come."""
    names = Organization.objects.current().exclude(roadmaps=None).order_by().values_list("time_zone", flat=True)
    local = {name: now.astimezone(zone_of(name)) for name in names.distinct()}
    days = {name: at.date() for name, at in local.items()}
    return days, {name: day for name, day in days.items() if local[name].hour >= MORNING}


def awake_days(now: datetime) -> dict[str, date]:
    """By time zone of organizations with roadmaps, the day it is where the morning has come."""
    return _days(now)[1]


# Notes about due dates


def _send_notes(days: Mapping[str, date], now: datetime) -> None:
    notes: dict[tuple[User, int], list[RoadmapItem]] = {}
    for item in _items_to_note(days):
        if item.owner:
            notes.setdefault((item.owner, item.roadmap.organization_id), []).append(item)
    for (owner, _), items in notes.items():
        organization = items[0].roadmap.organization
        today = days[organization.time_zone]
        with mail_server() as server:
            if reminder := _claim_note(owner, organization, today, items, now):
                _send(reminder, server, now)


def _send_assessment_notes(now: datetime) -> None:
    days = assessments.days_of_rhythms(now, MORNING)
    for note in list(assessments.due_notes(days)) if days else ():
        with mail_server() as server:
            if reminder := assessments.claim(*note, now):
                _send(reminder, server, now)


def _items_to_note(days: Mapping[str, date], **owner: int) -> list[RoadmapItem]:
    """The items whose owners, or the one `owner`, want to hear of them and have not heard yet."""
    told = ReminderItem.objects.filter(user=OuterRef("owner"), item=OuterRef("pk"), due_on=OuterRef("due_on"))
    before, overdue = (~Exists(told.filter(about=about)) for about in (About.BEFORE, About.OVERDUE))
    wanted = Q(pk__in=[])
    for today in set(days.values()):
        here = Q(roadmap__organization__time_zone__in=[name for name, day in days.items() if day == today])
        wanted |= here & Q(before, due_on__range=(today, today + timedelta(days=DAYS_BEFORE_MAX)))
        wanted |= here & Q(overdue, due_on__range=(today - OVERDUE_FOR, today - DAY))
    items = RoadmapItem.objects.unfinished().filter(
        wanted,
        Q(owner__reminder_setting=None) | Q(owner__reminder_setting__due_notes=True),
        owner__is_active=True,
        roadmap__organization__deleted_at=None,
        **owner,
    )
    items = items.select_related("owner__reminder_setting", "roadmap__organization").order_by("due_on", "pk")
    return [item for item in items if _about(item, days[item.roadmap.organization.time_zone])]


def _about(item: RoadmapItem, today: date) -> str | None:
    """What a note would say of the item today; None as long as its due date is further off than its owner wants."""
    if item.due_on < today:
        return About.OVERDUE
    setting = getattr(item.owner, "reminder_setting", None) or ReminderSetting()
    return About.BEFORE if item.due_on - today <= timedelta(days=setting.days_before) else None


def _claim_note(
    user: User, organization: Organization, today: date, items: list[RoadmapItem], now: datetime
) -> Reminder | None:
    """The row of the mail with those of the items that no other mail is about; None if all are taken."""
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(
                user=user, kind=Kind.DUE, organization=organization, day=today, claimed_at=now
            )
            _claim_items(reminder, items, {organization.time_zone: today})
            if not reminder.items.exists():
                transaction.set_rollback(True)
                return None
    except IntegrityError:  # the person or an item was deleted meanwhile
        return None
    return reminder


def _claim_items(reminder: Reminder, items: list[RoadmapItem], days: Mapping[str, date]) -> None:
    """Those of the items that no other mail is about; in one order, or two workers could wait for each other."""
    rows = [
        ReminderItem(
            reminder=reminder,
            user_id=reminder.user_id,
            item=item,
            about=about,
            due_on=item.due_on,
            day=days[item.roadmap.organization.time_zone],
        )
        for item in sorted(items, key=lambda item: item.pk)
        if (about := _about(item, days[item.roadmap.organization.time_zone]))
    ]
    ReminderItem.objects.bulk_create(rows, ignore_conflicts=True)


# Digests of the week


def _send_digests(days: Mapping[str, date], awake: Mapping[str, date], now: datetime) -> None:
    """To everyone for whom the week has begun, in the zone of the organization where they have the most to do."""
    begun = {name: today for name, today in awake.items() if today.weekday() <= LAST_DAY_OF_DIGEST}
    if not begun:
        return
    monday = min(today - timedelta(days=today.weekday()) for today in begun.values())
    for user_id, time_zone in _digest_readers(monday):
        if time_zone in begun:
            with mail_server() as server:
                if reminder := _claim_digest(user_id, monday, days, now):
                    _send(reminder, server, now)


def _digest_readers(monday: date) -> list[tuple[int, str]]:
    """Who wants a digest and has not had that week's, each with the time zone they have the most to do in."""
    had = Reminder.objects.filter(user=OuterRef("owner"), kind=Kind.DIGEST, day=monday)
    items = RoadmapItem.objects.filter(
        ~Exists(had),
        mail.in_digest(monday),
        Q(owner__reminder_setting=None) | Q(owner__reminder_setting__weekly_digest=True),
        owner__is_active=True,
        roadmap__organization__deleted_at=None,
    )
    busiest = items.order_by("owner").values_list("owner", "roadmap__organization__time_zone").annotate(Count("pk"))
    most: dict[int, tuple[int, str]] = {}
    for user_id, time_zone, number in busiest:
        most[user_id] = max(most.get(user_id, (0, "")), (number, time_zone))
    return [(user_id, time_zone) for user_id, (_, time_zone) in most.items()]


def _claim_digest(user_id: int, monday: date, days: Mapping[str, date], now: datetime) -> Reminder | None:
    """The row of the mail, with those of the items that it tells of in place of a note; None if it is taken."""
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(user_id=user_id, kind=Kind.DIGEST, day=monday, claimed_at=now)
            items = _items_to_note(days, owner=user_id)
            _claim_items(reminder, [item for item in items if item.due_on < monday + WEEK], days)
    except IntegrityError:  # another worker has it, or the person is gone
        return None
    return reminder


# Sending


def _try_again(now: datetime) -> None:
    refused = Reminder.objects.filter(state=State.FAILED, try_at__lte=now)
    for pk in list(refused.order_by("pk").values_list("pk", flat=True)):
        with mail_server() as server:
            taken = refused.filter(pk=pk).update(
                state=State.CLAIMED, claimed_at=now, try_at=None, attempts=F("attempts") + 1
            )
            if taken:
                _send(Reminder.objects.get(pk=pk), server, now)


def _send(reminder: Reminder, server: BaseEmailBackend, now: datetime) -> None:
    """Send a mail whose row this worker has claimed, unless there is nothing left to say."""
    try:
        with translation.override(language_of(reminder.user)):
            message = mail.compose(reminder, now)
            if message is None:
                _settle(reminder, state=State.NEEDLESS)
                return
            hand_over(message, server, kind=mail.kind_of(reminder))
    except RefusedError as error:
        log.warning("Reminder %s was refused by the mail server: %s", reminder.pk, error)
        wait = dict(enumerate(WAITS, start=1)).get(reminder.attempts)
        _settle(reminder, state=State.FAILED, try_at=now + wait if wait else None)
    except CutOffError as error:  # where a connection breaks, more would: this run tries no other mail
        log.exception(LOST, reminder.pk)
        raise ServerAwayError from error
    except Exception:  # one mail that cannot be written keeps no other from going out
        log.exception(LOST, reminder.pk)
    else:
        _settle(reminder, state=State.SENT, sent_at=now)


def _settle(reminder: Reminder, **values: object) -> None:
    Reminder.objects.filter(pk=reminder.pk, state=State.CLAIMED).update(**values)
