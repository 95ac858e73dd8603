"""JSON as it is found: after notes, several in a row, one a line, cut off, with NaN in it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

MAX_FAILURES = 50
MAX_DOCUMENTS = 5_000
MAX_VALUES = 4_000_000
START = re.compile(r"^[ \t]*(?=[\[{])", re.M)
START_AT_MARGIN = re.compile(r"^(?=[\[{])", re.M)
SPACE = re.compile(r"\s*")
DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=Decimal)

Object = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Documents:
    """The JSON documents in a text. `broken`: one cannot be read to its end. `alone`: there is nothing else."""

    found: tuple[object, ...] = ()
    broken: bool = False
    alone: bool = False


def parse(text: str) -> Documents:
    """Every JSON document of a text; numbers stay exact. What stands between documents is passed over."""
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        return Documents(broken=True)
    found: list[object] = []
    failures, broken, at, alone = 0, False, 0, True
    while failures < MAX_FAILURES and len(found) < MAX_DOCUMENTS:
        start = _next(text, at, after_document=bool(found) and not broken, margin=broken)
        if start is None:
            break
        alone = alone and (start == at or not text[at:start].strip())
        try:
            document, at = DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            failures, alone = failures + 1, False
            # Words in brackets are notes, not JSON; and inside a broken document nothing is a document of its own.
            broken = broken or error.pos - start > 20 or error.pos >= len(text)
            at = text.find("\n", max(error.pos, start)) + 1 or len(text)
        except (RecursionError, ValueError, ArithmeticError):
            return Documents(tuple(found), True)
        else:
            found.append(document)
    return Documents(tuple(found), broken, bool(found) and alone and not text[at:].strip())


def _next(text: str, at: int, *, after_document: bool, margin: bool) -> int | None:
    if after_document:
        space = SPACE.match(text, at)
        end = space.end() if space else at
        if text[end : end + 1] in ("{", "["):
            return end
    match = (START_AT_MARGIN if margin else START).search(text, at)
    return match.end() if match else None


def line_objects(lines: Iterator[str]) -> Iterator[Object]:
    """The objects of JSON lines; a line that is none is passed over."""
    for line in lines:
        if line.startswith("{"):
            try:
                document = DECODER.decode(line)
            except (ValueError, RecursionError, ArithmeticError):
                continue
            if isinstance(document, dict):
                yield document


def dig(value: object, *keys: str) -> object:
    """What lies below the keys, or None where one is missing."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def obj(value: object, *keys: str) -> Object:
    """The object below the keys, empty where there is none."""
    found = dig(value, *keys)
    return found if isinstance(found, Mapping) else {}


def items(value: object, *keys: str) -> list[object]:
    """The list below the keys, empty where there is none."""
    found = dig(value, *keys)
    return found if isinstance(found, list) else []


def word(value: object, *keys: str) -> str:
    """The string below the keys, empty where there is none."""
    found = dig(value, *keys)
    return found if isinstance(found, str) else ""
