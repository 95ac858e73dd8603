"""Reading from a server that the operator allows: to a checked address, within a time, without following anywhere."""

import http.client
import ssl
import time
from collections.abc import Sequence
from functools import partial
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.connecting import (
    PORTS,
    NotAllowedError,
    connected,
    is_listed,
    is_named,
    networks,
    port_of,
)

SECONDS, MOST_BYTES, CHUNK = 10.0, 2 * 1024 * 1024, 64 * 1024
NOT_ALLOWED = _lazy("This server may not be read. Ask whoever runs this site to allow it (FIGURE_SOURCES_ALLOWED).")
NO_ADDRESS = _lazy("Write the address as https://prometheus.internal:9090.")


def read_source_address(text: str) -> str:
    """The address of a server as it is kept; ValidationError for what is none, or is not allowed."""
    parts = _parts(text.strip())
    allowed = settings.FIGURE_SOURCES_ALLOWED
    if not is_named(parts.hostname or "", port_of(parts), allowed) and not networks(allowed):
        raise ValidationError(NOT_ALLOWED)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValidationError(NO_ADDRESS) from None
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    is_written = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or not is_plain or not is_written:
        raise ValidationError(NO_ADDRESS)
    return parts


def get(address: str, path: str, query: Sequence[tuple[str, str]], *, token: str = "") -> bytes:
    """What a server answers; ValidationError, in a sentence, where it may not be asked or does not answer in time."""
    ends = time.monotonic() + SECONDS
    parts = _parts(address)
    is_allowed = partial(_is_allowed, parts.hostname or "", port_of(parts))
    try:
        with connected(parts, ends=ends, is_allowed=is_allowed) as connection:
            connection.putrequest(
                "GET", f"{parts.path.rstrip('/')}{path}?{urlencode(query)}", skip_accept_encoding=True
            )
            connection.putheader("Accept", "application/json")
            connection.putheader("User-Agent", "AI-Infrastructure-Scorecard")
            if token:
                connection.putheader("Authorization", f"Bearer {token}")
            connection.endheaders()
            return _answer(connection)
    except NotAllowedError:
        raise ValidationError(NOT_ALLOWED) from None
    except TimeoutError:
        raise ValidationError(_("The server did not answer within {n} seconds.").format(n=f"{SECONDS:.0f}")) from None
    except ssl.SSLError:
        raise ValidationError(_("The server's certificate is not trusted here, or it does not speak HTTPS.")) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise ValidationError(_("The server cannot be reached, or does not answer as a web server does.")) from None


def _is_allowed(host: str, port: int, ip: str) -> bool:
    return is_listed(host, port, ip, settings.FIGURE_SOURCES_ALLOWED)


def _answer(connection: http.client.HTTPConnection) -> bytes:
    answer = connection.getresponse()
    if 300 <= answer.status < 400:
        raise ValidationError(_("The server sends elsewhere, which is not followed. Give the address it leads to."))
    if answer.status in (401, 403):
        raise ValidationError(_("The server asks for a token, or does not take this one."))
    parts, size = [], 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise ValidationError(_("The answer is larger than 2 MB. Ask for one value, by sum or avg."))
        parts.append(chunk)
    if answer.status != 200 and answer.status != 400:  # Prometheus says with a 400 what is wrong with a query
        raise ValidationError(_("The server answers with an error ({status}).").format(status=answer.status))
    return b"".join(parts)
