"""Who acts, for as long as their request lasts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from assessments.audit import trail


class ActorMiddleware:
    """Names the person whose request it is to the audit trail, without looking them up before anybody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail.acting(request.user):  # type: ignore[arg-type]  # who is not signed in is nobody there, too
            return self.get_response(request)
