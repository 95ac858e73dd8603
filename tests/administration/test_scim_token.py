"""The page on which a superuser makes a token for SCIM."""

import re

import pytest
from django.urls import reverse

from assessments.models import AccessToken, AuditEvent, WaitingMail
from tests.accounts.codes import confirm, sign_in
from tests.factories import make_user
from tests.scim.directory import Directory

pytestmark = pytest.mark.django_db

PAGE = "/admin/assessments/accesstoken/scim/"


@pytest.fixture
def superuser(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    sign_in(client, user)
    return user


def test_a_superuser_makes_one_and_sees_it_once(client, superuser, django_capture_on_commit_callbacks, mailoutbox):
    make_user(email="other@example.com", is_superuser=True)
    assert "Make a token for SCIM" in client.get(reverse("admin:assessments_accesstoken_changelist")).content.decode()
    assert client.post(PAGE, {"name": "Entra", "lasts": "365"}).url.startswith(reverse("account_reauthenticate"))
    confirm(client)

    AccessToken.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        shown = client.post(PAGE, {"name": "Entra", "lasts": "365"}).content.decode()

    token = re.search(r"sct_[\w-]+", shown)[0]
    assert "/scim/v2</code>" in shown
    assert Directory(token).get("/Users").status_code == 200
    assert token not in client.get(PAGE).content.decode()
    listed = client.get(reverse("admin:assessments_accesstoken_changelist")).content.decode()
    assert "Keep accounts and teams (SCIM)" in listed
    assert AuditEvent.objects.get(subject="Token: Entra").actor == superuser
    assert [mail.to for mail in mailoutbox] == [["other@example.com"]]
    assert not WaitingMail.objects.exists()


def test_a_form_without_a_name_says_so(client, superuser):
    confirm(client)

    response = client.post(PAGE, {"lasts": "365"})

    assert response.status_code == 422
    assert "Say in at most 80 characters which program will use it." in response.content.decode()


def test_nobody_else_makes_one(client):
    client.force_login(make_user(is_staff=True))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"name": "Entra", "lasts": "365"}).status_code in (302, 403)
    assert not AccessToken.objects.exists()
