"""Signed-out requests: a person is sent to the sign-in page, a script is told."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Answers HTMX with 401 instead of a redirect: it would follow it and put the sign-in page where a row stood."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        headers = {"WWW-Authenticate": 'Session realm="AI Infrastructure Scorecard"', "Cache-Control": "no-store"}
        return HttpResponse("You are signed out.", status=401, content_type="text/plain", headers=headers)
