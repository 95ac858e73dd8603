"""The mail by which somebody chooses the password of an account that was opened for them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from assessments.accounts.models import User, Welcome
from assessments.accounts.welcome_mails import SUBJECT, send_due
from assessments.accounts.welcoming import welcome
from tests.factories import make_user
from tests.roadmaps.reminding.plans import mail_server
from tests.roadmaps.reminding.test_reminders import deliver_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def ada():
    return User.objects.create_user("ada@example.com", None, name="Ada")


@pytest.fixture
def sink(settings):
    with mail_server() as server:
        deliver_to(server, settings)
        yield server


def later(**delay):
    return datetime.now(UTC) + timedelta(**delay)


def link_in(text):
    return re.search(r"https?://\S+(/accounts/password/reset/key/\S+)", text)[1]


def test_the_link_leads_to_a_password_of_ones_own_and_into_the_site(client, sam, ada, settings):
    settings.SITE_URL = "https://score.example.com"
    welcome(ada, actor=sam)
    send_due(later())
    (message,) = mail.outbox
    assert (message.to, message.reply_to, message.subject) == (["ada@example.com"], ["sam@example.com"], SUBJECT)
    assert message.body.startswith("Sam Okafor has opened an account for you on AI Infrastructure Scorecard.")
    assert "works once, for 3 days" in message.body

    page = client.get(link_in(message.body), follow=True)
    chosen = {"password1": "cobalt-meadow-31", "password2": "cobalt-meadow-31"}
    client.post(page.redirect_chain[-1][0], chosen)
    client.post(reverse("account_login"), {"login": "ada@example.com", "password": "cobalt-meadow-31"})
    assert client.get(reverse("organization_list")).status_code == 200
    client.logout()
    again = client.get(link_in(message.body), follow=True)
    assert "password1" not in again.content.decode()


def test_whoever_comes_too_late_asks_for_another_link(client, sam, ada, django_capture_on_commit_callbacks):
    """An account that never had a password gets one by the page for forgotten ones."""
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": ada.email})
    assert [message.to for message in mail.outbox] == [[ada.email]]
    page = client.get(link_in(mail.outbox[0].body), follow=True)
    assert "password1" in page.content.decode()


def test_a_mail_goes_out_once_and_again_when_it_is_asked_for_again(sam, ada):
    welcome(ada, actor=sam)
    send_due(later())
    send_due(later(hours=1))
    assert len(mail.outbox) == 1
    welcome(ada, actor=sam)
    send_due(later())
    assert len(mail.outbox) == 2
    assert Welcome.objects.count() == 1


def test_an_account_that_signed_in_before_is_not_told_that_it_was_opened(sam, ada):
    User.objects.filter(pk=ada.pk).update(last_login=later())
    welcome(ada, actor=sam)
    send_due(later())
    assert mail.outbox[0].body.startswith("Sam Okafor sends you a link to choose a new password for your account")


def test_nobody_who_is_switched_off_gets_a_mail(sam, ada):
    welcome(ada, actor=sam)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    send_due(later())
    assert mail.outbox == []


def test_a_refused_mail_is_tried_three_times_more_and_keeps_no_other_back(sam, ada, sink):
    other = User.objects.create_user("bo@example.com", None, name="Bo")
    sink.answer = lambda envelope: "550 No" if ada.email in envelope.rcpt_tos else "250 OK"
    welcome(ada, actor=sam)
    welcome(other, actor=sam)
    start, tried = later(), []
    for minutes in range(0, 180, 5):
        send_due(start + timedelta(minutes=minutes))
        tried.append(Welcome.objects.get(user=ada).attempts)
    assert [tried.index(attempt) * 5 for attempt in (1, 2, 3, 4)] == [0, 5, 35, 155]
    row = Welcome.objects.get(user=ada)
    assert (row.try_at, row.sent_at) == (None, None)
    assert sink.recipients == ["bo@example.com"]


def test_while_the_server_is_away_the_mail_waits(sam, ada, settings):
    with mail_server() as server:
        deliver_to(server, settings)
    welcome(ada, actor=sam)
    send_due(later())
    with mail_server(server.port) as server:
        send_due(later(minutes=1))
        assert server.recipients == ["ada@example.com"]
        assert Welcome.objects.get().sent_at is not None


def test_a_mail_whose_connection_broke_is_sent_after_its_lease(sam, ada, monkeypatch):
    def broken(message, **kwargs):
        raise ConnectionResetError

    welcome(ada, actor=sam)
    monkeypatch.setattr("assessments.accounts.welcome_mails.EmailMessage.send", broken)
    send_due(later())
    monkeypatch.undo()
    send_due(later(minutes=1))
    assert mail.outbox == []
    send_due(later(minutes=11))
    assert [message.to for message in mail.outbox] == [[ada.email]]
