"""In which language a page speaks, and how it is chosen."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessments.framework.translating import kept_by_language, language, number
from assessments.platform.languages import language_of, language_of_address
from tests.factories import make_user

SIGN_IN = "/accounts/login/"


def spoken(response):
    return response.headers["Content-Language"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("it,fr;q=0.5", "fr"),
        ("es-419", "es"),
        ("ja", "en"),
        ("", "en"),
        ("x" * 600, "en"),
    ],
)
def test_whoever_chose_nothing_gets_what_the_browser_asks_for(client, db, asked, expected):
    response = client.get(SIGN_IN, headers={"accept-language": asked})

    assert spoken(response) == expected
    assert f'lang="{expected}' in response.content.decode()
    assert "Accept-Language" in response.headers["Vary"]


def test_what_is_chosen_stays_in_this_browser_and_with_the_person(client, db):
    user = make_user()
    client.force_login(user)

    response = client.post(reverse("language_update"), {"language": "fr", "next": "/accounts/?a=1"})

    assert (response.status_code, response["Location"]) == (302, "/accounts/?a=1")
    assert (client.cookies["language"].value, client.cookies["language"]["httponly"]) == ("fr", True)
    user.refresh_from_db()
    assert (user.language, language_of(user), language_of_address(user.email.upper())) == ("fr", "fr", "fr")
    assert spoken(client.get("/accounts/", headers={"accept-language": "de"})) == "fr"
    client.logout()
    client.cookies["language"] = "fr"  # signing out by hand, it stays
    assert spoken(client.get(SIGN_IN, headers={"accept-language": "de"})) == "fr"


def test_the_person_s_own_goes_before_what_another_left_in_the_browser(client, db):
    client.cookies["language"] = "es"
    client.force_login(make_user(language="de"))

    assert spoken(client.get("/accounts/")) == "de"


def test_the_page_one_came_from_is_where_it_leads_back_to(client, db):
    page = client.get(reverse("language_update"), headers={"referer": "http://testserver/accounts/login/?next=/"})
    other = client.get(reverse("language_update"), headers={"referer": "https://evil.example/accounts/login/"})

    assert 'name="next" value="http://testserver/accounts/login/?next=/"' in page.content.decode()
    assert 'name="next" value="/"' in other.content.decode()


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_back_to_a_page_of_its_own_alone(client, db, next_page):
    response = client.post(reverse("language_update"), {"language": "de", "next": next_page})

    assert response["Location"] == "/"


@pytest.mark.parametrize("code", ["it", "", "../../etc", "de\x00"])
def test_a_language_that_is_none_is_refused(client, db, code):
    response = client.post(reverse("language_update"), {"language": code})

    assert (response.status_code, "language" in client.cookies) == (422, False)
    assert "Choose one of these languages." in response.content.decode()


def test_one_request_s_language_is_not_the_next_one_s(client, db):
    client.get(SIGN_IN, headers={"accept-language": "de"})

    assert spoken(client.get(SIGN_IN)) == "en"


def test_what_is_kept_is_kept_for_each_language():
    calls = []

    @kept_by_language(maxsize=8)
    def said(value):
        calls.append(value)
        return f"{language()}: {number(value, 1)}"

    found = []
    for code in ("en", "de", "fr", "de", "en"):
        with translation.override(code):
            found.append(said(1234.5))

    assert found == ["en: 1,234.5", "de: 1.234,5", "fr: 1\xa0234,5", "de: 1.234,5", "en: 1,234.5"]
    assert len(calls) == 3


def test_programs_are_answered_in_english_whatever_they_ask_for(client, db):
    client.force_login(make_user(language="de"))

    answer = client.get("/api/v1/portfolio", headers={"accept-language": "fr"})

    assert answer.status_code == 401
    assert "token" in answer.json()["detail"]


def test_somebody_without_an_account_is_written_to_in_the_language_of_who_writes(db):
    make_user(email="quiet@example.com")
    with translation.override("fr"):
        assert (language_of_address("new@example.com"), language_of_address("quiet@example.com")) == ("fr", "en")


@pytest.mark.parametrize(("path", "expected"), [("/", "de"), ("/api/v1/organizations", "en")])
def test_a_request_that_is_refused_at_the_door_does_not_speak_as_the_last_one(client, db, path, expected):
    translation.activate("fr")

    response = client.get(path, headers={"host": "evil.example", "accept-language": "de"})

    assert response.status_code == 400
    assert translation.get_language() == expected
    assert path != "/" or '<html lang="de"' in response.content.decode()


def test_pages_in_the_place_of_a_view_speak_the_person_s_language(db):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(make_user(language="de"))

    nothing, from_nowhere = client.get("/nothing/here/"), client.post("/accounts/")

    assert (nothing.status_code, spoken(nothing)) == (404, "de")
    assert (from_nowhere.status_code, spoken(from_nowhere)) == (403, "de")
    assert all('<html lang="de"' in each.content.decode() for each in (nothing, from_nowhere))
