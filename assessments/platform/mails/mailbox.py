"""Reads the mailbox that mails come back to, by IMAP. Nothing in it is changed, not even what was read of it.

How far it was read stands in the database, so that a mail is read once and any number of workers may run.
"""

import imaplib
import logging
import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments.platform.mails import returned
from assessments.platform.mails.bounces import MOST_BYTES, read_bounce
from assessments.platform.mails.log import message_id_of
from assessments.platform.mails.models import ReadMailbox

log = logging.getLogger(__name__)

AT_ONCE = 200  # mails in one run
TIMEOUT = 30
LOOKED_BACK = timedelta(days=14)  # at the first run
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxError(Exception):
    """Why the mailbox could not be read, as a sentence."""


def read_mailbox(now: datetime | None = None) -> tuple[int, int]:
    """How many mails were read, and how many of them were ones of ours that came back."""
    try:
        return _read(now or timezone.now())
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"The mailbox of MAIL_RETURNS_MAILBOX cannot be read: {error}") from error


def _read(now: datetime) -> tuple[int, int]:
    address = urlsplit(settings.MAIL_RETURNS_MAILBOX)
    name = f"{unquote(address.username or '')}@{address.hostname}{address.path}"
    server = _connect()
    try:
        validity = _open(server, unquote(address.path.lstrip("/")) or "INBOX")
        place, _ = ReadMailbox.objects.get_or_create(name=name)
        last = place.last if place.validity == validity else 0
        numbers = [number for number in _search(server, last, now) if number > last][:AT_ONCE]
        found = 0
        for number in numbers:
            if not _advance(name, validity, number):
                break  # another worker reads it
            found += _take_in(_fetch(server, number), now)
        return len(numbers), found
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _connect() -> imaplib.IMAP4:
    address = urlsplit(settings.MAIL_RETURNS_MAILBOX)
    host, is_secure = address.hostname or "", address.scheme == "imaps"
    server: imaplib.IMAP4
    if is_secure:
        context = ssl.create_default_context()
        server = imaplib.IMAP4_SSL(host, address.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, address.port or 143, timeout=TIMEOUT)
        if host not in ("localhost", "127.0.0.1"):
            server.starttls(ssl.create_default_context())
    server.login(unquote(address.username or ""), unquote(address.password or ""))
    return server


def _open(server: imaplib.IMAP4, folder: str) -> int:
    """Open a folder to be looked at only; the number that says whether its numbers still count as they did."""
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    kind, _ = server.select(quoted, readonly=True)
    if kind != "OK":
        raise imaplib.IMAP4.error(f"there is no folder {folder}")
    _, validity = server.response("UIDVALIDITY")
    return int(validity[0]) if validity and validity[0] else 0


def _search(server: imaplib.IMAP4, last: int, now: datetime) -> list[int]:
    """The numbers above `last`, or where nothing was read yet those of the last days; some name the last one again."""
    since = now - LOOKED_BACK
    words = [] if last else ["SINCE", f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"]
    _, found = server.uid("SEARCH", "UID", f"{last + 1}:*", *words)
    return sorted(int(number) for number in (found[0] or b"").split())


def _fetch(server: imaplib.IMAP4, number: int) -> bytes:
    _, found = server.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    return next((part[1] for part in found if isinstance(part, tuple)), b"")


def _advance(name: str, validity: int, number: int) -> bool:
    """Say that a mail is read, before it is: rather one report is missed than that one is read for ever."""
    with transaction.atomic():
        place = ReadMailbox.objects.select_for_update().get(name=name)
        if place.validity == validity and place.last >= number:
            return False
        place.validity, place.last = validity, number
        place.save(update_fields=["validity", "last"])
        return True


def _take_in(content: bytes, now: datetime) -> bool:
    try:
        bounce = read_bounce(content)
        if bounce is not None:
            bounce = replace(bounce, message_ids=(*bounce.message_ids, *filter(None, map(message_id_of, bounce.to))))
    except Exception:  # a mail of somebody else's that no one can read keeps no other from being read
        log.exception("A mail in the mailbox could not be read.")
        return False
    return bounce is not None and returned.take_in(bounce, now) is not None
