"""A backup put back into an empty site: read whole and compared before anything of it counts."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from assessments.platform.copies import archive, moving, tables, triggers
from assessments.platform.copies.archive import DAMAGED, Members
from assessments.platform.copies.backups import FORMAT, LEFT_OUT, Backup, Files, Hashed
from assessments.platform.copies.databases import NotCopied
from assessments.platform.copies.tables import Row, Sum, Table
from assessments.platform.encryption import fingerprints
from assessments.platform.watching import schema


class Checked:
    """Reads a backup from front to back and holds it against its own manifest; what is read goes nowhere."""

    def __init__(self) -> None:
        self.tables = {table.name: table for table in tables.all_tables() if table.name not in LEFT_OUT}
        self.found = Backup({name: Sum() for name in self.tables}, Files())
        self.about: dict[str, Any] = {}
        self.manifest: dict[str, Any] = {}

    def read(self, members: Members, *, without_keys: bool = False) -> None:
        name, content = next(members, ("", None))
        if name != archive.FIRST or content is None:
            raise NotCopied("This is no backup of an AI Infrastructure Scorecard.")
        self.about = _json(name, content)
        self._refuse_another_version()
        if not without_keys:
            self._refuse_other_keys()
        for name, content in members:
            kind, _, rest = name.partition("/")
            if kind == "rows":
                self._read_rows(rest, content)
            elif kind == "media":
                hashed = Hashed(content)
                size = self.take_file(rest, hashed)
                self.found.files.add(rest, size, hashed.digest)
            elif name == archive.LAST:
                self.manifest = _json(name, content)
        self._compare()

    def take_rows(self, table: Table, rows: Iterator[Row]) -> None:
        for _ in rows:
            pass

    def take_file(self, name: str, content: Hashed) -> int:
        """Returns its size in bytes."""
        size = 0
        while piece := content.read(2**20):
            size += len(piece)
        return size

    def _read_rows(self, name: str, content: IO[bytes]) -> None:
        table = self.tables.get(name.partition(".")[0])
        if table is None:
            raise NotCopied(DAMAGED.format(f"the table of {name} is unknown"))
        try:
            rows = (table.from_text(line.decode("utf-8", "surrogatepass")) for line in content)
            self.take_rows(table, self.found.tables[table.name].counted(rows))
        except (ValueError, TypeError, ValidationError) as error:
            raise NotCopied(DAMAGED.format(f"{name}: {error}")) from None

    def _refuse_another_version(self) -> None:
        if self.about.get("format") != FORMAT:
            raise NotCopied("The backup is of a later format: put it back with the version that made it.")
        theirs, ours = set(self.about["migrations"]), schema.known(connection)
        if ours - theirs or any(name.startswith("assessments.") for name in theirs - ours):
            raise NotCopied(
                f"The backup was made by version {self.about['version']}, whose tables are not those of this one, "
                f"{settings.VERSION}. Install that version, put it back there, then upgrade."
            )

    def _refuse_other_keys(self) -> None:
        if missing := [key for key in self.about["keys"] if key not in fingerprints()]:
            raise NotCopied(
                f"The secrets of second factors were stored with keys that are not here: {', '.join(missing)}. Put "
                "them into ENCRYPTION_KEYS: those of the old .env, else its SECRET_KEY, else what the old DATA_DIR "
                "had in secret_key. Or say --without-keys: then nobody's second factor works."
            )

    def _compare(self) -> None:
        if not self.manifest:
            raise NotCopied(DAMAGED.format("its end is missing"))
        for name, expected in self.manifest["tables"].items():
            found = self.found.tables.get(name, Sum())
            if (found.rows, found.checksum) != (expected["rows"], expected["checksum"]):
                raise NotCopied(DAMAGED.format(f"{name} is not what was written"))
        files = self.found.files
        written = self.manifest["files"]
        if (files.count, files.size, files.checksum) != (written["count"], written["bytes"], written["checksum"]):
            raise NotCopied(DAMAGED.format("the files are not what was written"))


class Restored(Checked):
    """Likewise, and writes the rows and the files."""

    def __init__(self, place: "_Folder | _Bucket") -> None:
        super().__init__()
        self.place = place

    def take_rows(self, table: Table, rows: Iterator[Row]) -> None:
        for _ in table.write(connection, rows):
            pass

    def take_file(self, name: str, content: Hashed) -> int:
        return self.place.write(name, content)


def check(source: IO[bytes], *, identities: Sequence[str] = ()) -> Checked:
    """Read a backup to its end; NotCopied if it could not be put back whole by this version."""
    checked = Checked()
    with archive.reading(source, identities) as members:
        checked.read(members, without_keys=True)
    return checked


def restore(source: IO[bytes], *, identities: Sequence[str] = (), without_keys: bool = False) -> Restored:
    """Put a backup back into this site, which has to be empty, in one transaction.

    NotCopied, with nothing of it there, if rows or files are there already or the backup is not whole.
    """
    moving.prepare(connection, settings.DATABASE_URL)
    with _Bucket() if settings.FILES_URL else _Folder() as place, transaction.atomic():
        restored = Restored(place)
        with triggers.held(connection):
            tables.empty_what_migrate_made(connection)
            with archive.reading(source, identities) as members:
                restored.read(members, without_keys=without_keys)
            tables.continue_ids(connection, restored.manifest["last_ids"])
        for name, expected in restored.found.tables.items():
            moving.compare(connection, restored.tables[name], expected)
        place.take()
    return restored


class _Folder:
    """Where the files go, and a folder beside it that they are written to; it takes that place if all goes well."""

    def __init__(self) -> None:
        self.path = Path(settings.MEDIA_ROOT)
        self.beside = self.path.with_name(f"{self.path.name}.restoring")

    def __enter__(self) -> "_Folder":
        if self.path.exists() and any(self.path.iterdir()):
            raise NotCopied(f"There are files in {self.path} already. Move them away first. Nothing was changed.")
        shutil.rmtree(self.beside, ignore_errors=True)
        self.beside.mkdir(parents=True)
        return self

    def write(self, name: str, content: Hashed) -> int:
        path = self.beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, 2**20)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def take(self) -> None:
        if self.path.exists():
            self.path.rmdir()
        self.beside.rename(self.path)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            return
        if not self.beside.exists() and self.path.exists():
            self.path.rename(self.beside)  # the rows were not kept after all
        shutil.rmtree(self.beside, ignore_errors=True)


class _Bucket:
    """An empty bucket, which is emptied again if not all goes well."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __enter__(self) -> "_Bucket":
        if any(default_storage.listdir("")):
            raise NotCopied(
                f"There are files in {settings.FILES_URL} already. Name an empty place. Nothing was changed."
            )
        return self

    def write(self, name: str, content: Hashed) -> int:
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(content, file, 2**20)
            size = file.tell()
            self.written.append(name)
            default_storage.save(name, File(file, name))
        return size

    def take(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for name in self.written if error else ():
            default_storage.delete(name)


def _json(name: str, content: IO[bytes]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(content.read())
    except ValueError as error:
        raise NotCopied(DAMAGED.format(f"{name}: {error}")) from None
    return found
