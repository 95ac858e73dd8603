"""A name for every request and every task, so that the lines of a log that belong together can be found."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# What a proxy in front may have named it; anything else gets a name of ours.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.A)

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")


class RequestIdMiddleware:
    """Names the request in every line that is logged meanwhile and, for whoever reports a failure, in its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else uuid4().hex
        request_id.set(name)
        response = self.get_response(request)
        response[HEADER] = name
        return response


@receiver(request_finished)
def forget_request(**kwargs: Any) -> None:
    """When the answer is sent: that something was not found or failed is logged after all middleware."""
    request_id.set("")
