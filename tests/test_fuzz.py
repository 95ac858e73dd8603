"""Nobody's request makes an error of the site's own: seeded nonsense, to every URL, by every kind of visitor.

`make test` sends 2,000 requests, `make fuzz` 20,000. A failure names the seed and the request; FUZZ_SEED repeats it.
"""

import json
import os
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from assessments.organizations import invitations
from assessments.organizations.models import Role
from assessments.platform.mails.choices import stop_link
from assessments.roadmaps.reminding import settings as reminder_settings
from assessments.vendors.linking import links
from tests.factories import make_membership, make_organization, make_scorecard, make_user
from tests.test_access import ALL_URLS, Url, World, _make_world

SEED = int(os.environ.get("FUZZ_SEED", "20261130"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "2000"))
VISITORS = ("owner", "owner", "owner", "administrator", "administrator", "nobody")

TEXTS = (
    *("", " ", "0", "-1", "1", "2", "9" * 19, "9" * 400, "1e1000000", "-1e1000000", "1e-2000000", "NaN", "Infinity"),
    *(
        "0,125",
        "½",
        "٣",
        "²",
        "null",
        "true",
        "[]",
        "{}",
        "%",
        "%00",
        "\x00",
        "\x1b",
        "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
    ),
    *(
        "\uffff",
        "\ufffe",
        "\u202e",
        "\u200b",
        "é" * 300,
        "x" * 5000,
        "a\r\nX-Injected: 1",
        "../../etc/passwd",
        "on",
        "all",
    ),
    *(
        "http://[",
        "//[",
        "https://[::1",
        "//evil.example/",
        "javascript:alert(1)",
        "\\\\evil",
        "/",
        "http://[x]:99999/",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30",
        "10000-01-01",
    ),
    *("remove:1", "remove:" + "9" * 30, "remove:²", "1.0.up", "9" * 18 + ".0.days-30", "fact:unit-cost", "=1+1", "<b>"),
)
NAMES = (
    *(
        "next",
        "then",
        "to",
        "page",
        "q",
        "review",
        "digest",
        "read_at",
        "action",
        "_selected_action",
        "p",
        "o",
        "e",
        "all",
    ),
    *("_popup", "_to_field", "id", "at__year", "at__month", "team", "role", "owner", "source", "topic-serving", "days"),
    *("state", "code", "error", "error_description", "credential", "login", "email", "password", "format", "index"),
)
TYPES = (
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=iso-8859-1"),
    *("application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data", "multipart/form-data; boundary="),
    *("multipart/form-data; boundary=" + "b" * 300, "multipart/form-data; boundary=é", "application/json", "text/xml"),
    *("", ";", "multipart/mixed; boundary=x", "application/octet-stream", MULTIPART_CONTENT),
)
HEADERS = {
    "HX-Request": ("true", "false", "1"),
    "HX-Current-URL": ("http://[", "nonsense", "http://testserver/"),
    "Accept": ("application/json", "*/*", "text/html", ";q=", "image/*;q=x"),
    "Accept-Language": ("xx", "de;q=", "-" * 500),
    "Accept-Encoding": ("gzip", "br;q=0", "\x7f"),
    "If-None-Match": ('"x"', "*", 'W/"'),
    "If-Modified-Since": ("yesterday", "Mon, 01 Jan 0001 00:00:00 GMT"),
    "Range": ("bytes=0-0", "bytes=-", "bytes=9-1"),
    "Referer": ("http://[", "nonsense", "http://testserver/o/x/"),
    "Origin": ("null", "http://[", "https://evil.example"),
    "User-Agent": ("", "x" * 5000, "Slackbot-LinkExpanding 1.0"),
    "X-Forwarded-For": ("", "1.2.3.4", "nonsense, [", "::ffff:1.2.3.4%eth0"),
    "X-CSRFToken": ("", "x", "x" * 32, "é" * 64),
    "X-Requested-With": ("XMLHttpRequest",),
}
ACTIONS = (
    "export_csv",
    "delete_selected",
    "deactivate",
    "activate",
    "turn_off_two_factor",
    "grant_a_team",
    "restore",
    "resend",
    "withdraw",
)
METHODS = ("GET",) * 8 + ("POST",) * 10 + ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE")


@dataclass
class Request:
    """One request, printed whole when it fails."""

    visitor: str
    method: str
    path: str
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


class Fields(HTMLParser):
    """What the forms of a page hold, by the address each goes to."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path, self.to, self.found = path, path, {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.to = given.get("action", "").partition("?")[0] or self.path
        if tag in ("input", "textarea", "select", "button") and given.get("name"):
            for to in {self.to, given.get("formaction") or self.to}:
                self.found.setdefault(to, {})[given["name"]] = given.get("value", "")


class Fuzz:
    """Makes requests out of what is right here and what is nonsense anywhere, the same ones for the same seed."""

    def __init__(self, random: Random, world: World, tokens: dict[str, str]) -> None:
        self.random, self.world, self.tokens = random, world, tokens
        self.forms: dict[str, dict[str, str]] = {}
        self.names: list[str] = [*NAMES]

    def learn(self, client: Client) -> None:
        """Read every page once: what its forms hold is what the requests then distort."""
        for url in ALL_URLS:
            path = url.path(self.arguments(url))
            response = client.get(path)
            if response.status_code == 200 and not response.streaming and b"<form" in response.content:
                for to, fields in Fields(path, response.content.decode()).found.items():
                    self.forms.setdefault(to, {}).update(fields)
        self.names += sorted({name for fields in self.forms.values() for name in fields})

    def request(self, url: Url) -> Request:
        random = self.random
        path = self.path(url)
        method, (content_type, body) = random.choice(METHODS), self.body(url, path)
        if random.random() < 0.4:
            path += "?" + urlencode([(random.choice(NAMES), self.text()) for _ in range(random.randint(1, 4))])
        chosen = random.sample(sorted(HEADERS), random.choice((0, 0, 1, 1, 2, 3)))
        headers = {name: random.choice(HEADERS[name]) for name in chosen}
        return Request(random.choice(VISITORS), method, path, body, content_type, headers)

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def arguments(self, url: Url) -> dict[str, str]:
        arguments = self.world.arguments(url.name) | {
            "object_id": str(self.world.organization.pk),
            "id": str(self.world.organization.created_by_id),
            "content_type_id": "1",
            "app_label": "assessments",
            "name": "reports",
            "url": "no",
        }
        name = "vendor_link_answer" if url.name.startswith("vendor_link_") else url.name
        return arguments | ({"token": self.tokens[name]} if name in self.tokens else {})

    def path(self, url: Url) -> str:
        arguments = self.arguments(url)
        if self.random.random() < 0.15:
            part = self.random.choice(sorted(arguments))
            arguments[part] = quote(self.text().replace("/", "")[:300], safe="") or "x"
        return url.path(arguments)

    def body(self, url: Url, path: str) -> tuple[str, bytes]:
        random = self.random
        fields = [*{**self.forms.get(path, {}), **self.world.fields(url.name)}.items()]
        for place in random.sample(range(len(fields)), min(len(fields), random.choice((0, 1, 1, 2, 5)))):
            fields[place] = (fields[place][0], self.text())
        if url.name.endswith("_changelist"):
            fields += [("action", random.choice(ACTIONS)), ("index", "0"), ("_selected_action", self.text())]
        fields += [(random.choice(self.names), self.text()) for _ in range(random.choice((0, 0, 1, 3)))]
        kind = random.random()
        if kind < 0.5:
            return TYPES[0], urlencode(fields).encode()
        if kind < 0.7:
            return MULTIPART_CONTENT, encode_multipart(BOUNDARY, dict(fields))
        if kind < 0.75:
            many = {f"f{n}": "x" for n in range(random.choice((1001, 1500)))}
            return MULTIPART_CONTENT, encode_multipart(BOUNDARY, many)
        broken = (
            *(urlencode(fields).encode(), encode_multipart(BOUNDARY, dict(fields))[: random.randint(0, 200)]),
            *(json.dumps(dict(fields)).encode(), random.randbytes(200), b"--x\r\n\r\n--x--", b"\xff=%ff&%"),
            b"&".join(b"a=1" for _ in range(1100)),
        )
        return random.choice(TYPES), random.choice(broken)


def send(client: Client, request: Request):
    environ = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in request.headers.items()}
    if "csrftoken" in client.cookies and "HTTP_X_CSRFTOKEN" not in environ:
        environ["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    return client.generic(request.method, request.path, request.body, content_type=request.content_type, **environ)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.long
@pytest.mark.django_db
def test_no_request_makes_an_error_of_the_site_s_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    organization = make_organization()
    world, boss = _make_world(organization), make_user(is_staff=True, is_superuser=True)
    make_scorecard(organization)
    make_membership(organization, boss, role=Role.OWNER)
    token = "t" * 43
    tokens = {
        "vendor_link_answer": links.make_link(world.review, days=14, actor=boss),
        "calendar_feed_detail": reminder_settings.renew_calendar(boss),
        "invitation_accept": token,
        "mail_choice_stop": stop_link(boss.email, "reports_ready").split("/")[-2],
    }
    world.invitation.token_sha256 = invitations._hashed(token)
    world.invitation.save()
    clients = {name: Client(enforce_csrf_checks=True, raise_request_exception=False) for name in set(VISITORS)}
    people = {"owner": organization.created_by, "administrator": boss}
    for name, person in people.items():
        clients[name].force_login(person)
    for client in clients.values():
        client.get("/accounts/password/reset/")  # every visitor has the cookie of the forms
    cookies = {name: dict(client.cookies) for name, client in clients.items()}

    random, failed, reached = Random(SEED), [], {}
    fuzz = Fuzz(random, world, tokens)
    fuzz.learn(clients["administrator"])
    for number in range(REQUESTS):
        request = fuzz.request(ALL_URLS[number % len(ALL_URLS)])
        client = clients[request.visitor]
        with transaction.atomic():
            response = send(client, request)
            if response.streaming:
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        client.cookies.clear()  # what the answer has set: the session as it was is taken up again
        client.cookies.update(cookies[request.visitor])
        reached[response.status_code] = reached.get(response.status_code, 0) + 1
        if response.status_code >= 500 and not request.path.startswith("/health"):  # no worker runs beside the test
            failed.append((response.status_code, request))
        if request.path.startswith("/health"):
            continue
        assert response.has_header("Content-Security-Policy"), request
        assert response.has_header("X-Content-Type-Options"), request
        assert response.has_header("X-Frame-Options"), request
        assert "x-injected" not in response.headers

    assert failed == [], f"seed {SEED}"
    assert {name: is_signed_in(clients[name]) for name in people} == dict.fromkeys(people, True)
    assert reached[200] > REQUESTS / 10, reached  # it reached the pages and did not only knock
