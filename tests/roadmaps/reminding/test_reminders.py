"""The hourly run against a real mail server: who gets what and when, and never twice."""

import asyncio
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as trying
from hypothesis.extra.django import TestCase

from assessments.organizations.models import Organization, Role
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.reminding.models import Reminder, ReminderItem, ReminderSetting
from assessments.roadmaps.reminding.reminders import send_reminders
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user
from tests.roadmaps.reminding.plans import Sink, Status, free_port, mail_server, make_owned, make_plan, utc

pytestmark = pytest.mark.django_db

MORNING = utc(2026, 11, 25, 8, 1)  # a Wednesday
FRIDAY = date(2026, 11, 27)
MONDAY = utc(2026, 11, 23, 8, 1)


@pytest.fixture
def sink(settings):
    with mail_server() as server:
        deliver_to(server, settings)
        yield server


def deliver_to(server: Sink, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.SITE_URL = "https://score.example.com"


@pytest.fixture
def dana():
    return make_user(name="Dana Whitlock", email="dana@example.com")


@pytest.fixture
def plan(dana):
    return make_plan(make_organization(owner=dana, name="Kestrel Logistics"))


def no_digest(user):
    ReminderSetting.objects.update_or_create(user=user, defaults={"weekly_digest": False})


def make_many(plan, owner, number=499):
    base = {"roadmap": plan, "owner": owner, "due_on": FRIDAY, "phase_key": "x"}
    RoadmapItem.objects.bulk_create(RoadmapItem(**base, position=n, title=f"Item {n}") for n in range(number))


# Notes about due dates


def test_a_note_comes_two_days_before_and_says_what_and_until_when(sink, plan, dana):
    no_digest(dana)
    item = make_owned(plan, due_on=FRIDAY, title="Name an owner for each model", done_when="Every model has one.")

    send_reminders(MORNING)

    [message] = sink.messages
    reminder = Reminder.objects.get()
    [text] = sink.texts
    assert message["To"] == "dana@example.com"
    assert sink.subjects == ["Due on Friday 27 November: Name an owner for each model"]
    assert "An item of yours at Kestrel Logistics is due on Friday 27 November." in text
    assert "Done when: Every model has one." in text
    assert f"https://score.example.com/o/{plan.organization.slug}/roadmaps/{plan.pk}/items/{item.pk}/" in text
    assert "https://score.example.com/roadmap/mine" in text
    stop = message["List-Unsubscribe"].strip()
    assert stop.startswith("<https://score.example.com/reminders/stop/")
    assert stop[1:-1] in text
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<reminder-{reminder.key}@score.example.com>"
    assert (reminder.state, reminder.sent_at) == ("sent", MORNING)


def test_a_note_is_in_the_language_of_whoever_gets_it(sink, plan, dana):
    no_digest(dana)
    type(dana).objects.update(language="de")
    make_owned(plan, due_on=FRIDAY)

    send_reminders(MORNING)

    [subject] = sink.subjects
    assert "Freitag, 27. November" in subject
    assert get_language() == "en"


def test_run_again_and_again_nobody_gets_a_second_one(sink, plan):
    make_owned(plan, due_on=FRIDAY)

    for hours in range(96):
        send_reminders(MORNING + timedelta(hours=hours))

    assert sink.subjects == ["Your week: 1 due", "Overdue since Friday 27 November: Map the stack"]


def test_the_life_of_an_item_that_nobody_finishes_is_two_notes(sink, plan, dana):
    no_digest(dana)
    make_owned(plan, due_on=FRIDAY)

    for days in range(-20, 40):
        send_reminders(MORNING + timedelta(days=days))

    assert sink.subjects == [
        "Due on Friday 27 November: Map the stack",
        "Overdue since Friday 27 November: Map the stack",
    ]


def test_items_due_at_once_in_one_organization_are_one_mail(sink, plan, dana):
    no_digest(dana)
    for number in range(40):
        make_owned(plan, due_on=FRIDAY, title=f"Item {number}")
    make_owned(plan, due_on=FRIDAY - timedelta(days=3), title="Late one")

    send_reminders(MORNING)

    assert sink.subjects == ["Kestrel Logistics: 1 overdue and 40 due soon"]
    text = sink.texts[0]
    assert "At Kestrel Logistics, 1 of your items is overdue and 40 are due soon." in text
    assert text.index("Late one") < text.index("Item 0")
    assert "And 26 more." in text
    assert ReminderItem.objects.count() == 41


def test_a_new_due_date_has_its_own_note_but_no_item_has_two_on_one_day(sink, plan, dana):
    no_digest(dana)
    make_owned(plan, due_on=FRIDAY)
    send_reminders(MORNING)

    RoadmapItem.objects.update(due_on=FRIDAY - timedelta(days=1))
    send_reminders(MORNING + timedelta(hours=1))
    assert len(sink.messages) == 1

    send_reminders(MORNING + timedelta(days=1))
    assert sink.subjects[1:] == ["Due today: Map the stack"]


@pytest.mark.parametrize("days", range(1, 8))
def test_the_days_before_are_the_person_s_own(sink, plan, dana, days):
    ReminderSetting.objects.create(user=dana, days_before=days, weekly_digest=False)
    make_owned(plan, due_on=MORNING.date() + timedelta(days=days))

    send_reminders(MORNING - timedelta(days=1))
    assert sink.messages == []
    send_reminders(MORNING)
    assert len(sink.messages) == 1


def test_a_worker_that_was_away_for_three_days_sends_what_still_matters_once(sink, plan, dana):
    make_owned(plan, due_on=date(2026, 11, 24), title="Was due meanwhile")
    make_owned(plan, due_on=date(2026, 11, 26), title="Due today")
    make_owned(plan, due_on=date(2026, 11, 16), title="Long overdue")

    for hours in range(6):
        send_reminders(utc(2026, 11, 26, 9 + hours))

    assert sink.subjects == ["Your week: 2 overdue, 1 due"]


def test_on_a_day_with_a_digest_it_stands_for_the_notes_of_that_day(sink, plan, dana):
    make_owned(plan, due_on=date(2026, 11, 24), title="Tomorrow")
    make_owned(plan, due_on=date(2026, 11, 20), title="Overdue")
    make_owned(plan, due_on=date(2026, 11, 26), title="Thursday")

    for hours in range(0, 72, 6):
        send_reminders(MONDAY + timedelta(hours=hours))

    assert sink.subjects == [
        "Your week: 1 overdue, 2 due",
        "Due on Thursday 26 November: Thursday",
        "Overdue since Tuesday 24 November: Tomorrow",
    ]


def test_the_digest_stands_for_no_note_about_what_it_does_not_tell_of(sink, plan, dana):
    ReminderSetting.objects.create(user=dana, days_before=7)
    make_owned(plan, due_on=date(2026, 11, 30), title="Next Monday")
    make_owned(plan, due_on=date(2026, 11, 29), title="Sunday")

    send_reminders(MONDAY)

    assert sink.subjects == ["Your week: 1 due", "Due on Monday 30 November: Next Monday"]


def test_on_friday_last_monday_s_digest_matters_no_more(sink, plan):
    make_owned(plan, due_on=date(2026, 11, 29), title="Due on Sunday")

    send_reminders(utc(2026, 11, 27, 9) - timedelta(hours=10))
    digests = len(sink.messages)
    Reminder.objects.all().delete()
    send_reminders(utc(2026, 11, 27, 9))

    assert digests == 1
    assert [subject for subject in sink.subjects[1:] if subject.startswith("Your week")] == []


def leave(item, organization):
    organization.memberships.all().delete()


def leave_unnoticed(item, organization):
    organization.memberships.all()._raw_delete("default")


def deactivate(item, organization):
    get_user_model().objects.update(is_active=False)


def delete(item, organization):
    Organization.objects.update(deleted_at=MORNING)


def set_item(**values):
    return lambda item, organization: RoadmapItem.objects.filter(pk=item.pk).update(**values)


def set_setting(**values):
    return lambda item, organization: ReminderSetting.objects.create(user=item.owner, **values)


@pytest.mark.parametrize(
    "change",
    [
        leave,
        leave_unnoticed,
        deactivate,
        delete,
        set_item(status=Status.DONE, done_on=FRIDAY - timedelta(days=30)),
        set_item(status=Status.DROPPED, dropped_reason="No longer needed"),
        set_item(owner=None, owner_name="Somebody else"),
        set_item(due_on=FRIDAY + timedelta(days=60)),
        set_setting(due_notes=False, weekly_digest=False),
    ],
)
def test_nothing_is_sent_about_what_is_over_or_to_whom_it_no_longer_concerns(sink, plan, change):
    change(make_owned(plan, due_on=FRIDAY), plan.organization)

    send_reminders(MORNING)
    send_reminders(MONDAY + timedelta(days=7))

    assert sink.messages == []


@pytest.mark.parametrize("change", [leave_unnoticed, deactivate, delete, set_item(status=Status.DONE, done_on=FRIDAY)])
def test_what_changed_between_a_refusal_and_the_next_try_is_asked_again(sink, plan, dana, change):
    no_digest(dana)
    item = make_owned(plan, due_on=FRIDAY)
    sink.answer = lambda envelope: "451 Try again later"
    send_reminders(MORNING)
    sink.answer = lambda envelope: "250 OK"

    change(item, plan.organization)
    send_reminders(MORNING + timedelta(hours=1))

    assert sink.messages == []
    assert Reminder.objects.get().state == "needless"


def test_a_member_through_a_team_is_reminded(sink, plan):
    ines = make_user(email="ines@example.com")
    make_grant(make_team(ines), plan.organization)
    make_owned(plan, due_on=FRIDAY, owner=ines)

    send_reminders(MORNING)

    assert sink.recipients == ["ines@example.com"]


def test_an_erased_person_takes_settings_and_reminders_along(sink, plan):
    ines = make_membership(plan.organization, role=Role.EDITOR).user
    make_owned(plan, due_on=FRIDAY, owner=ines)
    ReminderSetting.objects.create(user=ines)
    send_reminders(MORNING)
    assert Reminder.objects.filter(user=ines).count() == 1

    ines.delete()

    assert (Reminder.objects.count(), ReminderItem.objects.count(), ReminderSetting.objects.count()) == (0, 0, 0)


# The weekly digest


def test_the_digest_is_by_organization_and_says_what_was_what_is_and_what_got_done(sink, plan, dana):
    other = make_plan(make_organization(owner=dana, name="Birch & Co"))
    make_owned(plan, due_on=date(2026, 11, 20), title="Late one")
    make_owned(plan, due_on=date(2026, 11, 29), title="On Sunday")
    make_owned(plan, due_on=date(2026, 11, 30), title="Next week")
    make_owned(plan, due_on=date(2026, 11, 20), title="Finished", status=Status.DONE, done_on=date(2026, 11, 17))
    make_owned(plan, due_on=date(2026, 11, 9), title="Long ago", status=Status.DONE, done_on=date(2026, 11, 15))
    make_owned(other, due_on=date(2026, 11, 23), title="Today at Birch")
    ReminderSetting.objects.create(user=dana, due_notes=False)

    send_reminders(MONDAY)

    [text] = sink.texts
    assert sink.subjects == ["Your week: 1 overdue, 2 due, 1 done last week"]
    assert text.startswith("1 item of yours is overdue, and 2 are due this week.\n")
    order = [
        "Birch & Co\n==========",
        "Today at Birch",
        "Kestrel Logistics",
        "Late one",
        "On Sunday",
        "Done last week",
        "Finished",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "Next week" not in text
    assert "Long ago" not in text
    assert "It is the one of Monday 23 November." in text


def test_a_week_with_nothing_to_say_has_no_digest(sink, plan):
    make_owned(plan, due_on=date(2027, 1, 20))

    send_reminders(MONDAY)

    assert sink.messages == []


def test_five_hundred_items_are_one_digest_in_as_many_queries_as_one(sink, plan, dana):
    ReminderSetting.objects.create(user=dana, due_notes=False)
    make_owned(plan, due_on=FRIDAY)
    with CaptureQueriesContext(connection) as one:
        send_reminders(MONDAY)
    make_many(plan, dana)
    Reminder.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        send_reminders(MONDAY)

    assert len(one) == len(many) <= 15
    assert sink.subjects == ["Your week: 1 due", "Your week: 500 due"]
    assert "And 485 more." in sink.texts[1]


def test_a_note_about_five_hundred_items_takes_as_many_queries_as_one(sink, plan, dana):
    no_digest(dana)
    make_owned(plan, due_on=FRIDAY)
    with CaptureQueriesContext(connection) as one:
        send_reminders(MORNING)
    Reminder.objects.all().delete()
    make_many(plan, dana)
    with CaptureQueriesContext(connection) as many:
        send_reminders(MORNING)

    inserts = [q for q in many if 'INTO "assessments_reminderitem"' in q["sql"]]  # SQLite takes them in batches
    assert len(many) - len(inserts) == len(one) - 1 <= 15
    assert sink.subjects[1] == "Kestrel Logistics: 500 due soon"


# Where and when


def at(zone, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "morning", "due_on"),
    [
        ("Pacific/Auckland", (2026, 11, 25), date(2026, 11, 27)),
        ("America/New_York", (2026, 11, 25), date(2026, 11, 27)),
        ("Asia/Kolkata", (2026, 11, 25), date(2026, 11, 27)),
        ("Pacific/Apia", (2026, 11, 25), date(2026, 11, 27)),
        ("America/New_York", (2026, 3, 8), date(2026, 3, 10)),  # clocks go forward that night
        ("America/New_York", (2026, 11, 1), date(2026, 11, 3)),  # and back
        ("Pacific/Auckland", (2026, 9, 27), date(2026, 9, 29)),
        ("Pacific/Auckland", (2026, 4, 5), date(2026, 4, 7)),
        ("Europe/Berlin", (2028, 2, 27), date(2028, 2, 29)),
        ("", (2028, 2, 29), date(2028, 3, 2)),
    ],
)
def test_the_day_begins_at_eight_where_the_organization_is(sink, plan, dana, zone, morning, due_on):
    no_digest(dana)
    Organization.objects.update(time_zone=zone)
    make_owned(plan, due_on=due_on)
    eight = at(zone or "UTC", *morning, 8)

    send_reminders(eight - timedelta(seconds=1))
    assert sink.messages == []
    send_reminders(eight)
    assert len(sink.messages) == 1


def test_a_digest_comes_in_the_zone_in_which_most_is_to_be_done(sink, plan, dana):
    ReminderSetting.objects.create(user=dana, due_notes=False)
    Organization.objects.update(time_zone="Pacific/Auckland")
    west = make_plan(make_organization(owner=dana, name="West", time_zone="America/New_York"))
    make_owned(plan, due_on=FRIDAY)
    make_owned(west, due_on=FRIDAY)
    make_owned(west, due_on=FRIDAY)

    send_reminders(at("Pacific/Auckland", 2026, 11, 23, 8))
    send_reminders(at("America/New_York", 2026, 11, 23, 7, 59))
    assert sink.messages == []
    send_reminders(at("America/New_York", 2026, 11, 23, 8))
    assert sink.subjects == ["Your week: 3 due"]


def test_overdue_is_counted_where_the_organization_is(sink, plan, dana):
    no_digest(dana)
    Organization.objects.update(time_zone="Pacific/Auckland")
    make_owned(plan, due_on=date(2026, 11, 25))

    send_reminders(at("Pacific/Auckland", 2026, 11, 25, 8))  # still the day before in UTC
    send_reminders(at("Pacific/Auckland", 2026, 11, 26, 8))

    assert sink.subjects == ["Due today: Map the stack", "Overdue since Wednesday 25 November: Map the stack"]


ZONES = ["Pacific/Auckland", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"]
MOMENTS = strategies.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=strategies.just(ZoneInfo("UTC")))


class EveryMoment(TestCase):
    """Whatever the zone and the moment: the days are those that a wall calendar there shows."""

    @trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(zone=strategies.sampled_from(ZONES), moment=MOMENTS, ahead=strategies.integers(-12, 12))
    def test_days_are_those_of_the_organization(self, zone, moment, ahead):
        organization = make_organization(time_zone=zone)
        no_digest(organization.created_by)
        local = moment.astimezone(ZoneInfo(zone))
        make_owned(make_plan(organization), due_on=local.date() + timedelta(days=ahead))

        send_reminders(moment)

        awake = local.hour >= 8
        expected = ["before"] if awake and 0 <= ahead <= 2 else ["overdue"] if awake and -7 <= ahead < 0 else []
        assert list(ReminderItem.objects.values_list("about", flat=True)) == expected


# The mail server


def test_while_the_server_is_away_nothing_is_lost_and_nothing_piles_up(settings, plan):
    make_owned(plan, due_on=FRIDAY)
    port = free_port()
    with mail_server(port) as server:
        deliver_to(server, settings)

    for hours in range(30):
        send_reminders(MORNING + timedelta(hours=hours))
    assert Reminder.objects.count() == 0

    with mail_server(port) as server:
        for hours in range(30, 60):
            send_reminders(MORNING + timedelta(hours=hours))
        assert server.subjects == ["Your week: 1 due"]


def test_a_refused_mail_is_tried_three_times_more_and_keeps_its_id(sink, plan, dana):
    no_digest(dana)
    make_owned(plan, due_on=FRIDAY)
    tries = []

    def refuse(envelope):
        tries.append(envelope.content.partition(b"Message-ID: ")[2].splitlines()[0])
        return "550 Not today"

    sink.answer = refuse
    hours = []
    for hour in range(16):
        before = len(tries)
        send_reminders(MORNING + timedelta(hours=hour))
        hours += [hour] * (len(tries) - before)

    reminder = Reminder.objects.get()
    assert hours == [0, 1, 3, 7]
    assert set(tries) == {f"<reminder-{reminder.key}@score.example.com>".encode()}
    assert (reminder.state, reminder.attempts, reminder.try_at) == ("failed", 4, None)


def test_one_refused_mail_keeps_no_other_from_going_out_and_goes_out_later(sink, plan):
    people = [make_membership(plan.organization).user for _ in range(4)]
    for user in people:
        no_digest(user)
        make_owned(plan, due_on=FRIDAY, owner=user)
    refused = people[1].email
    sink.answer = lambda envelope: "550 No" if refused in envelope.rcpt_tos else "250 OK"

    send_reminders(MORNING)
    assert sink.recipients == sorted({user.email for user in people} - {refused})
    sink.answer = lambda envelope: "250 OK"
    send_reminders(MORNING + timedelta(hours=1))

    assert sink.recipients == sorted(user.email for user in people)


def test_where_nobody_knows_whether_it_arrived_it_is_not_sent_again(sink, plan, dana, settings):
    """The server has the whole text, and its answer never comes. The others are not tried until the next run."""
    people = [dana, *(make_membership(plan.organization).user for _ in range(2))]
    for user in people:
        no_digest(user)
        make_owned(plan, due_on=FRIDAY, owner=user)
    settings.EMAIL_TIMEOUT = 1
    tries = []

    async def stay_silent(envelope):
        tries.append(envelope)
        await asyncio.sleep(600)
        return "451 Too late"

    sink.answer = stay_silent
    send_reminders(MORNING)
    sink.answer = lambda envelope: "250 OK"
    for hour in range(1, 5):
        send_reminders(MORNING + timedelta(hours=hour))

    assert len(tries) == 1
    assert sink.recipients == sorted({user.email for user in people} - set(tries[0].rcpt_tos))
    assert sorted(Reminder.objects.values_list("state", flat=True)) == ["claimed", "sent", "sent"]


def test_titles_forge_neither_headers_nor_lines(sink, plan, dana):
    no_digest(dana)
    nasty = "Due\r\nBcc: eve@example.com\n\nhttps://evil.example \u202egnp.exe\x07 “Zürich” 漢字"
    make_owned(plan, due_on=FRIDAY, title=nasty[:200], done_when="x\nAll your items: https://evil.example")
    Organization.objects.update(name="Kestrel\nX-Evil: yes")

    send_reminders(MORNING)

    [message] = sink.messages
    assert (message["Bcc"], message["X-Evil"], sink.recipients) == (None, None, ["dana@example.com"])
    title = "Due Bcc: eve@example.com https://evil.example gnp.exe “Zürich” 漢字"
    assert sink.subjects == [f"Due on Friday 27 November: {title}"]
    lines = sink.texts[0].splitlines()
    assert f"  {title}" in lines
    assert [line for line in lines if line.startswith("All your items")] == [
        "All your items: https://score.example.com/roadmap/mine"
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once")
def test_workers_at_the_same_moment_send_each_mail_once(sink, plan):
    people = [make_membership(plan.organization).user for _ in range(20)]
    for place, user in enumerate(people):
        if place % 2:
            no_digest(user)
        for day in range(3):
            make_owned(plan, due_on=FRIDAY - timedelta(days=day), owner=user)
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        try:
            send_reminders(MORNING)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sink.recipients == sorted(user.email for user in people)
