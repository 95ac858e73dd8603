import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Organization, Role
from assessments.organizations.services import MOST_AN_HOUR
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

URL = "/organizations/new"


def post(client, **fields):
    return client.post(URL, {"name": "Kestrel Logistics", "hosting_model": "cloud", "currency": "USD"} | fields)


def test_an_organization_is_added_and_its_creator_owns_it(client, owner):
    response = post(client, industry="Transport", hosting_model="hybrid", currency="eur")

    organization = Organization.objects.get()
    assert response.status_code == 302
    assert re.fullmatch("kestrel-logistics-[a-z0-9]{5}", organization.slug)
    assert response["Location"] == reverse("organization_detail", args=[organization.slug])
    assert (organization.name, organization.industry, organization.hosting_model, organization.currency) == (
        "Kestrel Logistics",
        "Transport",
        "hybrid",
        "EUR",
    )
    assert organization.created_by == owner
    assert list(Membership.objects.values_list("organization", "user", "role")) == [
        (organization.pk, owner.pk, Role.OWNER)
    ]
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("株式会社カワサキ", r"organization"),
        ("مصنع النور", r"organization"),
        ("Αθήνα 24", r"24"),
        ("Ærøskøbing Värme", r"rskbing-varme"),
        ("🚀", r"organization"),
        ("---", r"organization"),
        ("new", r"new"),
        ("x" * 120, r"x{50}"),
        ("<b>Kestrel</b> & \"Sons\" 'Ltd'", r"bkestrelb-sons-ltd"),
    ],
)
def test_any_name_gets_an_address_that_works(client, owner, name, slug):
    response = post(client, name=name)

    organization = Organization.objects.get()
    assert organization.name == name
    assert re.fullmatch(f"{slug}-[a-z0-9]{{5}}", organization.slug)
    assert response["Location"] == f"/o/{organization.slug}/"
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["  Kestrel \t Logistics ", "Kestrel\r\nLogistics", "Kestrel\u00a0\u2003Logistics"])
def test_whitespace_in_a_name_is_tidied(client, owner, name):
    post(client, name=name)

    assert Organization.objects.get().name == "Kestrel Logistics"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Give the organization a name."),
        ({"name": " \t "}, "Give the organization a name."),
        ({"name": "\u200b"}, "Give the organization a name."),
        ({"name": "x" * 121}, "Use at most 120 characters for the name."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"industry": "x" * 81}, "Use at most 80 characters for the industry."),
        ({"currency": ""}, "Give the three-letter code of the currency, such as USD or EUR."),
        ({"currency": "E1R"}, "Use the three-letter code of the currency, such as USD or EUR."),
        ({"currency": "€"}, "Use the three-letter code of the currency, such as USD or EUR."),
        ({"hosting_model": "moon"}, "Select a valid choice. moon is not one of the available choices."),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_adds_nothing(client, owner, fields, sentence):
    response = post(client, **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "<title>Error: Add an organization" in response.content.decode()
    assert Organization.objects.count() == 0


def test_what_was_typed_is_kept_when_it_is_refused(client, owner):
    html = post(client, name="Kestrel", industry="Transport", currency="E1R").content.decode()

    assert 'value="Kestrel"' in html
    assert 'value="Transport"' in html
    assert 'value="E1R"' in html


@pytest.mark.parametrize("name", ["Kestrel Logistics", "KESTREL logistics", " Kestrel  Logistics "])
def test_the_same_name_a_second_time_leads_to_the_first(client, owner, name):
    post(client)

    response = post(client, name=name)

    assert response.status_code == 422
    assert (
        f'Kestrel Logistics already exists. <a href="/o/{Organization.objects.get().slug}/">Open it</a>, '
        "or choose another name." in response.content.decode()
    )


def test_the_name_that_exists_is_shown_as_text_never_as_markup(client, owner):
    post(client, name="<script>1</script>")

    html = post(client, name="<script>1</script>").content.decode()

    assert "<script>1" not in html
    assert "&lt;script&gt;1&lt;/script&gt; already exists." in html


def test_a_name_the_creator_may_no_longer_open_is_taken_without_a_link(client, owner):
    make_organization(owner=owner, name="Kestrel Logistics").memberships.all().delete()

    html = post(client).content.decode()

    assert "This name is taken. Choose another one." in html
    assert "/o/kestrel-logistics" not in html


def test_two_people_may_use_one_name_and_neither_address_tells_of_the_other(client, owner):
    make_organization(owner=make_user(), name="Kestrel Logistics")

    response = post(client)

    assert response.status_code == 302
    assert re.fullmatch(r"/o/kestrel-logistics-[a-z0-9]{5}/", response["Location"])


def test_slugs_that_collide_after_shortening_get_different_ends(client, owner):
    post(client, name="x" * 119)
    post(client, name="x" * 120)

    first, second = Organization.objects.order_by("pk")
    assert first.slug != second.slug
    assert re.fullmatch(r"x{50}-[a-z0-9]{5}", second.slug)
    assert len(second.slug) <= Organization._meta.get_field("slug").max_length


def test_the_page_offers_a_form_that_works_without_javascript(client, owner):
    html = client.get(URL).content.decode()

    assert f'action="{URL}" method="post"' in html
    assert "csrfmiddlewaretoken" in html
    assert 'name="name"' in html
    assert 'maxlength="120"' in html


def test_more_than_a_person_would_add_within_an_hour_are_refused_in_a_sentence(client, owner):
    for number in range(MOST_AN_HOUR):
        make_organization(owner=owner, name=f"Client {number}")

    response = post(client)

    assert response.status_code == 422
    assert "more than 40 organizations within an hour" in response.content.decode()
    assert Organization.objects.count() == MOST_AN_HOUR
    AuditEvent.objects.update(at=timezone.now() - timedelta(hours=2))
    assert post(client).status_code == 302


def test_its_language_is_that_of_who_adds_it_and_can_be_changed(client):
    user = make_user(language="de")
    client.force_login(user)
    client.post(URL, {"name": "Werk", "hosting_model": "cloud", "currency": "EUR"})
    organization = Organization.objects.get(name="Werk")
    assert organization.language == "de"

    address = reverse("organization_update", args=[organization.slug])
    fields = {"name": "Werk", "hosting_model": "cloud", "currency": "EUR"}
    client.post(address, fields | {"language": "fr"})
    organization.refresh_from_db()
    assert organization.language == "fr"
    client.post(address, fields)  # a form of before, which says nothing of it
    organization.refresh_from_db()
    assert organization.language == "fr"
    assert client.post(address, fields | {"language": "xx"}).status_code == 422
