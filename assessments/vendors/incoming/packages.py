"""An uploaded Excel workbook, looked through without trusting it.

Everything in the package is looked through as a stream first: entries, sizes, elements and rows are counted, document
types refused. Only what stays within the limits is read by `contents.read`, which holds in memory what it reads.
"""

import posixpath
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import number

MAX_BYTES = 5 * 1024**2  # of the upload
MAX_UNPACKED = 50 * 1024**2
MAX_ENTRIES = 500
MAX_RATIO, SMALL = 100, 1024**2  # a package that unpacks to little may be packed as tightly as it likes
MAX_ROWS = 2_000
MAX_ELEMENTS = 100_000
MAX_BLANKS = 500_000  # cells and rows, most of which hold nothing but a color
MAX_MARKUP = 1024**2  # bytes from one element to the next
CHUNK = 64 * 1024

OLE, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
EXCEL = _lazy("Save it as an Excel workbook (.xlsx) and import that.")
DAMAGED = _lazy("The file is damaged and cannot be read. Open it in Excel, save it again as .xlsx, and import that.")
TOO_MUCH = _lazy("The file unpacks to more than a list of questions can hold. Nothing of it was read.")
TOO_MANY_CELLS = _lazy(
    "The file has more than {most} cells, most of them empty. Delete the rows below the questions and the "
    "columns beside them, which may only be colored, and import the file again."
)
TOO_MANY_ROWS = _lazy("The file has more than {most} rows. Keep the rows of the questions and delete the others.")
TWICE = _lazy(
    "The file holds one of its parts twice, and only one of them can count. Save it again in Excel, and import that."
)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: another part by its whole name, or an address outside."""

    id: str
    kind: str
    target: str
    is_outside: bool


@dataclass(slots=True)
class Package:
    """The parts of a workbook by name, whatever the case and the slashes that its writer used."""

    archive: zipfile.ZipFile
    names: dict[str, str] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)  # parts that were looked through and are well-formed XML

    def __post_init__(self) -> None:
        self.names = {_plain_name(each.filename): each.filename for each in files_of(self.archive)}

    def has(self, name: str) -> bool:
        return _plain_name(name) in self.names

    def is_filled(self, name: str) -> bool:
        return self.archive.getinfo(self.names[_plain_name(name)]).file_size > 0

    def is_sound(self, name: str) -> bool:
        return self.names.get(_plain_name(name), "") in self.sound

    def open(self, name: str) -> IO[bytes]:
        """A part to be parsed: nothing is but what was looked through before."""
        if not self.is_sound(name):
            raise ValueError(f"{name} is no XML")
        return self.archive.open(self.names[_plain_name(name)])

    def tree(self, name: str) -> ElementTree.Element:
        """A part that is needed; what is wrong with it is raised."""
        with self.open(name) as source:
            return ElementTree.parse(source).getroot()  # noqa: S314 (no document type got this far)

    def tree_or_none(self, name: str) -> ElementTree.Element | None:
        """A part that can be done without, such as the styles: it is missing, empty or broken in some files."""
        return self.tree(name) if self.is_sound(name) else None

    def relations(self, name: str) -> dict[str, Relation]:
        folder, _, file = name.rpartition("/")
        root = self.tree_or_none(f"{folder}/_rels/{file}.rels")
        found = {}
        for each in root if root is not None else ():
            target, is_outside = each.get("Target", ""), each.get("TargetMode") == "External"
            if not is_outside:
                target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
            kind = each.get("Type", "").rpartition("/")[2].lower()
            found[each.get("Id", "")] = Relation(each.get("Id", ""), kind, target, is_outside)
        return found


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def files_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries that are files: some programs write one for every folder, too."""
    return [each for each in archive.infolist() if not each.filename.endswith(("/", "\\"))]


def open_package(upload: IO[bytes], *, filename: str, size: int) -> Package:
    """The package of a workbook; ValidationError, in a sentence, for whatever is none or goes beyond the limits."""
    if size == 0:
        raise ValidationError(_("The file is empty."))
    if size > MAX_BYTES:
        said = _("The file is {size} MB; {most} MB is the most.")
        raise ValidationError(said.format(size=number(size / 1024**2, 1), most=MAX_BYTES // 1024**2))
    upload.seek(0)
    _refuse_other_types(upload.read(CHUNK), filename)
    upload.seek(0)
    archive = zipfile.ZipFile(upload)
    _check_entries(archive, size)
    package = Package(archive)
    _look_through(package)
    return package


def _refuse_other_types(head: bytes, filename: str) -> None:
    extension = filename.rpartition(".")[2].lower()
    if head.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise ValidationError(_("The file is protected with a password. Remove the password and import it again."))
        raise ValidationError(f"{_('The file is an Excel workbook of the old kind (.xls).')} {EXCEL}")
    if head.startswith(PDF):
        raise ValidationError(_("The file is a PDF. Import the workbook that the answers were written into."))
    if not head.startswith(b"PK\x03\x04"):
        raise ValidationError(f"{_('The file is no Excel workbook.')} {EXCEL}")
    if extension in ("xlsm", "xltm", "xlsb"):
        kind = _("The file is of the kind .{extension}, which may hold macros.").format(extension=extension)
        raise ValidationError(f"{kind} {EXCEL}")


def _check_entries(archive: zipfile.ZipFile, size: int) -> None:
    """What the directory of the package says, before anything in it is unpacked."""
    entries, files = archive.infolist(), files_of(archive)
    names = [_plain_name(each.filename) for each in files]
    if any(each.flag_bits & 1 for each in entries):
        raise ValidationError(_("The file is protected with a password. Remove the password and import it again."))
    if len(entries) > MAX_ENTRIES:
        raise ValidationError(TOO_MUCH)
    unpacked = sum(each.file_size for each in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        raise ValidationError(TOO_MUCH)
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise ValidationError(DAMAGED)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ValidationError(f"{_('The file holds macros, which are never opened.')} {EXCEL}")
    if "mimetype" in names:
        raise ValidationError(f"{_('The file is an OpenDocument file.')} {EXCEL}")
    if "xl/workbook.bin" in names:
        raise ValidationError(f"{_('The file is an Excel workbook of the binary kind (.xlsb).')} {EXCEL}")
    if len(set(names)) < len(names):
        raise ValidationError(TWICE)
    if not any(name.startswith("xl/") or posixpath.basename(name) == "workbook.xml" for name in names):
        raise ValidationError(f"{_('The file is no Excel workbook.')} {EXCEL}")


def _look_through(package: Package) -> None:
    """Stream every part that is XML, whatever it is called, and stop at the first that goes beyond a limit."""
    counts = {"bytes": 0, "elements": 0, "blanks": 0}
    for entry in files_of(package.archive):
        with package.archive.open(entry) as source:
            head = source.read(CHUNK)
            text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
            if head and (text[:1] in (b"<", b"") or text.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<"))):
                with suppress(expat.ExpatError):  # whoever needs the part says that it is broken
                    _look_at(head, source, counts)
                    package.sound.add(entry.filename)
            else:
                while source.read(CHUNK):  # to see that what it is said to hold is what it holds
                    pass


def _look_at(head: bytes, source: IO[bytes], counts: dict[str, int]) -> None:
    parser = expat.ParserCreate()
    row = last_row = filled = last_counted = last_element = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, last_row, filled, last_counted, last_element
        last_element = parser.CurrentByteIndex
        tag = name.rpartition(":")[2]
        if tag in ("c", "row"):
            counts["blanks"] += 1
            if counts["blanks"] > MAX_BLANKS:
                raise ValidationError(TOO_MANY_CELLS.format(most=number(MAX_BLANKS)))
            if tag == "row":
                row = _whole(attributes.get("r"), row + 1)
            return
        counts["elements"] += 1
        if counts["elements"] > MAX_ELEMENTS:
            raise ValidationError(TOO_MUCH)
        if tag in ("v", "is", "f") and row:
            filled += row != last_counted
            last_counted = row
            last_row = max(last_row, row)
            if max(last_row, filled) > MAX_ROWS:
                raise ValidationError(TOO_MANY_ROWS.format(most=number(MAX_ROWS)))

    def doctype(*args: object) -> None:
        raise ValidationError(
            _("The file holds a document type, which no Excel workbook does. Nothing of it was read.")
        )

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    fed, chunk = 0, head
    while chunk:
        counts["bytes"] += len(chunk)
        fed += len(chunk)
        if counts["bytes"] > MAX_UNPACKED:
            raise ValidationError(TOO_MUCH)
        parser.Parse(chunk)
        if fed - last_element > MAX_MARKUP:
            raise ValidationError(TOO_MUCH)
        chunk = source.read(CHUNK)
    parser.Parse(b"", True)


def _whole(text: str | None, otherwise: int) -> int:
    """The number of a row; some programs write it with a point."""
    return int(float(text)) if text and re.fullmatch(r"\d{1,9}(\.0*)?", text) else otherwise
