"""What the mails about one's items say, read from the rows at the moment they are sent."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.reminding.assessments import still_due
from assessments.roadmaps.reminding.models import Reminder, ReminderItem
from assessments.roadmaps.reminding.settings import COLUMNS, setting_of, unsubscribe_token
from assessments.roadmaps.services import content_of, days_label

SHOWN = 15  # items in one list; of more, the number is told
SUBJECT_LENGTH = 110
WEEK = timedelta(days=7)

About, Kind = ReminderItem.About, Reminder.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """An item as a mail shows it."""

    title: str
    when: str
    phase: str
    done_when: str
    link: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Listing:
    heading: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class OrganizationWeek:
    name: str
    listings: tuple[Listing, ...]

    @property
    def rule(self) -> str:
        return "=" * len(self.name)


def compose(reminder: Reminder, now: datetime) -> EmailMessage | None:
    """The mail, in the language that is spoken; None where there is nothing to say, or nobody who wants to hear it."""
    user = User.objects.select_related("reminder_setting").filter(pk=reminder.user_id, is_active=True).first()
    if user is None:
        return None
    if reminder.kind in (Kind.SOON, Kind.LATE):
        return _assessment_note(reminder, user, now)
    return (_digest if reminder.kind == Kind.DIGEST else _note)(reminder, user, now)


def _organization_of(reminder: Reminder, user: User) -> Organization | None:
    """The organization a reminder is about; None if it is about none, or the person does not see it any more."""
    return Organization.objects.visible_to(user).filter(pk=reminder.organization_id or 0).first()


def _assessment_note(reminder: Reminder, user: User, now: datetime) -> EmailMessage | None:
    """About the next assessment of an organization, as long as it is due on that day and not signed off yet."""
    organization = _organization_of(reminder, user)
    if organization is None or not setting_of(user).due_notes:
        return None
    today, name = organization.today(now), one_line(organization.name)
    if not still_due(reminder, today):
        return None
    day = date_format(reminder.day, "LONG_DAY")
    if reminder.kind == Kind.LATE:
        subject = _("Overdue: assessment of {organization}")
        opening = _("The next assessment of {organization} was due on {day}.")
    else:
        subject = _("Assessment of {organization} is due {when}")
        opening = _("The next assessment of {organization} is due on {day}.")
    subject = subject.format(organization=name, when=due_words(reminder.day, today))
    context: dict[str, object] = {
        "opening": opening.format(organization=name, day=day),
        "link": _link("scorecard_list", organization.slug),
    }
    return _message(reminder, user, subject, "assessment_due", context)


# Notes about due dates


def _note(reminder: Reminder, user: User, now: datetime) -> EmailMessage | None:
    setting = setting_of(user)
    organization = _organization_of(reminder, user)
    if organization is None or not setting.due_notes:
        return None
    today = organization.today(now)
    rows = reminder.items.filter(
        item__owner=user,
        item__status__in=[RoadmapItem.Status.TO_DO, RoadmapItem.Status.DOING],
        item__due_on=F("due_on"),
        item__roadmap__organization=organization,
    )
    rows = rows.select_related("item__roadmap").order_by("due_on", "pk")
    items = [row.item for row in rows if row.about == (About.OVERDUE if row.due_on < today else About.BEFORE)]
    if not items:
        return None
    late = sum(item.due_on < today for item in items)
    context = {
        "opening": _note_opening(items, late, organization, today),
        "listing": _listing("", items, organization, today),
        "days_before": setting.days_before,
    }
    return _message(reminder, user, _note_subject(items, late, organization, today), "reminder_due", context)


def _note_opening(items: list[RoadmapItem], late: int, organization: Organization, today: date) -> str:
    name = one_line(organization.name)
    if len(items) == 1:
        [item] = items
        if late:
            return _("An item of yours at {organization} is overdue.").format(organization=name)
        words = _("An item of yours at {organization} is due {when}.")
        return words.format(organization=name, when=due_words(item.due_on, today))
    soon = len(items) - late
    if late and soon:
        return _late_and_soon(late, soon).format(organization=name, late=late, soon=soon)
    words = _("At {organization}, {number} of your items are due soon.")
    if late:
        words = _("At {organization}, {number} of your items are overdue.")
    return words.format(organization=name, number=late or soon)


def _late_and_soon(late: int, soon: int) -> str:
    if soon == 1:
        return ngettext(
            "At {organization}, {late} of your items is overdue and {soon} is due soon.",
            "At {organization}, {late} of your items are overdue and {soon} is due soon.",
            late,
        )
    return ngettext(
        "At {organization}, {late} of your items is overdue and {soon} are due soon.",
        "At {organization}, {late} of your items are overdue and {soon} are due soon.",
        late,
    )


def _note_subject(items: list[RoadmapItem], late: int, organization: Organization, today: date) -> str:
    if len(items) == 1:
        [item] = items
        title = one_line(item.title)
        if late:
            return _("Overdue since {day}: {title}").format(day=_day(item.due_on, today), title=title)
        return _("Due {when}: {title}").format(when=due_words(item.due_on, today), title=title)
    soon = len(items) - late
    words = _("{organization}: {late} overdue and {soon} due soon")
    if not soon:
        words = _("{organization}: {late} overdue")
    elif not late:
        words = _("{organization}: {soon} due soon")
    return words.format(organization=one_line(organization.name), late=late, soon=soon)


# The digest of a week


def in_digest(monday: date) -> Q:
    """The items that the digest of that week may speak of; overdue ones are due before its end, too."""
    open_ones = Q(status__in=[RoadmapItem.Status.TO_DO, RoadmapItem.Status.DOING], due_on__lt=monday + WEEK)
    return open_ones | Q(status=RoadmapItem.Status.DONE, done_on__gte=monday - WEEK, done_on__lt=monday)


def _digest(reminder: Reminder, user: User, now: datetime) -> EmailMessage | None:
    if not setting_of(user).weekly_digest:
        return None
    monday = reminder.day
    items = RoadmapItem.objects.filter(in_digest(monday), owner=user)
    items = items.filter(roadmap__organization__in=Organization.objects.visible_to(user).order_by().values("pk"))
    items = items.select_related("roadmap__organization").order_by("roadmap__organization__name_sort", "due_on", "pk")
    by_organization: dict[int, list[RoadmapItem]] = {}
    for item in items:
        by_organization.setdefault(item.roadmap.organization_id, []).append(item)
    weeks, sums = [], [0, 0, 0]
    for theirs in by_organization.values():
        organization = theirs[0].roadmap.organization
        today = organization.today(now)
        done = [item for item in theirs if item.status == RoadmapItem.Status.DONE]
        late = [item for item in theirs if item.is_overdue(today)]
        due = [item for item in theirs if item.is_unfinished and item.due_on >= today]
        sums = [total + len(more) for total, more in zip(sums, (late, due, done), strict=True)]
        named = ((_("Overdue"), late), (_("Due this week"), due), (_("Done last week"), done))
        listings = tuple(_listing(heading, found, organization, today) for heading, found in named if found)
        weeks.append(OrganizationWeek(one_line(organization.name), listings))
    if not weeks:
        return None
    context: dict[str, object] = {"opening": _digest_opening(*sums), "weeks": weeks, "monday": _day(monday, monday)}
    return _message(reminder, user, _("Your week: {sums}").format(sums=_sums(*sums)), "reminder_digest", context)


def _sums(late: int, due: int, done: int) -> str:
    named = ((late, _("{number} overdue")), (due, _("{number} due")), (done, _("{number} done last week")))
    return ", ".join(words.format(number=number) for number, words in named if number)


def _digest_opening(late: int, due: int, done: int) -> str:
    if late and due:
        return _late_and_due(late, due).format(late=late, due=due)
    if late:
        words = ngettext(
            "{number} item of yours is overdue. Nothing else is due this week.",
            "{number} items of yours are overdue. Nothing else is due this week.",
            late,
        )
        return words.format(number=late)
    if due:
        words = ngettext(
            "{number} item of yours is due this week. Nothing is overdue.",
            "{number} items of yours are due this week. Nothing is overdue.",
            due,
        )
        return words.format(number=due)
    words = ngettext(
        "You finished {number} item last week. Nothing is due this week, and nothing is overdue.",
        "You finished {number} items last week. Nothing is due this week, and nothing is overdue.",
        done,
    )
    return words.format(number=done)


def _late_and_due(late: int, due: int) -> str:
    if due == 1:
        return ngettext(
            "{late} item of yours is overdue, and {due} is due this week.",
            "{late} items of yours are overdue, and {due} is due this week.",
            late,
        )
    return ngettext(
        "{late} item of yours is overdue, and {due} are due this week.",
        "{late} items of yours are overdue, and {due} are due this week.",
        late,
    )


# Words


def _listing(heading: str, items: list[RoadmapItem], organization: Organization, today: date) -> Listing:
    lines = tuple(_line(item, organization, today) for item in items[:SHOWN])
    return Listing(heading, lines, len(items) - len(lines))


def _line(item: RoadmapItem, organization: Organization, today: date) -> Line:
    return Line(
        title=one_line(item.title),
        when=_when(item, today),
        phase=days_label(content_of(item.roadmap), item.phase_key),
        done_when=Truncator(one_line(item.done_when)).chars(200),
        link=_link("roadmap_item_detail", organization.slug, item.roadmap_id, item.pk),
        is_done=item.done_on is not None,
    )


def _when(item: RoadmapItem, today: date) -> str:
    if item.done_on:
        return _("Done on {day}").format(day=_day(item.done_on, today))
    days, day = (item.due_on - today).days, _day(item.due_on, today)
    if days < 0:
        words = ngettext("Was due on {day}, {number} day ago", "Was due on {day}, {number} days ago", -days)
        return words.format(day=day, number=-days)
    if days == 0:
        return _("Due today, {day}").format(day=day)
    return _("Due tomorrow, {day}").format(day=day) if days == 1 else _("Due on {day}").format(day=day)


def due_words(due_on: date, today: date) -> str:
    """A day that has not passed, as one says it: "today", "tomorrow", "on Friday 4 December"."""
    days = (due_on - today).days
    if days in (0, 1):
        return _("tomorrow") if days else _("today")
    return _("on {day}").format(day=_day(due_on, today))


def _day(on: date, today: date) -> str:
    return date_format(on, "WEEKDAY" if abs((on - today).days) < 180 else "WEEKDAY_YEAR")


def one_line(text: str) -> str:
    """Text that people wrote, without line breaks and what cannot be seen: it can neither forge a header nor a line."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


# The message


def kind_of(reminder: Reminder) -> str:
    return COLUMNS[Kind(reminder.kind)]


def _link(name: str, *arguments: object) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)


def _message(reminder: Reminder, user: User, subject: str, template: str, context: dict[str, object]) -> EmailMessage:
    stop = _link("reminder_setting_stop", unsubscribe_token(user.pk, reminder.kind))
    context |= {"stop": stop, "mine": _link("roadmap_item_mine"), "change": _link("reminder_setting_update")}
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"roadmaps/mail/{template}.txt", context)).strip()
    host = urlsplit(settings.SITE_URL).hostname
    headers = {
        "Message-ID": f"<reminder-{reminder.key}@{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(Truncator(subject).chars(SUBJECT_LENGTH), text, None, [user.email], headers=headers)
