"""Tables row by row, whatever database they are in: read in pieces, written as they were, summed up to compare them.

A row is a list of its columns' values. The sum of a table does not depend on the order of its rows, nor on how a
database writes what it means: PostgreSQL sorts the keys of JSON, SQLite keeps decimals as floats.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

# What `migrate` makes by itself in every database.
MADE_BY_MIGRATE = ("django_content_type", "auth_permission")
Row = list[Any]


@dataclass(frozen=True)
class Table:
    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def fields(self) -> list[Any]:
        return [column for column in self.model._meta.concrete_fields if not getattr(column, "generated", False)]

    @cached_property
    def columns(self) -> list[str]:
        return [column.column for column in self.fields]

    @cached_property
    def piece(self) -> int:
        """How many rows are held at a time: few of those that can be as long as a report."""
        is_long = any(isinstance(column, models.JSONField | models.BinaryField) for column in self.fields)
        return 50 if is_long else 500

    def count(self, connection: BaseDatabaseWrapper) -> int:
        return self.model._base_manager.using(connection.alias).count()

    def read(self, connection: BaseDatabaseWrapper) -> Iterator[Row]:
        rows = self.model._base_manager.using(connection.alias).order_by("pk")
        names = [column.attname for column in self.fields]
        for row in rows.values_list(*names).iterator(chunk_size=self.piece):
            yield list(row)

    def write(self, connection: BaseDatabaseWrapper, rows: Iterable[Row]) -> Iterator[Row]:
        """Write rows as they are, with their ids, and hand each one on."""
        quote = connection.ops.quote_name
        places = ", ".join(["%s"] * len(self.columns))
        into = f"INSERT INTO {quote(self.name)} ({', '.join(map(quote, self.columns))}) VALUES ({places})"  # noqa: S608
        with connection.cursor() as cursor:
            rest = iter(rows)
            while piece := list(islice(rest, self.piece)):
                cursor.executemany(into, [self._prepared(connection, row) for row in piece])
                yield from piece

    def _prepared(self, connection: BaseDatabaseWrapper, row: Row) -> Row:
        return [column.get_db_prep_save(value, connection) for column, value in zip(self.fields, row, strict=True)]

    def as_text(self, row: Row) -> str:
        """One line of JSON, which `from_text` reads."""
        return json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))

    def from_text(self, line: str) -> Row:
        """ValueError where the line is no row of this table."""
        return [_value(column, value) for column, value in zip(self.fields, json.loads(line), strict=True)]


@dataclass
class Sum:
    """How many rows there are and what they say, in any order."""

    rows: int = 0
    total: int = field(default=0, repr=False)

    def add(self, row: Row) -> None:
        text = json.dumps([_canonical(_plain(value)) for value in row], sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        self.rows, self.total = self.rows + 1, (self.total + int.from_bytes(digest)) % 2**256

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.add(row)
            yield row

    @property
    def checksum(self) -> str:
        return f"{self.total:064x}"


def all_tables() -> list[Table]:
    """Every table that models write, by name; the list of migrations is not among them."""
    found = {
        model._meta.db_table: Table(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def sum_of(connection: BaseDatabaseWrapper, table: Table) -> Sum:
    found = Sum()
    for row in table.read(connection):
        found.add(row)
    return found


def filled(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables with rows in them that `migrate` did not make."""
    return [
        table.name
        for table in all_tables()
        if table.name not in MADE_BY_MIGRATE and table.model._base_manager.using(connection.alias).exists()
    ]


def empty_what_migrate_made(connection: BaseDatabaseWrapper) -> None:
    """Its rows come again under the ids they have in the copy, which others refer to."""
    with connection.cursor() as cursor:
        for name in reversed(MADE_BY_MIGRATE):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608


def last_ids(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """The highest id that each table ever gave, so that none is given twice, by the table's name."""
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {table.name: int(given[table.name]) for table in all_tables() if given.get(table.name)}
        for table in all_tables():
            if sequence := _sequence(cursor, table):
                cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608
                if row := cursor.fetchone():
                    found[table.name] = row[0]
    return found


def continue_ids(connection: BaseDatabaseWrapper, last: dict[str, int]) -> None:
    """Let every table give ids above those that were ever given, and above those it holds."""
    with connection.cursor() as cursor:
        for table in all_tables():
            if not isinstance(table.model._meta.pk, models.AutoField | models.BigAutoField):
                continue
            highest = table.model._base_manager.using(connection.alias).aggregate(models.Max("pk"))["pk__max"] or 0
            highest = max(highest, last.get(table.name, 0))
            if not highest:
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, highest])
            elif sequence := _sequence(cursor, table):
                cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, highest])


def _sequence(cursor: Any, table: Table) -> str | None:
    if not isinstance(table.model._meta.pk, models.AutoField | models.BigAutoField):
        return None
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.model._meta.pk.column])
    sequence: str | None = cursor.fetchone()[0]
    return sequence


def _plain(value: Any) -> Any:
    """What JSON can carry."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


def _canonical(value: Any) -> Any:
    """One way to say the same: 5.0 and 5 are one number, and PostgreSQL gives back either."""
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _value(column: Any, value: Any) -> Any:
    """The other way round, as the column has it."""
    if value is None or isinstance(column, models.JSONField):
        return value
    target = column
    while target.remote_field:
        target = target.target_field
    if isinstance(target, models.BinaryField):
        return base64.b64decode(value, validate=True)
    if isinstance(target, models.DateTimeField):
        return datetime.fromisoformat(value)
    return target.to_python(value) if not isinstance(target, models.FileField) else value
