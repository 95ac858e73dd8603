"""Bodies as they are read: JSON that says what it means, and nothing that only one reader of it would take."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from ninja.parser import Parser

from assessments.api.problems import ProblemError

MOST_BYTES = 1024 * 1024
DEEPEST = 20
WIDEST = Decimal(10) ** 30  # no number here is beyond that, and JSON has no limit of its own
LONGEST_NUMBER = 60  # digits
NO_CHARACTERS = "A text has characters that are none."


def read_body(request: HttpRequest, media_types: Sequence[str] = ("application/json",)) -> Any:
    """What was sent; ProblemError for anything but JSON of a sensible size, depth and width."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise ProblemError(400, "The Content-Length of this request is no number.")
    size = int(length)
    if size > MOST_BYTES:
        raise ProblemError(413, f"This request has {size / 1024**2:,.1f} MB; 1 MB is the most.")
    if size and request.content_type not in media_types:
        raise ProblemError(415, f"Send JSON, with Content-Type: {media_types[0]}.")
    try:
        body = request.body
    except (UnreadablePostError, RawPostDataException):
        raise ProblemError(400, "The request ended before all of it was here. Nothing was changed.") from None
    if not body:
        return None
    try:
        found = json.loads(
            body, parse_float=_number, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_once
        )
    except (ValueError, RecursionError):
        raise ProblemError(400, "This is no JSON that can be read.") from None
    _check(found, 0)
    return found


def _constant(text: str) -> NoReturn:
    raise ProblemError(400, f"{text} is no number.")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text) if len(text) <= LONGEST_NUMBER else None
    except ArithmeticError:  # an exponent beyond those that are known
        number = None
    if number is None or number.copy_abs() > WIDEST or number.adjusted() < -LONGEST_NUMBER:
        raise ProblemError(400, f"{text[:20]} is no number that can be kept.")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(int(text)) > WIDEST:
        raise ProblemError(400, f"{text[:20]}… is no number that can be kept.")
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProblemError(400, f"“{twice[:60]}” is there twice.".encode("utf-8", "replace").decode())
    return found


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ProblemError(400, f"This is nested more than {DEEPEST} deep.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ProblemError(400, NO_CHARACTERS)
    elif isinstance(value, dict):
        for name, each in value.items():
            _check(name, depth)
            _check(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)


class BodyParser(Parser):
    """Hands the operations what the door has read already."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.sent  # type: ignore[attr-defined]
