"""The way to the site through whatever stands in front, tried from outside: what a proxy leaves out."""

import http.client
import ssl
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from assessments.platform.watching.doctor import Finding

NAME = "proxy"
BODY = 25 * 1024**2  # bytes: larger than any file may be, and still to be refused by us
TIMEOUT = 30  # seconds


def examine(url: str) -> Iterator[Finding]:
    """What goes wrong on the way to the address that people type."""
    place = urlsplit(url.rstrip("/"))
    if place.scheme not in ("http", "https") or not place.hostname:
        yield Finding(NAME, f"{url} is no address", "Name what people type: --url https://score.example.com")
        return
    try:
        yield from _look(url.rstrip("/"))
    except (OSError, http.client.HTTPException) as error:
        yield Finding(NAME, f"{url} cannot be reached: {error}", "See its name, its certificate and the proxy's log.")


def _look(url: str) -> Iterator[Finding]:
    live, body = _ask(url, "GET", "/health/live")
    if live.status != 200 or body.strip() != b"process: ok":
        yield Finding(
            NAME, f"something else answers there, with {live.status}", "Let the proxy hand on every path, unchanged."
        )
        return
    page, _ = _ask(url, "GET", "/accounts/login/")
    location = urljoin(url, page.getheader("Location") or "")
    if page.status == 400:
        yield Finding(
            NAME,
            "the site does not know the name it is asked by",
            "Let the proxy hand on Host, and put the name into ALLOWED_HOSTS.",
        )
    elif page.status in (301, 302, 307, 308) and location == f"{url}/accounts/login/":
        yield Finding(
            NAME,
            "pages lead to themselves",
            "Let the proxy send X-Forwarded-Proto, and set TRUSTED_PROXY_COUNT.",
        )
    elif page.status != 200:
        yield Finding(NAME, f"the page to sign in answers {page.status}", "See the log of the web process.")
    if page.getheader("Referrer-Policy", "").strip() == "no-referrer":
        yield Finding(
            NAME, "Referrer-Policy is no-referrer: every form is refused", "Take that header out of the proxy."
        )
    refused, _ = _ask(url, "POST", "/health/live", bytes(BODY))
    if refused.status != 405:
        yield Finding(
            NAME,
            f"a body of 25 MB is answered {refused.status} by the proxy: files vanish without a word of ours",
            "Let bodies of 30 MB through: client_max_body_size 30m in nginx.",
        )
    if page.status == 200 and refused.status == 405:
        yield Finding(NAME, note=f"{url} is reached, and so are files of 20 MB")


def _ask(url: str, method: str, path: str, body: bytes | None = None) -> tuple[http.client.HTTPResponse, bytes]:
    place = urlsplit(url)
    host, port = str(place.hostname), place.port
    connection: http.client.HTTPConnection
    if place.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # who refuses a body may answer before its end
            headers = {"Content-Type": "application/octet-stream"}
            connection.request(method, place.path + path, body=body, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()
