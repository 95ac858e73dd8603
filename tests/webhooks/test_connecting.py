"""Where a webhook may lead: into the internet by HTTPS, and to what the operator lists; when saved and when called."""

import socket

import pytest
from django.core.exceptions import ValidationError

from assessments.platform.connecting import is_public
from assessments.webhooks import connecting
from assessments.webhooks.connecting import INSIDE, NO_ADDRESS, NOWHERE, PLAIN, WITH_USER, host_of, read_webhook_address

PUBLIC = "93.184.216.34"


@pytest.fixture
def leads_to(monkeypatch):
    """Lets every name that is looked up lead to these addresses from now on."""

    def lead(*ips):
        def look_up(host, port, **options):
            return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in ips]

        monkeypatch.setattr("socket.getaddrinfo", look_up)

    return lead


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("https://hooks.example.com/a?b=c&d=%20", "https://hooks.example.com/a?b=c&d=%20", "hooks.example.com"),
        (" <https://Hooks.Example.com:8443> ", "https://hooks.example.com:8443/", "hooks.example.com:8443"),
        ("hooks.example.com/x#part", "https://hooks.example.com/x", "hooks.example.com"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9", "xn--bcher-kva.example"),
        ("https://ｅｘａｍｐｌｅ．com/", "https://example.com/", "example.com"),
        ("https://[2606:2800:220:1::1]:444/x", "https://[2606:2800:220:1::1]:444/x", "[2606:2800:220:1::1]:444"),
    ],
)
def test_an_address_is_kept_as_the_network_knows_it(leads_to, typed, kept, shown):
    leads_to(PUBLIC)

    assert read_webhook_address(typed) == kept
    assert host_of(kept) == shown


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("ftp://example.com/", "A web address begins with https:// or http://; this one begins with ftp:"),
        ("javascript:alert(1)", "A web address begins with https:// or http://; this one begins with javascript:"),
        ("https://", "The name of the site is missing behind the //."),
        ("https://user:pass@example.com/", WITH_USER),
        ("https://user@example.com/", WITH_USER),
        ("https://:@example.com/", WITH_USER),
        ("https://example.com:0/", NO_ADDRESS),
        ("https://example.com:99999/", "The port must be a number up to 65535, not “99999”."),
        ("https://a..b/", "There are two dots with nothing between them in the name of the site."),
        ("http://example.com/", PLAIN),
        ("https://[::1/", "What stands in the square brackets is no IPv6 address."),
        (f"https://example.com/{'é' * 500}", "The address is longer than 2,000 characters."),
        ("nonsense", "Use a web address that begins with https:// or http://."),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(leads_to, typed, error):
    leads_to(PUBLIC)

    with pytest.raises(ValidationError) as refused:
        read_webhook_address(typed)

    assert refused.value.messages == [error]


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "localhost",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *("224.0.1.1", "255.255.255.255", "[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[ff02::1]", "[::ffff:10.0.0.1]"),
        *("[2002:7f00:1::]", "[64:ff9b::a00:1]", "2130706433", "127.1", "１２７.0.0.1", "127。0。0。1"),
    ],
)
def test_an_address_inside_is_refused_however_it_is_written(host):
    with pytest.raises(ValidationError) as refused:
        read_webhook_address(f"https://{host}/")

    assert refused.value.messages == [INSIDE]


@pytest.mark.parametrize(
    ("ip", "answer"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::5db8:d822", True),  # a public one by a translator
        ("64:ff9b::a9fe:a9fe", False),  # 169.254.169.254 by the same way
        ("2002:a00:1::1", False),  # 10.0.0.1 by 6to4
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False),  # a private client by Teredo
        ("::ffff:127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),  # inside a site, as it once was
        ("::127.0.0.1", False),  # as IPv4 was once written in IPv6
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b:1::a00:1", False),  # a translator of one's own
        ("ff0e::1", False),
        ("2001:db8::1", False),
    ],
)
def test_an_address_is_public_if_what_it_carries_is_too(ip, answer):
    assert is_public(ip) is answer


def test_a_name_that_leads_nowhere_is_refused(monkeypatch):
    def nowhere(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", nowhere)

    with pytest.raises(ValidationError) as refused:
        read_webhook_address("https://hooks.exampel.com/")

    assert refused.value.messages == [NOWHERE]


@pytest.mark.parametrize(
    ("allowed", "ips", "address", "is_taken"),
    [
        ("mattermost.internal:8065", ["10.20.0.9"], "http://mattermost.internal:8065/hooks/x", True),
        ("mattermost.internal:8065", ["10.20.0.9"], "http://mattermost.internal:9000/hooks/x", False),
        ("mattermost.internal", ["127.0.0.1"], "http://mattermost.internal/hooks/x", False),
        ("mattermost.internal", ["169.254.169.254"], "http://mattermost.internal/hooks/x", False),
        ("10.20.0.0/16", ["10.20.0.9"], "http://anything.internal/x", True),
        ("10.20.0.0/16", ["10.21.0.9"], "https://anything.internal/x", False),
        ("127.0.0.1", ["127.0.0.1"], "http://localhost:5000/x", True),
        ("fd00::/8", ["fd00::7"], "http://anything.internal/x", True),
    ],
)
def test_the_operator_allows_what_is_inside(leads_to, settings, allowed, ips, address, is_taken):
    settings.WEBHOOKS_ALLOWED = [allowed]
    leads_to(*ips)

    if is_taken:
        assert read_webhook_address(address) == address
    else:
        with pytest.raises(ValidationError, match="WEBHOOKS_ALLOWED"):
            read_webhook_address(address)


def test_a_name_that_leads_inside_by_now_is_not_connected_to(leads_to):
    """What was public when it was saved, and leads to this machine when it is called."""
    leads_to(PUBLIC)
    address = read_webhook_address("https://rebinding.example/")
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.2)
        leads_to("127.0.0.1")

        answer = connecting.post(f"https://rebinding.example:{inside.getsockname()[1]}/", b"{}", {})

        assert (answer.status, answer.error) == (None, INSIDE)
        assert connecting.post(address, b"{}", {}).error == INSIDE
        with pytest.raises(TimeoutError):
            inside.accept()


def test_it_is_looked_up_once_and_connected_to_as_that(monkeypatch, settings):
    """Between check and connection the name may lead elsewhere: it is not asked again."""
    settings.WEBHOOKS_ALLOWED = ["127.0.0.0/30"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = []

        def look_up(host, port, *more, **options):
            asked.append(host)
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(asked) == 1 or host != "x.test" else "::1", port))]

        monkeypatch.setattr("socket.getaddrinfo", look_up)
        monkeypatch.setattr(connecting, "SECONDS", 0.3)
        connecting.post(f"http://x.test:{server.getsockname()[1]}/", b"{}", {})

        assert asked.count("x.test") == 1
        server.settimeout(1)
        server.accept()[0].close()


def test_of_several_addresses_those_inside_are_left_out_and_the_next_is_tried(leads_to, settings, monkeypatch):
    settings.WEBHOOKS_ALLOWED = ["127.0.0.1", "127.0.0.3"]
    connected = []

    def connect(place, timeout):
        connected.append(place[0])
        raise ConnectionRefusedError

    leads_to("10.0.0.1", "127.0.0.3", "127.0.0.1")
    monkeypatch.setattr("socket.create_connection", connect)

    answer = connecting.post("http://two.test/", b"{}", {})

    assert connected == ["127.0.0.3", "127.0.0.1"]
    assert answer.error == "The server cannot be reached, or does not answer as a web server does."
