"""Databases beside the site's own: one that rows are moved to, and the own one as it stood at a single moment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import dj_database_url
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = "django.db.backends.sqlite3"


class NotCopied(Exception):
    """Why nothing was moved, kept or put back, in a sentence for the operator."""


@contextmanager
def beside(given: dict[str, Any], alias: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own to the database that Django's settings in `given` name, for as long as the block runs."""
    connections.settings[alias] = connections.configure_settings({"default": given})["default"]
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias], connections.settings[alias]


@contextmanager
def at(url: str, alias: str = "target") -> Iterator[BaseDatabaseWrapper]:
    """A connection to the database of an address as in `DATABASE_URL`."""
    try:
        given = dict(dj_database_url.parse(url))
    except ValueError:
        raise NotCopied("The address of the database cannot be read. It looks like DATABASE_URL.") from None
    if given["ENGINE"] == SQLITE:
        given["OPTIONS"] = settings.SQLITE_OPTIONS
    with beside(given, alias) as connection:
        yield connection


@contextmanager
def one_moment(connection: BaseDatabaseWrapper, alias: str = "moment") -> Iterator[BaseDatabaseWrapper]:
    """The same database as it stands now, whatever is written meanwhile. Nobody waits for whoever reads it."""
    given = deepcopy(connection.settings_dict)
    if connection.vendor == "sqlite":
        given["OPTIONS"]["transaction_mode"] = "DEFERRED"  # its own lock is for writers
    else:
        given["DISABLE_SERVER_SIDE_CURSORS"] = False  # within one transaction they hold, behind a pooler too
    with beside(given, alias) as other, transaction.atomic(using=alias):
        with other.cursor() as cursor:
            if other.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT 1 FROM django_migrations")  # the moment is that of the first read
        yield other


def migrate(url: str) -> None:
    """Make the tables of this version there, in a process that knows no other database; NotCopied with what it said."""
    env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY, "DATA_DIR": str(settings.DATA_DIR)}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise NotCopied(f"The tables could not be made there: {said}")


def applied_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations a database has, as "app.name"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return sorted({f"{app}.{name}" for app, name in cursor.fetchall()})


def is_bare(connection: BaseDatabaseWrapper) -> bool:
    """Whether no migration ever ran there."""
    with connection.cursor() as cursor:
        return "django_migrations" not in connection.introspection.table_names(cursor)
