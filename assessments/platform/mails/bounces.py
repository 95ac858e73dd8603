"""What a mail that came back says (RFC 3464): which of our mails it was, whether for good, and why in a few words.

Only a report of a mail server is one: an answer by itself, a receipt or a complaint says nothing about an address. Its
sender can be forged and so can the address it is about, so both are let be: our mail is known by its Message-ID, which
nobody can guess. It stands in the part of our mail that comes back along with the report.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from django.utils.translation import gettext_noop as _noop

MOST_BYTES = 2 * 1024 * 1024
MOST_PARTS = 200
SAID_LENGTH = 300

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[0-9A-Za-z._-]{16,120}@[0-9A-Za-z.:\[\]-]{1,200}>")

# What a status says (RFC 3463), by its last two numbers, else by the one in the middle; kept in English, read in any.
_REASONS = {
    "1.1": _noop("there is no such mailbox"),
    "1.2": _noop("the domain takes no mail"),
    "1.3": _noop("the address cannot be read"),
    "1.6": _noop("the mailbox has moved"),
    "1.10": _noop("the domain takes no mail"),
    "2.1": _noop("the mailbox is switched off"),
    "2.2": _noop("the mailbox is full"),
    "2.3": _noop("the mail is too large for the mailbox"),
    "3.4": _noop("the mail is too large for their server"),
    "4.1": _noop("their mail server does not answer"),
    "4.4": _noop("their domain cannot be found"),
    "4.7": _noop("their mail server could not be reached in time"),
    "7": _noop("their mail server refuses it by its rules"),
    "2": _noop("the mailbox takes no mail"),
    "1": _noop("the address is not known there"),
    "4": _noop("their mail server could not be reached"),
}
UNKNOWN = _noop("it could not be delivered")
# Not for good, whatever class of status a server gives it: it mends itself, or is about that one mail.
_PASSING = {"2.2", "2.3", "3.4"}


@dataclass(frozen=True, slots=True)
class Bounce:
    """One mail that could not be delivered. `message_ids` may hold those of others: it is ours if one of them is.

    `to` are the addresses that the report itself came to.
    """

    message_ids: tuple[str, ...]
    is_permanent: bool
    why: str
    said: str
    to: tuple[str, ...] = ()


def read_bounce(content: bytes) -> Bounce | None:
    """What a report says; None for every other mail, and for one that only says that it takes longer."""
    try:
        return _read(content)
    except RecursionError:  # parts within parts, which no mail server writes
        return None


def _read(content: bytes) -> Bounce | None:
    message = email.message_from_bytes(content[:MOST_BYTES], policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report":
        return None
    parts = [part for part, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]
    report = next((part for part in parts if _is_status(part)), None)
    if report is None:
        return None
    failed = next((block for block in _blocks(report) if _word(block, "Action") == "failed"), None)
    if failed is None:
        return None
    status = _status(failed)
    to = [str(value) for name in ("Delivered-To", "X-Original-To", "To") for value in message.get_all(name, [])]
    return Bounce(
        _message_ids(message, parts),
        is_permanent(status),
        reason(status),
        _said(failed),
        tuple(address for _, address in getaddresses(to) if address),
    )


def reason(status: str) -> str:
    """The reason that stands in a status such as "5.1.1", in a few words."""
    _, _, detail = status.partition(".")
    return _REASONS.get(detail) or _REASONS.get(detail.partition(".")[0]) or UNKNOWN


def is_permanent(status: str) -> bool:
    return status.startswith("5.") and status.partition(".")[2] not in _PASSING


def find_status(text: str) -> str:
    """The first status in a text; empty if there is none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def _is_status(part: Message) -> bool:
    return part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")


def _blocks(report: Message) -> Iterator[Message]:
    """The groups of fields, each of one recipient but for the first.

    Python reads them of the first type alone; what is encoded, or of the second (RFC 6533), is read here.
    """
    payload = report.get_payload()
    groups = [group for group in payload if isinstance(group, Message)] if isinstance(payload, list) else []
    if len(groups) > 1:
        yield from groups
        return
    inside = groups[0].as_bytes() if groups else b""
    encoding = str(report.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("base64", "quoted-printable"):
        holder = Message()
        holder["Content-Transfer-Encoding"] = encoding
        holder.set_payload(inside.strip().decode("ascii", "replace"))
        decoded = holder.get_payload(decode=True)
        inside = decoded if isinstance(decoded, bytes) else b""
    for block in re.split(rb"\r?\n\s*\r?\n", inside.strip()):
        yield email.message_from_bytes(block.lstrip(), policy=email.policy.compat32)


def _word(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split()).lower()


def _status(block: Message) -> str:
    """The status, or where a server gives none that says anything the one in its words."""
    given = find_status(_word(block, "Status"))
    if given and not given.endswith(".0.0"):
        return given
    return find_status(_word(block, "Diagnostic-Code")) or given


def _said(block: Message) -> str:
    words = " ".join(str(block.get("Diagnostic-Code", "")).split())
    kind, semicolon, said = words.partition(";")
    return (said.strip() if semicolon and kind.replace("-", "").isalnum() else words)[:SAID_LENGTH]


def _message_ids(message: Message, parts: list[Message]) -> tuple[str, ...]:
    """Those the report answers, and those in what came back of our mail: a whole one, its head, or a head as text."""
    found = [each for name in ("In-Reply-To", "References") for each in _MESSAGE_ID.findall(str(message.get(name, "")))]
    for part in parts:
        if part is message:
            continue
        if part.get("Message-ID"):
            found += _MESSAGE_ID.findall(str(part["Message-ID"]))
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822", "message/global-headers", "text/plain"):
            decoded = part.get_payload(decode=True)
            text = decoded if isinstance(decoded, bytes) else part.as_bytes() if not part.is_multipart() else b""
            found += re.findall(r"(?im)^Message-ID:\s*(<[^<>\s]{16,300}>)", text.decode("ascii", "replace"))
    return tuple(dict.fromkeys(found))
