"""What a sign-on gives and takes by the groups that the provider tells of."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.organizations import invitations
from assessments.organizations.group_claims.models import GroupGift, GroupMapping
from assessments.organizations.models import Membership, Role, TeamMembership
from tests.accounts.codes import add_app, code_of
from tests.accounts.openid import through
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def claim(settings):
    settings.OIDC_GROUPS_CLAIM = "groups"
    settings.OIDC_STAFF_GROUPS = ["helpdesk", "auditors"]


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def sign_on(provider):
    """Signs Ada on with these groups."""

    def sign_on(groups):
        provider.claims["groups"] = groups
        browser = Client()
        assert through(browser, provider).url == "/"
        assert browser.get("/accounts/").status_code == 200
        return browser

    return sign_on


def roles(user):
    return dict(Membership.objects.filter(user=user).values_list("organization__name", "role"))


def test_a_team_comes_with_the_group_and_goes_with_it(sign_on, ada):
    team = make_team(name="Consultants")
    GroupMapping.objects.create(group="consultants", team=team)

    sign_on(["consultants", "others"])
    assert list(ada.teams.all()) == [team]
    event = AuditEvent.objects.get(action=AuditEvent.Action.TEAM_MEMBER_ADDED)
    assert (event.about, event.new) == (ada, "Consultants")
    sign_on(["consultants"])
    assert list(ada.teams.all()) == [team]
    sign_on(["others"])
    assert not ada.teams.exists()
    assert not GroupGift.objects.exists()


def test_a_team_given_by_hand_is_never_taken(sign_on, ada):
    team = make_team(ada, name="Consultants")
    mapping = GroupMapping.objects.create(group="consultants", team=team)

    sign_on(["consultants"])
    sign_on([])
    mapping.delete()
    sign_on([])

    assert list(ada.teams.all()) == [team]


def test_a_mapping_that_is_gone_takes_what_it_gave(sign_on, ada):
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    sign_on(["consultants"])

    GroupMapping.objects.all().delete()
    sign_on(["consultants"])

    assert not ada.teams.exists()


def test_the_highest_role_of_all_groups_counts(sign_on, ada):
    organization = make_organization(name="Kestrel")
    for group, role in (("readers", Role.VIEWER), ("writers", Role.EDITOR)):
        GroupMapping.objects.create(group=group, organization=organization, role=role)

    sign_on(["readers", "writers"])
    assert roles(ada) == {"Kestrel": Role.EDITOR}
    sign_on(["readers"])
    assert roles(ada) == {"Kestrel": Role.VIEWER}
    sign_on(["writers"])
    assert roles(ada) == {"Kestrel": Role.EDITOR}
    sign_on([])
    assert roles(ada) == {}


@pytest.mark.parametrize(
    ("by_hand", "with_group"), [(Role.VIEWER, Role.EDITOR), (Role.EDITOR, Role.EDITOR), (Role.OWNER, Role.OWNER)]
)
def test_a_role_given_by_hand_is_raised_and_comes_back(sign_on, ada, by_hand, with_group):
    organization = make_organization(name="Kestrel")
    make_membership(organization, ada, role=by_hand)
    GroupMapping.objects.create(group="writers", organization=organization, role=Role.EDITOR)

    sign_on(["writers"])
    assert roles(ada) == {"Kestrel": with_group}
    sign_on([])
    assert roles(ada) == {"Kestrel": by_hand}


@pytest.mark.parametrize("invited_as", [Role.VIEWER, Role.EDITOR])
def test_an_invitation_accepted_after_the_group_gave_as_much_stays(sign_on, ada, invited_as):
    organization = make_organization(name="Kestrel")
    GroupMapping.objects.create(group="writers", organization=organization, role=Role.EDITOR)
    boss, url = organization.created_by, "http://testserver"
    invitation = invitations.invite(organization, email=ada.email, role=invited_as, actor=boss, base_url=url)

    sign_on(["writers"])
    invitations.accept(invitation, user=ada)
    assert roles(ada) == {"Kestrel": Role.EDITOR}
    sign_on([])

    assert roles(ada) == {"Kestrel": invited_as}


def test_a_role_that_people_changed_since_is_theirs(sign_on, ada):
    organization = make_organization(name="Kestrel")
    GroupMapping.objects.create(group="readers", organization=organization, role=Role.VIEWER)
    sign_on(["readers"])

    Membership.objects.filter(user=ada).update(role=Role.EDITOR)
    sign_on([])

    assert roles(ada) == {"Kestrel": Role.EDITOR}


def test_the_last_owner_stays_and_it_is_said(sign_on, ada):
    organization = make_organization(name="Kestrel", owner=make_user(is_active=False))
    GroupMapping.objects.create(group="owners", organization=organization, role=Role.OWNER)
    team, other = make_team(name="Consultants"), make_organization(name="Harrier")
    Membership.objects.filter(organization=other).delete()
    make_grant(team, other, role=Role.OWNER)
    GroupMapping.objects.create(group="owners", team=team)
    sign_on(["owners"])

    sign_on([])

    assert roles(ada) == {"Kestrel": Role.OWNER}
    assert list(ada.teams.all()) == [team]
    said = AuditEvent.objects.filter(about=ada, new__contains="was kept, though no group gives it any more.")
    assert said.count() == 2
    make_membership(organization, role=Role.OWNER)
    make_membership(other, role=Role.OWNER)
    sign_on([])
    assert (roles(ada), ada.teams.count()) == ({}, 0)


def test_a_deleted_organization_is_given_to_nobody(sign_on, ada, django_user_model):
    organization = make_organization(name="Kestrel")
    GroupMapping.objects.create(group="readers", organization=organization, role=Role.VIEWER)
    type(organization).objects.update(deleted_at="2026-11-01T00:00:00Z")

    sign_on(["readers"])

    assert roles(ada) == {}


def test_staff_groups_come_and_go_and_so_does_the_way_in(sign_on, ada):
    for group, name in (("helpdesk", "Helpdesk"), ("auditors", "Auditor")):
        GroupMapping.objects.create(group=group, staff_group=Group.objects.create(name=name))

    sign_on(["helpdesk", "auditors"])
    ada.refresh_from_db()
    assert (ada.is_staff, ada.groups.count()) == (True, 2)
    sign_on(["helpdesk"])
    ada.refresh_from_db()
    assert (ada.is_staff, [group.name for group in ada.groups.all()]) == (True, ["Helpdesk"])
    sign_on([])
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, ada.groups.count()) == (False, False, 0)
    assert AuditEvent.objects.filter(about=ada, new="Staff group Helpdesk: yes, by single sign-on").count() == 1


def test_staff_by_hand_stay_staff(sign_on, ada):
    GroupMapping.objects.create(group="helpdesk", staff_group=Group.objects.create(name="Helpdesk"))
    type(ada).objects.update(is_staff=True)

    sign_on(["helpdesk"])
    sign_on([])

    ada.refresh_from_db()
    assert (ada.is_staff, ada.groups.count()) == (True, 0)


def test_a_group_that_the_operator_has_not_listed_makes_nobody_staff(sign_on, ada, caplog):
    GroupMapping.objects.create(group="everybody", staff_group=Group.objects.create(name="Helpdesk"))

    sign_on(["everybody"])

    ada.refresh_from_db()
    assert (ada.is_staff, ada.groups.count()) == (False, 0)
    assert "OIDC_STAFF_GROUPS does not name “everybody”." in caplog.text


@pytest.mark.parametrize("said", [7, {"a": ["b"]}, [["a"]], [{"name": "a"}]])
def test_a_claim_of_another_shape_changes_nothing_and_locks_nobody_out(sign_on, ada, said):
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    sign_on(["consultants"])

    for _ in range(2):
        sign_on(said)

    assert ada.teams.count() == 1
    event = AuditEvent.objects.get(about=ada, new__startswith="Groups were not taken over.")
    assert event.new.endswith("The claim “groups” is no list of names.")


def test_groups_that_are_elsewhere_change_nothing(sign_on, ada, provider):
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    sign_on(["consultants"])

    provider.claims |= {
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": "https://x.example"}},
    }
    sign_on(None)

    assert ada.teams.count() == 1
    assert AuditEvent.objects.filter(about=ada, new__contains="too many groups for the provider").count() == 1


def test_five_thousand_groups_sign_on(sign_on, ada):
    GroupMapping.objects.create(group="group 4999", team=make_team(name="Consultants"))

    sign_on([f"group {number}" for number in range(5_000)])

    assert ada.teams.count() == 1


def test_without_the_setting_groups_mean_nothing(sign_on, ada, settings):
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    settings.OIDC_GROUPS_CLAIM = ""

    sign_on(["consultants"])

    assert not TeamMembership.objects.exists()


def test_whoever_needs_a_second_factor_gets_nothing_before_it(client, provider, ada):
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    client.force_login(ada)
    secret = add_app(client)
    client.logout()
    provider.claims["groups"] = ["consultants"]

    through(client, provider)
    assert not ada.teams.exists()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert ada.teams.count() == 1


def test_whoever_signs_in_for_the_first_time_gets_theirs_at_once(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(account_domains=["example.com"])
    GroupMapping.objects.create(group="consultants", team=make_team(name="Consultants"))
    provider.claims["groups"] = ["consultants"]

    assert through(client, provider).url == "/"

    assert TeamMembership.objects.get().user.email == "ada@example.com"
