"""An uploaded Excel workbook, read without trusting it.

Everything in the package is looked through as a stream first: entries, sizes, elements and rows are counted, document
types refused. Only a package that stays within the limits is given to openpyxl, which holds in memory what it reads.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from django.core.exceptions import ValidationError
from openpyxl.utils.cell import coordinate_to_tuple

MAX_BYTES = 5 * 1024**2  # of the upload
MAX_UNPACKED = 50 * 1024**2
MAX_ENTRIES = 500
MAX_RATIO, SMALL = 100, 1024**2  # a package that unpacks to little may be packed as tightly as it likes
MAX_ROWS, MAX_COLUMNS = 2_000, 50
MAX_ELEMENTS = 100_000
MAX_MARKUP = 1024**2  # bytes from one element to the next
CHUNK = 64 * 1024
# The apostrophe that keeps a spreadsheet from taking a text for a formula. It is not part of the text.
LOOKS_TYPED = re.compile(r"'+[=+\-@]")

OLE, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
EXCEL = "Save it as an Excel workbook (.xlsx) and import that."
DAMAGED = "The file is damaged and cannot be read. Open it in Excel, save it again as .xlsx, and import that."
TOO_MUCH = "The file unpacks to more than a list of questions can hold. Nothing of it was read."
TOO_MANY_ROWS = f"The file has more than {MAX_ROWS:,} rows. Keep the rows of the questions and delete the others."


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as text. `trouble` says why it is not taken as one."""

    text: str = ""
    trouble: str = ""


@dataclass(slots=True)
class Part:
    """What was seen in one part of the package: the last row that holds something, formulas by row and column."""

    last_row: int = 0
    filled: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet that hold something, by their numbers."""

    name: str
    rows: dict[int, list[Cell]]
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    sheets: tuple[Sheet, ...]
    properties: dict[str, str]
    has_links: bool


def read_workbook(upload: IO[bytes], *, filename: str, size: int) -> Workbook:
    """The text of a workbook; ValidationError, in a sentence, for whatever is none or goes beyond the limits."""
    if size == 0:
        raise ValidationError("The file is empty.")
    if size > MAX_BYTES:
        raise ValidationError(f"The file is {size / 1024**2:,.1f} MB; {MAX_BYTES // 1024**2} MB is the most.")
    upload.seek(0)
    _refuse_other_types(upload.read(CHUNK), filename)
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as package:
            entries = package.infolist()
            _check_entries(entries, size)
            parts = _look_through(package, entries)
        upload.seek(0)
        return _read(upload, parts, has_links=any("/externallinks/" in each.filename.lower() for each in entries))
    except ValidationError:
        raise
    except Exception:  # zipfile, expat and openpyxl each have exceptions for every way in which a part can be wrong
        raise ValidationError(DAMAGED) from None


def _refuse_other_types(head: bytes, filename: str) -> None:
    extension = filename.rpartition(".")[2].lower()
    if head.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise ValidationError("The file is protected with a password. Remove the password and import it again.")
        raise ValidationError(f"The file is an Excel workbook of the old kind (.xls). {EXCEL}")
    if head.startswith(PDF):
        raise ValidationError("The file is a PDF. Import the workbook that the answers were written into.")
    if not head.startswith(b"PK\x03\x04"):
        raise ValidationError(f"The file is no Excel workbook. {EXCEL}")
    if extension in ("xlsm", "xltm", "xlsb"):
        raise ValidationError(f"The file is of the kind .{extension}, which may hold macros. {EXCEL}")


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    """What the directory of the package says, before anything in it is unpacked."""
    names = [each.filename.lower() for each in entries]
    if any(each.flag_bits & 1 for each in entries):
        raise ValidationError("The file is protected with a password. Remove the password and import it again.")
    if len(entries) > MAX_ENTRIES or len(set(names)) < len(names):
        raise ValidationError(TOO_MUCH)
    unpacked = sum(each.file_size for each in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        raise ValidationError(TOO_MUCH)
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise ValidationError(DAMAGED)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ValidationError(f"The file holds macros, which are never opened. {EXCEL}")
    if "mimetype" in names:
        raise ValidationError(f"The file is an OpenDocument file. {EXCEL}")
    if "xl/workbook.bin" in names:
        raise ValidationError(f"The file is an Excel workbook of the binary kind (.xlsb). {EXCEL}")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise ValidationError(f"The file is no Excel workbook. {EXCEL}")


def _look_through(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, Part]:
    """Stream every part that is XML, whatever it is called, and stop at the first that goes beyond a limit."""
    counts = {"bytes": 0, "elements": 0}
    parts = {}
    for entry in entries:
        with package.open(entry) as source:
            head = source.read(CHUNK)
            text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
            if text[:1] in (b"<", b"") or text.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<")):
                parts[entry.filename] = _look_at(head, source, counts)
    return parts


def _look_at(head: bytes, source: IO[bytes], counts: dict[str, int]) -> Part:
    part, parser = Part(), expat.ParserCreate()
    row = column = last_counted = last_element = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, last_counted, last_element
        counts["elements"] += 1
        last_element = parser.CurrentByteIndex
        if counts["elements"] > MAX_ELEMENTS:
            raise ValidationError(TOO_MUCH)
        tag = name.rpartition(":")[2]
        if tag == "row":
            row, column = int(float(attributes.get("r", row + 1))), 0
        elif tag == "c":
            place = attributes.get("r")
            column = coordinate_to_tuple(place)[1] if place else column + 1
        elif tag == "f":
            part.formulas.add((row, column))
        elif tag == "mergeCell":
            part.merged.append(attributes.get("ref", ""))
        if tag in ("v", "is", "f") and row:
            part.filled += row != last_counted
            last_counted = row
            part.last_row = max(part.last_row, row)
            if max(part.last_row, part.filled) > MAX_ROWS:
                raise ValidationError(TOO_MANY_ROWS)

    def doctype(*args: object) -> None:
        raise ValidationError("The file holds a document type, which no Excel workbook does. Nothing of it was read.")

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
    return part


def _read(upload: IO[bytes], parts: dict[str, Part], *, has_links: bool) -> Workbook:
    """`data_only`: formulas are known by their places already, and never parsed."""
    book = openpyxl.load_workbook(upload, read_only=True, data_only=True, keep_links=False)
    try:
        sheets = []
        for sheet in book.worksheets:
            part = parts[sheet._worksheet_path.lstrip("/")]
            rows = dict(_rows(sheet, part))
            sheets.append(Sheet(sheet.title, rows, tuple(part.merged)))
        properties = {each.name: str(each.value) for each in book.custom_doc_props.props}
        return Workbook(tuple(sheets), properties, has_links)
    finally:
        book.close()


def _rows(sheet: Any, part: Part) -> Iterator[tuple[int, list[Cell]]]:
    """No row after the last one that holds something is asked for, nor anything that stands behind the rows."""
    if not part.last_row:
        return
    found = sheet.iter_rows(min_row=1, max_row=part.last_row, max_col=MAX_COLUMNS)
    for number, row in enumerate(islice(found, part.last_row), 1):
        cells = [_cell(cell, (number, column) in part.formulas) for column, cell in enumerate(row, 1)]
        if any(cell.text or cell.trouble for cell in cells):
            yield number, cells


def _cell(cell: Any, is_formula: bool) -> Cell:
    if is_formula:
        return Cell(trouble="holds a formula; write the text itself")
    if cell.data_type == "e":
        return Cell(trouble=f"holds the error {cell.value}")
    return Cell(_text(cell.value, getattr(cell, "number_format", "")))


def _text(value: object, number_format: str) -> str:
    """A value as people write it: Yes, 38, 99.5%, 14 Sep 2026."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        percent = "%" in number_format
        shown = f"{value * 100 if percent else value:.15g}"
        return f"{shown}%" if percent else shown
    if isinstance(value, datetime):
        return f"{value:%-d %b %Y}" if value.time() == time() else f"{value:%-d %b %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    text = re.sub(r"_x000D_\n?", "\n", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text[1:] if LOOKS_TYPED.match(text) else text
