"""The door to every operation of SCIM: a token of its own scope, how often it was used, and errors as SCIM writes them.

What is done behind it is done in one transaction, in the name of the token. Where it is refused, nothing of it stays.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django_ratelimit.core import get_usage
from pydantic import ValidationError as UnfitError
from scim2_models import Error, SCIMException

from assessments.accounts.models import User
from assessments.api import door, parsing
from assessments.api.problems import ProblemError
from assessments.audit import trail
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.scim.schemas import PROVIDER

MEDIA_TYPE = "application/scim+json"
MEDIA_TYPES = (MEDIA_TYPE, "application/json")
RATE = (1500, 60)  # a directory sends 25 requests a second while it begins
NOT_FOR_THIS = "This token is not for SCIM. An administrator makes one that is, under Tokens in the administration."
NOT_ALLOWED = "This address takes {}."
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


class ScimRequest(HttpRequest):
    """A request that has come through the door: `sent` is its body, `actor` the account its token acts as."""

    actor: User
    sent: Any


View = Callable[..., HttpResponse]


def operation(*methods: str) -> Callable[[View], View]:
    """The door to an address that takes these methods."""

    def decorate(view: View) -> View:
        @csrf_exempt  # a program sends, with no cookie; the token alone says who
        @login_not_required
        @wraps(view)
        def enter(request: HttpRequest, **kwargs: object) -> HttpResponse:
            through = cast(ScimRequest, request)
            try:
                with transaction.atomic():
                    _enter(through, methods)
                    with trail.acting(through.actor), PROVIDER:
                        return view(through, **kwargs)
            except ProblemError as refused:
                return refuse(refused.status, refused.detail, headers=refused.headers)
            except SCIMException as refused:
                return refuse(refused.status, refused.detail, scim_type=refused.scim_type)
            except UnfitError as refused:
                errors = Error.from_validation_errors(refused)
                detail = " ".join(dict.fromkeys(f"{(each.detail or '').rstrip('.')}." for each in errors[:5]))
                return refuse(errors[0].status or 400, detail, scim_type=errors[0].scim_type or "")
            except ValidationError as refused:
                return refuse(409, " ".join(refused.messages))

        return enter

    return decorate


def _enter(request: ScimRequest, methods: tuple[str, ...]) -> None:
    door.refuse_token_in_address(request)
    token = door.token_of(request)
    usage = get_usage(request, group="scim", key=lambda *_: str(token.pk), rate=RATE, increment=True)
    if usage and usage["should_limit"]:
        wait = max(usage["time_left"], 1)
        raise ProblemError(429, door.SLOWER.format(wait), headers={"Retry-After": str(wait)})
    if token.scope != AccessToken.Scope.SCIM or token.actor is None:
        raise ProblemError(403, NOT_FOR_THIS)
    if request.method not in methods:
        raise ProblemError(405, NOT_ALLOWED.format(" and ".join(methods)), headers={"Allow": ", ".join(methods)})
    request.actor = token.actor
    request.sent = parsing.read_body(request, MEDIA_TYPES) if request.method in CHANGES else None
    tokens.note_use(token)


def refuse(status: int, detail: str, *, scim_type: str = "", headers: dict[str, str] | None = None) -> HttpResponse:
    error = Error(status=status, scim_type=scim_type or None, detail=detail)
    return answer(error.model_dump(), status=status, headers=headers)


def answer(told: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(json.dumps(told), status=status, content_type=MEDIA_TYPE, headers=headers)
