"""What programs send by a token: a figure, or the file of a tool."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from django_ratelimit.core import is_ratelimited

from assessments.figures.incoming import pushes
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.saving.uploads import too_large

RATE, UNKNOWN_RATE = "60/m", "30/m"
SLOWER = "Too much at once. Wait a minute, then send it again."
UNKNOWN = "Send a token of the organization: Authorization: Bearer sct_..."
NOT_HERE = "A personal token sends figures to /api/v1/organizations/…/figures, which says of which organization."
ONLY_READS = "This token only reads. Make one that sends figures."


@require_GET
@organization_view(Role.OWNER)
def figure_token_list(request: OrganizationRequest) -> HttpResponse:
    """Where the tokens for figures were made, before there were others: they are made with those."""
    return redirect("organization_token_list", request.organization.slug)


@csrf_exempt  # a program posts, with no cookie; the token alone says who
@never_cache
@login_not_required
@require_POST
def figure_push(request: HttpRequest) -> HttpResponse:
    """A figure or a file from a program: kept in the history, and answered with what was read."""
    token = _token(request)
    if isinstance(token, str):
        is_limited = is_ratelimited(
            request, group="unknown_figure_token", key=_client, rate=UNKNOWN_RATE, increment=True
        )
        return _refused(SLOWER, 429) if is_limited else _refused(token, 401)
    if is_ratelimited(request, group="figure_push", key=lambda *_: str(token.pk), rate=RATE, increment=True):
        return _refused(SLOWER, 429)
    organization = token.organization
    if organization is None:
        return _refused(NOT_HERE, 403)
    if token.scope == AccessToken.Scope.READ:
        return _refused(ONLY_READS, 403)
    try:
        with timezone.override(organization.zone):
            answer = _push(request, organization, token)
    except ValidationError as refused:
        return _refused(refused.messages[0], 413 if hasattr(request, "too_large_upload") else 422)
    tokens.note_use(token)
    return JsonResponse(answer)


def _push(request: HttpRequest, organization: Organization, token: AccessToken) -> dict[str, object]:
    if request.content_type != "multipart/form-data":
        return pushes.push_figure(organization, token, request.body)
    upload = request.FILES.get("file")
    if hasattr(request, "too_large_upload"):
        raise ValidationError(too_large(request.too_large_upload))
    if upload is None:
        raise ValidationError("Send a file as the field “file”, or one figure as JSON.")
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(too_large(upload.size))
    about = {"filename": upload.name or "", "fields": request.POST.dict()}
    return pushes.push_file(organization, token, upload.read(), **about)


def _client(group: str, request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _token(request: HttpRequest) -> AccessToken | str:
    """The token of a request that lets in, or why it has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        return tokens.find(token.strip()) if scheme.lower() == "bearer" else UNKNOWN
    except tokens.TokenRefusedError as refused:
        return str(refused)


def _refused(sentence: str, status: int) -> JsonResponse:
    response = JsonResponse({"error": sentence}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
