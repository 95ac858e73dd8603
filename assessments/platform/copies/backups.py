"""A backup of the whole site, made while it runs: every row as of one moment, and every file that those rows name.

Sessions stay out: who has a backup is not signed in by it. It can be put back on either kind of database.
"""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from assessments.platform.copies import archive, databases, tables
from assessments.platform.copies.databases import NotCopied
from assessments.platform.copies.tables import Sum, Table
from assessments.platform.encryption import fingerprints
from assessments.platform.files import named_files
from assessments.platform.watching import schema

FORMAT = 1
# Who is signed in where, and which process lives: of no use in another life of the site.
LEFT_OUT = (
    *("django_session", "usersessions_usersession"),
    *("assessments_heartbeat", "assessments_requestkey", "assessments_clockstroke"),
    "assessments_waitingmail",
)
MEMBER_BYTES = 4 * 1024**2
PREFIX = "scorecard-"


@dataclass
class Files:
    """The files of a backup, added up in their order."""

    count: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    _sum: Any = field(default_factory=hashlib.sha256, repr=False, compare=False)

    def add(self, name: str, size: int, digest: bytes) -> None:
        self.count, self.size = self.count + 1, self.size + size
        self._sum.update(name.encode() + b"\0" + digest)

    @property
    def checksum(self) -> str:
        return str(self._sum.hexdigest())


@dataclass
class Backup:
    tables: dict[str, Sum]
    files: Files

    @property
    def rows(self) -> int:
        return sum(found.rows for found in self.tables.values())


def back_up_to_folder(folder: Path, *, recipients: Sequence[str] = (), keep: int = 0) -> tuple[Path, Backup]:
    """Write a backup into a folder, whole or not at all, and then let the oldest beyond `keep` go (0: none goes).

    OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{PREFIX}{timezone.now():%Y%m%dT%H%M%SZ}.tar.gz{'.age' if recipients else ''}"
    path, part = folder / name, folder / f".{name}.part"
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            made = back_up(file, recipients=recipients)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    if keep:
        for older in kept(folder)[:-keep]:
            older.unlink()
    return path, made


def kept(folder: Path) -> list[Path]:
    """The backups of a folder, the oldest first."""
    return sorted(path for path in folder.glob(f"{PREFIX}*Z.tar.gz*") if path.suffix in (".gz", ".age"))


def back_up(target: IO[bytes], *, recipients: Sequence[str] = ()) -> Backup:
    """Write a backup of the site to an open file. NotCopied if the database is not of this version."""
    if missing := schema.missing(connection):
        raise NotCopied(f"This database lacks {missing} migrations of this version: run manage.py migrate first.")
    with contextlib.ExitStack() as stack:
        if recipients:
            target = stack.enter_context(archive.encrypted(target, recipients))
        source = stack.enter_context(databases.one_moment(connection))
        writer = archive.Writer(target)
        writer.add_json(archive.FIRST, _description(source))
        kept_tables = [table for table in tables.all_tables() if table.name not in LEFT_OUT]
        made = Backup({table.name: _write_rows(writer, source, table) for table in kept_tables}, Files())
        _write_files(writer, source, made.files)
        writer.add_json(archive.LAST, _manifest(source, made))
        writer.close()
    return made


def _description(source: BaseDatabaseWrapper) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "product": "AI Infrastructure Scorecard",
        "version": settings.VERSION,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": source.vendor,
        "keys": fingerprints(),
        "migrations": databases.applied_migrations(source),
        "columns": {table.name: table.columns for table in tables.all_tables() if table.name not in LEFT_OUT},
    }


def _manifest(source: BaseDatabaseWrapper, made: Backup) -> dict[str, Any]:
    return {
        "tables": {name: {"rows": found.rows, "checksum": found.checksum} for name, found in made.tables.items()},
        "last_ids": tables.last_ids(source),
        "files": {"count": made.files.count, "bytes": made.files.size, "checksum": made.files.checksum},
        "missing": made.files.missing,
    }


def _write_rows(writer: archive.Writer, source: BaseDatabaseWrapper, table: Table) -> Sum:
    """Members of some megabytes, each a row a line."""
    found, lines, size, number = Sum(), [], 0, 0
    for row in found.counted(table.read(source)):
        lines.append(table.as_text(row) + "\n")
        size += len(lines[-1])
        if size >= MEMBER_BYTES:
            writer.add_text(f"rows/{table.name}.{number}.jsonl", "".join(lines))
            lines, size, number = [], 0, number + 1
    if lines:
        writer.add_text(f"rows/{table.name}.{number}.jsonl", "".join(lines))
    return found


def _write_files(writer: archive.Writer, source: BaseDatabaseWrapper, found: Files) -> None:
    for _, named in named_files(source.alias):
        try:
            content = named.storage.open(named.name)
        except FileNotFoundError:  # gone before, or since the moment of the rows
            found.missing.append(named.name)
            continue
        with content:
            hashed = Hashed(content)
            writer.add(f"media/{named.name}", hashed, content.size)  # type: ignore[arg-type]
            found.add(named.name, content.size, hashed.digest)


class Hashed:
    """A file to be read, with the SHA-256 of what was read of it."""

    def __init__(self, content: Any) -> None:
        self._content, self._sum = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found: bytes = self._content.read(size)
        self._sum.update(found)
        return found

    @property
    def digest(self) -> bytes:
        return self._sum.digest()
