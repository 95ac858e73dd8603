"""Reading from a server that the operator allows: to a checked address, within a time, without following anywhere."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

SECONDS, MOST_BYTES, CHUNK = 10.0, 2 * 1024 * 1024, 64 * 1024
PORTS = {"http": 80, "https": 443}
NOT_ALLOWED = "This server may not be read. Ask whoever runs this site to allow it (FIGURE_SOURCES_ALLOWED)."
NO_ADDRESS = "Write the address as https://prometheus.internal:9090."


def read_source_address(text: str) -> str:
    """The address of a server as it is kept; ValidationError for what is none, or is not allowed."""
    parts = _parts(text.strip())
    host, port = parts.hostname or "", _port(parts)
    if not _is_named(host, port) and not _networks():
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


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _is_named(host: str, port: int) -> bool:
    host = host.lower()
    return any(
        entry.lower() in (host, f"{host}:{port}", f"[{host}]:{port}") for entry in settings.FIGURE_SOURCES_ALLOWED
    )


def _networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for entry in settings.FIGURE_SOURCES_ALLOWED:
        try:
            found.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            continue
    return found


def _is_allowed(host: str, port: int, ip: str) -> bool:
    """Whether a name that leads to this address now may be connected to.

    A name that is listed may lead anywhere but to this machine and to what clouds keep their secrets at: those only
    where the address itself is listed.
    """
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if any(address in network for network in _networks() if network.version == address.version):
        return True
    is_special = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    return _is_named(host, port) and not is_special and not address.is_reserved


def get(address: str, path: str, query: Sequence[tuple[str, str]], *, token: str = "") -> bytes:
    """What a server answers; ValidationError, in a sentence, where it may not be asked or does not answer in time."""
    ends = time.monotonic() + SECONDS
    parts = _parts(address)
    try:
        with _connected(parts, ends) as connection:
            connection.putrequest(
                "GET", f"{parts.path.rstrip('/')}{path}?{urlencode(query)}", skip_accept_encoding=True
            )
            connection.putheader("Accept", "application/json")
            connection.putheader("User-Agent", "AI-Infrastructure-Scorecard")
            if token:
                connection.putheader("Authorization", f"Bearer {token}")
            connection.endheaders()
            return _answer(connection, ends)
    except TimeoutError:
        raise ValidationError(f"The server did not answer within {SECONDS:.0f} seconds.") from None
    except ssl.SSLError:
        raise ValidationError("The server's certificate is not trusted here, or it does not speak HTTPS.") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise ValidationError("The server cannot be reached, or does not answer as a web server does.") from None


class _connected:
    """A connection to an address that was checked, and to no other, however the name is resolved the next time."""

    def __init__(self, parts: SplitResult, ends: float) -> None:
        self.parts, self.ends = parts, ends

    def __enter__(self) -> http.client.HTTPConnection:
        host, port = self.parts.hostname or "", _port(self.parts)
        found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        allowed = [ip for ip in found if _is_allowed(host, port, str(ip))]
        if not allowed:
            raise ValidationError(NOT_ALLOWED)
        self.connection = http.client.HTTPConnection(host, port)
        sock = socket.create_connection((str(allowed[0]), port), timeout=_left(self.ends))
        if self.parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        self.connection.sock = sock
        return self.connection

    def __exit__(self, *error: object) -> None:
        self.connection.close()


def _answer(connection: http.client.HTTPConnection, ends: float) -> bytes:
    connection.sock.settimeout(_left(ends))
    answer = connection.getresponse()
    if 300 <= answer.status < 400:
        raise ValidationError("The server sends elsewhere, which is not followed. Give the address it leads to.")
    if answer.status in (401, 403):
        raise ValidationError("The server asks for a token, or does not take this one.")
    parts, size = [], 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise ValidationError("The answer is larger than 2 MB. Ask for one value, by sum or avg.")
        parts.append(chunk)
        if connection.sock:
            connection.sock.settimeout(_left(ends))
    if answer.status != 200 and answer.status != 400:  # Prometheus says with a 400 what is wrong with a query
        raise ValidationError(f"The server answers with an error ({answer.status}).")
    return b"".join(parts)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
