"""Web addresses as people paste them and as browsers take them: the one reader for every form and for workbooks."""

import ipaddress
import re
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import number
from assessments.platform.names import is_unseen

MAX_LENGTH = 2000
HOST_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f`{}\"]")
# What a browser encodes by itself in the path and behind it. A % stays: the address may be encoded already.
ENCODED = re.compile(r"[\x00-\x20\"<>`{}|^\x7f]")
DRIVE = re.compile(r"[a-z]:[\\/]", re.I)
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
BARE = re.compile(r"(?:[^\s/:?#@\\]+\.[^\s/:?#@\\]{2,}|localhost|[^\s/:?#@\\.]+(?=:\d))(?::\d+)?(?:[/?#].*)?", re.S)

NONE = _lazy("Use a web address that begins with https:// or http://.")
SHARE = _lazy(
    "This is a place on a file server or a disk, which a browser does not open from a page. Attach the file, or give "
    "its address in the intranet."
)


def read_address(text: str) -> str:
    """The address as it is kept: with its scheme, blanks and the like encoded, everything else as it was typed.

    ValidationError, which names what is wrong, if no browser would open it as a page.
    """
    text = re.sub(r"[\t\r\n]", "", "".join(letter for letter in text.strip() if not is_unseen(letter))).strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith("\\\\") or DRIVE.match(text) or text.lower().startswith("file:"):
        raise ValidationError(SHARE)
    scheme, rest = _scheme_and_rest(text)
    rest = rest.replace("\\", "/") if "?" not in rest and "#" not in rest else _slashes(rest)
    authority, path = re.fullmatch(r"([^/?#]*)(.*)", rest.lstrip("/"), re.S).groups()  # type: ignore[union-attr]
    user, _at, host = authority.rpartition("@")
    address = f"{scheme}://{_encoded(user)}{'@' if user else ''}{_host_and_port(host)}{_encoded(path)}"
    if len(address) > MAX_LENGTH:
        raise ValidationError(_("The address is longer than {most} characters.").format(most=number(MAX_LENGTH)))
    return address


def _scheme_and_rest(text: str) -> tuple[str, str]:
    found = SCHEME.match(text)
    if found and found[1].lower() in ("http", "https"):
        return found[1].lower(), text[found.end() :]
    if text.startswith("//"):
        return "https", text
    if BARE.fullmatch(text):
        return "https", text
    if found and not re.match(r"\d", text[found.end() :]):
        raise ValidationError(
            _("A web address begins with https:// or http://; this one begins with {scheme}").format(
                scheme=found[0][:40]
            )
        )
    raise ValidationError(NONE)


def _slashes(rest: str) -> str:
    """Backslashes before the query are taken for slashes, as browsers do."""
    end = min(place for place in (rest.find("?"), rest.find("#")) if place >= 0)
    return rest[:end].replace("\\", "/") + rest[end:]


def _host_and_port(text: str) -> str:
    if text.startswith("["):
        host, bracket, port = text.partition("]")
        try:
            ipaddress.IPv6Address(host[1:] if bracket else "")
        except ValueError:
            raise ValidationError(_("What stands in the square brackets is no IPv6 address.")) from None
        host, port = host + bracket, port.removeprefix(":")
    else:
        host, _colon, port = text.partition(":")
        _check_host(host)
    if not port:
        return host
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 <= int(port) <= 65535:
        raise ValidationError(_("The port must be a number up to 65535, not “{port}”.").format(port=port[:20]))
    return f"{host}:{port}"


def _check_host(host: str) -> None:
    if not host:
        raise ValidationError(_("The name of the site is missing behind the //."))
    if re.search(r"\s", host):
        raise ValidationError(_("There is a blank in the name of the site, before the first single slash."))
    if found := HOST_FORBIDDEN.search(host):
        raise ValidationError(_("The name of the site cannot hold “{mark}”.").format(mark=found[0]))
    labels = re.split("[.。．｡]", host.removesuffix("."))
    if "" in labels:
        raise ValidationError(_("There are two dots with nothing between them in the name of the site."))
    for label in labels:
        try:
            long = len(label.encode("idna")) > 63
        except UnicodeError:
            long = len(label.encode("punycode")) > 59
        if long:
            raise ValidationError(_("A part of the name of the site is longer than 63 characters."))
    if re.fullmatch(r"[0-9.]+", host):
        _check_number(labels)


def _check_number(labels: list[str]) -> None:
    """A name of digits and dots is an address by number: four parts up to 255, or fewer with a larger last one."""
    numbers = [int(label) for label in labels if len(label) < 12]
    is_right = len(numbers) == len(labels) <= 4 and all(n < 256 for n in numbers[:-1])
    if not is_right or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise ValidationError(_("An address by number has four parts, each up to 255."))


def _encoded(path: str) -> str:
    """The path and what follows: blanks and marks that end an address elsewhere are encoded, letters stay."""
    return ENCODED.sub(lambda found: quote(found[0], safe=""), re.sub(r"[^\S ]", lambda f: quote(f[0]), path))
