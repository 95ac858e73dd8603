import pytest
from django.urls import reverse

from assessments.organizations.models import Role
from tests.factories import make_membership, make_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


def post(client, organization, **fields):
    fields = {"name": "Kestrel Logistics", "hosting_model": "cloud", "currency": "USD"} | fields
    return client.post(reverse("organization_update", args=[organization.slug]), fields)


def test_settings_are_saved_and_the_address_stays(client, organization):
    response = post(
        client, organization, name="Kestrel Freight", industry="Rail", hosting_model="hybrid", currency="eur"
    )

    address = organization.slug
    organization.refresh_from_db()
    assert response["Location"] == f"/o/{address}/settings"
    assert (organization.name, organization.slug) == ("Kestrel Freight", address)
    assert (organization.industry, organization.hosting_model, organization.currency) == ("Rail", "hybrid", "EUR")
    assert "The settings are saved." in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("name", ["Kestrel Logistics", "KESTREL LOGISTICS"])
def test_its_own_name_in_other_letters_is_no_clash(client, organization, name):
    assert post(client, organization, name=name).status_code == 302

    organization.refresh_from_db()
    assert organization.name == name


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Give the organization a name."),
        ({"name": "x" * 121}, "Use at most 120 characters for the name."),
        ({"currency": "EURO"}, "Ensure this value has at most 3 characters (it has 4)."),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_changes_nothing(client, organization, fields, sentence):
    response = post(client, organization, industry="Rail", **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert '<span class="orgbar__name">Kestrel Logistics</span>' in response.content.decode()
    organization.refresh_from_db()
    assert (organization.name, organization.industry) == ("Kestrel Logistics", "")


def test_the_name_of_another_organization_of_the_same_person_is_refused_with_a_link(client, owner, organization):
    other = make_organization(owner=owner, name="Larkfield Media")

    response = post(client, organization, name="larkfield media")

    assert response.status_code == 422
    assert f'Larkfield Media already exists. <a href="/o/{other.slug}/">Open it</a>' in response.content.decode()
    organization.refresh_from_db()
    assert organization.name == "Kestrel Logistics"


def test_a_second_owner_learns_nothing_of_the_creator_s_other_organizations(client, owner):
    creator = make_user()
    shared = make_organization(owner=creator, name="Kestrel Logistics")
    make_organization(owner=creator, name="Larkfield Media", industry="Secret")
    make_membership(shared, owner, role=Role.OWNER)

    html = post(client, shared, name="LARKFIELD media").content.decode()

    assert "This name is taken. Choose another one." in html
    assert "Larkfield Media" not in html
    assert "/o/larkfield-media" not in html


def test_the_name_of_somebody_else_s_organization_is_free(client, organization):
    make_organization(owner=make_user(), name="Larkfield Media")

    assert post(client, organization, name="Larkfield Media").status_code == 302
