from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from assessments.rounds import services
from assessments.rounds.models import Round, RoundReminder
from assessments.rounds.rating import answering
from assessments.rounds.reminders import send_round_reminders
from tests.roadmaps.reminding.plans import mail_server
from tests.roadmaps.reminding.test_reminders import deliver_to

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
    assert "ask Ines Halvorsen, ines@example.com for a new one." in message.body


def test_by_link_where_nobody_of_the_round_has_an_account_it_says_so(by_link, token, owner):
    by_link.links.update(email="sofia@example.com")
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    send_round_reminders(NOW)
    assert "ask whoever sent it for a new one." in mail.outbox[0].body


def test_a_rater_who_may_not_open_the_organization_any_more_hears_nothing(rater, viewer):
    viewer.memberships.all().delete()
    send_round_reminders(NOW)
    assert mail.outbox == []


def test_a_server_that_is_away_loses_nothing(rater, monkeypatch):
    class Away:
        def open(self):
            raise ConnectionRefusedError

    monkeypatch.setattr("assessments.platform.mailing.get_connection", Away)
    send_round_reminders(NOW)
    assert not RoundReminder.objects.exists()
    monkeypatch.undo()
    send_round_reminders(NOW)
    assert len(mail.outbox) == 1


@pytest.fixture
def sink(settings):
    with mail_server() as server:
        deliver_to(server, settings)
        yield server


def refused(envelope):
    return "550 Not today"


def test_a_refused_mail_is_tried_three_times_more(rater, sink):
    sink.answer = refused
    tried = []
    for hour in range(16):
        send_round_reminders(NOW + timedelta(hours=hour))
        tried.append(RoundReminder.objects.get().attempts)
    assert [tried.index(attempt) for attempt in (1, 2, 3, 4)] == [0, 1, 3, 7]
    reminder = RoundReminder.objects.get()
    assert (reminder.state, reminder.attempts, reminder.try_at) == ("failed", 4, None)
    assert sink.subjects == []


def test_one_refused_mail_keeps_no_other_from_going_out_and_goes_out_later(rater, by_link, token, viewer, sink):
    by_link.links.update(email="sofia@example.com")
    sink.answer = lambda envelope: "550 No" if viewer.email in envelope.rcpt_tos else "250 OK"
    send_round_reminders(NOW)
    assert sink.recipients == ["sofia@example.com"]
    sink.answer = lambda envelope: "250 OK"
    for hour in (1, 2, 3):
        send_round_reminders(NOW + timedelta(hours=hour))
    assert sorted(sink.recipients) == sorted(["sofia@example.com", viewer.email])
    assert set(RoundReminder.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("change", ["finished", "closed", "another day", "may not open"])
def test_a_refused_mail_that_is_true_no_more_is_given_up(rater, asked, viewer, owner, sink, change):
    sink.answer = refused
    send_round_reminders(NOW)
    sink.answer = lambda envelope: "250 OK"
    if change == "finished":
        answering.finish(rater)
    elif change == "closed":
        services.close_round(asked, actor=owner)
    elif change == "another day":
        Round.objects.filter(pk=asked.pk).update(due_on=NOW.date() + timedelta(days=30))
    else:
        viewer.memberships.all().delete()
    before = len(sink.subjects)  # somebody is told of some of it by another mail
    send_round_reminders(NOW + timedelta(hours=1))
    assert sink.subjects[before:] == []
    assert (RoundReminder.objects.get().state, RoundReminder.objects.get().try_at) == ("needless", None)


def test_where_nobody_knows_whether_it_arrived_it_is_not_sent_again(rater, monkeypatch):
    def broken(*args):
        raise ConnectionResetError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
    send_round_reminders(NOW)
    monkeypatch.undo()
    send_round_reminders(NOW + timedelta(hours=1))
    assert mail.outbox == []
    assert RoundReminder.objects.get().state == "claimed"


def test_a_rater_is_reminded_in_their_own_language(rater, viewer):
    type(viewer).objects.filter(pk=viewer.pk).update(language="de")

    send_round_reminders(NOW)

    [message] = mail.outbox
    assert "5. Dez. 2026" in message.body
