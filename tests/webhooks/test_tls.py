"""Over TLS: a certificate that is trusted and names the host is called, every other is a fault that is named."""

import datetime
import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assessments.webhooks import connecting

FAULT = "The certificate is not trusted here, or the server does not speak HTTPS."
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def certificate(folder, *, name="x.test", until=NOW + DAY):
    """The paths of a certificate that signs itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 9 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return paths


@contextmanager
def server(paths):
    """One that answers one request with 204; yields its port and what it hears."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*paths)
    heard = []

    def serve(listening):
        with suppress(OSError):
            calling, _ = listening.accept()
            with context.wrap_socket(calling, server_side=True) as secured:
                while not b"".join(heard).endswith(b"}"):
                    heard.append(secured.recv(65536))
                secured.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(5)


@pytest.fixture
def leads_to(monkeypatch, settings):
    """Lets every name, whatever its port, lead to this port on this machine, as the operator allows."""
    settings.WEBHOOKS_ALLOWED = ["127.0.0.1"]
    connect = socket.create_connection

    def lead(port):
        place = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *more, **options: place)
        monkeypatch.setattr("socket.create_connection", lambda _, timeout: connect(("127.0.0.1", port), timeout))

    return lead


def test_a_trusted_certificate_is_called_by_its_name(tmp_path, monkeypatch, leads_to):
    paths = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
    with server(paths) as (port, heard):
        leads_to(port)

        answer = connecting.post("https://x.test/hooks?sig=1", b'{"a":1}', {"Content-Type": "application/json"})

    assert (answer.status, answer.error) == (204, "")
    said = b"".join(heard)
    assert said.startswith(b"POST /hooks?sig=1 HTTP/1.1\r\nHost: x.test\r\n")
    assert said.endswith(b'\r\n\r\n{"a":1}')


@pytest.mark.parametrize(
    ("made", "trusted", "address"),
    [
        ({}, False, "https://x.test/"),
        ({"until": NOW - DAY}, True, "https://x.test/"),
        ({"name": "y.test"}, True, "https://x.test/"),
    ],
    ids=["nobody trusts it", "it has ended", "it names another"],
)
def test_a_certificate_with_a_fault_is_not_sent_anything(tmp_path, monkeypatch, leads_to, made, trusted, address):
    paths = certificate(tmp_path, **made)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
    with server(paths) as (port, heard):
        leads_to(port)

        answer = connecting.post(address, b"{}", {})

    assert (answer.status, answer.error) == (None, FAULT)
    assert heard == []
