"""Mails that come back: what a report says, what it does to the address, and what does nothing."""

import base64
import quopri
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.platform import mailing
from assessments.platform.mails import returned
from assessments.platform.mails.bounces import MOST_BYTES, read_bounce
from assessments.platform.mails.models import ReturnedAddress, SentMail
from tests.factories import make_membership, make_organization, make_user
from tests.platform.mails.reports import auto_reply, complaint, receipt, report

pytestmark = pytest.mark.django_db

MINE = "<5f2c7a1b9d3e4f60718293a4b5c6d7e8@score.example.com>"
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


def send(email="ada@example.com"):
    mailing.post(email, "Hello", "A text")
    return SentMail.objects.get(email=email)


def come_back(mail, shape="postfix", now=NOW):
    return returned.take_in(read_bounce(report(shape, mail.message_id)), now)


def marked():
    return list(ReturnedAddress.objects.values_list("email", "why", "is_permanent"))


@pytest.mark.parametrize(
    ("shape", "why", "is_permanent", "said"),
    [
        (
            "postfix",
            "there is no such mailbox",
            True,
            "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown",
        ),
        ("exchange", "the mailbox is full", False, "554 5.2.2 mailbox full; STOREDRV.Deliver; permanent exception"),
        (
            "gmail",
            "there is no such mailbox",
            True,
            "550-5.1.1 The email account that you tried to reach does not exist. "
            "550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-20020a - gsmtp",
        ),
        ("global", "the mailbox is switched off", True, "550 5.2.1 Mailbox disabled"),
    ],
)
def test_a_report_says_which_mail_it_was_and_why(shape, why, is_permanent, said):
    bounce = read_bounce(report(shape, MINE))

    assert MINE in bounce.message_ids
    assert (bounce.why, bounce.is_permanent, bounce.said) == (why, is_permanent, said)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("kind", ["message/global-delivery-status", "message/delivery-status"])
def test_a_report_that_is_encoded_is_read(encoding, kind):
    fields = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: utf-8; x\nAction: failed\nStatus: 5.1.1\n"
    encoded = base64.encodebytes(fields) if encoding == "base64" else quopri.encodestring(fields)
    head = f'Content-Type: multipart/report; boundary="b"\nIn-Reply-To: {MINE}\n\n--b\nContent-Type: {kind}\n'
    content = f"{head}Content-Transfer-Encoding: {encoding}\n\n".encode() + encoded + b"\n--b--\n"

    bounce = read_bounce(content)

    assert (bounce.message_ids, bounce.why) == ((MINE,), "there is no such mailbox")


@pytest.mark.parametrize(
    "content",
    [
        auto_reply(MINE),
        receipt(MINE),
        complaint(MINE),
        report("postfix", MINE).replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1"),
        report("postfix", MINE).replace(b"Action: failed", b"Action: relayed"),
        report("postfix", MINE).replace(b"multipart/report", b"multipart/mixed"),
        b"",
        b"\xff\xfe" * 500,
        b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--',
    ],
)
def test_what_is_no_report_of_a_failure_says_nothing(content):
    assert read_bounce(content) is None


def test_a_huge_or_deeply_nested_mail_ends():
    deep = b"".join(b'Content-Type: multipart/report; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(2000))

    assert read_bounce(deep) is None
    assert read_bounce(report("postfix", MINE) + b"x" * MOST_BYTES * 2) is not None


def test_the_mail_s_row_and_the_address_say_that_it_came_back():
    mail = send()

    assert come_back(mail) == mail

    mail.refresh_from_db()
    assert (mail.state, mail.said[:24]) == ("returned", "there is no such mailbox")
    assert marked() == [("ada@example.com", "there is no such mailbox", True)]


def test_the_same_report_twice_says_it_once():
    mail = send()
    come_back(mail)
    returned.clear(mail.email)

    assert come_back(mail) is None
    assert marked() == []


def test_a_report_of_a_mail_that_is_not_ours_changes_nothing():
    send("ada@example.com")

    assert returned.take_in(read_bounce(report("postfix", MINE))) is None
    assert marked() == []


def test_a_report_about_another_address_marks_the_one_that_our_mail_went_to():
    mail = send("grace@example.com")

    come_back(mail)

    assert [email for email, _, _ in marked()] == ["grace@example.com"]


def test_what_mends_itself_does_not_end_for_good_but_is_forgotten_after_two_weeks():
    come_back(send("ada@example.com"), "exchange")
    come_back(send("grace@example.com"))
    assert [is_permanent for _, _, is_permanent in marked()] == [False, True]

    returned.forget_mended(NOW + timedelta(days=13))
    assert len(marked()) == 2
    returned.forget_mended(NOW + timedelta(days=15))

    assert [email for email, _, _ in marked()] == ["grace@example.com"]


def test_what_came_back_for_good_stays_so_and_since_the_first_one():
    come_back(send())
    SentMail.objects.update(email="old@example.com")
    come_back(send(), "exchange", NOW + timedelta(days=2))

    row = ReturnedAddress.objects.get()
    assert (row.since, row.last_at, row.is_permanent) == (NOW, NOW + timedelta(days=2), True)


# Where it is shown


def test_the_person_sees_it_and_says_that_the_address_works_again(client):
    person = make_user(email="ada@example.com")
    come_back(send())
    client.force_login(person)
    html = client.get("/accounts/mails/").content.decode()
    assert "Mails to ada@example.com come back since 3 Mar 2026: there is no such mailbox." in html
    assert "User unknown" in html

    client.post(reverse("returned_address_clear"))

    assert marked() == []
    assert "come back" not in client.get("/accounts/mails/").content.decode()
    assert AuditEvent.objects.filter(subject="Mails that come back").count() == 1


def test_nobody_clears_the_address_of_another_one(client):
    come_back(send())
    client.force_login(make_user(email="grace@example.com"))

    client.post(reverse("returned_address_clear"), {"email": "ada@example.com"})

    assert len(marked()) == 1


def test_the_owners_see_it_beside_the_person(client):
    organization = make_organization()
    make_membership(organization, make_user(email="ada@example.com"))
    come_back(send())
    client.force_login(organization.created_by)

    html = client.get(reverse("membership_list", args=[organization.slug])).content.decode()

    assert html.count("come back since 3 Mar 2026: there is no such mailbox.") == 1


def test_the_owners_see_that_an_invitation_came_back(client, django_capture_on_commit_callbacks):
    organization = make_organization()
    client.force_login(organization.created_by)
    address = reverse("invitation_create", args=[organization.slug])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"email": "ada@example.com", "role": "20"})
    come_back(SentMail.objects.get(email="ada@example.com", kind="invitation"))

    html = client.get(reverse("membership_list", args=[organization.slug])).content.decode()

    assert "The mail came back: there is no such mailbox." in html


def test_the_administration_shows_it_finds_it_and_clears_it(client):
    person = make_user(email="ada@example.com", name="Ada")
    make_user(email="grace@example.com", name="Grace")
    come_back(send())
    client.force_login(make_user(is_staff=True, is_superuser=True, email="boss@example.com"))
    people = "/admin/assessments/user/"

    page = client.get(f"{people}{person.pk}/change/").content.decode()
    assert "Mails to this address come back since 3 Mar 2026: there is no such mailbox" in page
    assert "/admin/assessments/sentmail/?q=ada%40example.com" in page
    found = client.get(f"{people}?mails=back").content.decode()
    assert ("ada@example.com" in found, "grace@example.com" in found) == (True, False)

    client.post(people, {"action": "clear_address", "_selected_action": [str(person.pk)], "confirmed": "1"})

    assert marked() == []
