"""Whoever changes somebody's power tells them: by mail, once it is done, and nobody else."""

from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.urls import reverse

from assessments.accounts.erasure import erase_user
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations import memberships
from assessments.organizations.models import Organization, Role
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user
from tests.pseudo import speaking

pytestmark = pytest.mark.django_db

NEW = "amber-harbor-77"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://score.example.com"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Runs an action, and then what it left for after its transaction."""

    def run(action, *arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return action(*arguments)

    return run


@pytest.fixture
def chief(client):
    person = make_user(name="Cleo Chief", email="chief@example.com")
    client.force_login(person)
    return person


@pytest.fixture
def organization(chief):
    return make_organization(name="Kestrel", owner=chief)


@pytest.fixture
def consultant():
    return make_user(name="Cora Consultant", email="consultant@example.com")


def send(client, url_name, organization, *parts, **fields):
    return client.post(reverse(url_name, args=[organization.slug, *parts]), fields)


def sent(mailoutbox):
    return sorted((mail.to[0], mail.subject) for mail in mailoutbox)


def test_a_team_that_loses_its_access_is_told_and_so_are_the_other_owners(
    client, commit, organization, consultant, mailoutbox
):
    other = make_membership(organization, make_user(email="owner@example.com"), role=Role.OWNER).user
    grant = make_grant(make_team(consultant, name="Northwind"), organization, role=Role.OWNER)

    commit(send, client, "team_grant_delete", organization, grant.pk)

    assert sent(mailoutbox) == [
        (consultant.email, "The access of Northwind to Kestrel"),
        (other.email, "Who owns Kestrel"),
    ]
    mail = next(mail for mail in mailoutbox if mail.to == [consultant.email])
    assert "Cleo Chief took away the access of your team Northwind to Kestrel." in mail.body
    assert "https://score.example.com/" in mail.body


def test_a_team_whose_role_is_lowered_is_told(client, commit, organization, consultant, mailoutbox):
    grant = make_grant(make_team(consultant, name="Northwind"), organization, role=Role.EDITOR)

    commit(lambda: send(client, "team_grant_update", organization, grant.pk, role=int(Role.VIEWER), confirmed="yes"))

    assert [mail.to for mail in mailoutbox] == [[consultant.email]]
    assert "Cleo Chief made everyone in your team Northwind a viewer of Kestrel." in mailoutbox[0].body


def test_an_owner_who_is_removed_is_told_and_so_are_the_others(client, commit, organization, consultant, mailoutbox):
    other = make_membership(organization, make_user(email="owner@example.com"), role=Role.OWNER).user
    membership = make_membership(organization, consultant, role=Role.OWNER)

    commit(send, client, "membership_delete", organization, membership.pk)

    assert sent(mailoutbox) == [(consultant.email, "Your access to Kestrel"), (other.email, "Who owns Kestrel")]
    assert "Cleo Chief removed you from Kestrel." in mailoutbox[0].body
    assert f"https://score.example.com/o/{organization.slug}/people/" in mailoutbox[1].body


def test_whoever_leads_the_work_is_told_of_what_an_owner_takes_from_others(
    client, commit, organization, consultant, mailoutbox
):
    """A consultancy that edits: its lead, and where none is named everybody in its team."""
    colleague = make_user(email="colleague@example.com")
    make_grant(make_team(consultant, colleague, name="Northwind"), organization, role=Role.EDITOR)
    make_organization(lead=make_user(email="lead-elsewhere@example.com"))
    other = make_team(make_user(email="partner@example.com"), name="Halden")

    grant = make_grant(other, organization, role=Role.VIEWER)
    commit(send, client, "team_grant_delete", organization, grant.pk)
    assert sent(mailoutbox) == [
        ("colleague@example.com", "Who may open Kestrel"),
        ("consultant@example.com", "Who may open Kestrel"),
        ("partner@example.com", "The access of Halden to Kestrel"),
    ]
    mail = next(mail for mail in mailoutbox if mail.to == [consultant.email])
    assert "Cleo Chief took away the access of Halden, which was a viewer of Kestrel." in mail.body
    assert "ask an owner, or an administrator of this site, to give the access back" in mail.body
    assert mail.reply_to == ["chief@example.com"]

    mailoutbox.clear()
    Organization.objects.filter(pk=organization.pk).update(lead=colleague)
    owner = make_membership(organization, make_user(name="Olga", email="olga@example.com"), role=Role.OWNER)
    commit(send, client, "membership_delete", organization, owner.pk)
    assert sent(mailoutbox) == [
        ("colleague@example.com", "Who owns Kestrel"),
        ("olga@example.com", "Your access to Kestrel"),
    ]


def test_a_lead_who_may_no_longer_open_it_is_none(organization, consultant):
    colleague = make_user(email="colleague@example.com")
    make_grant(make_team(colleague), organization, role=Role.EDITOR)
    Organization.objects.filter(pk=organization.pk).update(lead=consultant)

    assert memberships.leads_of(organization, else_teams=True) == {colleague}


def test_the_other_owners_are_told_whoever_goes_and_what_to_do(client, commit, organization, consultant, mailoutbox):
    make_membership(organization, make_user(email="owner@example.com"), role=Role.OWNER)
    viewer = make_membership(organization, make_user(name="Vera", email="viewer@example.com"), role=Role.VIEWER)
    make_grant(make_team(consultant, make_user()), organization, role=Role.EDITOR)
    Organization.objects.filter(pk=organization.pk).update(lead=consultant)

    commit(send, client, "membership_delete", organization, viewer.pk)

    assert sent(mailoutbox) == [
        ("consultant@example.com", "Who may open Kestrel"),
        ("owner@example.com", "Who may open Kestrel"),
        ("viewer@example.com", "Your access to Kestrel"),
    ]
    mail = next(mail for mail in mailoutbox if mail.to == ["owner@example.com"])
    assert "Cleo Chief removed Vera, who was a viewer of Kestrel." in mail.body
    assert "an owner gives it back on the page below, at any time" in mail.body
    assert "an administrator can bring it back for 30 days" in mail.body


def test_a_team_is_not_bothered_with_a_viewer_who_goes(client, commit, organization, consultant, mailoutbox):
    make_grant(make_team(consultant), organization, role=Role.EDITOR)
    viewer = make_membership(organization, make_user(email="viewer@example.com"), role=Role.VIEWER)

    commit(send, client, "membership_delete", organization, viewer.pk)

    assert sent(mailoutbox) == [("viewer@example.com", "Your access to Kestrel")]


def test_an_owner_who_steps_down_is_told_to_the_others(client, commit, organization, chief, mailoutbox):
    make_membership(organization, make_user(email="owner@example.com"), role=Role.OWNER)
    mine = organization.memberships.get(user=chief)

    commit(lambda: send(client, "membership_update", organization, mine.pk, role=int(Role.EDITOR), confirmed="yes"))

    assert sent(mailoutbox) == [("owner@example.com", "Who owns Kestrel")]
    assert "Cleo Chief, who was an owner of Kestrel, is an editor now." in mailoutbox[0].body


def test_a_viewer_who_becomes_an_editor_is_told_and_nobody_else(client, commit, organization, consultant, mailoutbox):
    make_membership(organization, role=Role.OWNER)
    membership = make_membership(organization, consultant, role=Role.VIEWER)

    commit(lambda: send(client, "membership_update", organization, membership.pk, role=str(int(Role.EDITOR))))

    assert sent(mailoutbox) == [(consultant.email, "Your access to Kestrel")]
    assert "made you an editor of Kestrel" in mailoutbox[0].body


def test_leaving_by_oneself_sends_no_mail(client, commit, organization, mailoutbox):
    make_membership(organization, role=Role.OWNER)

    commit(send, client, "membership_leave", organization)

    assert mailoutbox == []


def test_a_deleted_organization_is_told_to_everybody_in_it_but_who_deleted_it(
    client, commit, organization, consultant, mailoutbox
):
    viewer = make_membership(organization, make_user(email="viewer@example.com")).user
    make_grant(make_team(consultant), organization, role=Role.EDITOR)
    make_membership(organization, make_user(is_active=False))
    make_organization(name="Elsewhere")

    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        client.force_login(organization.created_by)
        commit(lambda: send(client, "organization_delete", organization, name="Kestrel"))

    assert sent(mailoutbox) == [
        (consultant.email, "Kestrel was deleted"),
        (viewer.email, "Kestrel was deleted"),
    ]
    assert "For 30 days an administrator can bring it back" in mailoutbox[0].body
    assert "ask an administrator of this site before 1 April 2026." in mailoutbox[0].body
    assert mailoutbox[0].reply_to == ["chief@example.com"]


@pytest.fixture
def boss(client):
    person = make_user(name="Bo Boss", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def turn_off(client, *people, **fields):
    url = reverse("admin:assessments_user_changelist")
    chosen = {"action": "turn_off_two_factor", "index": "0", "_selected_action": [person.pk for person in people]}
    return client.post(url, chosen | fields)


def test_turning_two_factor_off_asks_first_and_tells_each_person(client, commit, boss, consultant, mailoutbox):
    Authenticator.objects.create(user=consultant, type="totp", data={"secret": "x"})

    asked = turn_off(client, consultant, make_user())
    assert "Cora Consultant, consultant@example.com" in asked.content.decode()
    assert Authenticator.objects.count() == 1
    unsaid = turn_off(client, consultant, confirmed="Turn off two-factor", reason=" \u200b ")
    assert "Say why. Nothing was turned off." in unsaid.content.decode()
    assert Authenticator.objects.count() == 1
    commit(lambda: turn_off(client, consultant, confirmed="Turn off two-factor", reason="lost phone"))

    assert Authenticator.objects.count() == 0
    assert AuditEvent.objects.get(new__startswith="Two-factor").new == "Two-factor sign-in turned off: lost phone"
    assert "The reason given was: lost phone." in mailoutbox[0].body
    assert sent(mailoutbox) == [(consultant.email, "Two-factor sign-in was turned off")]
    assert "Bo Boss turned off two-factor sign-in for your account" in mailoutbox[0].body


def test_a_password_that_an_administrator_sets_is_told(client, commit, boss, consultant, mailoutbox):
    url = reverse("admin:auth_user_password_change", args=[consultant.pk])

    commit(client.post, url, {"password1": NEW, "password2": NEW, "usable_password": "true"})

    assert sent(mailoutbox) == [(consultant.email, "Your password was changed")]
    assert NEW not in mailoutbox[0].body


def test_erasing_a_person_names_them_in_no_mail(commit, organization, consultant, mailoutbox):
    make_membership(organization, consultant, role=Role.OWNER)

    commit(erase_user, consultant)

    assert mailoutbox == []


def test_mail_that_fails_undoes_nothing(client, commit, organization, consultant, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    membership = make_membership(organization, consultant, role=Role.OWNER)

    response = commit(send, client, "membership_delete", organization, membership.pk)

    assert response.status_code == 302
    assert not organization.memberships.filter(user=consultant).exists()


def test_each_is_told_in_the_language_of_their_own(client, commit, organization, consultant, mailoutbox):
    other = make_membership(organization, make_user(email="owner@example.com"), role=Role.OWNER).user
    User.objects.filter(pk=consultant.pk).update(language="de")
    grant = make_grant(make_team(consultant, name="Northwind"), organization, role=Role.OWNER)

    with speaking():
        commit(send, client, "team_grant_delete", organization, grant.pk)

    told = {mail.to[0]: mail for mail in mailoutbox}
    assert told[consultant.email].subject == "Thë äccëss öf Northwind tö Kestrel"
    assert "Cleo Chief töök äwäy thë äccëss öf yöür tëäm Northwind tö Kestrel." in told[consultant.email].body
    assert '<html lang="de">' in told[consultant.email].alternatives[0][0]
    assert told[other.email].subject == "Who owns Kestrel"
    assert '<html lang="en">' in told[other.email].alternatives[0][0]


def test_what_is_kept_of_it_is_english_whatever_is_spoken(client, organization, consultant):
    membership = make_membership(organization, consultant, role=Role.VIEWER)

    with speaking():
        answer = client.post(
            reverse("membership_update", args=[organization.slug, membership.pk]),
            {"role": Role.EDITOR.value},
            headers={"accept-language": "de"},
            follow=True,
        )

    assert "ïs än ëdïtör nöw" in answer.content.decode()
    event = AuditEvent.objects.filter(action="member-changed").latest("pk")
    assert (event.old, event.new) == ("viewer", "editor")
