"""Signed-out requests: a person is sent to the sign-in page, a script is told."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.views.csrf import csrf_failure as csrf_failure_page

from assessments.organizations import audit
from assessments.organizations.models import User


class ActorMiddleware:
    """Names the person whose request it is to the audit trail, without looking them up before anybody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.acting(cast(User, request.user)):
            return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Answers HTMX with 401 instead of a redirect: it would follow it and put the sign-in page where a row stood."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        return _signed_out()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page for a person; a script whose cookies are gone is signed out, which it can tell and mend."""
    if request.headers.get("HX-Request") == "true":
        return _signed_out()
    return csrf_failure_page(request, reason)


def _signed_out() -> HttpResponse:
    headers = {"WWW-Authenticate": 'Session realm="AI Infrastructure Scorecard"', "Cache-Control": "no-store"}
    return HttpResponse("You are signed out.", status=401, content_type="text/plain", headers=headers)
