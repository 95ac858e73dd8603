"""Posting to an address that somebody typed: only into the internet, unless the operator allows more."""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.platform.connecting import (
    PORTS,
    NotAllowedError,
    addresses,
    connected,
    is_listed,
    is_public,
    port_of,
)
from assessments.saving.addresses import read_address
from assessments.webhooks.wording import (
    INSIDE,
    NO_ADDRESS,
    NO_ANSWER,
    NOT_TRUSTED,
    NOWHERE,
    OUT_OF_REACH,
    PLAIN,
    REDIRECT,
    REFUSED,
    TOO_LONG,
    WITH_USER,
)

SECONDS = 10.0
MOST_BYTES, KEPT = 4096, 500  # of an answer: so much is read, and so many characters are kept
ADDRESS_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is None where nothing did; `error` is empty where it was taken."""

    status: int | None = None
    text: str = ""
    error: str = ""
    milliseconds: int = 0


def read_webhook_address(text: str) -> str:
    """An address as it is kept: ASCII, with its scheme. ValidationError for one that is none or leads inside."""
    parts = _parts(_ascii(read_address(text)))
    try:
        found = addresses(parts.hostname or "", port_of(parts))
    except (OSError, ValueError):
        raise ValidationError(_(NOWHERE)) from None
    if not any(is_allowed(parts, ip) for ip in found):
        is_plain = parts.scheme == "http" and any(map(is_public, found))
        raise ValidationError(_(PLAIN if is_plain else INSIDE))
    return parts.geturl()


def host_of(address: str) -> str:
    """What is shown of an address: where it leads, without what comes behind."""
    parts = urlsplit(address)
    return parts.netloc


def is_allowed(parts: SplitResult, ip: str) -> bool:
    """What the operator lists, and by HTTPS every address of the internet."""
    if is_listed(parts.hostname or "", port_of(parts), ip, settings.WEBHOOKS_ALLOWED):
        return True
    return parts.scheme == "https" and is_public(ip)


def _ascii(address: str) -> str:
    """The name in the form that the network knows it by, path and query in percent signs."""
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_(WITH_USER))
    host = parts.hostname or ""
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise ValidationError(_(NO_ADDRESS)) from None
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{parts.port}" if parts.port is not None else ""
    safe = "/%:=&?~#+!$,;'@()*[]"
    path, query = quote(parts.path, safe=safe), quote(parts.query, safe=safe)
    return f"{parts.scheme}://{netloc}{path or '/'}{f'?{query}' if query else ''}"


def _parts(address: str) -> SplitResult:
    """ValidationError for what is no address by now, say because its key was lost."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValidationError(_(NO_ADDRESS)) from None
    is_written = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or not is_written:
        raise ValidationError(_(NO_ADDRESS))
    if len(address) > ADDRESS_LENGTH:
        raise ValidationError(_(TOO_LONG))
    return parts


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body and read the beginning of the answer, in ten seconds in all. Raises nothing for what comes back."""
    began = time.monotonic()
    status, text, error = _post(address, body, headers, began + SECONDS)
    return Answer(status, text, error, round((time.monotonic() - began) * 1000))


def _post(address: str, body: bytes, headers: Mapping[str, str], ends: float) -> tuple[int | None, str, str]:
    try:
        with translation.override("en"):  # what is wrong with it is kept
            parts = _parts(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        with connected(parts, ends=ends, is_allowed=lambda ip: is_allowed(parts, ip)) as connection:
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, _beginning(answer), _refusal(answer.status)
    except ValidationError as refused:
        return None, "", refused.messages[0]
    except NotAllowedError:
        return None, "", INSIDE
    except TimeoutError:
        return None, "", NO_ANSWER.format(seconds=f"{SECONDS:.0f}")
    except ssl.SSLError:
        return None, "", NOT_TRUSTED
    except (OSError, http.client.HTTPException, ValueError):
        return None, "", OUT_OF_REACH


def _beginning(answer: http.client.HTTPResponse) -> str:
    """As far as it comes: once the status is there, nothing depends on the rest."""
    read = b""
    try:
        while len(read) < MOST_BYTES and (chunk := answer.read1(MOST_BYTES - len(read))):
            read += chunk
    except (OSError, http.client.HTTPException, ValueError):
        pass
    text = "".join(c if c.isprintable() else " " for c in read.decode(errors="replace"))
    return " ".join(text.split())[:KEPT]


def _refusal(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return REDIRECT if 300 <= status < 400 else REFUSED.format(status=status)
