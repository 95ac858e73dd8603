"""Sending reports to people by mail: who gets what, what is refused, what the mail server may do."""

import re
import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.reports.models import Report
from assessments.reports.sharing import deliveries, links, sendings
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportSending
from assessments.reports.sharing.recipients import Recipient, read_recipients
from tests.factories import make_organization
from tests.reports.made import make_ready_report, small_pdf

pytestmark = pytest.mark.django_db

TWO = "Ada Lovelace <ada@example.com>\ngrace@example.com"


@pytest.fixture(autouse=True)
def signed_in(client, owner):
    client.force_login(owner)


@pytest.fixture
def send(client, organization, report):
    def send(to=TWO, **fields):
        data = {"what": str(report.pk), "to": to, "how": "link", "days": "14", **fields}
        return client.post(reverse("report_sending_create", args=[organization.slug]), data)

    return send


def work():
    """What the worker does with whatever waits."""
    deliveries.sweep()


def states():
    return list(ReportDelivery.objects.order_by("pk").values_list("state", flat=True))


def page_of(client, organization):
    sending = ReportSending.objects.get()
    html = client.get(reverse("report_sending_detail", args=[organization.slug, sending.pk])).content.decode()
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_each_reader_gets_a_link_of_their_own_and_the_page_says_who_opened_it(client, organization, send, mailoutbox):
    sent = send(message="Please read page 2 before Monday.")
    assert sent.url == reverse("report_sending_detail", args=[organization.slug, ReportSending.objects.get().pk])
    assert "Waiting" in page_of(client, organization)

    work()

    assert [message.to for message in mailoutbox] == [["ada@example.com"], ["grace@example.com"]]
    addresses = [re.search(r"http://testserver(/s/\S+/)", message.body)[1] for message in mailoutbox]
    assert len(set(addresses)) == 2
    first = mailoutbox[0]
    assert first.subject == "Kestrel Logistics: Board report, Q3 assessment"
    assert first.reply_to == ["ines@example.com"]
    assert "Please read page 2 before Monday." in first.body
    assert "Ines Halvorsen sends you Board report, Q3 assessment, about Kestrel Logistics." in first.body
    assert not first.attachments

    client.logout()
    assert client.get(addresses[1]).status_code == 200
    client.force_login(organization.created_by)
    text = page_of(client, organization)
    assert re.search(
        r"Ada Lovelace ada@example.com Sent [^.]+ Not yet grace@example.com Sent \d+ \w+ \d+, \d\d:\d\d \d", text
    )
    assert ReportLink.objects.get(recipient="grace@example.com").opened_at is not None
    assert AuditEvent.objects.get(action="report-sent").new == "To Ada Lovelace <ada@example.com>, grace@example.com"


def test_as_an_attachment_the_mail_has_the_file_and_no_link(send, mailoutbox):
    send(to="ada@example.com", how="file")

    work()

    [message] = mailoutbox
    [(name, content, kind)] = message.attachments
    assert (name, content, kind) == (
        "Kestrel Logistics, Board report, Q3 assessment.pdf",
        small_pdf(2),
        "application/pdf",
    )
    assert "/s/" not in message.body
    assert not ReportLink.objects.exists()


def test_a_passcode_and_a_watermark_hold_for_every_link(client, send, mailoutbox):
    send(passcode="amber-harbor", is_watermarked="on")
    work()

    address = re.search(r"http://testserver(/s/\S+/)", mailoutbox[0].body)[1]
    assert "amber-harbor" not in mailoutbox[0].body
    assert "It asks for a passcode" in mailoutbox[0].body
    assert "Enter the passcode" in client.get(address).content.decode()
    assert set(ReportLink.objects.values_list("is_watermarked", "recipient")) == {
        (True, "Ada Lovelace"),
        (True, "grace@example.com"),
    }


def test_work_done_twice_sends_once(send, mailoutbox):
    send()

    for _ in range(3):
        work()

    assert len(mailoutbox) == 2
    assert states() == ["sent", "sent"]
    assert ReportLink.objects.count() == 2


def test_a_report_that_is_still_made_is_waited_for_and_one_that_fails_is_said(organization, report, owner, mailoutbox):
    Report.objects.filter(pk=report.pk).update(status="running")
    report.refresh_from_db()
    sending = sendings.send_reports([report], recipients=[Recipient("ada@example.com")], actor=owner, days=14)
    work()
    assert (states(), mailoutbox) == (["waiting"], [])

    Report.objects.update(status="failed")
    work()

    assert states() == ["failed"]
    assert sending.deliveries.get().error == "The report could not be made, or was removed."
    Report.objects.update(status="done")
    assert sendings.send_again(sending.deliveries.get())
    work()
    assert len(mailoutbox) == 1


def test_a_report_deleted_meanwhile_is_said(send, report, mailoutbox):
    send(to="ada@example.com")
    report.delete()

    work()

    assert (states(), mailoutbox) == (["failed"], [])


class Refusing(EmailBackend):
    """A mail server that refuses one address, breaks at another, and is away when it is told to be."""

    is_away = False

    def open(self):
        if Refusing.is_away:
            raise ConnectionRefusedError("away")

    def send_messages(self, messages):
        [message] = messages
        if message.to == ["gone@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"gone@example.com": (550, b"No such user")})
        if message.to == ["full@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"full@example.com": (452, b"Mailbox full")})
        if message.to == ["busy@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"busy@example.com": (421, b"Too much in one connection")})
        if message.to == ["cut@example.com"]:
            raise smtplib.SMTPServerDisconnected("in the middle")
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.is_away = False
    deliveries.get_connection = lambda: Refusing()
    yield Refusing
    deliveries.get_connection = mail.get_connection


def test_what_the_server_refuses_is_said_tried_again_where_it_may_help_and_holds_up_nobody(
    client, organization, send, refusing
):
    send(to="gone@example.com, full@example.com, ada@example.com")

    work()

    assert states() == ["failed", "failed", "sent"]
    assert ReportLink.objects.count() == 1
    text = page_of(client, organization)
    assert "The mail server said no: 550 No such user" in text
    assert "The mail server said no: 452 Mailbox full It is tried again at" in text
    gone, full, _ = ReportDelivery.objects.order_by("pk")
    assert (gone.try_at, full.attempts) == (None, 1)
    for hours in (1, 2, 5, 9):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            work()
    full.refresh_from_db()
    assert (full.state, full.attempts, full.try_at) == ("failed", 4, None)


def test_a_connection_that_the_server_ends_is_used_for_no_other_mail(client, organization, send, refusing):
    send(to="busy@example.com, ada@example.com")

    work()
    assert states() == ["failed", "waiting"]
    assert ReportDelivery.objects.get(state="failed").try_at is not None
    work()
    assert states() == ["failed", "sent"]


def test_a_connection_that_breaks_sends_nothing_twice_until_a_person_says_so(client, organization, send, refusing):
    send(to="cut@example.com, ada@example.com")

    work()
    assert states() == ["lost", "waiting"]
    work()
    assert states() == ["lost", "sent"]

    lost = ReportDelivery.objects.get(state="lost")
    assert "may or may not have arrived" in page_of(client, organization)
    retry = reverse("report_sending_retry", args=[organization.slug, lost.pk])
    client.post(retry)
    assert states() == ["waiting", "sent"]
    client.post(retry)
    assert states() == ["waiting", "sent"]


def test_while_the_server_is_away_nothing_is_lost_and_it_is_said(client, organization, send, refusing):
    refusing.is_away = True
    send()
    work()
    assert states() == ["waiting"] * 2
    assert "The mail server cannot be reached. It is tried again by itself." in page_of(client, organization)

    refusing.is_away = False
    work()

    assert states() == ["sent"] * 2


def test_a_worker_killed_while_sending_leaves_it_to_a_person(send):
    send(to="ada@example.com")
    ReportDelivery.objects.update(state="sending", claimed_at=timezone.now() - timedelta(minutes=11))

    work()

    assert states() == ["lost"]


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("", "Say who it is for."),
        (" , ;\n", "Say who it is for."),
        ("ada", "“ada” is no address. Write each as"),
        ("ada@example.com, Grace <grace at example.com>, x@", "is no address. So are 1 more."),
        ("аda@example.com", "is no address"),
        ("Ada <ada@example.com>\r\nBcc: everybody@example.com", "“Bcc: everybody@example.com” is no address"),
        ("\n".join(f"p{n}@example.com" for n in range(200)), "200 addresses are too many at once; 50 is the most."),
        ("x" * 20_001, "This is too long for addresses."),
    ],
)
def test_what_is_no_address_is_said_and_nothing_is_sent(send, to, sentence):
    response = send(to=to)

    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&lt;", "<").replace("&gt;", ">")
    assert not ReportSending.objects.exists()


def test_names_and_texts_inject_no_header(organization, owner, report, mailoutbox):
    hostile = "Ada\r\nBcc: all@example.com"
    sendings.send_reports(
        [report],
        recipients=[Recipient("ada@example.com", hostile)],
        actor=owner,
        days=14,
        organization=organization,
        title="Report\r\nBcc: all@example.com",
        message="a\r\n.\r\nBcc: all@example.com",
    )

    work()

    [message] = mailoutbox
    headers = message.message()
    assert headers["Bcc"] is None
    assert message.recipients() == ["ada@example.com"]
    assert "\n" not in message.subject


def test_the_same_address_twice_is_one_mail():
    people = read_recipients('"Lovelace, Ada" <Ada@Example.com>, ada@example.com; Grace Hopper <grace@example.com>,')

    assert people == [Recipient("ada@example.com", "Lovelace, Ada"), Recipient("grace@example.com", "Grace Hopper")]


def test_it_is_no_cannon(send, monkeypatch):
    monkeypatch.setattr(sendings, "MOST_AN_HOUR", 3)
    assert send().status_code == 302

    response = send()

    assert response.status_code == 422
    assert "These would be more than 3 mails within an hour." in response.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert send().status_code == 302
    monkeypatch.setattr(sendings, "MOST_A_DAY", 5)
    with time_machine.travel(timezone.now() + timedelta(hours=4)):
        assert "within a day" in send().content.decode()


def test_files_too_large_for_a_mail_go_as_links(send, report):
    Report.objects.filter(pk=report.pk).update(size=16 * 1024**2)

    response = send(how="file")

    assert response.status_code == 422
    assert "too large for a mail" in response.content.decode()


def test_another_organization_s_report_is_not_sent(send):
    rival = make_ready_report(make_organization())

    assert send(what=str(rival.pk)).status_code == 422
    assert not ReportSending.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(
    client, organization, report, owner, number, django_assert_num_queries
):
    people = [Recipient(f"p{n}@example.com") for n in range(number)]
    sending = sendings.send_reports([report], recipients=people, actor=owner, days=14, organization=organization)
    work()

    with django_assert_num_queries(6):
        client.get(reverse("report_sending_detail", args=[organization.slug, sending.pk]))


def test_a_link_of_a_mail_is_found_by_its_token(send, mailoutbox):
    send(to="ada@example.com")
    work()

    token = re.search(r"/s/([^/]+)/", mailoutbox[0].body)[1]
    assert links.find(token).delivery.email == "ada@example.com"
