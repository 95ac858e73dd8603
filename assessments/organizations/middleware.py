"""What holds for every request: who acts, what a signed-out one is told, HEAD, what is kept of a page, a blank 405."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.organizations import audit, failures
from assessments.organizations.models import User


class ActorMiddleware:
    """Names the person whose request it is to the audit trail, without looking them up before anybody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.acting(cast(User, request.user)):
            return self.get_response(request)


class HeadMiddleware:
    """Answers HEAD wherever GET is answered, as GET would, without the body and without an effect.

    Monitors, link checkers and mail scanners ask this way: what it would have written is taken back, so that nothing
    counts as opened, downloaded or used up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        request.method = "HEAD"
        return _without_body(response)


def _without_body(response: HttpResponse) -> HttpResponse:
    if response.streaming:
        response.streaming_content = ()  # the server closes the file, with the answer: by then the request is over
        return response
    if not response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


class AnswerMiddleware:
    """Gives every answer what it lacks: a page where a form's address is opened by hand, and how long it may be kept.

    Nothing of this site is for a browser or a proxy to keep, nor for a search engine to list, unless a view says so:
    after signing out, Back shows nothing, and a page one has worked on comes fresh.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.headers.get("HX-Request") != "true":
            response = failures.method_not_allowed(request, response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        if not response.has_header("X-Robots-Tag"):
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return failures.bad_request(request, exception) if failures.is_out_of_range(exception) else None


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
    return render(request, "403_csrf.html", status=403)


def _signed_out() -> HttpResponse:
    headers = {"WWW-Authenticate": 'Session realm="AI Infrastructure Scorecard"', "Cache-Control": "no-store"}
    return HttpResponse("You are signed out.", status=401, content_type="text/plain", headers=headers)
