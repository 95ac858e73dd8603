import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as site_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from tests.accounts.codes import add_app, code_of, confirm, sign_in
from tests.accounts.openid import BEGIN, CALLBACK, CLIENT_SECRET, Provider, come_back, question, through
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(client, settings):
    assert "Sign in with Northwind" not in client.get(reverse("account_login")).content.decode()
    assert client.post(BEGIN).status_code == 404
    assert client.get(CALLBACK).status_code == 404

    settings.SOCIALACCOUNT_PROVIDERS = Provider.settings(type("Anywhere", (), {"url": "https://id.example.com"}))
    assert "Sign in with Northwind ID" in client.get(reverse("account_login")).content.decode()


def test_the_browser_is_sent_on_with_a_question_that_cannot_be_replayed(client, provider):
    asked = question(client)

    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16


def test_a_link_alone_does_not_begin_it(client, provider):
    response = client.get(BEGIN)

    assert "Sign in with Northwind ID" in response.content.decode()
    assert "http-equiv" not in response.content.decode()


def test_a_known_verified_address_signs_in_and_is_connected(client, provider, ada, mailoutbox):
    response = through(client, provider)

    assert response.url == "/"
    assert client.get("/").status_code == 200
    connection = SocialAccount.objects.get()
    assert (connection.user, connection.provider, connection.uid) == (ada, "sso", "ada-at-work")
    assert not SocialToken.objects.exists()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    event = AuditEvent.objects.get(subject="Single sign-on")
    assert (event.actor, event.new) == (ada, "ada-at-work")
    assert AuditEvent.objects.filter(action=AuditEvent.Action.SIGNED_IN, actor=ada).count() == 1
    assert [mail.subject for mail in mailoutbox] == ["Single sign-on was connected"]
    assert "connected to Northwind ID" in mailoutbox[0].body


def test_the_second_time_the_connection_counts_and_not_the_address(client, provider, ada):
    through(client, provider)
    client.logout()
    provider.claims = {"sub": "ada-at-work", "email": "renamed@example.com", "email_verified": False}

    assert through(client, provider).url == "/"
    assert SocialAccount.objects.count() == 1


def test_it_leads_on_to_the_page_that_was_asked_for_and_to_no_other_site(client, provider, ada):
    assert through(client, provider, next="/accounts/").url == "/accounts/"
    client.logout()
    assert through(client, provider, next="https://elsewhere.example/").url == "/"


@pytest.mark.parametrize("claim", ["true", True])
def test_the_claim_may_be_a_word(client, provider, ada, claim):
    provider.claims["email_verified"] = claim

    assert through(client, provider).url == "/"


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": "false"}, {"email_verified": None}, {}]
)
def test_an_address_that_is_not_verified_is_refused(client, provider, ada, claims):
    del provider.claims["email_verified"]
    provider.claims |= claims

    response = through(client, provider)

    assert response.status_code == 403
    assert "<title>Your address is not verified" in response.content.decode()
    assert client.get("/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_unknown_address_is_refused_kindly_and_opens_no_account(client, provider):
    make_user(email="tom@example.com")

    response = through(client, provider)

    assert response.status_code == 403
    text = response.content.decode()
    assert "No account for you yet" in text
    assert "Northwind ID signed you in as ada@example.com" in text
    assert User.objects.count() == 1
    assert client.get("/").status_code == 302


def test_without_an_address_it_is_refused(client, provider, ada):
    provider.claims = {"sub": "ada-at-work"}

    response = through(client, provider)

    assert response.status_code == 403
    assert "did not say with which email" in response.content.decode()


def test_an_address_of_letters_that_look_alike_is_not_the_account(client, provider, ada):
    provider.claims["email"] = "ada@ex\u0430mple.com"

    assert through(client, provider).status_code == 403


def test_a_domain_whose_addresses_the_provider_owns_needs_no_claim(client, provider, ada, settings):
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(verified_email=["example.com"])
    del provider.claims["email_verified"]
    assert through(client, provider).url == "/"

    provider.claims = {"sub": "tom", "email": "tom@elsewhere.example"}
    make_user(email="tom@elsewhere.example")
    assert through(Client(), provider).status_code == 403


def test_someone_who_only_wants_the_address_does_not_get_the_sign_on(client, provider):
    tom, browser = make_user(email="tom@example.com"), Client()
    browser.force_login(tom)
    confirm(browser)
    browser.post("/accounts/email/", {"email": "ada@example.com", "action_add": ""})

    assert through(client, provider).status_code == 403

    ada = make_user(email="ada@example.com")
    assert through(client, provider).url == "/"
    assert SocialAccount.objects.get().user == ada


@pytest.mark.parametrize("state", ["", "forged0123456789"])
def test_an_answer_to_no_question_of_ours_is_refused(client, provider, ada, state):
    asked = question(client)

    response = come_back(client, provider, {**asked, "state": state})

    assert response.status_code == 401
    assert "Single sign-on did not work" in response.content.decode()
    assert client.get("/").status_code == 302


def test_an_answer_works_in_the_browser_that_asked_and_once(client, provider, ada):
    asked = question(client)
    back = urlsplit(provider.authorize(asked))

    assert Client().get(f"{back.path}?{back.query}").status_code == 401
    assert client.get(f"{back.path}?{back.query}").url == "/"
    assert client.get(f"{back.path}?{back.query}").status_code == 401


def test_a_made_up_code_is_refused(client, provider, ada):
    asked = question(client)

    assert client.get(CALLBACK, {"code": "made-up", "state": asked["state"]}).status_code == 401
    assert client.get("/").status_code == 302


def test_cancelling_on_the_other_side_says_so(client, provider):
    asked = question(client)

    response = client.get(CALLBACK, {"error": "access_denied", "state": asked["state"]}, follow=True)

    assert "Single sign-on was cancelled" in response.content.decode()


def test_a_provider_that_does_not_answer_is_an_error_page(client, provider, ada):
    asked = question(client)
    provider.is_down = True

    assert come_back(client, provider, asked).status_code == 401
    began = client.post(BEGIN)
    assert began.status_code == 401
    assert "Northwind ID did not answer" in began.content.decode()


def test_an_account_that_is_switched_off_stays_shut(client, provider, ada):
    ada.is_active = False
    ada.save()

    assert through(client, provider).url == reverse("account_inactive")
    assert client.get("/").status_code == 302


def test_two_factor_holds_here_too(client, provider, ada):
    client.force_login(ada)
    secret = add_app(client)
    client.logout()

    assert through(client, provider).url == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == "/"


def test_connecting_needs_the_password_and_any_address_will_do(client, provider, ada):
    provider.claims |= {"sub": "other", "email": "ada@private.example", "email_verified": False}
    sign_in(client, ada)

    asked = question(client, process="connect")
    response = come_back(client, provider, asked)
    assert response.url == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()
    confirm(client)

    assert SocialAccount.objects.get().user == ada
    assert "ada@private.example" in client.get(reverse("socialaccount_connections")).content.decode()


def test_a_sign_on_belongs_to_one_account(client, provider, ada):
    through(client, provider)
    tom, browser = make_user(email="tom@example.com"), Client()
    sign_in(browser, tom)
    confirm(browser)

    response = browser.get(through(browser, provider, process="connect").url)

    assert "connected to another account" in response.content.decode()
    assert SocialAccount.objects.get().user == ada


def test_disconnecting_needs_the_password_and_another_way_in(client, provider, ada):
    through(client, provider)
    connection = SocialAccount.objects.get()
    page = reverse("socialaccount_connections")

    assert client.post(page, {"account": connection.pk}).url.startswith(reverse("account_reauthenticate"))
    assert SocialAccount.objects.exists()
    confirm(client)
    assert client.post(page, {"account": connection.pk}).url == page
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.get(subject="Single sign-on", old="ada-at-work").actor == ada

    through(client, provider)
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    refused = client.post(page, {"account": SocialAccount.objects.get().pk})
    assert "Choose a password first" in refused.content.decode()
    assert SocialAccount.objects.exists()


def test_what_is_kept_holds_no_secret(client, provider, ada):
    through(client, provider)

    written = "\n".join(" ".join(map(str, row)) for row in AuditEvent.objects.values_list())
    for kept_back in (CLIENT_SECRET, "an-access-token"):
        assert kept_back not in written


@pytest.mark.browser
def test_in_a_browser_one_press_signs_in(page, live_server, provider, ada):
    blocked = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/accounts/login/")

    page.get_by_role("button", name="Sign in with Northwind ID").click()

    expect(page.get_by_role("link", name="Portfolio").first).to_be_visible()
    assert page.url == f"{live_server.url}/"
    assert blocked == []


GOOD = {
    "OIDC_NAME": "Northwind ID",
    "OIDC_SERVER_URL": "https://id.example.com",
    "OIDC_CLIENT_ID": "scorecard",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (GOOD, ""),
        ({"OIDC_NAME": "Northwind ID"}, "OIDC_SERVER_URL is missing: single sign-on needs"),
        ({**GOOD, "OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET is missing"),
        ({**GOOD, "OIDC_SERVER_URL": "http://id.example.com"}, "OIDC_SERVER_URL must begin with https://"),
        ({**GOOD, "OIDC_SERVER_URL": "https://"}, "OIDC_SERVER_URL must begin with https://"),
        ({**GOOD, "OIDC_SERVER_URL": "http://localhost:9000"}, ""),
        ({**GOOD, "OIDC_ACCOUNT_DOMAINS": "Northwind.example,*"}, ""),
        ({**GOOD, "OIDC_ACCOUNT_DOMAINS": "@northwind.example"}, "OIDC_ACCOUNT_DOMAINS has '@northwind.example'"),
    ],
)
def test_half_a_configuration_is_refused_at_start(tmp_path, environment, sentence):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OIDC_")}
    ended = subprocess.run(
        [sys.executable, "-c", "import scorecard.settings"],
        cwd=site_settings.BASE_DIR,
        env={**kept, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == (1 if sentence else 0), ended.stderr
    assert sentence in ended.stderr


DID_NOT_WORK = "Single sign-on did not work"


def test_the_question_has_a_nonce_and_another_one_in_the_answer_is_refused(client, provider, ada):
    asked = question(client)
    assert len(asked["nonce"]) == 64
    assert asked["nonce"] != question(client)["nonce"]
    assert come_back(client, provider, asked).status_code == 302

    provider.said = {"nonce": "of another question"}
    other = Client()
    assert DID_NOT_WORK in through(other, provider).content.decode()
    assert not User.objects.filter(pk=other.session.get("_auth_user_id", 0)).exists()


def test_a_provider_that_says_nothing_of_client_authentication_gets_basic(client, provider, ada):
    provider.needs, provider.more = "client_secret_basic", {"token_endpoint_auth_methods_supported": None}

    assert through(client, provider)["Location"] == "/"


BOTH = {"token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]}


@pytest.mark.parametrize("needs", ["client_secret_basic", "client_secret_post"])
def test_a_provider_that_offers_both_ways_and_takes_one_gets_it(client, provider, ada, needs):
    provider.needs, provider.more = needs, BOTH

    assert through(client, provider)["Location"] == "/"


def test_a_setting_chooses_how_the_secret_is_sent(client, provider, ada, settings):
    provider.needs, provider.more = "client_secret_basic", BOTH
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(token_auth_method="client_secret_post")
    assert DID_NOT_WORK in through(client, provider).content.decode()

    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(token_auth_method="client_secret_basic")
    assert through(client, provider)["Location"] == "/"


def test_a_provider_without_a_page_about_people_is_read_by_its_id_token(client, provider, ada):
    provider.more = {"userinfo_endpoint": None}

    assert through(client, provider)["Location"] == "/"


def test_a_long_subject_is_known_again(client, provider, ada):
    provider.claims["sub"] = "s" * 255

    assert through(client, provider)["Location"] == "/"
    assert through(Client(), provider)["Location"] == "/"
    assert SocialAccount.objects.get().uid.startswith("sha256:")


@pytest.mark.parametrize(
    "claims",
    [
        {"name": ["Ada", "Lovelace"]},
        {"name": 7, "preferred_username": {"a": 1}, "given_name": None},
    ],
)
def test_claims_of_the_wrong_kind_are_left_out(client, provider, ada, claims):
    provider.claims |= claims

    assert through(client, provider)["Location"] == "/"


@pytest.mark.parametrize(
    ("claims", "more", "said"),
    [
        ({"sub": None}, {}, {}),
        ({"sub": ""}, {}, {}),
        ({"sub": 7}, {}, {}),
        ({}, {"jwks_uri": None}, {}),
        ({}, {"issuer": None}, {}),
        ({}, {}, {"sub": "somebody else"}),
        ({}, {}, {"iss": "https://elsewhere.example.com"}),
        ({}, {}, {"exp": "soon"}),
    ],
)
def test_an_answer_of_another_shape_signs_nobody_in_and_is_no_error(client, provider, ada, claims, more, said):
    provider.claims |= claims
    provider.more, provider.said = more, said

    response = through(client, provider)

    assert response.status_code == 401
    assert DID_NOT_WORK in response.content.decode()


def test_the_provider_s_reason_is_in_the_log(client, provider, caplog):
    asked = question(client)
    reason = {"error": "invalid_request", "error_description": "Missing 'nonce'\nin request."}

    response = client.get(CALLBACK, {"state": asked["state"], **reason})

    assert DID_NOT_WORK in response.content.decode()
    assert "invalid_request Missing 'nonce' in request." in caplog.text
