"""What holds for every request: HEAD, what is kept, what is sent twice."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from assessments.platform import failures, problems, request_keys


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
    if isinstance(response, StreamingHttpResponse):
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
        response["X-Scorecard"] = request.method or ""  # a script takes no answer that is not ours (`answers.js`)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return failures.bad_request(request, exception) if failures.is_out_of_range(exception) else None


class RepeatMiddleware:
    """Answers the second of two equal requests of a form as the first (`request_keys.py`).

    The administration has its own ways, and so have programs. Signing in is left out, too: what it answers lets
    somebody in, and twice is as good as once.
    """

    left_out = (
        *("account_login", "account_logout", "account_reauthenticate", "openid_connect_login", "mfa_authenticate"),
        *("mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        claim = getattr(request, "claim", None)
        if claim is not None:
            claim.settle(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        left_out = match is None or "admin" in match.app_names or match.url_name in self.left_out
        if request.method != "POST" or left_out or problems.is_for_programs(request):
            return None
        key = request_keys.read(request.POST.get(request_keys.FIELD, ""))
        request.form_key = key  # type: ignore[attr-defined]
        if key is None or key.person not in (None, request.user.pk):
            return None
        found = request_keys.claim(request, key)
        if isinstance(found, request_keys.Claim):
            request.claim = found  # type: ignore[attr-defined]
            return None
        return found or render(request, "503_twice.html", status=503)
