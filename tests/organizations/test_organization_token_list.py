"""The page of an organization's tokens: made, shown once, ended, and in the activity."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.organizations.services import purge_organizations
from assessments.organizations.tokens import services
from assessments.organizations.tokens.models import AccessToken
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

FORM = {"name": "Board dashboard", "scope": "read", "role": "10", "lasts": "90"}


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def address(client, organization):
    client.force_login(organization.created_by)
    return reverse("organization_token_list", args=[organization.slug])


def test_a_token_is_shown_once_with_a_line_to_try_it(client, address):
    made, later = client.post(address, FORM).content.decode(), client.get(address).content.decode()

    token = re.search(r"Bearer (sct_[\w-]+)", made)[1]
    assert "/api/v1/organizations" in made
    assert token not in later
    assert "Board dashboard" in later
    assert services.find(token).name == "Board dashboard"


def test_one_that_sends_figures_is_shown_with_lines_that_send_some(client, address):
    made = client.post(address, FORM | {"scope": "figures"}).content.decode()

    assert "/api/figures" in made
    assert AccessToken.objects.get().machine is None


def test_it_ends_when_was_chosen(client, address):
    client.post(address, FORM)

    ends = AccessToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < ends <= timedelta(days=90)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Say in at most 80 characters"),
        ({"name": "x" * 81}, "Say in at most 80 characters"),
        ({"name": "\u200b"}, "Say in at most 80 characters"),
        ({"scope": "all"}, "Choose what it may do."),
        ({"role": "30"}, "Choose viewer or editor."),
        ({"scope": "write", "role": "10"}, "A viewer changes nothing."),
        ({"lasts": "9999"}, "Choose when it ends."),
    ],
)
def test_what_makes_no_token_is_said(client, address, changed, sentence):
    page = client.post(address, FORM | changed)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert AccessToken.objects.count() == 0


def test_there_are_not_more_than_twenty(client, address, organization):
    for number in range(services.MOST_TOKENS):
        organization.tokens.create(name=str(number), scope="read", role=10, token_sha256=str(number))

    assert client.post(address, FORM).status_code == 422
    organization.tokens.update(ended_at=timezone.now())
    assert client.post(address, FORM).status_code == 200


def test_making_and_ending_stand_in_the_activity(client, address, organization):
    client.post(address, FORM)
    token = AccessToken.objects.get()
    client.post(reverse("organization_token_delete", args=[organization.slug, token.pk]))

    made, ended = AuditEvent.objects.filter(subject="Token: Board dashboard").order_by("pk")
    assert (made.organization, made.actor) == (organization, organization.created_by)
    assert made.new.startswith("Read, as a viewer, until ")
    assert (ended.old, ended.new) == (made.new, "Ended")


def test_an_ended_one_is_gone_from_the_page_and_lets_nobody_in(client, address, organization):
    token = re.search(r"Bearer (sct_[\w-]+)", client.post(address, FORM).content.decode())[1]
    client.post(reverse("organization_token_delete", args=[organization.slug, AccessToken.objects.get().pk]))

    assert "Board dashboard" not in client.get(address).content.decode()
    with pytest.raises(services.TokenRefusedError, match="was ended"):
        services.find(token)


def test_another_organization_s_token_is_not_ended(client, address, organization):
    other = make_organization()
    row, _ = services.make_for_organization(
        other, name="Theirs", scope="read", role=Role.VIEWER, expires_in=None, actor=other.created_by
    )

    assert client.post(reverse("organization_token_delete", args=[organization.slug, row.pk])).status_code == 404
    assert AccessToken.objects.standing().count() == 1


def test_nobody_signs_in_as_a_machine_and_it_is_in_no_list_of_people(client, address, organization):
    client.post(address, FORM)
    machine = AccessToken.objects.get().machine

    assert (machine.is_active, machine.has_usable_password()) == (False, False)
    assert str(machine) == "Token Board dashboard"
    people = client.get(reverse("membership_list", args=[organization.slug])).content.decode()
    assert machine.email not in people
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert machine.email not in client.get(reverse("admin:assessments_user_changelist")).content.decode()


def test_an_account_with_the_address_of_a_machine_keeps_no_token_from_being_made(client, address):
    for number in range(1, 200):
        make_user(email=f"token-{number}@{services.MACHINE_ADDRESS}")

    assert client.post(address, FORM).status_code == 200


def test_with_the_organization_goes_the_machine(client, address, organization):
    client.post(address, FORM)
    machine = AccessToken.objects.get().machine_id
    type(organization).objects.update(deleted_at=timezone.now() - timedelta(days=40))

    assert purge_organizations() == 1
    assert not AccessToken.objects.exists()
    assert not User.objects.filter(pk=machine).exists()


def test_queries_do_not_grow_with_the_tokens(client, address, django_assert_num_queries):
    for number in range(3):
        client.post(address, FORM | {"name": str(number)})
        if number in (0, 2):
            with django_assert_num_queries(4):
                client.get(address)
