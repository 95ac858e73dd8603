"""Signing in, staying in, signing out; and that accounts are opened by an administrator."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from assessments.accounts.models import User
from tests.factories import PASSWORD, make_organization, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
MISMATCH = "The email or the password is not right. Check both and try again."
TOO_MANY = "Too many attempts. Wait five minutes, then try again."


@pytest.fixture
def person():
    return make_user(email="ada@example.com")


def sign_in(client, email="ada@example.com", password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": email, "password": password} | fields)


def text_of(response):
    """The page without what differs from one answer to the next."""
    return re.sub(
        r'(csrfmiddlewaretoken" value="|request_key" value="|X-CSRFToken": "|name="login" value=")[^"]*',
        "",
        response.content.decode(),
    )


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM", "  ada@example.com "])
def test_the_right_password_opens_the_portfolio(client, person, email):
    response = sign_in(client, email)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert get_user(client) == person


def test_a_wrong_password_and_an_unknown_mail_get_the_same_answer(client, person):
    wrong = sign_in(client, password="wrong")
    unknown = sign_in(client, "nobody@example.com")

    assert MISMATCH in wrong.content.decode()
    assert text_of(wrong) == text_of(unknown)
    assert wrong.status_code == unknown.status_code
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": ""}, "Enter your email."),
        ({"email": "ada"}, "Enter the email as name@example.com."),
        ({"password": ""}, "Enter your password."),
    ],
)
def test_an_incomplete_form_gets_a_sentence(client, person, fields, sentence):
    html = sign_in(client, **fields).content.decode()

    assert sentence in html
    assert "<title>Error: Sign in" in html


def test_a_password_is_never_sent_back(client, person):
    assert "opensesame" not in sign_in(client, password="opensesame").content.decode()


def test_an_account_that_is_switched_off_says_so_only_to_who_knows_its_password(client):
    make_user(email="ada@example.com", is_active=False)

    right, wrong = sign_in(client), sign_in(client, password="wrong")

    assert right["Location"] == reverse("account_inactive")
    assert "This account is switched off" in client.get(right["Location"]).content.decode()
    assert MISMATCH in wrong.content.decode()
    assert not get_user(client).is_authenticated


def test_switching_an_account_off_ends_its_sessions(client, owner):
    User.objects.update(is_active=False)

    assert client.get("/")["Location"] == f"{LOGIN}?next=/"


def test_after_five_failures_even_the_right_password_waits_five_minutes(client, person):
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as clock:
        for _ in range(5):
            assert MISMATCH in sign_in(client, password="wrong").content.decode()

        assert TOO_MANY in sign_in(client).content.decode()
        assert not get_user(client).is_authenticated
        assert sign_in(Client(), make_user(email="grace@example.com").email)["Location"] == "/"

        clock.move_to(began + timedelta(minutes=5, seconds=1))
        assert sign_in(client)["Location"] == "/"


def test_failures_count_for_the_mail_in_whatever_letters(client, person):
    for email in ("ada@example.com", "ADA@example.com", "Ada@Example.com", "aDa@example.com", "adA@example.com"):
        sign_in(client, email, "wrong")

    assert TOO_MANY in sign_in(client).content.decode()


@pytest.mark.usefixtures("stopped_clock")
def test_attempts_on_many_accounts_from_one_address_get_the_page_about_it(client, person):
    answers = [sign_in(client, f"person-{number}@example.com", "wrong") for number in range(40)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "Too many attempts." in answers[-1].content.decode()
    assert "Wait a few minutes" in answers[-1].content.decode()


def test_the_way_back_after_signing_in_is_kept(client, person):
    make_organization(owner=person, name="Kestrel")
    asked = client.get("/o/kestrel/reports/?page=2")

    page = client.get(asked["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/o/kestrel/reports/?page=2"' in page
    assert sign_in(client, next="/o/kestrel/reports/?page=2")["Location"] == "/o/kestrel/reports/?page=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "https:evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        "\thttps://evil.example/",
    ],
)
def test_the_way_back_never_leads_to_another_site(client, person, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/"
    assert client.get(LOGIN, {"next": elsewhere})["Location"] == "/"


def test_keep_me_signed_in_lasts_14_days_and_without_it_the_browser_s_session(client, person):
    sign_in(client, remember="on")
    assert client.session.get_expiry_age() == 14 * 24 * 60 * 60
    assert not client.session.get_expire_at_browser_close()

    other = Client()
    sign_in(other)
    assert other.session.get_expire_at_browser_close()


def test_signing_in_gives_a_new_session_and_a_new_csrf_token(client, person):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_who_is_signed_in_is_not_asked_again(client, owner):
    assert client.get(LOGIN)["Location"] == "/"


def test_signing_out_ends_the_session(client, owner):
    response = client.post("/accounts/logout/")

    assert response["Location"] == LOGIN
    assert "You are signed out." in client.get(LOGIN).content.decode()
    assert client.get("/")["Location"] == f"{LOGIN}?next=/"


def test_a_link_alone_signs_nobody_out(client, owner):
    html = client.get("/accounts/logout/").content.decode()

    assert '<form class="row" action="/accounts/logout/" method="post">' in html
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_alone(client, method):
    fields = {"email": "new@example.com", "password1": "violet-anchor-42", "password2": "violet-anchor-42"}

    response = getattr(client, method)("/accounts/signup/", fields)

    assert "Accounts are by invitation" in response.content.decode()
    assert User.objects.count() == 0


def test_a_script_that_is_signed_out_is_told_and_not_redirected(client):
    response = client.get("/", headers={"HX-Request": "true"})

    assert (response.status_code, response.content) == (401, b"You are signed out.")
    assert response["WWW-Authenticate"] == 'Session realm="AI Infrastructure Scorecard"'
    assert response["Cache-Control"] == "no-store"
    assert "Location" not in response.headers


def test_a_form_without_its_token_gets_a_page_and_changes_nothing(person):
    strict = Client(enforce_csrf_checks=True)

    page = strict.post(LOGIN, {"login": "ada@example.com", "password": PASSWORD})
    script = strict.post(LOGIN, {"login": "ada@example.com"}, headers={"HX-Request": "true"})

    assert page.status_code == 403
    assert "This page was open for too long." in page.content.decode()
    assert (script.status_code, script.content) == (401, b"You are signed out.")
    assert not get_user(strict).is_authenticated


def test_the_form_with_its_token_passes(person):
    strict = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', strict.get(LOGIN).content.decode())[1]

    assert sign_in(strict, csrfmiddlewaretoken=token)["Location"] == "/"
