"""Queries whose SQL is written once and run often.

The ORM takes longer to write the SQL of a small query than the database takes to answer it. Where a query stands on the
way of every request, it is still said in the ORM's words, once, and what they compile to is kept.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import RawQuerySet

M = TypeVar("M", bound=Model)
Value = int | str | date | datetime


class Prepared(Generic[M]):
    """A queryset of as many parameters as `make` takes, whose values are of the same kinds as `examples`.

    `make` is called once for each kind of database, with stand-ins: it must build the same query whatever the values.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *examples: Value) -> None:
        self._make = make
        self._stand_ins = [_stand_in(place, example) for place, example in enumerate(examples)]
        self._compiled: dict[str, tuple[type[M], str, list[Any]]] = {}

    def models(self, *values: Value) -> "RawQuerySet[M]":
        """The rows as model instances, with what the queryset annotates."""
        model, sql, parameters = self._filled(values)
        return model._default_manager.raw(sql, parameters)

    def first(self, *values: Value) -> M | None:
        return next(iter(self.models(*values)), None)

    def rows(self, *values: Value) -> list[tuple[Any, ...]]:
        """The rows as the database driver gives them: numbers and texts as they are, truth as 0 and 1 on SQLite."""
        _, sql, parameters = self._filled(values)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _filled(self, values: tuple[Value, ...]) -> tuple[type[M], str, list[Any]]:
        if connection.vendor not in self._compiled:
            queryset = self._make(*self._stand_ins)
            sql, parameters = queryset.query.get_compiler(connection=connection).as_sql()
            missing = [s for s in self._stand_ins if _storable(s) not in parameters]
            if missing:
                raise TypeError("A parameter does not reach the database, so the query would not depend on it.")
            self._compiled[connection.vendor] = (queryset.model, sql, list(parameters))
        model, sql, parameters = self._compiled[connection.vendor]
        given = {_storable(s): _storable(value) for s, value in zip(self._stand_ins, values, strict=True)}
        return model, sql, [given.get(parameter, parameter) for parameter in parameters]


def _storable(value: Value) -> Any:
    """The value as the driver takes it, or None, which equals nothing, for a number that no column holds."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return None if isinstance(value, int) and abs(value) >= 2**63 else value


def _stand_in(place: int, example: Value) -> Value:
    """A value that no query has of its own."""
    if isinstance(example, datetime):
        return datetime(7310, 1, 1, tzinfo=UTC) + timedelta(days=place)
    if isinstance(example, date):
        return date(7310, 1, 1) + timedelta(days=place)
    return f"parameter {place} \N{REPLACEMENT CHARACTER}" if isinstance(example, str) else 7_310_000_000 + place
