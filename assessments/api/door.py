"""The door to every operation: whose token it is, how often it was used, what it may do, and where.

In this order: a token that stands in the address, 400; none that lets in, 401; too many requests, 429; a scope that is
too small, 403; an organization that it does not reach, 404, as the pages say it; a role that is too low, 403; then what
was sent. What is done behind the door is done in one transaction, in the name of the token, and where it is refused
nothing of it stays.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_ratelimit.core import get_usage
from ninja.operation import Operation
from ninja.security.base import AuthBase

from assessments.accounts.models import User
from assessments.api import idempotency, parsing
from assessments.api.problems import ProblemError
from assessments.audit import trail
from assessments.organizations.access import reachable
from assessments.organizations.models import Organization, Role
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.platform import failures

Scope = AccessToken.Scope

RATE, SECONDS = 300, 60
UNKNOWN_RATE = "30/m"  # by network address, of what is no token
CHANGES = ("POST", "PUT", "PATCH", "DELETE")
IN_ADDRESS = (
    "A token belongs in the header Authorization: Bearer sct_..., never in an address, which others may read."
    " End this one and make another."
)
NAMES_OF_TOKENS = {"token", "access_token", "api_token", "apikey", "api_key", "key", "authorization"}
SAY_WHO = "Send a token: Authorization: Bearer sct_..."
SLOWER = "Too much at once. Wait {} seconds, then send it again."
TOO_SMALL = {
    Scope.READ: "This token only reads. It takes one that reads and writes.",
    Scope.FIGURES: "This token only sends figures. It takes one that reads.",
    Scope.SCIM: "This token is for SCIM, at /scim/v2/. It takes one of a person or of an organization.",
}


class ApiRequest(HttpRequest):
    """A request that has come through the door. Operations below one organization have `organization` and `role`."""

    token: AccessToken
    actor: User
    organization: Organization
    role: Role
    sent: Any
    operation: Operation
    contexts: ExitStack
    is_changing: bool
    repeat: idempotency.Claim | None
    usage: dict[str, int]


class Bearer(AuthBase):
    """Lets in who brings a token that `may` do this and, below an organization, has at least the `role` there."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token made on “Your account” or in an organization's settings."

    def __init__(self, *may: Scope, role: Role | None = None) -> None:
        super().__init__()
        self.may, self.role = may, role

    def __call__(self, request: HttpRequest) -> bool:
        through = cast(ApiRequest, request)
        refuse_token_in_address(request)
        through.token = token_of(request)
        _limit(through)
        if through.token.scope not in self.may:
            raise ProblemError(403, TOO_SMALL[Scope(through.token.scope)])
        enter = through.contexts.enter_context
        if self.role is not None:
            _find_organization(through, self.role)
            enter(timezone.override(through.organization.zone))  # its days and times are those of where it is
        # Looked up where a name is needed. There is none only where an organization's token sends figures.
        through.actor = cast(User, SimpleLazyObject(lambda: through.token.actor))
        enter(trail.acting(through.actor if _has_actor(through.token) else None))
        if through.token.user_id is not None:
            enter(trail.by_token(through.token.name))
        _refuse_unfit_parameters(through)
        if request.method in CHANGES:
            through.sent = parsing.read_body(request)
            enter(transaction.atomic())
            through.is_changing = True
        if request.method == "POST":
            through.repeat = idempotency.claim(request, through.token)
        tokens.note_use(through.token)
        return True


def anything() -> Bearer:
    """The door to what every token may that is for this."""
    return Bearer(Scope.READ, Scope.WRITE, Scope.FIGURES)


def reading(role: Role | None = None) -> Bearer:
    """The door to what is read; below one organization with a role."""
    return Bearer(Scope.READ, Scope.WRITE, role=role)


def writing(role: Role | None = None) -> Bearer:
    """The door to what changes something."""
    return Bearer(Scope.WRITE, role=role)


def sending(role: Role) -> Bearer:
    """The door to where figures are sent."""
    return Bearer(Scope.WRITE, Scope.FIGURES, role=role)


def entrance(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around every view of the API: what its door opens is closed again, and what was refused is as if never tried."""

    @login_not_required
    @wraps(view)
    def enter(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        through = cast(ApiRequest, request)
        through.is_changing, through.repeat = False, None
        with ExitStack() as through.contexts:
            response = view(request, **kwargs)
            if through.is_changing and response.status_code >= 400:
                transaction.set_rollback(True)
            elif through.repeat is not None:
                through.repeat.keep(response)  # type: ignore[arg-type]
        if response.status_code == 405:
            response = failures.method_not_allowed(request, response)  # type: ignore[arg-type]
        _say_limit(through, response)
        return response

    return enter


def with_operation(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Tells the door which operation it stands before."""

    def run_named(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        cast(ApiRequest, request).operation = run.__self__  # type: ignore[attr-defined]
        return run(request, **kwargs)

    return run_named


def refuse_token_in_address(request: HttpRequest) -> None:
    for name, value in request.GET.items():
        if name.lower() in NAMES_OF_TOKENS or tokens.LIKE_ONE.search(value) or tokens.LIKE_ONE.search(name):
            raise ProblemError(400, IN_ADDRESS)


def token_of(request: HttpRequest) -> AccessToken:
    """The token of a request that lets in; ProblemError for any other, and where too many are tried."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise tokens.TokenRefusedError(SAY_WHO)
        return tokens.find(token.strip())
    except tokens.TokenRefusedError as refused:
        usage = get_usage(request, group="api_unknown", key=_client, rate=UNKNOWN_RATE, increment=True)
        if usage and usage["should_limit"]:
            wait = max(usage["time_left"], 1)
            raise ProblemError(429, SLOWER.format(wait), headers={"Retry-After": str(wait)}) from None
        raise ProblemError(401, str(refused), headers={"WWW-Authenticate": "Bearer"}) from None


def _client(group: str, request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _limit(request: ApiRequest) -> None:
    rate = (RATE, SECONDS)
    usage = get_usage(request, group="api", key=lambda *_: str(request.token.pk), rate=rate, increment=True)
    if usage is None:
        return
    request.usage = usage
    if usage["should_limit"]:
        wait = max(usage["time_left"], 1)
        raise ProblemError(429, SLOWER.format(wait), headers={"Retry-After": str(wait)})


def _say_limit(request: ApiRequest, response: HttpResponseBase) -> None:
    """How many requests there may be, how many are left, and in how many seconds they are counted anew."""
    usage = getattr(request, "usage", None)
    if usage:
        response["RateLimit-Policy"] = f"{RATE};w={SECONDS}"
        response["RateLimit-Limit"] = str(usage["limit"])
        response["RateLimit-Remaining"] = str(max(usage["limit"] - usage["count"], 0))
        response["RateLimit-Reset"] = str(max(usage["time_left"], 0))


def _find_organization(request: ApiRequest, role: Role) -> None:
    """The organization of the address, as far as the token reaches it, and what role it has there."""
    slug, token = request.resolver_match.kwargs["slug"], request.token  # type: ignore[union-attr]
    if token.user_id is not None:
        found = reachable.first(token.user_id, slug)
        has = found.role if found else 0
    else:
        found = token.organization if token.organization and token.organization.slug == slug else None
        has = token.role or 0
    if found is None:
        raise Http404
    if has < role:
        raise PermissionDenied
    request.organization, request.role = found, Role(has)


def _has_actor(token: AccessToken) -> bool:
    return token.user_id is not None or token.machine_id is not None


def _refuse_unfit_parameters(request: ApiRequest) -> None:
    """One that no operation knows, and a text that no column holds."""
    if any("\x00" in value for value in request.GET.values()):
        raise ProblemError(400, parsing.NO_CHARACTERS)
    known = {
        name
        for model in request.operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", None) or model.model_fields
    }
    if unknown := sorted(set(request.GET) - known):
        errors = [{"field": name[:60], "detail": "There is no such parameter."} for name in unknown]
        raise ProblemError(422, f"There is no parameter “{unknown[0][:60]}”.", errors=errors)
