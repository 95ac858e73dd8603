"""The link in a mail stops that kind of mail, for whoever has it and without signing in."""

import re

import pytest
from django.core import signing
from django.test import Client

from assessments.audit.models import AuditEvent
from assessments.roadmaps.reminding.models import ReminderSetting
from assessments.roadmaps.reminding.settings import unsubscribe_token
from tests.factories import make_user
from tests.roadmaps.reminding.plans import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana():
    return make_user(name="Dana Whitlock", email="dana@example.com")


@pytest.fixture
def stranger():
    """A browser that has never been here, as strict about forms as a real site."""
    return Client(enforce_csrf_checks=True)


def link(user, kind):
    return f"/reminders/stop/{unsubscribe_token(user.pk, kind)}/"


def wanted(user):
    return ReminderSetting.objects.filter(user=user).values_list("due_notes", "weekly_digest").first() or (True, True)


@pytest.mark.parametrize(("kind", "left"), [("due", (False, True)), ("digest", (True, False))])
def test_a_mail_program_stops_it_with_one_request(stranger, dana, kind, left):
    """RFC 8058: a POST of that one field, with no cookie and no referrer."""
    body = "List-Unsubscribe=One-Click"
    response = stranger.post(link(dana, kind), body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert wanted(dana) == left
    event = AuditEvent.objects.get(action="account-changed")
    assert (event.actor, event.old, event.new) == (dana, "on", "off")


def test_opening_the_link_asks_and_stops_nothing(stranger, dana):
    """Programs that look through mail follow its links."""
    response = stranger.get(link(dana, "due"))

    html = response.content.decode()
    assert "Stop the notes about due dates?" in html
    assert "dana@example.com" not in html
    assert not re.search(r"\bDana\b", html)  # what is random on a page has such letters, but no such word
    assert wanted(dana) == (True, True)
    assert "no-store" in response["Cache-Control"]


def test_stopped_twice_is_stopped_and_the_page_says_so(stranger, dana):
    for _ in range(2):
        response = stranger.post(link(dana, "digest"))
        assert "No more weekly digest" in response.content.decode()

    assert wanted(dana) == (True, False)
    assert "No more weekly digest" in stranger.get(link(dana, "digest")).content.decode()
    assert AuditEvent.objects.filter(action="account-changed").count() == 1


def test_both_can_be_stopped_at_once(stranger, dana):
    stranger.post(link(dana, "due"))
    assert "Stop the weekly digest, too" in stranger.get(link(dana, "due")).content.decode()

    response = stranger.post(link(dana, "due"), {"all": "yes"})

    assert wanted(dana) == (False, False)
    assert "too" not in response.content.decode().partition("<main")[2].partition("</main>")[0].split()


def test_a_link_stops_the_mails_of_nobody_else(stranger, dana):
    other = make_user()

    stranger.post(link(dana, "due"), {"all": "yes"})

    assert wanted(other) == (True, True)


def test_every_guess_gets_the_same_page(stranger, dana):
    good = unsubscribe_token(dana.pk, "due")
    gone = make_user()
    of_gone = unsubscribe_token(gone.pk, "due")
    gone.delete()
    elsewhere = signing.Signer(sep=".", salt="elsewhere").sign(f"{dana.pk}-due")
    guesses = [f"{dana.pk}-due", f"{good}x", good.replace("due", "digest"), "x", of_gone, elsewhere, good[:-1]]

    for method in (stranger.get, stranger.post):
        [(status, _)] = {read(method(f"/reminders/stop/{guess}/")) for guess in guesses}
        assert status == 404

    assert wanted(dana) == (True, True)
