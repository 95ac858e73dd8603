"""Requests as a directory sends them."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from assessments.accounts.models import User
from assessments.organizations.tokens import services as tokens

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


@dataclass
class Directory:
    """It knows no cookie and reads no page."""

    token: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`body` is sent as JSON, or as it is where it is text or bytes."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {}
        if body is not None:
            data = body if isinstance(body, (str, bytes)) else json.dumps(body)
            sent = {"data": data, "content_type": given.pop("Content-Type", "application/scim+json")}
        return self.client.generic(method, f"/scim/v2{path}", headers=given, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def find(self, kind: str, filter: str, **parameters: str) -> list[dict[str, Any]]:
        response = self.client.get(
            f"/scim/v2/{kind}", {"filter": filter, **parameters}, headers={"Authorization": f"Bearer {self.token}"}
        )
        assert response.status_code == 200, response.content
        return response.json()["Resources"]

    def add_user(self, **values: Any) -> Any:
        return self.send("POST", "/Users", {"schemas": [USER], **values})

    def add_group(self, name: str, *members: User, **values: Any) -> Any:
        told = [{"value": str(member.pk)} for member in members]
        return self.send("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": told, **values})

    def patch(self, path: str, *operations: dict[str, Any], **headers: str) -> Any:
        return self.send("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)}, **headers)


def directory_of(actor: User, *, name: str = "Entra") -> Directory:
    return Directory(tokens.make_for_scim(name=name, expires_in=None, actor=actor)[1])
