"""Mail that one person gets about one thing: sent at once, and where the mail server does not take it, once it does.

What was not taken waits in a row of its own. A mail that may have arrived, as where the connection broke while it was
sent, is not sent again by itself: rather no mail than the same one twice.

Whatever is sent goes through `hand_over`, which adds the HTML part and writes the log.
"""

import logging
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from assessments.platform.encryption import decrypt, encrypt, encrypt_again, is_readable
from assessments.platform.mails import choices, house, marks
from assessments.platform.mails.kinds import kind_of
from assessments.platform.mails.log import new_message_id, note, return_address, settle
from assessments.platform.mails.models import SentMail
from assessments.platform.models import WaitingMail

log = logging.getLogger(__name__)

# Until a mail that the server refused for now is tried again.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LOST_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=3)  # what it says is old by then
FORGOTTEN_AFTER = timedelta(days=14)
SUBJECT_LENGTH = 300
PAUSE = 30.0  # seconds for which a server that was away is not asked again while somebody waits for a page

# What a row says of its failure is kept in English, and read in any language (`spoken`).
AWAY = _noop("The mail server cannot be reached. It is tried again by itself.")
AWAY_TOO_LONG = _noop("The mail server could not be reached for three days.")
CUT_OFF = _noop("The connection broke while it was sent, so it may or may not have arrived.")
UNREADABLE = _noop("What it says cannot be read: ENCRYPTION_KEYS lacks the key that it was stored with.")
SAID_NO = _noop("The mail server said no: {said}")
UNWANTED = "unwanted"  # what `post` says of an optional mail that the person does without

State = WaitingMail.State

# Sent before a mail that has waited goes out, with `about`: a receiver that answers False drops it.
is_still_true = Signal()
# Sent once it is out, with `about`.
has_gone_out = Signal()


class ServerAwayError(Exception):
    """The mail server cannot be reached; nothing was sent."""


class RefusedError(Exception):
    """The server said no to this mail, with a code of SMTP: for good from 500 on, for now below."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code = code

    @property
    def ends_connection(self) -> bool:
        """Whether the server closes the connection with it (RFC 5321, 3.8): the next mail takes another one."""
        return self.code == 421

    def wait(self, attempts: int) -> timedelta | None:
        """Until it is tried again after so many attempts; None if it is not."""
        return WAITS[attempts - 1] if self.code < 500 and attempts <= len(WAITS) else None


class CutOffError(Exception):
    """The connection broke while the mail was sent: nobody knows whether it arrived."""


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """A connection that stands before anything is claimed: as long as there is none, nobody loses a mail."""
    server = get_connection()
    try:
        server.open()
    except OSError as error:
        raise ServerAwayError(str(error)) from error
    try:
        yield server
    finally:
        server.close()


def hand_over(message: EmailMessage, server: BaseEmailBackend, *, kind: str = "notice") -> None:
    """Give the server a mail; RefusedError where it says no, CutOffError where nobody knows."""
    dressed = dress(message, kind)
    entry = {"email": message.to[0], "kind": kind, "subject": str(message.subject)}
    message_id = dressed.extra_headers["Message-ID"]
    try:
        server.send_messages([dressed])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        refused = RefusedError(*_said_by_server(error))
        note(message_id, **entry, state=SentMail.State.REFUSED, said=str(refused))
        raise refused from error
    except OSError as error:
        note(message_id, **entry, state=SentMail.State.LOST, said=CUT_OFF)
        raise CutOffError(str(error)) from error
    note(message_id, **entry, state=SentMail.State.SENT)


def dress(message: EmailMessage, kind: str) -> EmailMultiAlternatives:
    """The mail as it goes out: with an HTML part, a Message-ID, and where it is optional the way to stop it.

    What is added speaks the language that the text is in.
    """
    with translation.override(marks.language_of(str(message.body)) or translation.get_language()):
        return _dress(message, kind)


def _dress(message: EmailMessage, kind: str) -> EmailMultiAlternatives:
    headers = {"Message-ID": new_message_id(), **message.extra_headers}
    text, email = str(message.body), message.to[0]
    links = []
    if kind_of(kind).is_optional and "List-Unsubscribe" not in headers:
        stop = choices.stop_link(email, kind)
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        links = [
            (_("Stop these mails"), stop),
            (_("Choose your mails"), settings.SITE_URL + reverse("mail_choice_update")),
        ]
    headers["X-PM-Metadata-mail"] = headers["Message-ID"].strip("<>")  # Postmark tells it, and no Message-ID
    sender = message.from_email
    if settings.MAIL_RETURNS_ADDRESS:
        headers.setdefault("From", sender)
        sender = return_address(headers["Message-ID"])
    dressed = EmailMultiAlternatives(
        message.subject,
        marks.plain(text),
        sender,
        message.to,
        attachments=message.attachments,
        headers=headers,
        reply_to=message.reply_to,
    )
    dressed.attach_alternative(house.dress(text, why=str(kind_of(kind).why), links=links), "text/html")
    return dressed


def _said_by_server(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = cast(tuple[int, bytes | str], next(iter(error.recipients.values())))
    else:
        code, text = error.smtp_code, error.smtp_error
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return code, " ".join(words.split())[:200]


# Mails that wait


_away: dict[tuple[Any, ...], float] = {}  # until when a server is left alone, by its address


def post(email: str, subject: str, text: str, *, about: str = "", reply_to: str = "", kind: str = "") -> str:
    """Send a mail, or keep it to be sent later: "sent", "unwanted", or the state of the row that waits.

    `about` is the row it is about, as in "invitation:7". What waits about the same is superseded. Without a `kind` it
    is of the one that `about` begins with, else a notice.
    """
    mail = _superseding(email, subject, text, about=about, reply_to=reply_to, kind=kind)
    if not _is_sent_at_all(mail):
        return UNWANTED
    values = _try(mail, text)
    if values is None:
        return "sent"
    log.warning("A mail has not gone out: %s", values["error"])
    mail.attempts = 1
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save()
    _note_waiting(mail)
    return str(mail.state)


def keep(email: str, subject: str, text: str, *, about: str = "", reply_to: str = "", kind: str = "") -> None:
    """As `post`, for many mails at a time: a worker sends it, or the clock's next run."""
    mail = _superseding(email, subject, text, about=about, reply_to=reply_to, kind=kind)
    if _is_sent_at_all(mail):
        mail.save()
        _note_waiting(mail)


def _superseding(email: str, subject: str, text: str, *, about: str, reply_to: str, kind: str) -> WaitingMail:
    if about:
        superseded = WaitingMail.objects.filter(about=about)
        settle(list(superseded.values_list("message_id", flat=True)), SentMail.State.DROPPED)
        superseded.delete()
    return WaitingMail(
        email=email,
        subject=subject[:SUBJECT_LENGTH],
        text=encrypt(_in_its_language(text)),
        about=about,
        reply_to=reply_to,
        kind=kind or about.partition(":")[0] or "notice",
        message_id=new_message_id(),
    )


def _in_its_language(text: str) -> str:
    """The text, which says what is spoken now where whoever sends it later would take it for something else."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return text if language == settings.LANGUAGE_CODE else marks.written_in(language) + text


def _is_sent_at_all(mail: WaitingMail) -> bool:
    """Whether the person wants it; if not, the log says so."""
    reason = choices.why_not(mail.email, mail.kind)
    if reason:
        _note(mail, reason)
    return not reason


def _note(mail: WaitingMail, state: str, said: str = "") -> None:
    if mail.message_id:  # else it began to wait before there was a log
        note(mail.message_id, email=mail.email, kind=mail.kind, subject=mail.subject, state=state, said=said)


def _note_waiting(mail: WaitingMail) -> None:
    if mail.state == State.WAITING:
        _note(mail, SentMail.State.WAITING, mail.error)


def _try(mail: WaitingMail, text: str) -> dict[str, Any] | None:
    """What the row of the mail holds, unless it went out."""
    server_key = (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    if time.monotonic() < _away.get(server_key, 0):
        return {"state": State.WAITING, "error": AWAY}
    try:
        with mail_server() as server:
            return _outcome(mail, text, server, attempts=1, now=timezone.now())[0]
    except ServerAwayError:
        _away[server_key] = time.monotonic() + PAUSE
        return {"state": State.WAITING, "error": AWAY}


def _outcome(
    mail: WaitingMail, text: str, server: BaseEmailBackend, *, attempts: int, now: datetime
) -> tuple[dict[str, Any] | None, bool]:
    """What the row of the mail holds, unless it went out, and whether the connection still stands."""
    answers = [mail.reply_to] if mail.reply_to else None
    headers = {"Message-ID": mail.message_id} if mail.message_id else {}
    message = EmailMessage(mail.subject, text, None, [mail.email], headers=headers, reply_to=answers)
    try:
        hand_over(message, server, kind=mail.kind)
    except RefusedError as error:
        wait = error.wait(attempts)
        state = State.WAITING if wait else State.FAILED
        said = SAID_NO.format(said=error)[:300]
        return {"state": state, "error": said, "try_at": now + wait if wait else None}, not error.ends_connection
    except CutOffError:
        log.exception("A mail may not have arrived.")
        return {"state": State.LOST, "error": CUT_OFF, "try_at": None}, False
    return None, True


def send_waiting(now: datetime | None = None) -> None:
    """Send what is to be sent now; run twice, or in two workers at once, nobody gets a mail twice."""
    now = now or timezone.now()
    _tidy(now)
    due = _due(now)
    if not due.exists():
        return
    try:
        with mail_server() as server:
            for row in list(due.order_by("pk")):
                if not _send_one(row, server, now):
                    break
    except ServerAwayError as error:
        log.warning("Mails wait for the next run: the mail server cannot be reached (%s).", error.__cause__)
        due.update(error=AWAY)


def _tidy(now: datetime) -> None:
    rows = WaitingMail.objects.all()
    lost = rows.filter(state=State.SENDING, claimed_at__lt=now - LOST_AFTER)
    if lost.exists():
        settle(list(lost.values_list("message_id", flat=True)), SentMail.State.LOST, CUT_OFF)
        lost.update(state=State.LOST, error=CUT_OFF)
    given_up = rows.filter(state=State.WAITING, made_at__lt=now - GIVEN_UP_AFTER)
    if given_up.exists():
        settle(list(given_up.values_list("message_id", flat=True)), SentMail.State.REFUSED, AWAY_TOO_LONG)
        given_up.update(state=State.FAILED, error=AWAY_TOO_LONG, try_at=None)
    rows.filter(made_at__lt=now - FORGOTTEN_AFTER).delete()


def _due(now: datetime) -> QuerySet[WaitingMail]:
    return WaitingMail.objects.filter(Q(try_at=None) | Q(try_at__lte=now), state=State.WAITING)


def _send_one(row: WaitingMail, server: BaseEmailBackend, now: datetime) -> bool:
    """Claim and send one mail. False where the connection ended: the others would be in vain."""
    claim = {"state": State.SENDING, "claimed_at": now, "try_at": None, "attempts": F("attempts") + 1}
    if not _due(now).filter(pk=row.pk, attempts=row.attempts).update(**claim):
        return True
    mine = WaitingMail.objects.filter(pk=row.pk, state=State.SENDING)
    if not _is_wanted(row):
        _note(row, SentMail.State.DROPPED)
        mine.delete()
        return True
    if not _is_sent_at_all(row):
        mine.delete()
        return True
    if not is_readable(row.text):
        _note(row, SentMail.State.REFUSED, UNREADABLE)
        mine.update(state=State.FAILED, error=UNREADABLE)
        return True
    values, goes_on = _outcome(row, decrypt(row.text), server, attempts=row.attempts + 1, now=now)
    if values is not None:
        mine.update(**values)
        if values["state"] == State.WAITING:
            _note(row, SentMail.State.WAITING, values["error"])
        return goes_on
    mine.delete()
    if row.about:
        has_gone_out.send(sender=WaitingMail, about=row.about)
    return True


def _is_wanted(row: WaitingMail) -> bool:
    """Not by whoever may not sign in any more, nor about what is not so any more."""
    if get_user_model().objects.filter(email=row.email, is_active=False).exists():
        return False
    answers: list[Any] = (
        [answer for _, answer in is_still_true.send(sender=WaitingMail, about=row.about)] if row.about else []
    )
    return False not in answers


def spoken(error: str) -> str:
    """What a row says of its failure, in the language of whoever reads it."""
    before = SAID_NO.partition("{")[0]
    if error.startswith(before):
        return _(SAID_NO).format(said=error.removeprefix(before))
    return _(error) if error else ""


def send_again(mail: WaitingMail) -> bool:
    """Have what was refused, or may not have arrived, tried once more. False if it waits or is under way."""
    ended = WaitingMail.objects.filter(pk=mail.pk, state__in=[State.FAILED, State.LOST])
    fresh = {"state": State.WAITING, "attempts": 0, "try_at": None, "made_at": timezone.now(), "error": ""}
    if not ended.update(**fresh):
        return False
    _note(mail, SentMail.State.WAITING)
    return True


def encrypt_texts() -> list[str]:
    """Store the text of every mail that waits with the first key; returns them as they are stored now."""
    rows = list(WaitingMail.objects.order_by("pk"))
    for row in rows:
        row.text = encrypt_again(row.text)
        WaitingMail.objects.filter(pk=row.pk).update(text=row.text)
    return [row.text for row in rows]
