"""What takes access from somebody is asked about on a page that says who loses what."""

import re

import pytest
from django.urls import reverse

from assessments.organizations import losing
from assessments.organizations.memberships import LAST_OWNER
from assessments.organizations.models import Membership, Organization, Role, TeamGrant
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Owner", email="ada@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel")


def address(name, row):
    return reverse(name, args=[row.organization.slug, row.pk])


def lost(html):
    """The rows of the table: name, role until now, role afterwards."""
    body = html.split("Who loses what</caption>")[1].split("</table>")[0] if "Who loses what</caption>" in html else ""
    rows = re.findall(r'scope="row">(.*?)<span class="sub">.*?"cell">(.*?), then (.*?)</td>', body)
    return [(re.sub(r" <span.*", "", name), now, then) for name, now, then in rows]


def test_a_team_s_access_is_taken_away_after_a_page_that_names_who_loses_what(client, owner, organization):
    cora, tom, uma = (make_user(name=name) for name in ("Cora Consultant", "Tom Both", "Uma Owner"))
    make_membership(organization, tom, role=Role.VIEWER)
    make_membership(organization, uma, role=Role.OWNER)
    grant = make_grant(make_team(cora, tom, uma, owner, name="Northwind"), organization, role=Role.EDITOR)

    page = client.get(address("team_grant_delete", grant)).content.decode()

    assert lost(page) == [("Cora Consultant", "Editor", "no access"), ("Tom Both", "Editor", "viewer")]
    assert "2 people lose access" in page
    assert TeamGrant.objects.filter(pk=grant.pk).exists()

    response = client.post(address("team_grant_delete", grant))
    assert response["Location"] == reverse("membership_list", args=[organization.slug])
    assert not TeamGrant.objects.exists()


def test_a_team_s_lower_role_is_asked_about_and_a_higher_one_is_not(client, organization):
    grant = make_grant(make_team(make_user(name="Cora"), name="Northwind"), organization, role=Role.EDITOR)

    asked = client.post(address("team_grant_update", grant), {"role": Role.VIEWER.value})
    assert (asked.status_code, lost(asked.content.decode())) == (200, [("Cora", "Editor", "viewer")])
    grant.refresh_from_db()
    assert grant.role == Role.EDITOR

    client.post(address("team_grant_update", grant), {"role": Role.VIEWER.value, "confirmed": "yes"})
    grant.refresh_from_db()
    assert grant.role == Role.VIEWER

    assert client.post(address("team_grant_update", grant), {"role": Role.OWNER.value}).status_code == 302
    grant.refresh_from_db()
    assert grant.role == Role.OWNER


def test_a_member_is_removed_after_a_page_and_a_team_s_access_stays(client, organization):
    tom = make_user(name="Tom Both")
    membership = make_membership(organization, tom, role=Role.EDITOR)
    make_grant(make_team(tom), organization, role=Role.VIEWER)

    page = client.get(address("membership_delete", membership)).content.decode()

    assert "Remove Tom Both from Kestrel?" in page
    assert lost(page) == [("Tom Both", "Editor", "viewer")]
    assert Membership.objects.filter(pk=membership.pk).exists()
    client.post(address("membership_delete", membership))
    assert Organization.objects.visible_to(tom).get().role == Role.VIEWER


def test_what_comes_by_another_way_is_lost_by_nobody(client, organization):
    tom = make_user()
    membership = make_membership(organization, tom, role=Role.VIEWER)
    make_grant(make_team(tom), organization, role=Role.EDITOR)

    page = client.get(address("membership_delete", membership)).content.decode()

    assert (lost(page), "Nobody loses anything by it" in page) == ([], True)


def test_one_s_own_step_down_is_asked_about_and_leads_as_near_as_one_may_come(client, owner, organization):
    make_membership(organization, make_user(name="Bea"), role=Role.OWNER)
    mine = organization.memberships.get(user=owner)

    asked = client.post(address("membership_update", mine), {"role": Role.EDITOR.value})
    assert "Become an editor of Kestrel?" in asked.content.decode()
    assert lost(asked.content.decode()) == [("Ada Owner", "Owner", "editor")]
    mine.refresh_from_db()
    assert mine.role == Role.OWNER

    response = client.post(address("membership_update", mine), {"role": Role.EDITOR.value, "confirmed": "yes"})
    assert response["Location"] == reverse("organization_detail", args=[organization.slug])
    mine.refresh_from_db()
    assert mine.role == Role.EDITOR


def test_another_owner_s_lower_role_is_asked_about_and_an_editor_s_is_not(client, organization):
    bea = make_membership(organization, make_user(name="Bea"), role=Role.OWNER)
    eve = make_membership(organization, role=Role.EDITOR)

    asked = client.post(address("membership_update", bea), {"role": Role.LEAD.value})
    assert "Make Bea a client lead of Kestrel?" in asked.content.decode()
    assert client.post(address("membership_update", eve), {"role": Role.VIEWER.value}).status_code == 302

    bea.refresh_from_db()
    eve.refresh_from_db()
    assert (bea.role, eve.role) == (Role.OWNER, Role.VIEWER)


@pytest.mark.parametrize("name", ["team_grant_update", "team_grant_delete"])
def test_the_last_owning_team_keeps_its_role(client, owner, organization, name):
    grant = make_grant(make_team(owner, name="Northwind"), organization, role=Role.OWNER)
    Membership.objects.filter(organization=organization).update(role=Role.EDITOR)
    fields = {"role": Role.EDITOR.value} if name.endswith("update") else {}

    shown = client.post(address(name, grant), fields) if fields else client.get(address(name, grant))
    refused = client.post(address(name, grant), fields | {"confirmed": "yes"})

    for response in (shown, refused):
        assert (response.status_code, str(LAST_OWNER) in response.content.decode()) == (422, True)
        assert 'class="btn btn--risk"' not in response.content.decode()
    grant.refresh_from_db()
    assert grant.role == Role.OWNER


def test_deleting_an_organization_names_everybody_who_loses_it(client, organization):
    make_grant(make_team(make_user(name="Cora Consultant")), organization, role=Role.EDITOR)

    page = client.get(reverse("organization_delete", args=[organization.slug])).content.decode()

    assert lost(page) == [("Ada Owner", "Owner", "no access"), ("Cora Consultant", "Editor", "no access")]


def test_who_loses_what_takes_the_same_queries_for_one_and_for_three(organization, django_assert_num_queries):
    grant = make_grant(make_team(make_user()), organization)
    with django_assert_num_queries(3):
        losing.losses(organization, grant)
    for _ in range(3):
        make_membership(organization)
        make_grant(make_team(make_user(), make_user()), organization)

    with django_assert_num_queries(3):
        losing.losses(organization, grant)
