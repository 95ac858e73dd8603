import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from assessments.audit.models import AuditEvent
from tests.accounts.codes import add_app, confirm, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "/accounts/email/"


@pytest.fixture
def ada(client):
    user = make_user(name="Ada", email="ada@example.com")
    client.force_login(user)
    confirm(client)
    return user


def ask_for(client, email):
    return client.post(EMAIL, {"email": email, "action_add": ""})


def link_in(mail):
    return re.search(r"http://testserver(/\S+)", mail.body)[1]


def test_the_email_changes_when_the_link_in_the_mail_is_followed(client, ada, mailoutbox):
    ask_for(client, "Ada.New@Example.com")

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["ada.new@example.com"], "Confirm your new email")]
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert "Waiting: ada.new@example.com" in client.get(EMAIL).content.decode()

    link = link_in(mailoutbox[0])
    page = client.get(link).content.decode()
    assert "Ada signs in as <b>ada.new@example.com</b>" in page
    assert client.post(link).url == reverse("account_detail")

    ada.refresh_from_db()
    assert ada.email == "ada.new@example.com"
    rows = EmailAddress.objects.filter(user=ada).values_list("email", "verified", "primary")
    assert list(rows) == [("ada.new@example.com", True, True)]
    assert [(mail.to, mail.subject) for mail in mailoutbox[1:]] == [(["ada@example.com"], "Your email was changed")]
    event = AuditEvent.objects.get(subject="Email", about=ada)
    assert (event.old, event.new) == ("ada@example.com", "ada.new@example.com")

    old, new = Client(), Client()
    assert "not right" in old.post("/accounts/login/", {"login": "ada@example.com", "password": "x"}).content.decode()
    assert sign_in(new, ada).url == "/"


def test_asking_for_a_change_needs_the_password_again(client):
    client.force_login(make_user())

    response = ask_for(client, "new@example.com")

    assert response.url.startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="new@example.com").exists()
    confirmed = client.post(response.url, {"password": "violet-anchor-42"})
    assert confirmed.url == EMAIL
    assert EmailAddress.objects.filter(email="new@example.com", verified=False).exists()


def test_whoever_got_the_mail_by_mistake_cannot_follow_the_link(client, ada, mailoutbox):
    ask_for(client, "typo@example.com")
    link = link_in(mailoutbox[0])
    stranger, member = Client(), Client()
    member.force_login(make_user())

    assert stranger.get(link).url.startswith(reverse("account_login"))
    assert stranger.post(link).url.startswith(reverse("account_login"))
    member.post(link)
    stranger.post(reverse("account_reset_password"), {"email": "typo@example.com"})

    assert mailoutbox[-1].subject == "No account for this address"


def test_someone_else_signed_in_does_not_take_the_address(client, ada, mailoutbox):
    ask_for(client, "ada.new@example.com")
    tom, browser = make_user(email="tom@example.com"), Client()
    browser.force_login(tom)

    for response in (browser.get(link_in(mailoutbox[0])), browser.post(link_in(mailoutbox[0]))):
        assert response.status_code == 403
        assert "This link is for another account" in response.content.decode()

    tom.refresh_from_db()
    assert tom.email == "tom@example.com"


def test_a_second_wish_replaces_the_first(client, ada, mailoutbox):
    ask_for(client, "one@example.com")
    ask_for(client, "two@example.com")

    assert "This link no longer works" in client.get(link_in(mailoutbox[0])).content.decode()
    client.post(link_in(mailoutbox[1]))
    ada.refresh_from_db()
    assert ada.email == "two@example.com"


def test_a_wish_can_be_called_off(client, ada, mailoutbox):
    ask_for(client, "one@example.com")

    client.post(EMAIL, {"email": "one@example.com", "action_remove": ""})

    assert "This link no longer works" in client.get(link_in(mailoutbox[0])).content.decode()
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == (["ada@example.com"], "Your email stays as it is")
    assert "Waiting" not in client.get(EMAIL).content.decode()


def test_the_email_one_signs_in_with_cannot_be_removed(client, ada):
    client.post(EMAIL, {"email": "ada@example.com", "action_remove": ""})

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert EmailAddress.objects.get(user=ada).verified


def test_looking_at_the_page_and_asking_twice_never_loses_the_email(client, ada):
    for wish in ("one@example.com", "two@example.com", "three@example.com"):
        client.get(EMAIL)
        ask_for(client, wish)

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


def test_an_address_of_another_account_is_not_given_away_nor_taken(client, ada, mailoutbox):
    tom = make_user(email="tom@example.com")

    assert ask_for(client, "tom@example.com").status_code == 302  # the page does not tell who has an account

    response = client.post(link_in(mailoutbox[0]), follow=True)
    assert "tom@example.com belongs to another account" in response.content.decode()
    ada.refresh_from_db()
    tom.refresh_from_db()
    assert (ada.email, tom.email) == ("ada@example.com", "tom@example.com")


def test_a_mere_wish_for_an_address_gets_nothing_meant_for_its_account(client, ada, mailoutbox):
    ask_for(client, "tom@example.com")
    tom = make_user(name="Tom", email="tom@example.com")
    mailoutbox.clear()

    Client().post(reverse("account_reset_password"), {"email": "tom@example.com"})

    assert [mail.to for mail in mailoutbox] == [["tom@example.com"]]
    assert "a new password for tom@example.com" in mailoutbox[0].body
    browser = Client()
    sign_in(browser, tom)
    browser.get(EMAIL)
    rows = EmailAddress.objects.filter(email="tom@example.com").values_list("user", "verified")
    assert list(rows) == [(tom.pk, True)]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("ada@example.com", "This is your email already."),
        ("", "Enter the new email."),
        ("nobody", "name@example.com"),
        ("ada@ex\u0430mple.com", "Write the address in plain letters"),
        ("\u212aay@example.com", "Write the address in plain letters"),
    ],
)
def test_an_address_that_cannot_be_used_gets_a_sentence(client, ada, mailoutbox, typed, reason):
    assert reason in ask_for(client, typed).content.decode()
    assert mailoutbox == []


def test_the_email_can_change_with_two_factor_on(client, ada, mailoutbox):
    add_app(client)
    mailoutbox.clear()
    ask_for(client, "ada.new@example.com")

    client.post(link_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert ada.email == "ada.new@example.com"


def test_mail_that_fails_does_not_undo_the_change(client, ada, mailoutbox, settings, tmp_path):
    ask_for(client, "ada.new@example.com")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1

    assert client.post(link_in(mailoutbox[0])).url == reverse("account_detail")

    ada.refresh_from_db()
    assert ada.email == "ada.new@example.com"
