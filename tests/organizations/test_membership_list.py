import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.organizations import memberships
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


def page(client, organization):
    return client.get(reverse("membership_list", args=[organization.slug])).content.decode()


def post(client, name, row, **data):
    url = reverse(name, args=[row.organization.slug, row.pk])
    return client.post(url, data, follow=True)


def shown_messages(response):
    return [str(message) for message in response.context["messages"]]


def test_the_page_says_who_may_what_and_where_it_comes_from(client, organization):
    tom = make_user(name="Tom Both", email="tom@example.com")
    make_membership(organization, tom, role=Role.VIEWER)
    make_grant(make_team(tom, make_user(name="Uma Team"), name="Halden"), organization, role=Role.EDITOR)

    html = page(client, organization)

    rows = [row.split("</tr>")[0] for row in html.split('<tr role="row">') if "c-orgs" in row]
    assert ("Ada Owner" in rows[0], "Member" in rows[0]) == (True, True)
    assert "Through Halden" in rows[1]
    assert "Through Halden" in rows[2]
    assert "Uma Team" in html
    assert "3 people have access to Kestrel." in html


def test_the_page_takes_the_same_queries_for_one_and_for_three(client, organization, django_assert_num_queries):
    make_grant(make_team(make_user()), organization)
    with django_assert_num_queries(9):
        page(client, organization)
    for _ in range(3):
        make_membership(organization)
        make_grant(make_team(make_user(), make_user()), organization)

    with django_assert_num_queries(9):
        page(client, organization)


def test_a_role_is_changed_and_the_trail_keeps_both(client, owner, organization):
    membership = make_membership(organization, make_user(name="Tom", email="tom@example.com"), role=Role.VIEWER)

    response = post(client, "membership_update", membership, role=Role.EDITOR.value)

    membership.refresh_from_db()
    assert membership.role == Role.EDITOR
    assert shown_messages(response) == ["Tom is an editor now."]
    event = AuditEvent.objects.get(action=AuditEvent.Action.MEMBER_CHANGED)
    assert (event.actor, event.subject, event.old, event.new) == (owner, "Tom <tom@example.com>", "viewer", "editor")


@pytest.mark.parametrize("role", ["", "99", "owner", "30; drop"])
def test_a_role_that_is_none_gets_a_sentence(client, organization, role):
    membership = make_membership(organization, role=Role.VIEWER)

    response = post(client, "membership_update", membership, role=role)

    membership.refresh_from_db()
    assert membership.role == Role.VIEWER
    assert shown_messages(response)[0].startswith("Choose")


@pytest.mark.parametrize("confirmed", ["", "yes"])
def test_the_last_owner_s_step_down_is_refused_where_it_was_tried(client, owner, organization, confirmed):
    membership = Membership.objects.get(organization=organization, user=owner)
    fields = {"role": Role.VIEWER.value} | ({"confirmed": confirmed} if confirmed else {})

    demoted = client.post(reverse("membership_update", args=[organization.slug, membership.pk]), fields)
    removed = client.post(reverse("membership_delete", args=[organization.slug, membership.pk]))
    left = client.post(reverse("membership_leave", args=[organization.slug]))

    membership.refresh_from_db()
    assert membership.role == Role.OWNER
    assert (demoted.status_code, str(LAST_OWNER) in demoted.content.decode()) == (422, True)
    assert 'name="confirmed"' not in demoted.content.decode()
    assert removed["Location"] == reverse("membership_leave", args=[organization.slug])
    assert (left.status_code, str(LAST_OWNER) in left.content.decode()) == (422, True)


def test_an_owner_may_go_once_there_is_another(client, owner, organization):
    make_membership(organization, role=Role.OWNER)

    response = client.post(reverse("membership_leave", args=[organization.slug]), follow=True)

    assert shown_messages(response) == ["You have left Kestrel."]
    assert not Organization.objects.visible_to(owner).exists()
    assert AuditEvent.objects.filter(action=AuditEvent.Action.MEMBER_LEFT).count() == 1


def test_an_owner_who_is_switched_off_does_not_count(organization, owner):
    make_membership(organization, make_user(is_active=False), role=Role.OWNER)

    with pytest.raises(Exception, match="Someone must own"):
        memberships.remove_member(Membership.objects.get(organization=organization, user=owner))


def test_a_team_that_owns_counts(client, owner, organization):
    make_grant(make_team(make_user()), organization, role=Role.OWNER)

    membership = Membership.objects.get(organization=organization, user=owner)
    post(client, "membership_update", membership, role=10, confirmed="yes")

    assert Organization.objects.visible_to(owner).get().role == Role.VIEWER


def test_a_removed_member_is_out_at_once(client, organization):
    tom = make_user(name="Tom")
    membership = make_membership(organization, tom, role=Role.EDITOR)

    response = client.post(reverse("membership_delete", args=[organization.slug, membership.pk]), follow=True)

    assert shown_messages(response) == ["Tom is no longer a member."]
    client.force_login(tom)
    assert client.get(reverse("organization_detail", args=[organization.slug])).status_code == 404


def test_a_team_s_role_is_lowered_and_its_access_ended(client, organization):
    member = make_user()
    grant = make_grant(make_team(member, name="Halden"), organization, role=Role.OWNER)

    lowered = post(client, "team_grant_update", grant, role=Role.VIEWER.value, confirmed="yes")
    assert shown_messages(lowered) == ["Everyone in Halden is a viewer now."]
    assert Organization.objects.visible_to(member).get().role == Role.VIEWER

    post(client, "team_grant_delete", grant)
    assert not Organization.objects.visible_to(member).exists()
    assert not TeamGrant.objects.exists()


def test_another_organization_s_rows_are_not_found(client, organization):
    other = make_membership(make_organization(name="Other"), role=Role.VIEWER)
    grant = make_grant(make_team(), other.organization)

    for name, pk in (("membership_update", other.pk), ("membership_delete", other.pk), ("team_grant_update", grant.pk)):
        assert client.post(reverse(name, args=[organization.slug, pk]), {"role": 30}).status_code == 404
    other.refresh_from_db()
    assert other.role == Role.VIEWER


def test_leaving_says_what_a_team_still_brings(client, organization):
    tom = make_user()
    make_membership(organization, tom)
    make_grant(make_team(tom, name="Halden"), organization, role=Role.EDITOR)
    client.force_login(tom)

    html = client.get(reverse("membership_leave", args=[organization.slug])).content.decode()

    assert "You still reach it through Halden, as editor." in html


def give(client, organization, team, role=Role.EDITOR):
    url = reverse("team_grant_create", args=[organization.slug])
    return client.post(url, {"team": team, "role": int(role)}, follow=True)


def test_an_owner_gives_access_to_a_team_they_are_in(client, owner, organization):
    team = make_team(owner, name="Halden")
    assert f'<option value="{team.pk}">Halden</option>' in page(client, organization)

    response = give(client, organization, team.pk)

    assert shown_messages(response) == ["Everyone in Halden is an editor now."]
    assert list(organization.team_grants.values_list("team", "role")) == [(team.pk, Role.EDITOR)]
    event = AuditEvent.objects.get(action=AuditEvent.Action.TEAM_GRANTED)
    assert (event.actor, event.subject, event.new) == (owner, "Halden", "editor")
    assert "Give a team access" not in response.content.decode()


def test_a_team_of_others_and_one_that_has_access_are_refused(client, owner, organization):
    others, granted = make_team(make_user(), name="Others"), make_team(owner, name="Granted")
    make_grant(granted, organization, role=Role.VIEWER)
    for team in (others.pk, granted.pk, "", "x", 10**30):
        response = give(client, organization, team)
        assert response.status_code == 422
    assert "Choose one of the teams you are in." in response.content.decode()
    assert list(organization.team_grants.values_list("team", "role")) == [(granted.pk, Role.VIEWER)]


def test_a_team_left_or_granted_meanwhile_gets_a_sentence(owner, organization):
    left, granted = make_team(name="Left"), make_team(owner, name="Granted")
    make_grant(granted, organization)
    for team, sentence in (
        (left, "You can give access to teams you are in."),
        (granted, "Granted has access already."),
    ):
        with pytest.raises(ValidationError, match=sentence):
            memberships.grant_own_team(organization, team, role=Role.OWNER, actor=owner)
