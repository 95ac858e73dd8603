"""What a program's request takes: a figure sent, of the bare update; a page of the list, of a bare list as long."""

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from assessments.api import pages
from assessments.models import Organization
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken

ROUNDS = 120  # with those to warm up fewer than a token's requests in a minute


class Program:
    """A connection of its own to the product's server, and a token."""

    def __init__(self, port: int, user: Any, name: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        _, token = tokens.make_personal(user, name=name, scope="write", expires_in=timedelta(days=1))
        AccessToken.objects.filter(name=name).update(used_at=None)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """One request's answer; anything but a success ends the run."""
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, f"/api/v1{path}", sent, {**self.headers, **headers})
        answer = self.connection.getresponse()
        found = json.loads(answer.read())
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path} answered {answer.status}: {found}")
        return found


def jobs(port: int, user: Any, organization: Organization) -> Iterator[Callable[[int], object]]:
    """Send another figure each time; read the first page of the organizations, which is full."""
    sender, reader = Program(port, user, "Sender"), Program(port, user, "Reader")
    figure = {"name": "latency", "statistic": "p95", "unit": "ms", "on": "2026-11-28"}
    yield lambda n: sender.send("POST", f"/organizations/{organization.slug}/figures", figure | {"value": n + 1})
    yield lambda _: full(reader.send("GET", "/organizations"))


def full(page: dict[str, Any]) -> None:
    if len(page["items"]) != pages.USUAL or page["next"] is None:
        raise SystemExit("The page of organizations is not full.")
