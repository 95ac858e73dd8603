"""Lists in pages by cursor: where a page begins is said by the row before it, so that all cost the same."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from assessments.api.problems import ProblemError

MOST, USUAL = 200, 50
NO_CURSOR = "This is no cursor of this list. Begin without one, and go on with the “next” of each page."

Limit = Annotated[int, Field(ge=1, le=MOST, description="How many at most, usually 50.")]
After = Annotated[str, Field(max_length=8_000, description="The “next” of the page before; empty for the first.")]
T = TypeVar("T")


class Page(Schema, Generic[T]):
    """A page of a list. `next` is the cursor of the page behind it, null on the last one."""

    items: list[T]
    next: str | None


def newest(rows: QuerySet[Any], *, after: str, limit: int) -> tuple[list[Any], str | None]:
    """So many rows by their number, the newest first, and the cursor of what comes behind."""
    if after:
        rows = rows.filter(pk__lt=_number(after))
    found = list(rows.order_by("-pk")[: limit + 1])
    return cut(found, limit)


def cut(found: Sequence[Any], limit: int) -> tuple[list[Any], str | None]:
    rows = list(found[:limit])
    return rows, cursor(rows[-1].pk) if len(found) > limit else None


def cursor(place: object) -> str:
    """A place in a list as an address carries it."""
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place_of(text: str) -> str:
    """The place that a cursor stands for; ProblemError for a text that is none."""
    try:
        place = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        raise no_cursor() from None
    if cursor(place) != text:
        raise no_cursor()
    return place


def _number(text: str) -> int:
    place = place_of(text)
    if not (place.isdecimal() and 0 < int(place[:20]) < 2**63):
        raise no_cursor()
    return int(place)


def no_cursor() -> ProblemError:
    return ProblemError(422, NO_CURSOR)
