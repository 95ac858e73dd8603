"""Connections to servers whose address somebody typed: to what was checked, within a time, without following anywhere.

What a name leads to can change between two looks, so it is looked up once and connected to as that.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291: all other IPv6 addresses are none of the internet's
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowedError(Exception):
    """None of the addresses that a name leads to may be connected to."""


def port_of(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def is_named(host: str, port: int, entries: Iterable[str]) -> bool:
    """Whether a list of the operator's names this host, with or without its port."""
    host = host.lower()
    return any(entry.lower() in (host, f"{host}:{port}", f"[{host}]:{port}") for entry in entries)


def networks(entries: Iterable[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The entries of such a list that are networks, or single addresses."""
    found = []
    for entry in entries:
        with suppress(ValueError):
            found.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
    return found


def is_listed(host: str, port: int, ip: str, entries: Sequence[str]) -> bool:
    """Whether a list of the operator's lets a name that leads to this address now be connected to.

    A name that is listed may lead anywhere but to this machine and to what clouds keep their secrets at: those only
    where the address itself is listed.
    """
    address = _read(ip)
    if any(address in network for network in networks(entries) if network.version == address.version):
        return True
    is_special = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    return is_named(host, port, entries) and not is_special and not address.is_reserved


def is_public(ip: str) -> bool:
    """Whether an address belongs to the internet at large, and so does the one that it carries within, if any."""
    return all(_is_global(each) for each in _with_carried(_read(ip)))


def _is_global(address: Address) -> bool:
    """Of IPv6, only the global unicast addresses, and what carries an IPv4 address through a translator."""
    if isinstance(address, ipaddress.IPv6Address) and address not in NAT64:
        return address in GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast


def _read(ip: str) -> Address:
    address = ipaddress.ip_address(ip.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _with_carried(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 address that a tunnel or a translator would take out of it."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        yield from (each for each in (address.sixtofour, *(address.teredo or ())) if each)
        if address in NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def addresses(host: str, port: int) -> list[str]:
    """What a name leads to now. OSError or ValueError where it leads nowhere."""
    return list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@contextmanager
def connected(
    parts: SplitResult, *, ends: float, is_allowed: Callable[[str], bool]
) -> Iterator[http.client.HTTPConnection]:
    """A connection to an address that was checked, and to no other.

    Every step of it ends at `ends` of the monotonic clock, by a TimeoutError, however little comes at a time.
    `NotAllowedError` where no address may be connected to; OSError and HTTPException as they come.
    """
    host, port = parts.hostname or "", port_of(parts)
    allowed = [ip for ip in addresses(host, port) if is_allowed(ip)]
    if not allowed:
        raise NotAllowedError
    sock = _first(allowed, port, ends)
    try:
        if parts.scheme == "https":
            sock.settimeout(_left(ends))
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.default_port = PORTS[parts.scheme]  # which the header of the host leaves out
        connection.sock = _Within(sock, ends)
        yield connection
    finally:
        sock.close()


def _first(allowed: Sequence[str], port: int, ends: float) -> socket.socket:
    """The first address that answers, as a name may lead to some that this network does not reach."""
    for ip in allowed[:-1]:
        with suppress(OSError):
            return socket.create_connection((ip, port), timeout=_left(ends) / 2)
    return socket.create_connection((allowed[-1], port), timeout=_left(ends))


class _Within:
    """A socket for an HTTP connection, of which no step outlasts a moment."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self.sock, self.ends = sock, ends

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(_left(self.ends))
        self.sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self.sock, self.ends))

    def close(self) -> None:
        """Whoever opened the connection closes it: what was sent already can be read until then."""


class _Reading(io.RawIOBase):
    def __init__(self, sock: socket.socket, ends: float) -> None:
        self.sock, self.ends = sock, ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # any writable buffer
        self.sock.settimeout(_left(self.ends))
        return self.sock.recv_into(buffer)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
