"""What a mail provider's webhook says of mails that came back: Amazon SES by SNS, Mailgun, Postmark, or our own shape.

Our own is `{"message_id": "<…>", "status": "5.1.1", "reason": "550 No such user"}`, or a list of such. Bodies that say
something else, such as that a mail was opened, say nothing here.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

from assessments.platform.mails.bounces import SAID_LENGTH, UNKNOWN, Bounce, find_status, is_permanent, reason

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1000


def read_hook(body: bytes) -> list[Bounce]:
    """The mails that came back, as a body tells of them; ValueError if it is no JSON of a known shape."""
    said = _loads(body)
    entries = said if isinstance(said, list) else [said]
    if not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("Send an object, or a list of objects.")
    return [bounce for entry in entries[:MOST_AT_ONCE] for bounce in _read(entry)]


def _loads(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("It is nested too deep.") from None


def _read(entry: dict[str, Any]) -> Iterator[Bounce]:
    if entry.get("Type") == "SubscriptionConfirmation":
        log.warning(
            "Amazon SNS asks to confirm that it may tell of mails that come back: open the SubscribeURL it sent."
        )
    elif entry.get("Type") == "Notification":
        yield from _ses(_object(_loads(str(entry.get("Message", "{}")))))
    elif "event-data" in entry:
        yield from _mailgun(_object(entry["event-data"]))
    elif entry.get("RecordType") == "Bounce":
        yield from _postmark(entry)
    elif "RecordType" not in entry:
        yield from _own(entry)


def _own(entry: dict[str, Any]) -> Iterator[Bounce]:
    if not entry.get("message_id"):
        raise ValueError("Say which mail came back, by its message_id.")
    yield _bounce([entry["message_id"]], str(entry.get("status", "")), str(entry.get("reason", "")), None)


def _ses(said: dict[str, Any]) -> Iterator[Bounce]:
    """SES gives a mail an id of its own; ours stands in the headers, which it sends along where it is told to."""
    if (said.get("notificationType") or said.get("eventType")) != "Bounce":
        return
    mail, bounce = _object(said.get("mail")), _object(said.get("bounce"))
    ids = [header.get("value") for header in _objects(mail.get("headers")) if header.get("name") == "Message-ID"]
    for recipient in _objects(bounce.get("bouncedRecipients"))[:1]:
        text = str(recipient.get("diagnosticCode", ""))
        is_for_good = bounce.get("bounceType") == "Permanent"
        yield _bounce(ids, str(recipient.get("status", "")), text, is_for_good)


def _mailgun(said: dict[str, Any]) -> Iterator[Bounce]:
    if said.get("event") != "failed":
        return
    status = _object(said.get("delivery-status"))
    ids = [_object(_object(said.get("message")).get("headers")).get("message-id")]
    text = str(status.get("message") or status.get("description") or "")
    yield _bounce(ids, str(status.get("enhanced-code") or ""), text, said.get("severity") == "permanent")


def _postmark(said: dict[str, Any]) -> Iterator[Bounce]:
    """Postmark keeps our Message-ID to itself; what we put beside a mail comes back."""
    if said.get("Type") in ("HardBounce", "SoftBounce", "BadEmailAddress", "DnsError", "Transient", "Blocked"):
        is_for_good = said["Type"] in ("HardBounce", "BadEmailAddress")
        ids = [_object(said.get("Metadata")).get("mail")]
        yield _bounce(ids, "", str(said.get("Details") or said.get("Description") or ""), is_for_good)


def _bounce(ids: list[Any], status: str, text: str, is_for_good: bool | None) -> Bounce:
    status = find_status(status) or find_status(text)
    why = reason(status) if status else UNKNOWN
    for_good = is_permanent(status) if is_for_good is None or status.endswith(("2.2", "2.3")) else is_for_good
    message_ids = tuple(f"<{str(each).strip().strip('<>')}>" for each in ids if each)
    return Bounce(message_ids, for_good, why, " ".join(text.split())[:SAID_LENGTH])


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
