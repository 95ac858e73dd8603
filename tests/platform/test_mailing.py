"""Mail that the server does not take at once: it waits, goes out once, or says why it never will."""

from datetime import date, timedelta
from email import message_from_string

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone, translation

from assessments.accounts import notices
from assessments.accounts.erasure import erase_user
from assessments.organizations.models import Role
from assessments.platform import mailing
from assessments.platform.mailing import State
from assessments.platform.models import WaitingMail
from assessments.scorecards.asking import asking
from assessments.scorecards.models import AnswerRequest
from tests.factories import make_membership, make_organization, make_scorecard, make_user
from tests.processes import free_port
from tests.pseudo import speaking

pytestmark = pytest.mark.django_db


class Mailbox:
    """What a mail server answers to each recipient, and what it took."""

    def __init__(self):
        self.answer, self.taken, self.hangs_up = "250 OK", [], False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        if self.hangs_up:
            server.transport.close()
        self.taken.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    return settings.EMAIL_PORT


@pytest.fixture
def mailbox(port):
    found = Mailbox()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    yield found
    server.stop()


@pytest.fixture
def back(port):
    """Starts the server that was away."""
    found = Mailbox()
    server = Controller(found, hostname="127.0.0.1", port=port)

    def start():
        server.start()
        return found

    yield start
    if server.server:
        server.stop()


def later(**elapsed):
    return timezone.now() + timedelta(**elapsed)


def rows():
    return list(WaitingMail.objects.order_by("pk").values_list("state", "attempts"))


def test_a_mail_goes_out_at_once_and_leaves_no_row(mailbox):
    assert mailing.post("ada@example.com", "Hello", "A text") == "sent"

    assert [email for email, _ in mailbox.taken] == ["ada@example.com"]
    assert rows() == []


def test_while_the_server_is_away_a_mail_waits_and_goes_out_once(back):
    assert mailing.post("ada@example.com", "Hello", "A text") == State.WAITING
    mailing.send_waiting()
    assert rows() == [(State.WAITING, 1)]
    assert WaitingMail.objects.get().error == mailing.AWAY

    mailbox = back()
    mailing.send_waiting()
    mailing.send_waiting()

    assert [email for email, _ in mailbox.taken] == ["ada@example.com"]
    assert "A text" in mailbox.taken[0][1]
    assert rows() == []


def test_a_server_that_is_away_keeps_a_page_waiting_once(port, monkeypatch):
    asked = []
    opened = mailing.get_connection
    monkeypatch.setattr(mailing, "get_connection", lambda: asked.append(1) or opened())

    for name in ("ada", "grace", "tom"):
        mailing.post(f"{name}@example.com", "Hello", "A text")

    assert len(asked) == 1
    assert rows() == [(State.WAITING, 1)] * 3


def test_what_the_server_refuses_for_now_is_tried_again_up_to_three_times(mailbox):
    mailbox.answer = "452 Mailbox full"
    assert mailing.post("ada@example.com", "Hello", "A text") == State.WAITING

    mailing.send_waiting(later(minutes=4))
    assert rows() == [(State.WAITING, 1)]
    for minutes in (6, 40, 170):
        mailing.send_waiting(later(minutes=minutes))

    assert rows() == [(State.FAILED, 4)]
    assert WaitingMail.objects.get().error == "The mail server said no: 452 Mailbox full"


def test_where_the_server_ends_the_connection_the_others_wait_for_the_next_run(mailbox):
    mailbox.answer = "421 Too much in one connection"
    for name in ("ada", "grace", "tom"):
        mailing.keep(f"{name}@example.com", "Hello", "A text")

    mailing.send_waiting()
    assert rows() == [(State.WAITING, 1), (State.WAITING, 0), (State.WAITING, 0)]

    mailbox.answer = "250 OK"
    mailing.send_waiting(later(minutes=6))
    assert len(mailbox.taken) == 3


def test_what_the_server_takes_at_the_second_try_is_out(mailbox):
    mailbox.answer = "452 Mailbox full"
    mailing.post("ada@example.com", "Hello", "A text")
    mailbox.answer = "250 OK"

    mailing.send_waiting(later(minutes=6))

    assert len(mailbox.taken) == 1
    assert rows() == []


def test_what_the_server_refuses_for_good_is_not_tried_again_until_somebody_says_so(mailbox):
    mailbox.answer = "550 No such user"
    assert mailing.post("ada@example.com", "Hello", "A text") == State.FAILED
    mailbox.answer = "250 OK"
    mailing.send_waiting(later(days=1))
    assert mailbox.taken == []

    assert mailing.send_again(WaitingMail.objects.get())
    mailing.send_waiting()

    assert len(mailbox.taken) == 1


def test_what_may_have_arrived_is_not_sent_again(mailbox):
    mailbox.hangs_up = True

    assert mailing.post("ada@example.com", "Hello", "A text") == State.LOST

    mailbox.hangs_up = False
    mailing.send_waiting(later(days=1))
    assert len(mailbox.taken) == 1
    assert rows() == [(State.LOST, 1)]


def test_a_mail_whose_worker_was_killed_may_not_have_arrived(mailbox):
    mailing.WaitingMail.objects.create(
        email="ada@example.com", subject="Hello", text="", state=State.SENDING, claimed_at=later(minutes=-11)
    )

    mailing.send_waiting()

    assert rows() == [(State.LOST, 0)]


def test_a_mail_is_given_up_after_three_days_and_forgotten_after_two_weeks(port):
    mailing.post("ada@example.com", "Hello", "A text")

    mailing.send_waiting(later(days=3, minutes=1))
    assert rows() == [(State.FAILED, 1)]
    assert WaitingMail.objects.get().error == mailing.AWAY_TOO_LONG

    mailing.send_waiting(later(days=14, minutes=1))
    assert rows() == []


def test_the_text_of_a_mail_that_waits_is_encrypted(port):
    mailing.post("ada@example.com", "Hello", "https://example.com/invitations/a-secret/")

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM assessments_waitingmail")
        assert "a-secret" not in cursor.fetchone()[0]


def test_a_notice_waits_as_everything_does(port, back, django_capture_on_commit_callbacks):
    person = make_user(email="ada@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        notices.tell([person], subject="Your access", text="Changed")
    mailbox = back()
    mailing.send_waiting()

    assert [email for email, _ in mailbox.taken] == ["ada@example.com"]


def test_nobody_is_mailed_who_was_switched_off_or_erased_meanwhile(port, back):
    off, gone = make_user(email="off@example.com"), make_user(email="gone@example.com")
    for person in (off, gone):
        mailing.post(person.email, "Hello", "A text")
    off.is_active = False
    off.save()
    erase_user(gone)
    assert list(WaitingMail.objects.values_list("email", flat=True)) == ["off@example.com"]

    mailbox = back()
    mailing.send_waiting()

    assert mailbox.taken == []
    assert rows() == []


def test_a_mail_that_waits_has_no_answers_sent_to_somebody_erased(port, back):
    inviter = make_user(email="inviter@example.com")
    mailing.post("ada@example.com", "Hello", "A text", reply_to=inviter.email)
    erase_user(inviter)

    mailbox = back()
    mailing.send_waiting()

    [(email, content)] = mailbox.taken
    assert (email, "Reply-To" in content, inviter.email in content) == ("ada@example.com", False, False)


def test_a_mail_that_no_key_opens_is_not_sent_until_the_key_is_back(port, back, settings):
    keys = settings.ENCRYPTION_KEYS
    mailing.post("ada@example.com", "Hello", "A text")
    settings.ENCRYPTION_KEYS = ["another key, as random as the one that was lost"]

    mailbox = back()
    mailing.send_waiting()

    assert mailbox.taken == []
    assert rows() == [(State.FAILED, 2)]
    assert WaitingMail.objects.get().error == mailing.UNREADABLE

    settings.ENCRYPTION_KEYS = keys
    assert mailing.send_again(WaitingMail.objects.get())
    mailing.send_waiting()
    assert "A text" in mailbox.taken[0][1]


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_a_question_is_mailed_later_unless_it_is_withdrawn(
    port, back, is_withdrawn, django_capture_on_commit_callbacks
):
    scorecard = make_scorecard(make_organization())
    asked = make_user(email="tom@example.com")
    make_membership(scorecard.organization, asked, role=Role.EDITOR)
    actor = scorecard.organization.created_by
    category = scorecard.responses.first().category_key
    with django_capture_on_commit_callbacks(execute=True):
        request = asking.ask(scorecard, category=category, asked=asked, actor=actor, due_on=date(2100, 1, 1))
    assert rows() == [(State.WAITING, 1)]
    if is_withdrawn:
        asking.end(request, ending=AnswerRequest.Ending.WITHDRAWN, actor=actor)

    mailbox = back()
    mailing.send_waiting()

    assert len(mailbox.taken) == (0 if is_withdrawn else 1)
    assert rows() == []


def test_a_mail_that_waits_goes_out_in_the_language_it_was_written_in(port, back):
    with translation.override("de"):
        mailing.post("ada@example.com", "Hallo", "Lies das.\n")
    mailbox = back()

    with speaking():
        mailing.send_waiting()

    [(_, content)] = mailbox.taken
    message = message_from_string(content)
    text, html = (part.get_payload(decode=True).decode() for part in message.get_payload())
    assert text.strip() == "Lies das."
    assert '<html lang="de">' in html


def test_why_a_mail_waits_is_kept_in_english_and_said_in_any_language():
    error = "The mail server said no: 550 No such user"

    with speaking(), translation.override("de"):
        said = mailing.spoken(error), mailing.spoken(mailing.AWAY), mailing.spoken("")

    assert said == (
        "Thë mäïl sërvër säïd nö: 550 No such user",
        "Thë mäïl sërvër cännöt bë rëächëd. Ït ïs trïëd ägäïn by ïtsëlf.",
        "",
    )
