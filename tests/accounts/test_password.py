"""Changing a password, and choosing a new one by mail when it is forgotten."""

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client

from assessments.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
NEW = "amber-harbor-77"
SENT = "If the address has an account, a link to choose a new password is on its way."


@pytest.fixture
def person():
    return make_user(email="ada@example.com")


def link_in(mail):
    return re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.body)[1]


def ask(client, email="ada@example.com"):
    return client.post(RESET, {"email": email}, follow=True)


def choose(client, link, first=NEW, second=""):
    """Follow the link and send the form it leads to."""
    page = client.get(link, follow=True)
    action = re.search(r'<form class="fields" action="([^"]+)"', page.content.decode())[1]
    return client.post(action, {"password1": first, "password2": second or first}, follow=True)


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(client, person, mailoutbox):
    page = ask(client)
    mail = mailoutbox[0]
    done = choose(client, link_in(mail))

    assert SENT in page.content.decode()
    assert (mail.to, mail.subject) == (["ada@example.com"], "Choose a new password")
    assert [notice.to for notice in mailoutbox[1:]] == [["ada@example.com"]]
    assert NEW not in mailoutbox[1].body
    assert mail.from_email == "AI Infrastructure Scorecard <scorecard@localhost>"
    assert "asked for a new password for ada@example.com" in mail.body
    assert "The password is set" in done.content.decode()
    assert not get_user(client).is_authenticated
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.post("/accounts/login/", {"login": "ada@example.com", "password": NEW})["Location"] == "/"


def test_the_link_works_once(client, person, mailoutbox):
    ask(client)
    choose(client, link_in(mailoutbox[0]))

    html = Client().get(link_in(mailoutbox[0]), follow=True).content.decode()

    assert "This link no longer works" in html
    assert "It was used already, or it is older than three days. Your password has not changed." in html
    assert 'name="password1"' not in html


def test_the_address_of_the_form_is_useless_without_the_link(client, person, mailoutbox):
    ask(client)
    form = client.get(link_in(mailoutbox[0]))["Location"]

    refused = Client().post(form, {"password1": NEW, "password2": NEW})

    assert "This link no longer works" in refused.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(
    "forge",
    [
        lambda link: link[:-5] + "00000/",
        lambda link: re.sub(r"key/\w+-", "key/zzz-", link),
        lambda link: re.sub(r"key/\w+-", "key/!!-", link),
        lambda link: re.sub(r"key/(\w+)-.*", r"key/\1-x/", link),
    ],
)
def test_a_forged_link_says_so_kindly(client, person, mailoutbox, forge):
    ask(client)

    response = client.get(forge(link_in(mailoutbox[0])), follow=True)

    assert response.status_code == 200
    assert "This link no longer works" in response.content.decode()
    assert "Send a new link" in response.content.decode()


def test_the_link_of_one_person_does_not_serve_another(client, person, mailoutbox):
    other = make_user(email="grace@example.com")
    ask(client)
    ask(client, "grace@example.com")
    ada, grace = (re.search(r"key/(\w+)-(\S+)/", mail.body) for mail in mailoutbox)

    html = client.get(f"{RESET}key/{grace[1]}-{ada[2]}/", follow=True).content.decode()

    assert "This link no longer works" in html
    other.refresh_from_db()
    assert other.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("after", "works"), [(timedelta(days=3, seconds=-5), True), (timedelta(days=3, hours=1), False)]
)
def test_the_link_works_for_three_days(client, person, mailoutbox, after, works):
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as clock:
        ask(client)
        clock.move_to(began + after)
        html = client.get(link_in(mailoutbox[0]), follow=True).content.decode()

    assert ("Choose a new password" in html) == works
    assert ("This link no longer works" in html) != works


def test_an_earlier_link_ends_with_a_change_of_password(client, person, mailoutbox):
    ask(client)
    person.set_password("copper-lantern-9")
    person.save()

    assert "This link no longer works" in client.get(link_in(mailoutbox[0]), follow=True).content.decode()


def test_an_unknown_address_reveals_nothing_on_the_page(client, person, mailoutbox):
    known, unknown = ask(client), ask(client, "nobody@example.com")

    def strip(page):
        return re.sub(r'X-CSRFToken": "\w+', "", page.content.decode())

    assert strip(known) == strip(unknown)
    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)
    mail = mailoutbox[1]
    assert (mail.to, mail.subject) == (["nobody@example.com"], "No account for this address")
    assert "password/reset/key" not in mail.body


def test_an_account_that_is_switched_off_gets_no_link(client, person, mailoutbox):
    User.objects.update(is_active=False)

    assert SENT in ask(client).content.decode()
    assert ["password/reset/key" in mail.body for mail in mailoutbox] in ([], [False])


def test_the_address_may_be_typed_in_capitals(client, person, mailoutbox):
    ask(client, "ADA@Example.com")

    assert [mail.to for mail in mailoutbox] == [["ada@example.com"]]
    assert "password/reset/key" in mailoutbox[0].body


@pytest.mark.parametrize(
    ("email", "sentence"), [("", "Enter your email."), ("ada", "Enter the email as name@example.com.")]
)
def test_an_address_that_is_none_gets_a_sentence(client, email, sentence, mailoutbox):
    assert sentence in ask(client, email).content.decode()
    assert mailoutbox == []


@pytest.mark.usefixtures("stopped_clock")
def test_asking_again_and_again_is_slowed_down(client, person, mailoutbox):
    answers = [client.post(RESET, {"email": "ada@example.com"}) for _ in range(8)]

    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert "Too many attempts." in answers[-1].content.decode()
    assert len(mailoutbox) < 8


WEAK = [
    ("short-1", "short-1", "This password is too short. It must contain at least 10 characters."),
    ("password123", "password123", "This password is too common."),
    ("ada@example.com", "ada@example.com", "The password is too similar to the e-mail."),
    (NEW, "something-else-1", "You must type the same password each time."),
    ("", "", "Enter a new password."),
]


@pytest.mark.parametrize(("first", "second", "sentence"), WEAK)
def test_a_weak_password_is_refused_after_a_link(client, person, mailoutbox, first, second, sentence):
    ask(client)

    html = choose(client, link_in(mailoutbox[0]), first, second).content.decode()

    assert sentence in html
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(("first", "second", "sentence"), WEAK)
def test_a_weak_password_is_refused_on_a_change(client, person, first, second, sentence):
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": first, "password2": second})

    assert sentence in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_password_is_changed_and_every_other_browser_is_signed_out(client, person):
    other = Client()
    other.force_login(person)
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get(response["Location"]).status_code == 200
    assert get_user(client) == person
    assert not get_user(other).is_authenticated
    assert response["Location"] == "/accounts/"


def test_a_wrong_current_password_changes_nothing(client, person):
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})

    assert "This is not your current password." in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.fixture
def mail_away(settings):
    """A mail server that nobody answers at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        yield


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_link_that_cannot_be_mailed_is_said_to_be_late(client, person, mail_away, email):
    page = ask(client, email)

    assert page.status_code == 503
    assert "The mail could not be sent." in page.content.decode()
    assert f'href="{RESET}"' in page.content.decode()


def test_a_new_password_is_set_though_the_notice_of_it_cannot_be_mailed(client, person, mail_away):
    client.force_login(person)

    response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_the_link_has_the_site_s_own_address_whatever_name_the_request_was_sent_to(
    client, person, mailoutbox, settings
):
    settings.SITE_URL = "https://score.example.com"

    client.post(RESET, {"email": "ada@example.com"}, headers={"Host": "testserver:9999"})

    assert "https://score.example.com/accounts/password/reset/key/" in mailoutbox[0].body
    assert ":9999" not in mailoutbox[0].body
