"""Accounts that single sign-on opens, where the operator has named whose."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from tests.accounts.openid import through
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opening(provider, settings):
    """Names the domains whose people get an account."""

    def name(*domains):
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings(account_domains=list(domains))

    name("example.com")
    return name


def test_a_verified_address_of_the_domain_gets_an_account_and_is_signed_in(client, provider, opening):
    assert through(client, provider).url == "/"

    ada = User.objects.get()
    assert (ada.email, ada.name, ada.is_staff, ada.is_superuser) == ("ada@example.com", "Ada", False, False)
    assert not ada.has_usable_password()
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().user == ada
    event = AuditEvent.objects.get(new="Account opened at the first single sign-on")
    assert (event.subject, event.about, event.actor) == ("Ada <ada@example.com>", ada, ada)


def test_the_second_time_it_is_the_same_account(client, provider, opening):
    through(client, provider)
    through(Client(), provider)

    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("claims", "domains"),
    [
        ({"email_verified": False}, ["example.com"]),
        ({"email_verified": False}, ["*"]),
        ({"email": "ada@example.com.evil.example"}, ["example.com"]),
        ({"email": "ada@sub.example.com"}, ["example.com"]),
        ({"email": "ada@ex\u0430mple.com"}, ["*"]),
        ({"email": "no address"}, ["*"]),
        ({"email": None}, ["*"]),
        ({}, []),
    ],
)
def test_any_other_gets_none_and_a_page_that_says_so(client, provider, opening, claims, domains):
    opening(*domains)
    provider.claims |= claims

    response = through(client, provider)

    assert response.status_code == 403
    assert not User.objects.exists()
    assert client.get("/").status_code == 302


def test_the_page_names_whose_accounts_open_by_themselves(client, provider, opening):
    opening("northwind.example", "kestrel.example")

    text = through(client, provider).content.decode()

    said = (
        "Accounts open by themselves for addresses of northwind.example and kestrel.example; others are by invitation"
    )
    assert said in " ".join(text.split())


def test_a_star_stands_for_every_verified_address(client, provider, opening):
    opening("*")
    provider.claims |= {"email": "Ada@Elsewhere.example", "name": None, "given_name": "Ada", "family_name": "Lovelace"}

    assert through(client, provider).url == "/"
    assert User.objects.values_list("email", "name").get() == ("ada@elsewhere.example", "Ada Lovelace")


def test_an_account_that_is_switched_off_stays_shut(client, provider, opening):
    make_user(email="ada@example.com", is_active=False)

    assert "inactive" in through(client, provider).url
    assert User.objects.count() == 1


def test_connecting_opens_no_account(client, provider, opening):
    tom = make_user(email="tom@example.com")
    client.force_login(tom)

    through(client, provider, process="connect")

    assert User.objects.get() == tom
