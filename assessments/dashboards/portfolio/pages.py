"""Pages by key: where a page begins is said by the row before it, so that the hundredth costs what the first does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.dashboards.portfolio.orders import ORDERS, Order
from assessments.dashboards.standings.models import OrganizationStanding, OrganizationStandingQuerySet

PAGE_SIZE = 50
KEY_MAX_LENGTH = 8_000
OTHER_VIEW = gettext_noop("That page belongs to another view of the list, so this is the first page of this one.")


class Beyond(Func):
    """Whether a row's columns, compared as one, are greater than (or less than) some values: what an index answers."""

    output_field = models.BooleanField()

    def __init__(self, columns: Sequence[str], values: Sequence[Any], *, sign: str) -> None:
        self.sign = sign
        fields = [OrganizationStanding._meta.get_field(name) for name in columns]
        given = [Value(value, output_field=_plain(field)) for value, field in zip(values, fields, strict=True)]
        super().__init__(*(F(name) for name in columns), *given)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        parts, parameters = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            parameters.extend(values)
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.sign} ({', '.join(parts[half:])})", parameters


def _plain(field: Any) -> models.Field:
    return models.BigIntegerField() if field.is_relation else field


@dataclass(frozen=True, slots=True)
class Key:
    """A place in an order: the values of the row that stands there. `known` tells on which of its two parts."""

    known: bool
    value: Any
    name_sort: bytes
    pk: int

    def text(self, order: Order, mark: str) -> str:
        """As an address carries it, with the order and the mark of the view that it is a place of."""
        value = self.value
        if isinstance(value, (date, datetime)):
            value = value.isoformat()
        elif isinstance(value, bytes):
            value = value.hex()
        data = [order.key, mark, int(self.known), value, self.name_sort.hex(), self.pk]
        return urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, order: Order, mark: str) -> "Key":
        """ValidationError for anything but a key of this order and this view."""
        try:
            padded = text[:KEY_MAX_LENGTH] + "=" * (-len(text) % 4)
            key, of, known, value, name, pk = json.loads(urlsafe_b64decode(padded.encode("ascii")))
            if (key, of) != (order.key, mark) or not isinstance(pk, int) or not 0 <= pk < 2**63:
                raise ValueError("of another view")
            return cls(bool(known), _value(order, value) if known else None, bytes.fromhex(name), pk)
        except (ValueError, TypeError, RecursionError) as error:
            raise ValidationError(_(OTHER_VIEW)) from error


def _value(order: Order, value: Any) -> Any:
    field = order.field
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return moment
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**15) <= value < 2**31:
        raise ValueError("no number")
    return value


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[OrganizationStanding, ...]
    previous: str  # the key of the page before, empty where there is none
    next: str

    @property
    def is_whole(self) -> bool:
        """Whether it holds everything there is."""
        return not self.previous and not self.next


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows in an order, which way, and the mark that tells this view of them from others."""

    rows: OrganizationStandingQuerySet
    order: Order
    is_reversed: bool
    mark: str

    def page(self, *, after: str = "", before: str = "", size: int = PAGE_SIZE) -> Page:
        """The page behind a key, before one, or the first. ValidationError for a key that is none of this view."""
        start = Key.read(after or before, self.order, self.mark) if after or before else None
        backwards = bool(before and not after)
        found = list(self._from(start, backwards=backwards, number=size + 1))
        is_more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        there_is_before, there_is_after = (is_more, True) if backwards else (bool(after), is_more)
        return Page(
            tuple(found),
            previous=self._key(found[0]) if found and there_is_before else "",
            next=self._key(found[-1]) if found and there_is_after else "",
        )

    def beside(self, row: OrganizationStanding, *, backwards: bool) -> list[OrganizationStanding]:
        """The one row behind a row in this order, or before it, with its organization; none at the end."""
        found = list(self._from(self._place(row), backwards=backwards, number=1))
        return found

    def everything(self) -> Iterator[OrganizationStanding]:
        """All rows in their order, a few at a time."""
        start, more = None, True
        while more:
            found = list(self._from(start, backwards=False, number=PAGE_SIZE * 10))
            yield from found
            more = len(found) == PAGE_SIZE * 10
            start = self._place(found[-1]) if found else None

    def _key(self, row: OrganizationStanding) -> str:
        return self._place(row).text(self.order, self.mark)

    def _place(self, row: OrganizationStanding) -> Key:
        value = getattr(row, self.order.column)
        value = bytes(value) if isinstance(self.order.field, models.BinaryField) and value is not None else value
        return Key(value is not None, value, bytes(row.name_sort), row.pk)

    def _from(self, start: Key | None, *, backwards: bool, number: int) -> Iterator[OrganizationStanding]:
        """So many rows from a place on: of what is known first, then of what is not; backwards the other way."""
        parts = [True, False] if self.order.key != "name" else [True]
        if start is not None:
            parts = [True] if backwards and start.known else [False] if not backwards and not start.known else parts
        for known in reversed(parts) if backwards else parts:
            if number <= 0:
                return
            at = start if start is not None and start.known == known else None
            rows = list(self._part(known, at, backwards)[:number])
            number -= len(rows)
            yield from rows

    def _part(self, known: bool, start: Key | None, backwards: bool) -> OrganizationStandingQuerySet:
        column = self.order.column
        of_name = self.order.key == "name"
        descending = backwards != (known and self.is_reversed)
        columns = (["name_sort"] if of_name else [column, "name_sort"]) + ["organization"]
        rows = self.rows
        if not of_name:
            # What is known is asked for as a range: an index answers that without a look at what is not.
            rows = rows.filter(**{f"{column}__gte": self.order.first} if known else {f"{column}__isnull": True})
        if start is not None:
            compared = columns if known else ["name_sort", "organization"]
            values = [start.value, start.name_sort, start.pk][-len(compared) :]
            rows = rows.filter(Beyond(compared, values, sign="<" if descending else ">"))
        return rows.order_by(*(f"-{name}" if descending else name for name in columns))


def order_of(text: str) -> tuple[Order | None, bool]:
    """The order an address asks for, such as `signed` or `-signed`, and whether it is the reverse; None if none is."""
    return ORDERS.get(text.removeprefix("-")), text.startswith("-")
