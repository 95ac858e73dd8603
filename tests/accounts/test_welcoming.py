"""The mail by which somebody chooses the password of an account that was opened for them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from assessments.accounts.models import User
from assessments.accounts.welcoming import SUBJECT, how_it_went, welcome
from assessments.platform import mailing
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


def link_in(text):
    return re.search(r"https?://\S+(/accounts/password/reset/key/\S+)", text)[1]


def test_the_link_leads_to_a_password_of_ones_own_and_into_the_site(client, sam, ada):
    welcome([ada], actor=sam)
    mailing.send_waiting()
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


def test_asked_for_twice_before_it_went_out_it_goes_out_once(sam, ada):
    welcome([ada], actor=sam)
    welcome([ada], actor=sam)
    mailing.send_waiting()
    assert len(mail.outbox) == 1
    welcome([ada], actor=sam)
    mailing.send_waiting()
    assert len(mail.outbox) == 2


def test_an_account_that_signed_in_before_is_not_told_that_it_was_opened(sam, ada):
    ada.last_login = datetime.now(UTC)
    ada.save()
    welcome([ada], actor=sam)
    mailing.send_waiting()
    assert mail.outbox[0].body.startswith("Sam Okafor sends you a link to choose a new password for your account")


def test_administrators_read_how_it_went(sam, ada, settings):
    assert how_it_went(ada) == "No link to choose one was mailed."
    with mail_server() as server:
        deliver_to(server, settings)
        server.answer = lambda envelope: "550 No such user"
        welcome([ada], actor=sam)
        assert how_it_went(ada) == "The link to choose one waits for the mail server."
        mailing.send_waiting()
        refused = how_it_went(ada)
        assert refused.startswith("The link to choose one was not mailed. The mail server said no: 550 No such user")
        server.answer = lambda envelope: "250 OK"
        welcome([ada], actor=sam)
        mailing.send_waiting(datetime.now(UTC) + timedelta(minutes=1))
        assert server.recipients == ["ada@example.com"]
    assert how_it_went(ada) == f"A link to choose one was mailed on {datetime.now(UTC):%-d %B %Y}."
