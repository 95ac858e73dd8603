import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Invitation, Membership, Organization, Role
from assessments.platform import mailing
from assessments.platform.models import WaitingMail
from tests.factories import PASSWORD, make_membership, make_organization, make_user

pytestmark = pytest.mark.django_db(transaction=True)

NOT_USABLE = "This invitation cannot be used"


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Owner", email="ada@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel")


def invite(client, organization, email="tom@example.com", role=Role.EDITOR):
    return client.post(reverse("invitation_create", args=[organization.slug]), {"email": email, "role": int(role)})


def link_in(mail):
    return re.search(r"http://testserver(/invitations/\S+)", mail.body)[1]


def test_a_new_person_gets_a_mail_opens_an_account_and_is_in(client, organization, mailoutbox):
    invite(client, organization)
    assert [m.to for m in mailoutbox] == [["tom@example.com"]]
    assert mailoutbox[0].subject == "You are invited to Kestrel on AI Infrastructure Scorecard"
    client.logout()
    link = link_in(mailoutbox[0])
    page = client.get(link)
    assert "Join Kestrel" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"  # the link is a secret

    response = client.post(link, {"name": "Tom Okafor", "password": PASSWORD})

    assert response.url == reverse("organization_detail", args=[organization.slug])
    tom = User.objects.get(email="tom@example.com")
    assert Organization.objects.visible_to(tom).get().role == Role.EDITOR
    assert client.get(response.url).status_code == 200
    added = AuditEvent.objects.get(action=AuditEvent.Action.MEMBER_ADDED, about=tom)
    assert (added.actor, added.new) == (tom, "editor")


def test_someone_with_an_account_signs_in_and_accepts(client, organization, mailoutbox):
    tom = make_user(email="tom@example.com")
    invite(client, organization, role=Role.VIEWER)
    link = link_in(mailoutbox[0])
    client.logout()
    page = client.get(link).content.decode()
    assert "You have an account. Sign in to accept." in page
    assert client.post(link, {"name": "x", "password": PASSWORD}).status_code == 200
    assert not Membership.objects.filter(user=tom).exists()

    signed_in = client.post(reverse("account_login"), {"login": tom.email, "password": PASSWORD, "next": link})
    assert signed_in.url == link
    client.post(link)

    assert Organization.objects.visible_to(tom).get().role == Role.VIEWER


def test_another_address_may_not_accept_and_learns_nothing(client, organization, mailoutbox):
    invite(client, organization)
    eve = Client()
    eve.force_login(make_user(email="eve@example.com"))

    for response in (eve.get(link_in(mailoutbox[0])), eve.post(link_in(mailoutbox[0]))):
        html = response.content.decode()
        assert response.status_code == 403
        assert "This invitation is for someone else" in html
        assert "Kestrel" not in html
        assert "tom@example.com" not in html
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("way", ["used", "withdrawn", "expired", "sent again", "guessed", "organization deleted"])
def test_a_link_that_ended_says_so_and_nothing_else(client, organization, mailoutbox, way):
    invite(client, organization)
    link, invitation = link_in(mailoutbox[0]), Invitation.objects.get()
    row = [organization.slug, invitation.pk]
    if way == "used":
        client.logout()
        client.post(link, {"name": "Tom", "password": PASSWORD})
    elif way == "withdrawn":
        client.post(reverse("invitation_delete", args=row))
    elif way == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif way == "sent again":
        client.post(reverse("invitation_resend", args=row))
        assert link_in(mailoutbox[1]) != link
    elif way == "guessed":
        link = reverse("invitation_accept", args=["x" * 43])
    else:
        Organization.objects.update(deleted_at=timezone.now())
    client.logout()

    for response in (client.get(link), client.post(link, {"name": "Eve", "password": PASSWORD})):
        assert response.status_code == 404
        assert NOT_USABLE in response.content.decode()
        assert "Kestrel" not in response.content.decode()


def test_the_link_ends_after_two_weeks(client, organization, mailoutbox):
    invite(client, organization)
    client.logout()

    with time_machine.travel(timezone.now() + timedelta(days=13, hours=23)):
        assert client.get(link_in(mailoutbox[0])).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        assert client.get(link_in(mailoutbox[0])).status_code == 404


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter the email of the person to invite."),
        ("tom", "Enter the email as name@example.com."),
        ("tom@ex\u0430mple.com", "Write the address in plain letters"),
        ("ADA@example.com", "ada@example.com is a member already."),
        ("=cmd|' /C calc'!A0@", "Enter the email as name@example.com."),
    ],
)
def test_an_address_that_cannot_be_invited_gets_a_sentence(client, organization, mailoutbox, email, sentence):
    response = invite(client, organization, email)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert mailoutbox == []


def test_an_invitation_twice_is_one(client, organization, mailoutbox):
    invite(client, organization)
    again = invite(client, organization, "TOM@example.com")

    assert again.status_code == 422
    assert "is invited already" in again.content.decode()
    assert (Invitation.objects.count(), len(mailoutbox)) == (1, 1)


def test_an_invitation_never_lowers_a_role(client, organization, mailoutbox):
    tom = make_user(email="tom@example.com")
    invite(client, organization, role=Role.VIEWER)
    make_membership(organization, tom, role=Role.OWNER)
    client.force_login(tom)

    client.post(link_in(mailoutbox[0]))

    assert Membership.objects.get(user=tom).role == Role.OWNER


def test_a_common_password_gets_a_sentence_and_keeps_the_name(client, organization, mailoutbox):
    invite(client, organization)
    client.logout()

    response = client.post(link_in(mailoutbox[0]), {"name": "Tom", "password": "password12"})

    assert response.status_code == 422
    assert 'value="Tom"' in response.content.decode()
    assert not User.objects.filter(email="tom@example.com").exists()


def test_a_name_that_nobody_could_see_gets_a_sentence(client, organization, mailoutbox):
    invite(client, organization)
    client.logout()

    response = client.post(link_in(mailoutbox[0]), {"name": "\u200b\u2060", "password": PASSWORD})

    assert "Enter your name." in response.content.decode()
    assert not User.objects.filter(email="tom@example.com").exists()


def test_an_invitation_whose_mail_fails_stands_and_goes_out_by_itself(client, organization, settings, mailoutbox):
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invite(client, organization)
    page = client.get(reverse("membership_list", args=[organization.slug])).content.decode()
    assert "The mail has not gone out." in page
    assert "The mail server did not take the mail to tom@example.com. It is sent by itself once it does." in page
    assert "on its way" not in page
    settings.EMAIL_BACKEND = works

    mailing.send_waiting()

    assert len(mailoutbox) == 1
    assert Invitation.objects.get().sent_at is not None
    client.logout()
    assert client.get(link_in(mailoutbox[0])).status_code == 200


def test_a_mail_that_waits_is_superseded_when_the_invitation_is_sent_again(client, organization, settings, mailoutbox):
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invite(client, organization)
    settings.EMAIL_BACKEND = works

    client.post(reverse("invitation_resend", args=[organization.slug, Invitation.objects.get().pk]))
    mailing.send_waiting()

    assert len(mailoutbox) == 1
    assert "is on its way" in client.get(reverse("membership_list", args=[organization.slug])).content.decode()


def test_a_mail_that_waits_is_not_sent_for_a_withdrawn_invitation(client, organization, settings, mailoutbox):
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invite(client, organization)
    settings.EMAIL_BACKEND = works

    client.post(reverse("invitation_delete", args=[organization.slug, Invitation.objects.get().pk]))
    mailing.send_waiting()

    assert mailoutbox == []
    assert not WaitingMail.objects.exists()


def test_only_the_hash_of_the_token_is_kept(client, organization, mailoutbox):
    invite(client, organization)

    token = link_in(mailoutbox[0]).split("/")[2]
    row = Invitation.objects.values().get()
    assert token not in str(row)
    assert token not in str(list(AuditEvent.objects.values()))


def test_more_invitations_than_a_person_would_send_within_an_hour_are_refused(client, organization, mailoutbox):
    answers = [invite(client, organization, f"person-{n}@example.com").status_code for n in range(41)]

    assert answers == [302] * 40 + [422]
    page = invite(client, organization, "one-more@example.com").content.decode()
    assert "more than 40 invitations within an hour" in page
    assert organization.invitations.count() == 40


@pytest.mark.parametrize(
    "written",
    [
        "tom@example.com, uma@example.com",
        "tom@example.com uma@example.com\nTOM@example.com",
        "Tom <tom@example.com>;\r\n  Uma Okafor <uma@example.com>\t",
    ],
)
def test_several_are_invited_at_once_with_a_word_from_the_inviter(client, organization, mailoutbox, written):
    fields = {"email": written, "role": int(Role.EDITOR), "message": "We score on Thursday."}
    response = client.post(reverse("invitation_create", args=[organization.slug]), fields, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "The invitation to tom@example.com is on its way.",
        "The invitation to uma@example.com is on its way.",
    ]
    assert [(m.to, m.reply_to) for m in mailoutbox] == [
        (["tom@example.com"], ["ada@example.com"]),
        (["uma@example.com"], ["ada@example.com"]),
    ]
    assert "as editor.\n\nWe score on Thursday.\n\nAccept here" in mailoutbox[0].body


def test_where_one_of_several_cannot_be_invited_nobody_is(client, organization, mailoutbox):
    make_membership(organization, make_user(email="in@example.com"))
    response = invite(client, organization, email="tom@example.com, in@example.com")
    html = response.content.decode()
    assert response.status_code == 422
    assert "in@example.com is a member already." in html
    assert "Nobody was invited." in html
    assert "tom@example.com, in@example.com</textarea>" in html
    assert (Invitation.objects.count(), mailoutbox) == (0, [])


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "tom@example.com, uma"}, "uma is no email address. Enter the email as name@example.com."),
        ({"email": ", ;"}, "Enter the email of the person to invite."),
        (
            {"email": ",".join(f"p{n}@example.com" for n in range(21))},
            "These are 21 addresses. Invite at most 20 at once.",
        ),
        ({"message": "Look at https://evil.example"}, "Leave addresses of pages out"),
        ({"message": "a" * 501}, "Use at most 500 characters."),
    ],
)
def test_what_makes_no_invitation_gets_a_sentence(client, organization, mailoutbox, fields, sentence):
    fields = {"email": "tom@example.com", "role": int(Role.VIEWER), **fields}
    response = client.post(reverse("invitation_create", args=[organization.slug]), fields)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert mailoutbox == []
