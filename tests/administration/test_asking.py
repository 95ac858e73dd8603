"""What is done to many at once asks first; what staff may not do says which right it takes."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from assessments.administration.staff_groups import add_ready_groups
from assessments.models import Invitation, Organization, Role, User
from assessments.organizations import invitations
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:assessments_user_changelist")
UNASKED = {
    "export_csv",
    "delete_selected",
    "grant_a_team",
    "turn_off_two_factor",
}  # harmless, or with a page of its own


@pytest.fixture
def superuser(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_every_action_that_changes_rows_asks_first(client, superuser):
    asking = {
        (model._meta.model_name, name)
        for model, admin in site._registry.items()
        for name in admin.actions or ()
        if name not in UNASKED
    }

    assert asking == {
        *(("user", name) for name in ("mail_link", "clear_address", "deactivate", "activate")),
        ("organization", "restore"),
        *(("invitation", name) for name in ("resend", "withdraw")),
        ("accesstoken", "end"),
        ("webhook", "switch_off"),
        *(("keptframework", name) for name in ("retire", "use_again")),
        ("sentmail", "send_again"),
    }
    for model, name in asking:
        assert hasattr(getattr(type(site.get_model_admin(_model(model))), name), "__wrapped__"), (model, name)


def _model(name):
    return next(model for model in site._registry if model._meta.model_name == name)


def test_the_question_names_how_many_and_nothing_is_done_before_yes(client, superuser):
    people = [make_user(name=f"Person {n:02}") for n in range(12)]
    off = make_user(name="Away Already", is_active=False)
    chosen = {"action": "deactivate", "index": 0, "_selected_action": [p.pk for p in (*people, off)]}

    page = client.post(LIST, chosen).content.decode()

    assert "Deactivate twelve people?" in page
    assert "<li>Person 09</li><li>and 2 more</li>" in page
    assert "Away Already" not in page
    assert User.objects.filter(is_active=False).count() == 1

    client.post(LIST, chosen | {"confirmed": 12})
    assert User.objects.filter(is_active=False).count() == 13


def test_a_yes_to_other_rows_than_were_asked_about_asks_again(client, superuser):
    ada, ben = make_user(name="Ada"), make_user(name="Ben")
    chosen = {"action": "deactivate", "index": 0, "_selected_action": [ada.pk, ben.pk], "confirmed": 2}
    User.objects.filter(pk=ben.pk).update(is_active=False)

    page = client.post(LIST, chosen).content.decode()

    assert "Meanwhile somebody changed some of them. Nothing was done" in page
    assert "Deactivate one person?" in page
    assert User.objects.get(pk=ada.pk).is_active


def test_the_question_keeps_the_choice_of_all_pages(client, superuser):
    organization = make_organization(owner=superuser)
    for n in range(3):
        invitations.invite(
            organization, email=f"new-{n}@example.com", role=Role.VIEWER, actor=superuser, base_url="http://x"
        )
    chosen = {"action": "withdraw", "_selected_action": [Invitation.objects.first().pk], "select_across": 1}
    address = reverse("admin:assessments_invitation_changelist")

    assert "Withdraw three invitations?" in client.post(address, chosen | {"index": 0}).content.decode()
    client.post(address, chosen | {"confirmed": 3})

    assert Invitation.objects.filter(withdrawn_at=None).count() == 0


@pytest.mark.parametrize(
    ("page", "arguments", "right"),
    [
        ("assessments_user_changelist", (), "To see people"),
        ("assessments_user_add", (), "To add people"),
        ("assessments_user_import", (), "To add people"),
        ("assessments_auditevent_changelist", (), "To see the activity"),
        ("assessments_teamgrant_changelist", (), "To see which organizations a team may open"),
        ("auth_group_changelist", (), "To see staff groups"),
        ("queue", (), "To see the queue"),
        ("assessments_sentmail_changelist", (), "To see mails"),
        ("assessments_keptframework_changelist", (), "To see frameworks"),
        ("assessments_keptframework_upload", (), "To upload frameworks"),
        ("assessments_groupmapping_changelist", (), "To see groups of the provider"),
        ("assessments_auditevent_export", (), "To export the activity"),
        ("assessments_organization_import", (), "To import organizations"),
    ],
)
def test_a_refusal_says_which_right_it_takes(client, page, arguments, right):
    client.force_login(make_user(is_staff=True))

    response = client.get(reverse(f"admin:{page}", args=arguments))

    text = response.content.decode()
    assert response.status_code == 403
    assert f"{right} is not among what your groups let you do. Nothing was changed." in text


def test_a_refusal_names_the_groups_that_may(client):
    add_ready_groups()
    client.force_login(make_user(is_staff=True))

    seeing = client.get(reverse("admin:assessments_auditevent_changelist")).content.decode()
    adding = client.get(reverse("admin:assessments_user_add")).content.decode()
    groups = client.get(reverse("admin:auth_group_changelist")).content.decode()

    assert "The group Auditor may. A superuser can add you to it, or do it for you." in seeing
    assert "The group People manager may." in adding
    assert "No group may: ask a superuser to do it." in groups


def test_a_change_that_is_refused_is_told_from_a_look(client):
    user, organization = make_user(is_staff=True), make_organization(name="Kestrel")
    user.user_permissions.set(Permission.objects.filter(codename="view_organization"))
    client.force_login(user)

    response = client.post(reverse("admin:assessments_organization_change", args=[organization.pk]), {"name": "x"})

    assert "To change organizations is not among" in response.content.decode()
    assert Organization.objects.get().name == "Kestrel"


def test_who_may_change_people_reads_why_not_staff(client):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(user)
    other = make_user(is_staff=True)

    text = client.post(reverse("admin:assessments_user_change", args=[other.pk]), {"name": "x"}).content.decode()

    assert "Your groups let you change people, but not this: staff and superusers are changed by superusers" in text
    assert not Group.objects.exists()
