"""What is asked of every site, and what a mail provider tells it."""

import base64
import binascii
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from assessments.platform.mails import returned
from assessments.platform.mails.hooks import read_hook


@require_GET
@login_not_required
def robots_detail(request: HttpRequest) -> HttpResponse:
    """Nothing here is for a search engine; a page that one comes upon all the same says so in its headers."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@csrf_exempt  # a program posts, with no cookie; the token alone says that it may
@login_not_required
@require_POST
def returned_mail_create(request: HttpRequest) -> HttpResponse:
    """A mail provider tells of mails that came back. 404 without the token, and where none is set."""
    if not _has_token(request):
        raise Http404
    try:
        bounces = read_hook(request.body)
    except ValueError as error:
        return HttpResponse(f"This cannot be read: {error}\n", content_type="text/plain", status=400)
    number = sum(returned.take_in(bounce) is not None for bounce in bounces)
    return HttpResponse(f"{number} of ours came back.\n", content_type="text/plain")


def _has_token(request: HttpRequest) -> bool:
    """The token as a bearer's, or for providers that know only an address, as the password in it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    token = settings.MAIL_RETURNS_TOKEN
    return bool(token) and secrets.compare_digest(given.strip().encode(), token.encode())
