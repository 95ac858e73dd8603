"""Groups for the usual jobs of staff: what is ready to be added, and what somebody in one of them can do."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from assessments.administration.staff_groups import READY, add_ready_groups
from assessments.models import AuditEvent, User, WaitingMail
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

LIST, READY_URL = "/admin/auth/group/", "/admin/auth/group/ready/"


@pytest.fixture
def superuser(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def work_as(client):
    """Signs in somebody of the staff who is in one of the ready groups."""

    def sign_in(name):
        add_ready_groups()
        user = make_user(name=name, email="staff@example.com", is_staff=True)
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        return user

    return sign_in


def people_action(client, action, *people, **fields):
    fields = {"confirmed": len(people)} | fields
    chosen = {"action": action, "index": 0, "_selected_action": [person.pk for person in people], **fields}
    return client.post(reverse("admin:assessments_user_changelist"), chosen, follow=True)


def test_every_permission_of_a_ready_group_exists():
    wanted = {codename for _, permissions in READY.values() for codename in permissions}
    found = Permission.objects.filter(codename__in=wanted, content_type__app_label="assessments")
    assert set(found.values_list("codename", flat=True)) == wanted


def test_a_superuser_adds_them_by_one_click(client, superuser):
    assert "Helps people sign in" in client.get(LIST).content.decode()
    shown = client.post(READY_URL, follow=True).content.decode()
    assert "Added: Helpdesk, People manager, Auditor, and Operator." in shown
    assert "Helps people sign in" not in shown
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(READY)
    assert AuditEvent.objects.filter(subject="Staff group Auditor", new="added").count() == 1


def test_one_that_was_changed_stays_as_it_is(client, superuser):
    Group.objects.create(name="Helpdesk")
    shown = client.post(READY_URL, follow=True).content.decode()
    assert "Added: People manager, Auditor, and Operator." in shown
    assert not Group.objects.get(name="Helpdesk").permissions.exists()
    assert "They are all there already." in client.post(READY_URL, follow=True).content.decode()


@pytest.mark.parametrize("name", READY)
def test_whoever_is_in_one_adds_no_groups(client, work_as, name):
    work_as(name)
    Group.objects.exclude(name=name).delete()
    assert client.post(READY_URL).status_code == 403
    assert Group.objects.count() == 1


def test_the_address_of_the_click_shows_no_page(client, superuser):
    assert client.get(READY_URL).status_code == 405


def test_the_helpdesk_helps_people_sign_in_and_changes_no_account(client, work_as):
    work_as("Helpdesk")
    ada, boss = make_user(name="Ada"), make_user(name="Boss", is_superuser=True)
    for person in (ada, boss):
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})

    shown = people_action(client, "mail_link", ada, boss).content.decode()
    assert "Boss is staff. Only a superuser can do this." in shown
    assert list(WaitingMail.objects.values_list("email", flat=True)) == [ada.email]

    confirmed = {"confirmed": "Turn off two-factor", "reason": "lost phone"}
    people_action(client, "turn_off_two_factor", ada, boss, **confirmed)
    assert Authenticator.objects.count() == 2
    people_action(client, "turn_off_two_factor", ada, **confirmed)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [boss.pk]

    people_action(client, "deactivate", ada)
    assert User.objects.get(pk=ada.pk).is_active
    data = {"name": "X", "email": "x@example.com"}
    assert client.post(reverse("admin:assessments_user_change", args=[ada.pk]), data).status_code == 403
    assert client.get(reverse("admin:assessments_user_add")).status_code == 403


def test_the_people_manager_adds_people_with_teams_and_switches_them_off(client, work_as):
    work_as("People manager")
    ada = make_user(name="Ada")
    people_action(client, "deactivate", ada)
    assert not User.objects.get(pk=ada.pk).is_active
    for page in ("assessments_user_add", "assessments_user_import", "assessments_team_add"):
        assert client.get(reverse(f"admin:{page}")).status_code == 200
    assert (
        client.post(reverse("admin:assessments_organization_delete", args=[make_organization().pk])).status_code == 403
    )


def test_the_auditor_reads_the_activity_and_changes_nothing(client, work_as):
    work_as("Auditor")
    ada = make_user(name="Ada")
    for model in ("auditevent", "user", "team", "organization", "invitation"):
        assert client.get(reverse(f"admin:assessments_{model}_changelist")).status_code == 200
    people_action(client, "deactivate", ada)
    people_action(client, "mail_link", ada)
    assert (User.objects.get(pk=ada.pk).is_active, WaitingMail.objects.exists()) == (True, False)
    for page in ("assessments_user_add", "assessments_user_import", "assessments_team_add"):
        assert client.get(reverse(f"admin:{page}")).status_code == 403


def test_the_operator_sees_the_queue_and_nobody_s_account(client, work_as):
    work_as("Operator")
    assert client.get(reverse("admin:queue")).status_code == 200
    assert client.get(reverse("admin:assessments_user_changelist")).status_code == 403


@pytest.mark.parametrize("name", sorted({*READY} - {"Operator"}))
def test_nobody_else_of_them_sees_the_queue(client, work_as, name):
    work_as(name)
    assert client.get(reverse("admin:queue")).status_code == 403
