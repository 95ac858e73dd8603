"""JSON as somebody else wrote it: bounded in size and depth, no word twice in one object, no number that is none."""

import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_BYTES = 5 * 1024**2
MAX_DEPTH = 20
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)


def read_json(content: bytes, *, exact: bool = True) -> Any:
    """What the JSON holds, numbers with a point as texts if `exact`; ValidationError for what no export writes."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(
            _("The file is no JSON that can be read: its letters are not written as UTF-8. It was not taken.")
        ) from None
    _refuse_depth(text)
    kinds = {"parse_float": str} if exact else {}
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, **kinds)
    except json.JSONDecodeError as error:
        said = _(
            "The file is no JSON that can be read: something is wrong at line {line}, column {column}. "
            "It was not taken."
        )
        raise ValidationError(said.format(line=error.lineno, column=error.colno)) from None
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> ValidationError:
    said = _("The file is nested more than {most} deep, which no assessment is. Nothing of it was read.")
    return ValidationError(said.format(most=MAX_DEPTH))


def _refuse_depth(text: str) -> None:
    depth = 0
    for mark in re.findall(r"[\[\]{}]", STRING.sub("", text)):
        depth += 1 if mark in "[{" else -1
        if depth > MAX_DEPTH:
            raise _too_deep()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            said = _("“{name}” stands twice in the same place, and only one of them can count. Remove one.")
            raise ValidationError(said.format(name=key[:60]))
        found[key] = value
    return found


def _no_number(text: str) -> None:
    said = _("{text} is no number. Write the number, or null where there is none.")
    raise ValidationError(said.format(text=text))


def _whole(text: str) -> int | str:
    """A whole number, or its text where it is larger than anything that is kept."""
    return int(text) if len(text) < 20 else text
