"""The archive of an organization as it comes in, looked through without trusting it."""

import hashlib
import re
import stat
import zipfile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.reports.exchange.json_text import read_json
from assessments.reports.exchange.whole.rows import NAME, SCHEMA, VERSION

MAX_ENTRIES = 20_000
MAX_UNPACKED = 4 * 1024**3
MAX_ROWS_BYTES = 200 * 1024**2
MAX_RATIO, SMALL = 200, 1024**2
PLACE = re.compile(r"(?:evidence|roadmap|reports|branding)/[^/\\\x00]{1,255}")
README = ("README.txt", "organization.json", NAME)

NO_ARCHIVE = _lazy("The file is no export of an organization. Take the ZIP that the settings of an organization make.")
TOO_MUCH = _lazy("The file unpacks to more than an organization can hold. Nothing of it was read.")
OLD = _lazy(
    "The file was exported by an earlier release, which wrote it to be read, not to be imported. Bring that site to "
    "this release and export the organization again."
)


class Archive:
    """An archive whose directory was looked through; files are read by their place, and checked."""

    def __init__(self, upload: IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(upload)
        except (zipfile.BadZipFile, OSError):
            raise ValidationError(NO_ARCHIVE) from None
        self.entries = self._entries()

    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        entries = [entry for entry in self.zip.infolist() if not entry.is_dir()]
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise ValidationError(TOO_MUCH)
        for entry in entries:
            name = entry.filename
            if entry.flag_bits & 1:
                raise ValidationError(_("The file is protected with a password. Export the organization again."))
            if name in found:
                said = _("“{name}” is in the file twice, and only one of them can count.")
                raise ValidationError(said.format(name=name[:80]))
            if stat.S_ISLNK(entry.external_attr >> 16):
                said = _("“{name}” is a link to another file, which no export writes.")
                raise ValidationError(said.format(name=name[:80]))
            if name not in README and (not PLACE.fullmatch(name) or name.rpartition("/")[2] in (".", "..")):
                said = _("“{name}” is at a place where no export puts a file.")
                raise ValidationError(said.format(name=name[:80]))
            if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
                raise ValidationError(TOO_MUCH)
            found[name] = entry
        if NAME not in found:
            raise ValidationError(OLD if "organization.json" in found else NO_ARCHIVE)
        if found[NAME].file_size > MAX_ROWS_BYTES:
            raise ValidationError(TOO_MUCH)
        return found

    def rows(self) -> dict[str, Any]:
        """What the rows are, of a schema and version that is known here."""
        content = read_json(self._read(self.entries[NAME]), exact=False)
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            raise ValidationError(NO_ARCHIVE)
        version = content.get("version")
        if version != VERSION or isinstance(version, bool):
            said = _(
                "The file is of version {version} of the format; this site reads version {own}. Bring both sites to "
                "the same release and export again. Nothing was taken."
            )
            raise ValidationError(said.format(version=str(version)[:20], own=VERSION))
        return content

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            with self.zip.open(entry) as source:
                content = source.read(entry.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
            said = _("“{name}” in the file is damaged. Nothing was taken.")
            raise ValidationError(said.format(name=entry.filename[:80])) from None
        if len(content) != entry.file_size:
            raise ValidationError(TOO_MUCH)
        return content

    def check(self, about: Any) -> tuple[str, bool]:
        """The place of a file that a row names, and whether it is there; its length and checksum are those it says."""
        if not isinstance(about, dict) or not isinstance(about.get("place"), str):
            raise ValidationError(_("A row names a file without saying where it lies."))
        place = about["place"]
        if not PLACE.fullmatch(place):
            said = _("“{name}” is at a place where no export puts a file.")
            raise ValidationError(said.format(name=place[:80]))
        if about.get("is_missing"):
            return place, False
        entry = self.entries.get(place)
        if entry is None:
            said = _("The file “{name}” is missing from the archive. Nothing was taken.")
            raise ValidationError(said.format(name=place[:80]))
        content = self._read(entry)
        if hashlib.sha256(content).hexdigest() != about.get("sha256"):
            said = _("The file “{name}” is not the one that was exported: its checksum is another.")
            raise ValidationError(said.format(name=place[:80]))
        return place, True

    def store(self, place: str, name: str) -> str:
        """Put a file into the storage under a name of ours."""
        with self.zip.open(self.entries[place]) as source:
            return str(default_storage.save(name, File(source, name=name)))
