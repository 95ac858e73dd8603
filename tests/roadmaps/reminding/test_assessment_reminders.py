"""Notes about the next assessment: who gets them, when, and never twice."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail

from assessments.organizations.models import Role
from assessments.roadmaps.reminding.models import Reminder, ReminderSetting
from assessments.roadmaps.reminding.reminders import send_reminders
from assessments.scorecards.outlook.models import Rhythm
from tests.factories import make_grant, make_membership, make_organization, make_scorecard, make_team, make_user

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 25, 8, 1, tzinfo=UTC)


@pytest.fixture
def dana():
    return make_user(name="Dana Whitlock", email="dana@example.com")


@pytest.fixture
def organization(dana):
    return make_organization(owner=dana, name="Kestrel Logistics", time_zone="UTC")


def make_due(organization, due_on, reminded=None):
    return Rhythm.objects.create(organization=organization, months=6, due_on=due_on, reminded=reminded)


def subjects():
    return [(message.to, message.subject) for message in mail.outbox]


def test_it_goes_out_two_weeks_before_and_once_when_it_is_overdue(organization):
    make_due(organization, date(2026, 12, 9))
    send_reminders(MORNING.replace(day=24))
    assert subjects() == []

    for day in (25, 26, 27):
        send_reminders(MORNING.replace(day=day))
    assert [to for to, _ in subjects()] == [["dana@example.com"]]
    assert "The next assessment of Kestrel Logistics is due on 9 December 2026." in mail.outbox[0].body

    for day in (9, 10, 11):
        send_reminders(MORNING.replace(month=12, day=day))
    assert subjects()[1:] == [(["dana@example.com"], "Overdue: assessment of Kestrel Logistics")]


def test_not_before_eight_in_the_morning_there(organization):
    make_due(organization, date(2026, 12, 1))
    send_reminders(MORNING.replace(hour=7))
    assert subjects() == []

    send_reminders(MORNING)
    assert len(subjects()) == 1


def test_the_one_who_is_named_hears_of_it_and_not_the_owner(organization):
    colleague = make_membership(organization, make_user(email="tom@example.com"), role=Role.VIEWER).user
    make_due(organization, date(2026, 12, 1), colleague)
    send_reminders(MORNING)

    assert [to for to, _ in subjects()] == [["tom@example.com"]]


def test_who_may_not_open_it_any_more_hears_nothing_and_the_owners_do(organization):
    make_due(organization, date(2026, 12, 1), make_user(email="gone@example.com"))
    send_reminders(MORNING)

    assert [to for to, _ in subjects()] == [["dana@example.com"]]


def test_without_a_direct_owner_the_owning_team_hears_of_it(organization, dana):
    tom = make_user(email="tom@example.com")
    make_grant(make_team(tom), organization, role=Role.OWNER)
    dana.memberships.all().delete()
    make_due(organization, date(2026, 12, 1))
    send_reminders(MORNING)

    assert [to for to, _ in subjects()] == [["tom@example.com"]]


def test_whoever_stopped_the_notes_gets_none(organization, dana):
    ReminderSetting.objects.create(user=dana, due_notes=False)
    make_due(organization, date(2026, 12, 1))
    send_reminders(MORNING)

    assert subjects() == []
    assert not Reminder.objects.exists()


def test_a_sign_off_in_time_leaves_nothing_to_say(organization):
    make_due(organization, date(2026, 12, 1))
    make_scorecard(organization, levels=[1] * 8, signed_off_at=MORNING.replace(hour=6))
    send_reminders(MORNING)

    assert Rhythm.objects.get().due_on == date(2027, 5, 25)
    assert subjects() == []


def test_a_deleted_organization_reminds_nobody(organization):
    make_due(organization, date(2026, 12, 1))
    organization.deleted_at = MORNING
    organization.save()
    send_reminders(MORNING)

    assert subjects() == []
