from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from assessments.rounds import services
from assessments.rounds.models import Round, RoundReminder
from assessments.rounds.rating import answering
from assessments.rounds.reminders import send_round_reminders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 3, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def due(asked):
    Round.objects.filter(pk=asked.pk).update(due_on=NOW.date() + timedelta(days=2))
    mail.outbox.clear()


def test_a_rater_is_reminded_two_days_before_and_once_when_late(rater, asked, viewer):
    for at in (
        NOW,
        NOW + timedelta(hours=1),
        NOW + timedelta(days=1),
        NOW + timedelta(days=3),
        NOW + timedelta(days=4),
    ):
        send_round_reminders(at)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([viewer.email], "Soon due: your scores for Kestrel Logistics"),
        ([viewer.email], "Overdue: your scores for Kestrel Logistics"),
    ]
    assert f"/rounds/{asked.pk}/rate" in mail.outbox[0].body
    assert set(RoundReminder.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("hours", [-2, -26])
def test_not_before_the_morning_and_not_before_two_days(rater, hours):
    send_round_reminders(NOW + timedelta(hours=hours))
    assert mail.outbox == []


def test_whoever_has_finished_or_was_taken_out_is_left_alone(rater, by_link, token, owner):
    by_link.links.update(email="sofia@example.com")
    answering.finish(rater)
    services.remove_rater(by_link, actor=owner)
    send_round_reminders(NOW)
    assert mail.outbox == []


def test_nobody_is_reminded_of_a_closed_round(rater, asked, owner):
    services.close_round(asked, actor=owner)
    send_round_reminders(NOW)
    assert mail.outbox == []


def test_by_link_the_mail_goes_to_the_address_given_with_it_and_holds_no_link(by_link, token):
    by_link.links.update(email="sofia@example.com")
    send_round_reminders(NOW)
    (message,) = mail.outbox
    assert message.to == ["sofia@example.com"]
    assert token not in message.body
    assert "http" not in message.body


def test_a_rater_who_may_not_open_the_organization_any_more_hears_nothing(rater, viewer):
    viewer.memberships.all().delete()
    send_round_reminders(NOW)
    assert mail.outbox == []


def test_a_server_that_is_away_loses_nothing(rater, monkeypatch):
    class Away:
        def open(self):
            raise ConnectionRefusedError

    monkeypatch.setattr("assessments.rounds.reminders.get_connection", Away)
    send_round_reminders(NOW)
    assert not RoundReminder.objects.exists()
    monkeypatch.undo()
    send_round_reminders(NOW)
    assert len(mail.outbox) == 1
