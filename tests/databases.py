"""The tests' database: migrated once for every state of the migrations, then copied, which takes no time.

The copy is a file under `var/tests` on SQLite and a template on the server of PostgreSQL, named by a digest of all
migrations. `migrate` still runs on what is made of it, finds nothing to do and installs the triggers as they are today.

After a test that commits, only what it has left is deleted. Django would empty a hundred tables, for each of which
PostgreSQL waits for the disk, seconds in all, and make the permissions again.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"
# Written by `migrate`, and the same for every test.
STAY = {"django_migrations", "django_content_type", "auth_permission"}


class Template(Protocol):
    is_kept: bool

    def keep(self) -> None:
        """Keep the database as it has just been migrated."""


class SQLite:
    """A file, as in operation: in memory all threads of the live server would share one connection."""

    def __init__(self, folder: Path) -> None:
        self.template, self.file = KEPT / f"{digest()}.sqlite3", folder / "tests.sqlite3"
        self.is_kept = self.template.exists()
        database = settings.DATABASES["default"]
        database["TEST"]["NAME"] = str(self.file)
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
        if self.is_kept:
            shutil.copyfile(self.template, self.file)

    def keep(self) -> None:
        part = self.template.with_suffix(".part")
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.file)) as database:
            database.execute("VACUUM INTO ?", [str(part)])
        for older in KEPT.glob("*.sqlite3"):
            older.unlink()
        part.rename(self.template)


class PostgreSQL:
    """A database of the same server. Its name has the checkout in it, so that two checkouts do not meet there."""

    def __init__(self) -> None:
        checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
        self.prefix = f"scorecard_{checkout}_"
        self.template = self.prefix + digest()
        self.is_kept = self.template in self._templates()
        database = settings.DATABASES["default"]
        # What a test commits need not outlast the machine.
        database["OPTIONS"] = {**database.get("OPTIONS", {}), "options": "-c synchronous_commit=off"}
        test = database["TEST"]
        test["NAME"] = f"{test['NAME'] or 'test'}_{checkout}"
        if self.is_kept:
            test["TEMPLATE"] = self.template

    def keep(self) -> None:
        migrated = connection.settings_dict["NAME"]
        connection.close()  # nobody may be connected to what is copied
        older = self._templates()
        with connection._nodb_cursor() as cursor:
            for name in older:
                cursor.execute(f'DROP DATABASE "{name}"')
            cursor.execute(f'CREATE DATABASE "{self.template}" TEMPLATE "{migrated}"')

    def _templates(self) -> list[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix])
            return [name for (name,) in cursor.fetchall()]


def digest() -> str:
    """Of every migration there is, ours and the libraries', and of what stands beside them."""
    found = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        name, _ = MigrationLoader.migrations_module(config.label)
        try:
            folder = Path(str(import_module(name).__file__)).parent
        except ModuleNotFoundError:
            continue
        for path in sorted(folder.glob("*.py")):
            found.update(f"{config.label} {path.name}".encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two workers that begin together would both migrate: the second one waits for what the first one leaves."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def delete_what_is_left(test: TransactionTestCase) -> None:
    """Empty every table that has a row, in one transaction: what refers to what is looked at when it ends."""
    quoted = connection.ops.quote_name
    tables = [name for name in connection.introspection.django_table_names() if name not in STAY]
    with transaction.atomic(), connection.cursor() as cursor:
        looks = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted(name)})" for name in tables]
        cursor.execute(" UNION ALL ".join(looks))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(name)}")


TransactionTestCase._fixture_teardown = delete_what_is_left  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Django would begin by deleting the copy."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Iterator[None]:
    """Around the making of the database. Where it fails, every test would only try it again: the run ends."""
    if fixturedef.argname != "django_db_setup":
        return (yield)
    with one_at_a_time(), request.getfixturevalue("django_db_blocker").unblock():
        folder = request.getfixturevalue("tmp_path_factory").mktemp("database")
        template: Template = SQLite(folder) if connection.vendor == "sqlite" else PostgreSQL()
        try:
            made = yield
        except Exception as error:
            pytest.exit(f"The tests' database cannot be made: {type(error).__name__}: {error}", returncode=3)
        if not template.is_kept:
            template.keep()
    return made
