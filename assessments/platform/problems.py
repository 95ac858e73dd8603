"""Errors as programs read them: problem details (RFC 9457), in the words that the pages use."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

API, SCIM = "/api/v1/", "/scim/v2/"
MEDIA_TYPE = "application/problem+json"
NOT_HERE = (
    "There is nothing at this address: it may be mistyped, what was here may have been removed, or you may not have"
    " access to it. We do not say which, so that names stay private."
)
NOT_FOR_ROLE = "Your role does not allow this. Nothing was changed. An owner of the organization can give you the role."


def is_for_programs(request: HttpRequest) -> bool:
    """Whether what asks is a program, which reads no pages."""
    return request.path_info.startswith((API, SCIM))


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """A problem as an answer. `more` are members beside those of the standard, which are left out where None."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    told |= {name: value for name, value in more.items() if value is not None}
    return HttpResponse(json.dumps(told, default=str, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
