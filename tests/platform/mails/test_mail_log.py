"""What goes out with a mail beside its text, and the log of how each mail went."""

import email as email_format
import email.policy
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils import timezone

from assessments.accounts.erasure import erase_user
from assessments.platform import mailing
from assessments.platform.mails import log, returned
from assessments.platform.mails.choices import Reader, reader_of
from assessments.platform.mails.kinds import KINDS
from assessments.platform.mails.models import MailRefusal, ReturnedAddress, SentMail
from assessments.platform.models import WaitingMail
from tests.factories import make_user
from tests.processes import free_port

pytestmark = pytest.mark.django_db

OPTIONAL = "reports_ready"


class Mailbox:
    def __init__(self):
        self.answer, self.taken = "250 OK", []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(email_format.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    settings.SITE_URL = "https://score.example.com"
    return settings.EMAIL_PORT


@pytest.fixture
def mailbox(port):
    found = Mailbox()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    yield found
    server.stop()


def states():
    return list(SentMail.objects.order_by("pk").values_list("email", "kind", "subject", "state", "said"))


def test_a_mail_has_its_text_as_it_was_and_an_html_part(mailbox):
    text = "Hello\n\nAnswer here:\nhttps://score.example.com/x/\n"

    mailing.post("ada@example.com", "Hello", text)

    [message] = mailbox.taken
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == text
    assert html.get_content_type() == "text/html"
    assert '<a class="button-ink" href="https://score.example.com/x/"' in html.get_content()


def test_an_attachment_stands_beside_both_parts(mailbox):
    message = EmailMessage("Hello", "A text", None, ["ada@example.com"])
    message.attach("report.pdf", b"%PDF-", "application/pdf")

    with mailing.mail_server() as server:
        mailing.hand_over(message, server)

    kinds = [part.get_content_type() for part in mailbox.taken[0].walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]


def test_only_what_one_may_do_without_can_be_stopped_from_the_mail_program(mailbox):
    mailing.post("ada@example.com", "Hello", "A text")
    mailing.post("ada@example.com", "Hello", "A text", kind=OPTIONAL)

    needed, optional = mailbox.taken
    assert needed["List-Unsubscribe"] is None
    assert optional["List-Unsubscribe"].strip().startswith("<https://score.example.com/accounts/mails/stop/")
    assert optional["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/accounts/mails/" in optional.get_body(("html",)).get_content()


def test_the_log_says_what_went_to_whom_and_nothing_of_what_it_said(mailbox):
    mailing.post(
        "ada@example.com", "You are invited", "https://score.example.com/invitations/secret/", about="invitation:1"
    )

    assert states() == [("ada@example.com", "invitation", "You are invited", "sent", "")]
    row = SentMail.objects.get()
    assert mailbox.taken[0]["Message-ID"] == row.message_id
    assert "secret" not in str(SentMail.objects.values().get())


def test_a_mail_that_waits_is_one_row_that_says_what_became_of_it(mailbox):
    mailbox.answer = "452 Mailbox full"
    mailing.post("ada@example.com", "Hello", "A text", kind="notice")
    assert [row[3:] for row in states()] == [("waiting", "The mail server said no: 452 Mailbox full")]

    mailbox.answer = "250 OK"
    mailing.send_waiting(timezone.now() + timedelta(minutes=6))

    assert [row[3:] for row in states()] == [("sent", "")]


def test_what_is_refused_for_good_stands_there_with_the_server_s_words(mailbox):
    mailbox.answer = "550 5.1.1 No such user"
    mailing.post("ada@example.com", "Hello", "A text")
    assert [row[3:] for row in states()] == [("refused", "550 5.1.1 No such user")]

    mailing.send_again(WaitingMail.objects.get())

    assert [row[3:] for row in states()] == [("waiting", "")]


def test_while_the_server_is_away_the_log_says_that_it_waits_and_then_that_it_was_given_up(port):
    mailing.keep("grace@example.com", "Hello", "A text")
    mailing.post("ada@example.com", "Hello", "A text")
    assert [row[3:] for row in states()] == [("waiting", ""), ("waiting", mailing.AWAY)]

    mailing.send_waiting(timezone.now() + timedelta(days=3, minutes=1))

    assert [row[3:] for row in states()] == [("refused", mailing.AWAY_TOO_LONG)] * 2


def test_what_is_superseded_or_not_so_any_more_is_said_not_to_be_needed(port):
    mailing.post("ada@example.com", "One", "A text", about="thing:1")
    mailing.post("ada@example.com", "Two", "A text", about="thing:1")

    assert [row[2:4] for row in states()] == [("One", "dropped"), ("Two", "waiting")]


def test_a_log_that_cannot_be_written_keeps_no_mail_from_going_out(mailbox, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(SentMail.objects, "bulk_create", full)

    assert mailing.post("ada@example.com", "Hello", "A text") == "sent"
    assert len(mailbox.taken) == 1


def test_the_log_is_kept_for_so_many_days(mailbox, settings):
    settings.MAIL_LOG_DAYS = 30
    for name in ("ada", "grace"):
        mailing.post(f"{name}@example.com", "Hello", "A text")
    SentMail.objects.filter(email="ada@example.com").update(at=timezone.now() - timedelta(days=31))

    log.forget()

    assert [row[0] for row in states()] == ["grace@example.com"]


def test_who_is_erased_is_in_no_row_any_more(mailbox):
    for name in ("ada", "grace"):
        mailing.post(make_user(email=f"{name}@example.com").email, "Hello", "A text")
        ReturnedAddress.objects.create(email=f"{name}@example.com", why="", is_permanent=True)
    reader_of("ada@example.com").choose(KINDS[OPTIONAL], is_wanted=False)

    erase_user(reader_of("ada@example.com").user)

    assert [row[0] for row in states()] == ["grace@example.com"]
    assert list(ReturnedAddress.objects.values_list("email", flat=True)) == ["grace@example.com"]
    assert MailRefusal.objects.count() == 0


# What somebody does without


def test_a_mail_that_is_not_wanted_is_not_sent_and_the_log_says_so(mailbox):
    Reader("ada@example.com").choose(KINDS[OPTIONAL], is_wanted=False)

    assert mailing.post("ada@example.com", "Ready", "A text", kind=OPTIONAL) == mailing.UNWANTED
    mailing.keep("ada@example.com", "Ready", "A text", kind=OPTIONAL)
    mailing.post("ada@example.com", "Access", "A text")
    mailing.post("grace@example.com", "Ready", "A text", kind=OPTIONAL)

    assert [(message["To"], message["Subject"]) for message in mailbox.taken] == [
        ("ada@example.com", "Access"),
        ("grace@example.com", "Ready"),
    ]
    assert [row[3] for row in states()] == ["unwanted", "unwanted", "sent", "sent"]
    assert WaitingMail.objects.count() == 0


def test_what_is_stopped_while_it_waits_is_not_sent(port, settings):
    mailing.post("ada@example.com", "Ready", "A text", kind=OPTIONAL)
    Reader("ada@example.com").choose(KINDS[OPTIONAL], is_wanted=False)
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        mailing.send_waiting()
    finally:
        server.stop()

    assert mailbox.taken == []
    assert [row[3] for row in states()] == ["unwanted"]
    assert WaitingMail.objects.count() == 0


def test_to_an_address_that_mails_come_back_from_goes_only_what_has_to(mailbox):
    ReturnedAddress.objects.create(email="ada@example.com", why="no such mailbox", is_permanent=True)
    ReturnedAddress.objects.create(email="grace@example.com", why="mailbox full", is_permanent=False)

    for name in ("ada", "grace"):
        mailing.post(f"{name}@example.com", "Ready", "A text", kind=OPTIONAL)
        mailing.post(f"{name}@example.com", "Access", "A text")

    assert [row[3] for row in states()] == ["held", "sent", "sent", "sent"]


def test_a_mail_whose_sender_was_killed_may_not_have_arrived_says_the_log_too(mailbox):
    mailing.keep("ada@example.com", "Hello", "A text")
    WaitingMail.objects.update(state="sending", claimed_at=timezone.now() - timedelta(minutes=20))

    mailing.send_waiting()

    assert (WaitingMail.objects.get().state, SentMail.objects.get().state) == ("lost", "lost")


def test_an_address_that_nobody_has_any_more_is_forgotten_with_its_mails(db, settings):
    at = timezone.now() - timedelta(days=settings.MAIL_LOG_DAYS + 1)
    make_user(email="ada@example.com")
    for name in ("ada", "old", "vendor", "young"):
        ReturnedAddress.objects.create(email=f"{name}@example.com", why="", is_permanent=True, last_at=at)
    ReturnedAddress.objects.filter(email="young@example.com").update(last_at=timezone.now())
    log.note("<1@x>", email="vendor@example.com", kind="notice", subject="Held", state="held")

    returned.forget_mended()

    left = ReturnedAddress.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["ada@example.com", "vendor@example.com", "young@example.com"]
