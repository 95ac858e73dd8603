"""A client lead manages the client's own people, and nobody who stands above them."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.models import User
from assessments.organizations import invitations, memberships
from assessments.organizations.models import Invitation, Membership, Role
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user
from tests.test_access import LEADS, nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization(name="Kestrel", owner=make_user(name="Ada Owner", email="ada@example.com"))


@pytest.fixture
def lead(client, organization):
    person = make_membership(organization, make_user(name="Cleo Chief"), role=Role.LEAD).user
    client.force_login(person)
    return person


def page(client, organization):
    return client.get(reverse("membership_list", args=[organization.slug])).content.decode()


def send(client, name, organization, *parts, **fields):
    return client.post(reverse(name, args=[organization.slug, *parts]), fields)


def shown_messages(client, organization):
    response = client.get(reverse("membership_list", args=[organization.slug]))
    return [str(message) for message in response.context["messages"]]


def make_invitation(organization, role):
    return Invitation.objects.create(
        organization=organization,
        email=f"{role.name.lower()}@example.com",
        role=role,
        token_sha256=hashlib.sha256(role.name.encode()).hexdigest(),
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=3),
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.LEAD])
def test_people_up_to_their_own_role_are_changed_and_removed(client, organization, lead, role):
    membership = make_membership(organization, role=role)

    for given in (Role.EDITOR, Role.LEAD, Role.VIEWER):
        send(client, "membership_update", organization, membership.pk, role=given.value)
        membership.refresh_from_db()
        assert membership.role == given
    send(client, "membership_delete", organization, membership.pk)

    assert not Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.LEAD])
def test_whoever_is_invited_gets_up_to_their_own_role(client, organization, lead, role):
    response = send(client, "invitation_create", organization, email="new@example.com", role=role.value)

    assert response.status_code == 302
    assert organization.invitations.get().role == role


@pytest.mark.parametrize("role", [Role.OWNER.value, 26, 29, 99, -1, "owner"])
def test_a_role_above_their_own_is_given_to_nobody(client, organization, lead, role):
    membership = make_membership(organization, role=Role.VIEWER)
    sentence = "Choose viewer, editor or client lead."

    with nothing_written():
        invited = send(client, "invitation_create", organization, email="new@example.com", role=role)
        send(client, "membership_update", organization, membership.pk, role=role)
        send(client, "membership_update", organization, lead.memberships.get().pk, role=role)

    assert (invited.status_code, sentence in invited.content.decode()) == (422, True)
    assert shown_messages(client, organization) == [sentence, sentence]


def test_nobody_above_them_is_touched_whatever_form_is_forged(client, organization, lead):
    """Each form that a client lead may send, about each row that stands above: an owner, one who owns through a team
    and is a viewer besides, one who is switched off, and an invitation to own."""
    through_team = make_membership(organization, role=Role.VIEWER)
    make_grant(make_team(through_team.user), organization, role=Role.OWNER)
    switched_off = make_membership(organization, make_user(is_active=False), role=Role.OWNER)
    owner = organization.memberships.get(user=organization.created_by)
    above = {
        "membership": [owner, through_team, switched_off],
        "invitation": [make_invitation(organization, Role.OWNER)],
    }
    tried = 0

    for name in sorted(LEADS - {"invitation_create", "membership_list"}):
        for row in above[name.partition("_")[0]]:
            for role in Role.LEAD.given:
                with nothing_written():
                    response = send(client, name, organization, row.pk, role=role.value)
                assert (name, response.status_code) == (name, 403 if name.startswith("membership") else 404)
                tried += 1
    assert tried == (2 * 3 + 2) * 3


def test_the_page_offers_what_they_may_do_and_names_the_rest(client, organization, lead):
    make_invitation(organization, Role.OWNER)
    make_invitation(organization, Role.LEAD)
    grant = make_grant(make_team(make_user(name="Cora Consultant"), lead, name="Northwind"), organization)
    viewer = make_membership(organization, role=Role.VIEWER)
    owner = organization.memberships.get(user=organization.created_by)

    html = page(client, organization)

    assert reverse("membership_update", args=[organization.slug, viewer.pk]) in html
    for name, row in (("membership_update", owner), ("membership_delete", owner), ("team_grant_update", grant)):
        assert reverse(name, args=[organization.slug, row.pk]) not in html
    assert reverse("team_grant_create", args=[organization.slug]) not in html
    assert f'<option value="{Role.OWNER.value}"' not in html
    assert ("lead@example.com" in html, "owner@example.com" in html) == (True, False)
    assert "Cora Consultant" in html
    assert "Client leads also invite and remove people, owners and teams excepted." in html
    assert reverse("organization_update", args=[organization.slug]) not in html


def test_where_the_last_owner_can_no_longer_sign_in_others_are_managed_as_before(client, organization, lead):
    User.objects.filter(memberships__organization=organization, memberships__role=Role.OWNER).update(is_active=False)
    leaver, riser = (make_membership(organization, role=Role.VIEWER) for _ in range(2))

    question = client.get(reverse("membership_delete", args=[organization.slug, leaver.pk]))
    send(client, "membership_delete", organization, leaver.pk)
    send(client, "membership_update", organization, riser.pk, role=Role.EDITOR.value)

    assert question.status_code == 200
    assert not Membership.objects.filter(pk=leaver.pk).exists()
    assert Membership.objects.get(pk=riser.pk).role == Role.EDITOR


def test_an_owner_made_meanwhile_is_out_of_reach(organization, lead):
    stale = make_membership(organization, role=Role.EDITOR)
    Membership.objects.filter(pk=stale.pk).update(role=Role.OWNER)

    with pytest.raises(PermissionDenied):
        memberships.change_role(stale, role=Role.VIEWER, by=Role.LEAD)
    with pytest.raises(PermissionDenied):
        memberships.remove_member(stale, by=Role.LEAD)
    with pytest.raises(PermissionDenied):
        memberships.change_role(lead.memberships.get(), role=Role.OWNER, by=Role.LEAD)

    stale.refresh_from_db()
    assert stale.role == Role.OWNER


def test_a_client_lead_can_leave_and_a_team_can_have_the_role(client, organization, lead):
    member = make_user()
    make_grant(make_team(member), organization, role=Role.LEAD)

    assert send(client, "membership_leave", organization).status_code == 302
    client.force_login(member)

    assert "Client lead" in page(client, organization)


def test_an_invitation_to_lead_is_accepted_as_it_was_given(client, organization, lead, mailoutbox):
    person = make_user(email="next@example.com")
    invitation = make_invitation(organization, Role.LEAD)
    Invitation.objects.filter(pk=invitation.pk).update(email=person.email)
    invitation.refresh_from_db()

    assert invitations.accept(invitation, user=person).role == Role.LEAD
