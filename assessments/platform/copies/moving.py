"""All rows from the site's database to another one: whole, compared, or not at all."""

from collections.abc import Callable

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from assessments.platform import heartbeats
from assessments.platform.copies import databases, tables, triggers
from assessments.platform.copies.databases import NotCopied
from assessments.platform.copies.tables import Sum, Table
from assessments.platform.watching import schema

Say = Callable[[str], None]


def move(url: str, *, say: Say = lambda line: None) -> dict[str, Sum]:
    """Copy every row to the empty database at `url` in one transaction; returns the sum of every table.

    NotCopied, with nothing of it there, if the site runs, if its tables are not those of this version, if there are
    rows there already, or if a table reads otherwise there than here. The rows here stay as they are.
    """
    _refuse_while_running()
    if missing := schema.missing(connection):
        raise NotCopied(f"This database lacks {missing} migrations of this version: run manage.py migrate first.")
    with databases.at(url) as target:
        _refuse_itself(target)
        prepare(target, url)
        with databases.one_moment(connection) as source, transaction.atomic(using=target.alias):
            with triggers.held(target):
                tables.empty_what_migrate_made(target)
                moved = {table.name: _copy(table, source, target) for table in tables.all_tables()}
                tables.continue_ids(target, tables.last_ids(source))
            for table in tables.all_tables():
                compare(target, table, moved[table.name])
                say(f"{moved[table.name].rows:>9}  {table.name}")
    return moved


def prepare(target: BaseDatabaseWrapper, url: str) -> None:
    """Make sure that a database has this version's tables with nothing in them; NotCopied otherwise."""
    if databases.is_bare(target):
        target.close()
        databases.migrate(url)
    elif missing := schema.missing(target):
        raise NotCopied(f"The database there lacks {missing} migrations. Name one that is empty.")
    if there := tables.filled(target):
        which = ", ".join(there[:3]) + (f" and {len(there) - 3} more" if len(there) > 3 else "")
        raise NotCopied(f"There are rows there already, in {which}. Name an empty database. Nothing was changed.")


def compare(target: BaseDatabaseWrapper, table: Table, expected: Sum) -> None:
    """NotCopied if a table reads otherwise than what was written into it."""
    found = tables.sum_of(target, table)
    if found != expected:
        raise NotCopied(
            f"The table {table.name} reads otherwise there: {found.rows} rows with the checksum {found.checksum[:12]}, "
            f"not {expected.rows} with {expected.checksum[:12]}. Nothing was kept."
        )


def _copy(table: Table, source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> Sum:
    found = Sum()
    for _ in table.write(target, found.counted(table.read(source))):
        pass
    return found


def _refuse_while_running() -> None:
    for name in (heartbeats.WORKER, heartbeats.CLOCK):
        if heartbeats.is_alive(name):
            raise NotCopied(
                f"The {name} gave a sign of life less than 30 seconds ago. Stop the site first, so that nothing is "
                "saved here that does not come along."
            )


def _refuse_itself(target: BaseDatabaseWrapper) -> None:
    parts = ("ENGINE", "NAME", "HOST", "PORT")
    if all(str(target.settings_dict[part]) == str(connection.settings_dict[part]) for part in parts):
        raise NotCopied("That is the database this site uses already.")
