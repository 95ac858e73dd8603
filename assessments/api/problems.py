"""What is refused, as problem details: each kind of refusal once, for every operation."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError as UnfitError

from assessments.platform.problems import NOT_FOR_ROLE, NOT_HERE, problem
from assessments.scoring.words import listing

# What pydantic finds wrong, in our words; what is not here is said in its own.
SENTENCES = {
    "bool_type": "Send true or false.",
    "date_from_datetime_parsing": "Write the date as 2026-11-28.",
    "date_parsing": "Write the date as 2026-11-28.",
    "date_type": "Write the date as 2026-11-28.",
    "dict_type": "Send an object.",
    "extra_forbidden": "There is no such field.",
    "int_from_float": "Send a whole number.",
    "int_parsing": "Send a whole number.",
    "int_type": "Send a whole number.",
    "list_type": "Send a list.",
    "missing": "This field is missing.",
    "model_attributes_type": "Send an object.",
    "model_type": "Send an object.",
    "string_type": "Send a text.",
}
LIMITS = {
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
    "string_too_long": "At most {max_length} characters.",
    "too_long": "At most {max_length} of them.",
}


class ProblemError(Exception):
    """A refusal with its status and its sentence; `headers` and members beside those of the standard, if any."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more

    def answer(self) -> HttpResponse:
        response = problem(self.status, self.detail, **self.more)
        for name, value in self.headers.items():
            response[name] = value
        return response


def unknown_field(name: str, known: Iterable[str]) -> ProblemError:
    """For a field that depends on what it is about, so that no form of the body has it."""
    errors = [{"field": name[:80], "detail": f"There is no such field. There are {listing(list(known))}."}]
    return ProblemError(422, f"“{name[:80]}”: {errors[0]['detail']}", errors=errors)


def register(api: NinjaAPI) -> None:
    """What the operations raise becomes a problem. Anything else is a failure, which the site answers as it does."""
    api.add_exception_handler(ProblemError, lambda request, error: error.answer())
    api.add_exception_handler(Http404, lambda request, error: problem(404, NOT_HERE))
    api.add_exception_handler(PermissionDenied, lambda request, error: problem(403, NOT_FOR_ROLE))
    api.add_exception_handler(UnfitError, _unfit)
    api.add_exception_handler(ValidationError, _invalid)


def _unfit(request: HttpRequest, error: UnfitError) -> HttpResponse:
    """What was sent is not of the form that the operation takes: every field that is not is named."""
    errors = [{"field": _field(each["loc"]), "detail": _sentence(each)} for each in error.errors]
    first = errors[0]
    detail = f"“{first['field']}”: {first['detail']}" if first["field"] else first["detail"]
    return problem(422, detail, errors=errors)


def _field(place: tuple[Any, ...]) -> str:
    """The way to a field, without where it came from and what the operation calls its body."""
    source, *way = place
    return ".".join(str(step) for step in (way[1:] if source == "body" else way))


def _sentence(error: dict[str, Any]) -> str:
    kind, limits = error["type"], error.get("ctx", {})
    if kind in LIMITS:
        return LIMITS[kind].format(**limits)
    if kind in ("literal_error", "enum"):
        return f"One of {limits['expected']}."
    return SENTENCES.get(kind) or f"{error['msg']}."


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What a service or a form refuses, in its sentence."""
    if not hasattr(error, "error_dict"):
        return problem(422, " ".join(error.messages))
    errors = [
        {"field": "" if name == NON_FIELD_ERRORS else name, "detail": message}
        for name, messages in error.message_dict.items()
        for message in messages
    ]
    return problem(422, " ".join(each["detail"] for each in errors), errors=errors)
