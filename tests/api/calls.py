"""Requests as programs send them."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.organizations.tokens import services as tokens

FIGURE = {"name": "latency", "statistic": "p95", "value": 712.5, "unit": "ms", "on": "2026-11-28"}


@dataclass
class Program:
    """A program with a token: it knows no cookie and reads no page."""

    token: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`body` is sent as JSON, or as it is where it is text or bytes."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {}
        if body is not None:
            data = body if isinstance(body, (str, bytes)) else json.dumps(body)
            sent = {"data": data, "content_type": "application/json"}
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.generic(method, address, headers=given, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def put(self, path: str, body: Any, *, version: int | None = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **({} if version is None else {"If_Match": f'"{version}"'}), **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)


def personal(user: User, scope: str = "write", *, name: str = "Dashboard", lasts: timedelta | None = None) -> Program:
    return Program(tokens.make_personal(user, name=name, scope=scope, expires_in=lasts)[1])


def machine(
    organization: Organization, scope: str = "write", role: Role = Role.EDITOR, *, name: str = "Pipeline"
) -> Program:
    actor = organization.created_by
    about = {"name": name, "scope": scope, "role": role, "expires_in": None, "actor": actor}
    return Program(tokens.make_for_organization(organization, **about)[1])
