import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.templatetags.accounts import browser
from tests.accounts.codes import sign_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/accounts/login/"
PUBLIC = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
    "socialaccount_login_cancelled",
}


@pytest.fixture
def ada(client):
    user = make_user(name="Ada", email="ada@example.com")
    client.force_login(user)
    return user


def account_urls():
    product = get_resolver().url_patterns[-1].url_patterns
    found = [pattern for feature in product for pattern in feature.url_patterns if str(pattern.pattern) == "accounts/"]
    return found[0].url_patterns


def test_every_account_page_is_public_on_purpose_or_has_its_door():
    for pattern in account_urls():
        is_public = getattr(pattern.callback, "login_required", True) is False
        door = getattr(pattern.callback, "door", None)
        assert (is_public, door) in ((True, None), (False, "personal")), pattern.name
        assert is_public == (pattern.name in PUBLIC), pattern.name


def test_pages_behind_a_door_send_to_sign_in(client):
    for pattern in account_urls():
        if pattern.name not in PUBLIC:
            arguments = [1] if "<" in str(pattern.pattern) else []
            path = reverse(pattern.name, args=arguments)
            for response in (client.get(path), client.post(path)):
                assert response.status_code == 302, pattern.name
                assert response.url == f"{LOGIN}?next={path}", pattern.name


def test_the_page_says_how_the_account_is_opened(client, ada):
    html = client.get(reverse("account_detail")).content.decode()

    assert "Only a password protects this account." in html
    assert "ada@example.com" in html
    assert "In this browser only" in html
    assert "Recovery codes" not in html


def test_the_page_needs_the_same_queries_for_one_passkey_and_three(client, ada, django_assert_num_queries):
    for number in (1, 3):
        while Authenticator.objects.count() < number:
            data = {"name": f"Key {Authenticator.objects.count()}", "credential": {}}
            Authenticator.objects.create(user=ada, type="webauthn", data=data)
        with django_assert_num_queries(7):
            html = client.get(reverse("account_detail")).content.decode()
        assert html.count("Second step after the password") == number


def test_the_name_is_changed_and_recorded(client, ada):
    response = client.post(reverse("account_detail"), {"name": "  Ada   Lovelace "})

    assert response.url == reverse("account_detail")
    ada.refresh_from_db()
    assert ada.name == "Ada Lovelace"
    event = AuditEvent.objects.get(subject="Name")
    assert (event.actor, event.old, event.new) == (ada, "Ada", "Ada Lovelace")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "Enter your name."), ("\u200b\u202e", "Enter your name."), ("x" * 151, "Use at most 150 characters.")],
)
def test_a_name_that_cannot_be_used_gets_a_sentence(client, ada, name, reason):
    response = client.post(reverse("account_detail"), {"name": name})

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert User.objects.get().name == "Ada"


def test_changing_the_password_is_told_by_mail_and_leads_back(client, ada, mailoutbox):
    new = {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"}
    response = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert response.url == reverse("account_detail")
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([ada.email], "Your password was changed")]
    assert "with Another program" in mailoutbox[0].body


def test_an_account_without_a_password_can_be_given_one(client, ada, mailoutbox):
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    assert "None: you sign in another way" in client.get(reverse("account_detail")).content.decode()

    new = {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"}
    assert client.post(reverse("account_set_password"), new).url == reverse("account_detail")

    ada.refresh_from_db()
    assert ada.check_password("quiet-harbor-77")
    assert AuditEvent.objects.filter(subject="Password", actor=ada).count() == 1


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail_once(client, mailoutbox):
    ada = make_user(email="ada@example.com")
    client.post(reverse("account_reset_password"), {"email": "Ada@Example.com"})
    path = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]

    form = client.get(path, follow=True).request["PATH_INFO"]
    assert "set-password" in form
    client.post(form, {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"})

    assert sign_in(client, ada, "quiet-harbor-77").url == "/"
    assert EmailAddress.objects.get(user=ada).verified
    assert "This link no longer works" in Client().get(path).content.decode()


def test_signing_up_is_closed(client, mailoutbox):
    fields = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}

    for response in (client.get(reverse("account_signup")), client.post(reverse("account_signup"), fields)):
        assert "Accounts are by invitation" in response.content.decode()

    assert not User.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("typed", ["ada@ex\u0430mple.com", "a\u212a@example.com"])
@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
def test_letters_that_look_alike_are_refused(client, mailoutbox, page, typed):
    make_user(email="ak@example.com")
    fields = {"login": typed, "email": typed, "password": PASSWORD}

    assert "Write the address in plain letters" in client.post(reverse(page), fields).content.decode()
    assert mailoutbox == []


@pytest.mark.usefixtures("stopped_clock")
def test_a_thousand_attempts_are_cut_off_and_elsewhere_the_right_password_works(client):
    ada = make_user(email="ada@example.com")
    answers = [sign_in(client, ada, f"guess-{number}") for number in range(1000)]

    assert [found.status_code for found in answers] == [200] * 30 + [429] * 970
    assert sum("not right" in found.content.decode() for found in answers[:30]) == 5
    assert "Too many attempts." in answers[-1].content.decode()
    assert AuditEvent.objects.filter(action=AuditEvent.Action.SIGN_IN_FAILED).count() == 5
    assert sign_in(client, ada).status_code == 429

    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), ada).url == "/"


def test_wrong_passwords_from_many_addresses_are_limited_too_until_a_new_one_is_set(mailoutbox):
    ada = make_user(email="ada@example.com")
    for number in range(100):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), ada, "wrong")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")

    assert "Too many wrong passwords for this account" in sign_in(elsewhere, ada).content.decode()

    elsewhere.post(reverse("account_reset_password"), {"email": ada.email})
    path = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]
    form = elsewhere.get(path, follow=True).request["PATH_INFO"]
    elsewhere.post(form, {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"})
    assert sign_in(elsewhere, ada, "quiet-harbor-77").url == "/"


def test_the_limit_ends(client):
    ada = make_user()
    for _ in range(6):
        sign_in(client, ada, "wrong")
    assert "Too many attempts" in sign_in(client, ada).content.decode()

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sign_in(client, ada).url == "/"


@pytest.mark.usefixtures("stopped_clock")
def test_mails_for_a_forgotten_password_are_limited(client, mailoutbox):
    make_user(email="ada@example.com")

    answers = [client.post(reverse("account_reset_password"), {"email": "ada@example.com"}) for _ in range(10)]

    assert [found.status_code for found in answers] == [302] * 5 + [429] * 5
    assert len(mailoutbox) == 5


@pytest.mark.usefixtures("stopped_clock")
def test_confirming_that_it_is_you_is_limited(client, ada):
    answers = [client.post(reverse("account_reauthenticate"), {"password": "wrong"}) for _ in range(12)]

    assert [found.status_code for found in answers] == [200] * 10 + [429] * 2


def test_the_other_browsers_can_be_signed_out(client):
    ada, other = make_user(), Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    sign_in(client, ada)
    sign_in(other, ada)
    stranger = Client()
    sign_in(stranger, make_user())
    html = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Windows" in html
    assert html.count("From 127.0.0.1") == 2

    client.post(reverse("usersessions_list"))

    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert stranger.get("/").status_code == 200
    assert UserSession.objects.filter(user=ada).count() == 1


def test_the_pages_need_the_same_queries_for_one_browser_and_three(client, django_assert_num_queries):
    ada = make_user()
    for number, browsers in ((1, [client]), (3, [Client(), Client()])):
        for one in browsers:
            sign_in(one, ada)
        with django_assert_num_queries(5):
            html = client.get(reverse("usersessions_list")).content.decode()
        assert html.count("From 127.0.0.1") == number
        with django_assert_num_queries(8):
            client.get(reverse("account_detail"))


def test_browsers_that_a_new_password_signed_out_are_not_listed(client):
    ada, other = make_user(), Client()
    sign_in(client, ada)
    sign_in(other, ada)

    new = {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"}
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert other.get("/").status_code == 302
    assert client.get(reverse("usersessions_list")).content.decode().count("From 127.0.0.1") == 1
    assert "In this browser only" in client.get(reverse("account_detail")).content.decode()


def test_an_account_that_is_switched_off_is_told_so(client):
    ada = make_user(is_active=False)

    assert sign_in(client, ada, "wrong").status_code == 200
    assert client.get(sign_in(client, ada).url).content.decode().count("This account is switched off") == 2


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_5) AppleWebKit/605.1 Version/18.5 Safari/605.1", "Safari on Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        ("curl/8.5.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_a_browser_is_named_in_words(user_agent, name):
    assert browser(user_agent) == name
