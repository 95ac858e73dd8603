"""The token itself: what it may do, and in whose name."""

from datetime import datetime
from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from assessments.api import door
from assessments.api.door import ApiRequest

router = Router(tags=["Token"])


class TokenOut(Schema):
    """What this token may do: `scope` is read, write or figures."""

    name: str
    scope: str
    acts_as: Annotated[str, Field(description="The name that what it does stands under.")]
    organization: Annotated[str | None, Field(description="The one it belongs to; null for a personal token.")]
    role: Annotated[str | None, Field(description="Its role there; a personal token has its person's everywhere.")]
    expires_at: datetime | None


@router.get("/token", auth=door.anything(), response=TokenOut)
def token_detail(request: ApiRequest) -> object:
    """What the token that is sent may do."""
    token = request.token
    return {
        "name": token.name,
        "scope": token.scope,
        "acts_as": str(token.actor) if token.actor else token.actor_name,
        "organization": token.organization.slug if token.organization else None,
        "role": token.get_role_display().lower() if token.role else None,
        "expires_at": token.expires_at,
    }
