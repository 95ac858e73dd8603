"""Administrators manage people and organizations in the Django admin, and nobody else does."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from assessments.accounts.models import User
from assessments.organizations.models import Membership, Organization, Role
from tests.factories import PASSWORD, make_membership, make_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def form_on(client, url):
    """The fields of the page's form as a browser would send them back untouched."""
    response = client.get(url)
    assert response.status_code == 200
    data = {}
    forms = [response.context["adminform"].form]
    for formset in response.context.get("inline_admin_formsets", []):
        forms += [formset.formset.management_form, *formset.formset.forms]
    for field in [field for form in forms for field in form]:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value is not None and value is not False:
            data[field.html_name] = value
    return data


def errors_on(response):
    return re.findall(r'<ul class="errorlist[^>]*><li>(.*?)</li>', response.content.decode())


def add_person(client, **fields):
    password = "cobalt-meadow-31"
    fields = {"email": "Ada@Example.COM", "name": "Ada Lovelace", "usable_password": "true"} | fields
    return client.post("/admin/assessments/user/add/", fields | {"password1": password, "password2": password})


@pytest.mark.parametrize(
    "url",
    [
        "/admin/",
        "/admin/assessments/user/",
        "/admin/assessments/user/?q=ada&is_active__exact=1",
        "/admin/assessments/user/add/",
        "/admin/assessments/organization/",
        "/admin/assessments/organization/?q=kestrel&hosting_model__exact=cloud",
        "/admin/assessments/organization/add/",
    ],
)
def test_every_page_of_the_administration_loads(client, administrator, url):
    make_organization(name="Kestrel Logistics")

    assert client.get(url).status_code == 200


def test_the_pages_of_one_person_and_one_organization_load(client, administrator):
    organization = make_organization(name="Kestrel Logistics")

    for model, pk in (("user", administrator.pk), ("organization", organization.pk)):
        for page in ("change", "history"):
            assert client.get(f"/admin/assessments/{model}/{pk}/{page}/").status_code == 200
    assert client.get(f"/admin/assessments/user/{administrator.pk}/password/").status_code == 200


def test_a_person_is_added_and_can_sign_in(client, administrator):
    response = add_person(client)

    person = User.objects.get(email="ada@example.com")
    assert response["Location"] == f"/admin/assessments/user/{person.pk}/change/"
    assert (person.name, person.is_active, person.is_staff) == ("Ada Lovelace", True, False)
    fields = {"login": "ada@example.com", "password": "cobalt-meadow-31"}
    assert Client().post("/accounts/login/", fields)["Location"] == "/"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "SAM@example.com"}, "This address already has an account."),
        ({"email": "ada"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_person_who_cannot_be_added_gets_a_sentence(client, administrator, fields, sentence):
    assert errors_on(add_person(client, **fields)) == [sentence]
    assert User.objects.count() == 1


def test_a_changed_address_is_the_only_one_that_signs_in(client, administrator):
    person = make_user(email="ada@example.com")
    EmailAddress.objects.create(user=person, email="ada@example.com", primary=True, verified=True)
    url = f"/admin/assessments/user/{person.pk}/change/"

    response = client.post(url, form_on(client, url) | {"email": "Lovelace@example.com"})

    assert response["Location"] == "/admin/assessments/user/"
    person.refresh_from_db()
    assert person.email == "lovelace@example.com"
    assert (
        "Location" not in Client().post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD}).headers
    )
    fields = {"login": "lovelace@example.com", "password": PASSWORD}
    assert Client().post("/accounts/login/", fields)["Location"] == "/"


def test_a_person_is_switched_off(client, administrator):
    person = make_user(email="ada@example.com")
    url = f"/admin/assessments/user/{person.pk}/change/"
    fields = form_on(client, url)
    fields.pop("is_active")

    client.post(url, fields)

    person.refresh_from_db()
    assert not person.is_active
    assert person.check_password(PASSWORD)


def test_a_password_is_set_for_somebody_who_forgot_it(client, administrator):
    person = make_user()
    new = {"password1": "cobalt-meadow-31", "password2": "cobalt-meadow-31", "usable_password": "true"}

    client.post(f"/admin/assessments/user/{person.pk}/password/", new)

    person.refresh_from_db()
    assert person.check_password("cobalt-meadow-31")


def test_an_organization_is_never_deleted_here_and_nothing_in_bulk(client, administrator):
    organization = make_organization()

    assert client.post(f"/admin/assessments/organization/{organization.pk}/delete/", {"post": "yes"}).status_code == 403
    for model, pk in (("user", organization.created_by.pk), ("organization", organization.pk)):
        action = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        client.post(f"/admin/assessments/{model}/", action)

    assert (User.objects.count(), Organization.objects.count()) == (2, 1)


def test_an_organization_is_added_with_its_members(client, administrator):
    person = make_user()
    url = "/admin/assessments/organization/add/"
    fields = form_on(client, url) | {
        "name": "Kestrel Logistics",
        "slug": "kestrel-logistics",
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-user": person.pk,
        "memberships-0-role": Role.EDITOR.value,
    }

    response = client.post(url, fields)

    organization = Organization.objects.get()
    assert response["Location"] == "/admin/assessments/organization/"
    assert (organization.name, organization.slug, organization.currency) == (
        "Kestrel Logistics",
        "kestrel-logistics",
        "USD",
    )
    client.force_login(person)
    assert client.get("/o/kestrel-logistics/").status_code == 200
    assert client.get("/o/kestrel-logistics/settings").status_code == 403


def test_a_role_is_changed_and_a_member_removed(client, administrator):
    organization = make_organization(name="Kestrel Logistics")
    editor = make_membership(organization, role=Role.EDITOR)
    url = f"/admin/assessments/organization/{organization.pk}/change/"
    fields = form_on(client, url) | {"memberships-0-DELETE": "on", "memberships-1-role": Role.OWNER.value}

    client.post(url, fields)

    assert list(Membership.objects.values_list("user", "role")) == [(editor.user_id, Role.OWNER)]


def test_the_same_member_twice_is_refused_with_a_sentence(client, administrator):
    organization = make_organization(name="Kestrel Logistics")
    url = f"/admin/assessments/organization/{organization.pk}/change/"
    fields = form_on(client, url) | {
        "memberships-TOTAL_FORMS": "2",
        "memberships-1-organization": organization.pk,
        "memberships-1-user": organization.created_by.pk,
        "memberships-1-role": Role.VIEWER.value,
    }

    response = client.post(url, fields)

    assert "Please correct the duplicate" in response.content.decode()
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("slug", ["", "two words", "kestrel-logistics", "x" * 61])
def test_a_slug_that_cannot_be_is_refused(client, administrator, slug):
    Organization.objects.filter(pk=make_organization(name="Kestrel Logistics").pk).update(slug="kestrel-logistics")
    url = "/admin/assessments/organization/add/"

    response = client.post(url, form_on(client, url) | {"name": "Larkfield Media", "slug": slug})

    assert len(errors_on(response)) == 1
    assert Organization.objects.count() == 1


def test_the_administration_signs_in_where_everyone_does_and_comes_back(client):
    make_user(email="sam@example.com", is_staff=True, is_superuser=True)

    page = client.get("/admin/assessments/user/?q=ada", follow=True)

    assert page.request["PATH_INFO"] == reverse("account_login")
    back = re.search(r'name="next" value="([^"]+)"', page.content.decode())[1]
    fields = {"login": "sam@example.com", "password": PASSWORD, "next": back}
    assert client.post(reverse("account_login"), fields)["Location"] == "/admin/assessments/user/?q=ada"


def test_a_name_the_creator_uses_already_gets_a_sentence(client, administrator):
    creator = make_user()
    make_organization(owner=creator, name="Larkfield Media")
    organization = make_organization(owner=creator, name="Kestrel Logistics")
    url = f"/admin/assessments/organization/{organization.pk}/change/"

    response = client.post(url, form_on(client, url) | {"name": "larkfield MEDIA"})

    assert errors_on(response) == ["Its creator has another organization of this name. Choose another name."]
    organization.refresh_from_db()
    assert organization.name == "Kestrel Logistics"


def test_the_way_to_the_administration_is_shown_to_staff_only(client, administrator):
    assert 'href="/admin/"' in client.get("/").content.decode()

    client.force_login(make_user())
    assert 'href="/admin/"' not in client.get("/").content.decode()


@pytest.mark.parametrize("model", ["user", "organization"])
def test_the_administration_is_closed_to_an_owner(client, model):
    owner = make_organization(name="Kestrel Logistics").created_by
    client.force_login(owner)

    response = client.get(f"/admin/assessments/{model}/", follow=True)

    assert response.status_code == 403
    assert "Kestrel" not in response.content.decode()
