"""What staff who are not superusers can do: what their permissions allow, and nothing that widens their own access."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from assessments.models import Membership, Role, TeamGrant, TeamMembership, User
from tests.factories import make_grant, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

MODELS = ("user", "team", "teammembership", "teamgrant", "organization", "membership", "invitation")


@pytest.fixture
def staff(client):
    """Someone with every permission there is for people and organizations, short of being a superuser."""
    user = make_user(name="Stef", email="stef@example.com", is_staff=True)
    desk = Group.objects.create(name="Desk")
    desk.permissions.set(Permission.objects.filter(content_type__app_label__in=["assessments", "auth"]))
    user.groups.add(desk)
    client.force_login(user)
    return user


@pytest.fixture
def superuser(client):
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def url(model, action, *args, app="assessments"):
    return reverse(f"admin:{app}_{model}_{action}", args=args)


def rows(prefix, *added, existing=()):
    data = {f"{prefix}-TOTAL_FORMS": len(existing) + len(added), f"{prefix}-INITIAL_FORMS": len(existing)}
    for n, row in enumerate([*existing, *added]):
        data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data | rows("brand") if prefix == "grants" else data  # a team's branding stands below what it is granted


def organization_data(organization, *, members=(), known=(), grants=(), granted=()):
    return {
        "name": organization.name,
        "slug": organization.slug,
        "hosting_model": "cloud",
        "currency": "USD",
        "language": "en",
        **rows("memberships", *members, existing=known),
        **rows("team_grants", *grants, existing=granted),
    }


def person_data(person, **changes):
    return {
        "name": person.name,
        "email": person.email,
        "is_active": "on",
        **rows("team_memberships"),
        **rows("memberships"),
        **changes,
    }


def test_staff_without_permissions_see_an_empty_index(client):
    client.force_login(make_user(is_staff=True))

    assert "Your groups let you see nothing here yet" in client.get(reverse("admin:index")).content.decode()
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 403


def test_staff_with_view_permission_see_lists_and_change_nothing(client):
    user, organization = make_user(is_staff=True), make_organization(name="Kestrel")
    user.user_permissions.set(Permission.objects.filter(codename="view_organization"))
    client.force_login(user)

    assert "Kestrel" in client.get(url("organization", "changelist")).content.decode()
    assert client.post(url("organization", "change", organization.pk), {"name": "x"}).status_code == 403
    actions = client.get(url("organization", "changelist")).content.decode()
    assert "export_csv" in actions
    assert "grant_a_team" not in actions
    assert 'value="restore"' not in actions


def test_staff_change_people_but_not_who_is_staff(client, staff):
    ada = make_user(name="Ada")
    data = person_data(ada, name="Ada Okafor", email="other@example.com", is_staff="on", is_superuser="on")

    assert client.post(url("user", "change", ada.pk), data).status_code == 302

    changed = User.objects.get(pk=ada.pk)
    assert (changed.name, changed.email, changed.is_staff, changed.is_superuser) == (
        "Ada Okafor",
        ada.email,
        False,
        False,
    )


def test_staff_add_people_who_are_no_staff(client, staff):
    data = {"email": "new@example.com", "name": "New", "usable_password": "true", "is_staff": "on"}
    passwords = {"password1": "violet-anchor-42", "password2": "violet-anchor-42"}

    client.post(url("user", "add"), {**data, **passwords, "is_superuser": "on"})

    made = User.objects.get(email="new@example.com")
    assert (made.is_staff, made.is_superuser) == (False, False)


@pytest.mark.parametrize("who", ["oneself", "staff", "superuser"])
def test_staff_touch_neither_themselves_nor_other_staff_nor_superusers(client, staff, who):
    other = {"staff": {"is_staff": True}, "superuser": {"is_superuser": True}}
    person = staff if who == "oneself" else make_user(name="Before", **other[who])

    assert client.post(url("user", "change", person.pk), person_data(person, name="After")).status_code == 403
    assert client.post(url("user", "delete", person.pk)).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[person.pk])).status_code == 403
    client.post(url("user", "changelist"), {"action": "deactivate", "_selected_action": [person.pk], "confirmed": 1})
    assert User.objects.filter(pk=person.pk, is_active=True, name=person.name).exists()


def test_staff_set_nobody_s_password(client, staff):
    ada = make_user()

    assert client.get(reverse("admin:auth_user_password_change", args=[ada.pk])).status_code == 403
    assert "Set another one" not in client.get(url("user", "change", ada.pk)).content.decode()


def test_staff_do_not_widen_their_own_groups(client, staff):
    group = staff.groups.get()

    assert client.post(url("group", "change", group.pk, app="auth"), {"name": "x"}).status_code == 403
    assert client.get(url("group", "add", app="auth")).status_code == 403


def test_staff_make_others_members_but_not_themselves(client, staff):
    organization, ada = make_organization(), make_user()
    address = url("organization", "change", organization.pk)
    known = [{"id": m.pk, "organization": organization.pk, "role": m.role} for m in organization.memberships.all()]

    data = organization_data(organization, members=[{"user": staff.pk, "role": Role.OWNER}], known=known)
    assert "You cannot give access to yourself" in client.post(address, data).content.decode()
    data = organization_data(organization, members=[{"user": ada.pk, "role": Role.VIEWER}], known=known)
    assert client.post(address, data).status_code == 302
    assert not Membership.objects.filter(user=staff).exists()
    assert Membership.objects.filter(user=ada, organization=organization).exists()


def test_staff_do_not_raise_their_own_role(client, staff):
    organization = make_organization()
    Membership.objects.create(organization=organization, user=staff, role=Role.VIEWER)
    known = [
        {"id": m.pk, "organization": organization.pk, "role": Role.OWNER}
        for m in organization.memberships.order_by("pk")
    ]

    response = client.post(url("organization", "change", organization.pk), organization_data(organization, known=known))

    assert "You cannot give access to yourself" in response.content.decode()
    assert Membership.objects.get(user=staff).role == Role.VIEWER


def test_staff_do_not_join_teams(client, staff):
    team = make_team()
    data = {"name": team.name, **rows("memberships", {"user": staff.pk, "team": team.pk}), **rows("grants")}

    assert "You cannot give access to yourself" in client.post(url("team", "change", team.pk), data).content.decode()
    assert not TeamMembership.objects.exists()


@pytest.mark.parametrize("is_mine", [True, False])
def test_staff_grant_only_teams_they_are_not_in(client, staff, is_mine):
    organization, team = make_organization(), make_team(staff if is_mine else make_user())
    known = [{"id": m.pk, "organization": organization.pk, "role": m.role} for m in organization.memberships.all()]
    grants = [{"team": team.pk, "role": Role.VIEWER}]
    member = team.memberships.get()

    client.post(
        url("organization", "change", organization.pk), organization_data(organization, known=known, grants=grants)
    )
    from_the_organization = TeamGrant.objects.count()
    TeamGrant.objects.all().delete()
    data = {
        "name": team.name,
        **rows("memberships", existing=[{"id": member.pk, "team": team.pk}]),
        **rows("grants", {"organization": organization.pk, "role": Role.VIEWER}),
    }
    client.post(url("team", "change", team.pk), data)
    from_the_team = TeamGrant.objects.count()
    TeamGrant.objects.all().delete()
    chosen = {"action": "grant_a_team", "index": 0, "_selected_action": [organization.pk], "grant": "x"}
    client.post(url("organization", "changelist"), {**chosen, "team": team.pk, "role": Role.VIEWER})

    expected = 0 if is_mine else 1
    assert (from_the_organization, from_the_team, TeamGrant.objects.count()) == (expected, expected, expected)


def test_staff_may_end_what_their_team_opens(client, staff):
    organization, team = make_organization(), make_team(staff)
    grant, member = make_grant(team, organization), team.memberships.get()
    data = {
        "name": team.name,
        **rows("memberships", existing=[{"id": member.pk, "team": team.pk}]),
        **rows("grants", existing=[{"id": grant.pk, "team": team.pk, "role": grant.role, "DELETE": "on"}]),
    }

    assert client.post(url("team", "change", team.pk), data).status_code == 302
    assert not TeamGrant.objects.exists()


def test_what_a_row_is_about_cannot_be_changed_to_something_else(client, staff):
    team, one, two = make_team(), make_organization(), make_organization()
    grant = make_grant(team, one)
    row = {"id": grant.pk, "team": team.pk, "role": Role.OWNER, "organization": two.pk}

    client.post(
        url("team", "change", team.pk), {"name": team.name, **rows("memberships"), **rows("grants", existing=[row])}
    )

    grant.refresh_from_db()
    assert (grant.organization, grant.role) == (one, Role.OWNER)


@pytest.mark.parametrize("name", ["is_active", "is_staff", "is_superuser"])
def test_a_superuser_takes_nothing_away_from_themselves(client, name):
    superuser = make_user(is_staff=True, is_superuser=True)
    client.force_login(superuser)
    data = person_data(superuser, is_staff="on", is_superuser="on")
    del data[name]

    response = client.post(url("user", "change", superuser.pk), data)

    assert "You cannot take this away from yourself" in response.content.decode()
    assert getattr(User.objects.get(pk=superuser.pk), name)


def test_a_superuser_joins_teams_and_makes_others_staff(client):
    superuser = make_user(is_staff=True, is_superuser=True)
    client.force_login(superuser)
    team, ada = make_team(), make_user()

    data = {"name": team.name, **rows("memberships", {"user": superuser.pk, "team": team.pk}), **rows("grants")}
    assert client.post(url("team", "change", team.pk), data).status_code == 302
    assert client.post(url("user", "change", ada.pk), person_data(ada, is_staff="on")).status_code == 302

    assert superuser.teams.get() == team
    assert User.objects.get(pk=ada.pk).is_staff


def test_the_second_of_two_administrators_is_told_what_the_first_one_saved(client, superuser):
    ada = make_user(name="Ada", email="ada@example.com")
    address = url("user", "change", ada.pk)
    page = client.get(address).content.decode()
    seen = re.search(r'name="as_seen" value="([0-9a-f]{64})"', page)[1]
    User.objects.filter(pk=ada.pk).update(name="Ada Okafor")

    refused = client.post(address, person_data(ada, name="Ada Lovelace", as_seen=seen))

    assert refused.status_code == 200
    said = refused.content.decode()
    assert "Somebody else changed this while your page was open" in said
    assert "What they left is: name Ada Okafor." in said
    assert 'value="Ada Lovelace"' in said
    assert User.objects.get(pk=ada.pk).name == "Ada Okafor"

    again = re.search(r'name="as_seen" value="([0-9a-f]{64})"', said)[1]
    assert client.post(address, person_data(ada, name="Ada Lovelace", as_seen=again)).status_code == 302
    assert User.objects.get(pk=ada.pk).name == "Ada Lovelace"


@pytest.mark.parametrize("make", [make_organization, make_team, make_user])
def test_every_page_of_a_row_says_what_it_was_made_from(client, superuser, make):
    row = make()

    assert 'name="as_seen"' in client.get(url(row._meta.model_name, "change", row.pk)).content.decode()
    assert 'name="as_seen"' not in client.get(url(row._meta.model_name, "add")).content.decode()
