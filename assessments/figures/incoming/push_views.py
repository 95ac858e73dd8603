"""The tokens by which programs send figures, and what they send."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django_ratelimit.core import is_ratelimited

from assessments.figures.incoming import pushes
from assessments.figures.models import FigureToken
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.saving.uploads import too_large

RATE, UNKNOWN_RATE = "60/m", "30/m"
SLOWER = "Too much at once. Wait a minute, then send it again."
UNKNOWN = "Send a token of the organization: Authorization: Bearer fig_..."


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def figure_token_list(request: OrganizationRequest) -> HttpResponse:
    """Who may send figures. A token that was just made is shown once, with a line to try it."""
    token = error = ""
    if request.method == "POST":
        try:
            _, token = pushes.make_token(request.organization, name=request.POST.get("name", ""), actor=request.user)
        except ValidationError as refused:
            error = refused.messages[0]
    context = {
        "part": "scorecard",
        "tokens": list(request.organization.figure_tokens.select_related("created_by")),
        "token": token,
        "address": f"{settings.SITE_URL}{reverse('figure_push')}",
        "error": error,
        "name": request.POST.get("name", "") if error else "",
    }
    response = render(request, "figures/figure_token_list.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@organization_view(Role.OWNER)
def figure_token_delete(request: OrganizationRequest, token_pk: int) -> HttpResponse:
    if pushes.revoke_token(request.organization, token_pk, actor=request.user):
        messages.success(request, "The token was revoked. What it sent stays.")
    return redirect("figure_token_list", request.organization.slug)


@csrf_exempt  # a program posts, with no cookie; the token alone says who
@never_cache
@login_not_required
@require_POST
def figure_push(request: HttpRequest) -> HttpResponse:
    """A figure or a file from a program: kept in the history, and answered with what was read."""
    token = _token(request)
    if token is None:
        is_limited = is_ratelimited(
            request, group="unknown_figure_token", key=_client, rate=UNKNOWN_RATE, increment=True
        )
        return _refused(SLOWER, 429) if is_limited else _refused(UNKNOWN, 401)
    if is_ratelimited(request, group="figure_push", key=lambda *_: str(token.pk), rate=RATE, increment=True):
        return _refused(SLOWER, 429)
    try:
        with timezone.override(token.organization.zone):
            answer = _push(request, token)
    except ValidationError as refused:
        return _refused(refused.messages[0], 413 if hasattr(request, "too_large_upload") else 422)
    FigureToken.objects.filter(pk=token.pk).update(used_at=timezone.now())
    return JsonResponse(answer)


def _push(request: HttpRequest, token: FigureToken) -> dict[str, object]:
    if request.content_type != "multipart/form-data":
        return pushes.push_figure(token, request.body)
    upload = request.FILES.get("file")
    if hasattr(request, "too_large_upload"):
        raise ValidationError(too_large(request.too_large_upload))
    if upload is None:
        raise ValidationError("Send a file as the field “file”, or one figure as JSON.")
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(too_large(upload.size))
    return pushes.push_file(token, upload.read(), filename=upload.name or "", fields=request.POST.dict())


def _client(group: str, request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _token(request: HttpRequest) -> FigureToken | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    is_likely = scheme.lower() == "bearer" and token.isascii() and token.startswith("fig_") and len(token) < 200
    return pushes.find_token(token) if is_likely else None


def _refused(sentence: str, status: int) -> JsonResponse:
    response = JsonResponse({"error": sentence}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
