"""The page of a person's own tokens: the password is asked for again, and a token is shown once."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.organizations.tokens import services
from assessments.organizations.tokens.models import AccessToken
from tests.accounts.codes import confirm
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/accounts/tokens/"
FORM = {"name": "My script", "scope": "write", "lasts": "never"}


@pytest.fixture
def person(client):
    person = make_user()
    client.force_login(person)
    return person


def test_the_password_is_asked_for_before_a_token_is_made(client, person):
    answer = client.post(ADDRESS, FORM)

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert AccessToken.objects.count() == 0


def test_a_token_is_shown_once_and_its_person_is_told(client, person, django_capture_on_commit_callbacks):
    confirm(client)
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post(ADDRESS, FORM).content.decode()

    token = re.search(r"Bearer (sct_[\w-]+)", made)[1]
    later = client.get(ADDRESS).content.decode()
    assert "My script" in later
    assert token not in later
    assert services.find(token).user == person
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([person.email], "A token for your account")]
    assert token not in mail.outbox[0].body
    assert AuditEvent.objects.get(subject="Token: My script").new == "Read and write"


def test_the_account_s_page_says_how_many_there_are(client, person):
    assert "Make one" in client.get("/accounts/").content.decode()
    services.make_personal(person, name="Mine", scope="read", expires_in=None)

    assert "<b>Tokens</b><span>1<small>" in client.get("/accounts/").content.decode()


def test_one_s_own_is_ended_and_no_one_else_s(client, person):
    mine, _ = services.make_personal(person, name="Mine", scope="read", expires_in=None)
    theirs, _ = services.make_personal(make_user(), name="Theirs", scope="read", expires_in=None)

    assert client.post(reverse("personal_token_delete", args=[theirs.pk])).status_code == 404
    client.post(reverse("personal_token_delete", args=[mine.pk]))

    assert list(AccessToken.objects.standing()) == [theirs]
