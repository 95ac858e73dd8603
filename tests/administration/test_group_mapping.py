"""The page that says what a group of the identity provider gives."""

import pytest
from django.contrib.auth.models import Group

from assessments.models import AuditEvent, GroupMapping
from tests.factories import make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/assessments/groupmapping/", "/admin/assessments/groupmapping/add/"


@pytest.fixture
def superuser(client, settings):
    settings.OIDC_STAFF_GROUPS = ["helpdesk"]
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_each_kind_is_added_seen_and_recorded(client, superuser):
    team, organization = make_team(name="Consultants"), make_organization(name="Kestrel")
    helpdesk = Group.objects.create(name="Helpdesk")

    for fields in (
        {"group": " consultants ", "team": team.pk},
        {"group": "kestrel", "organization": organization.pk, "role": "20"},
        {"group": "helpdesk", "staff_group": helpdesk.pk},
    ):
        assert client.post(ADD, fields).status_code == 302

    shown = client.get(LIST).content.decode()
    for words in ("Team Consultants", "Editor of Kestrel", "Staff group Helpdesk"):
        assert words in shown
    event = AuditEvent.objects.get(subject="Group of the provider: consultants")
    assert (event.actor, event.new) == (superuser, "team Consultants")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose one: a team, an organization with a role, or a staff group."),
        ({"team": 1, "staff_group": 1}, "Choose one: a team, an organization with a role, or a staff group."),
        ({"organization": 1}, "An organization and a role go together."),
        ({"team": 1, "role": "20"}, "An organization and a role go together."),
        ({"staff_group": 1}, "OIDC_STAFF_GROUPS does not name “everybody”."),
        ({"group": "", "team": 1}, "This field is required."),
    ],
)
def test_what_gives_nothing_or_too_much_is_refused_in_words(client, superuser, fields, sentence):
    things = {
        "team": make_team().pk,
        "organization": make_organization().pk,
        "staff_group": Group.objects.create(name="Helpdesk").pk,
    }
    sent = {name: things.get(name, value) for name, value in {"group": "everybody", **fields}.items()}

    response = client.post(ADD, sent)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not GroupMapping.objects.exists()


def test_the_same_twice_is_refused(client, superuser):
    team = make_team()
    GroupMapping.objects.create(group="consultants", team=team)

    assert "already exists" in client.post(ADD, {"group": "consultants", "team": team.pk}).content.decode()


def test_nobody_but_superusers_sees_it(client):
    client.force_login(make_user(is_staff=True))

    assert client.get(LIST).status_code == 403
    assert client.post(ADD, {"group": "x", "team": make_team().pk}).status_code == 403


def test_it_says_where_no_claim_is_named_yet(client, superuser, settings):
    assert "OIDC_GROUPS_CLAIM is not set" in client.get(ADD).content.decode()
    settings.OIDC_GROUPS_CLAIM = "groups"
    assert "OIDC_GROUPS_CLAIM is not set" not in client.get(ADD).content.decode()
