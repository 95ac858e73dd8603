"""The lines of an uploaded list, CSV or XLSX, as texts under the names of the columns; never more than are taken."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from assessments.platform.names import fold
from assessments.vendors.incoming.contents import read_workbook

MOST_LINES = 500
MOST_BYTES = 1024 * 1024
CELL_LENGTH = 500
TOO_MANY = f"The list has more than {MOST_LINES} lines. Split it: nothing of it was taken."
ORGANIZATIONS = {
    "name": ("name", "organization", "organisation", "organization name", "client", "company"),
    "industry": ("industry", "sector"),
    "size": ("size", "people", "employees"),
    "hosting": ("hosting", "hosting model", "where the hardware runs"),
    "lead": ("lead", "owner", "consultant"),
    "tags": ("tags", "tag", "region"),
    "team": ("team",),
}


Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # in the file
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    untaken: tuple[str, ...]  # the headings of columns that say nothing here
    taken: frozenset[str]  # the names of the columns that are there


def read_lines(upload: UploadedFile) -> Lines:
    """The organizations of an upload. ValidationError, in a sentence, for what is no such list, or too long a one."""
    rows = rows_of(upload)
    if not rows:
        raise ValidationError(
            "The file is empty. It needs a line of headings, one of them Name, and a line for each one."
        )
    found = lines_of(rows, ORGANIZATIONS)
    if found is None or "name" not in found.taken:
        raise ValidationError("No column is called Name. Put the headings in the first line: Name, Industry, Team.")
    if not found.lines:
        raise ValidationError("There is no organization below the headings.")
    return found


def rows_of(upload: UploadedFile) -> list[Row]:
    """The cells of each line that has any, with the number of the line. ValidationError for more than are taken."""
    name = upload.name or ""
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _of_workbook(upload)
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(f"The file is larger than {MOST_BYTES // 1024**2} MB. Split it: nothing was taken.")
    return rows_of_text(_text(upload.read(MOST_BYTES + 1)))


def lines_of(rows: Sequence[Row], columns: Mapping[str, Sequence[str]]) -> Lines | None:
    """The lines below the headings, by what `columns` call each of them; None where no heading is known."""
    known = {word: column for column, words in columns.items() for word in words}
    (_, head), *body = rows
    places = {place: known[fold(text)] for place, text in enumerate(head) if fold(text) in known}
    if not places:
        return None
    lines = []
    for number, cells in body:
        values = {key: cells[place].strip()[:CELL_LENGTH] for place, key in places.items() if place < len(cells)}
        if any(values.values()):
            lines.append(Line(number, values))
    if len(lines) > MOST_LINES:
        raise ValidationError(TOO_MANY)
    untaken = tuple(text for place, text in enumerate(head) if text.strip() and place not in places)
    return Lines(tuple(lines), untaken, frozenset(places.values()))


def _of_workbook(upload: UploadedFile) -> list[Row]:
    sheet = read_workbook(upload.file, filename=upload.name or "", size=upload.size or 0).sheets[0]
    rows = []
    for number, cells in sorted(sheet.rows.items()):
        texts = [""] * (max(cells) + 1)
        for place, cell in cells.items():
            texts[place] = f"={cell.formula.lstrip('=')}" if cell.formula else cell.text
        rows.append((number, texts))
    return rows


def rows_of_text(text: str) -> list[Row]:
    """As `rows_of`, of text whose cells are parted by commas, semicolons or tabs."""
    head = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=head.count)
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            if len(rows) > MOST_LINES + 1:
                raise ValidationError(TOO_MANY)
    except csv.Error:
        raise ValidationError(
            "The file cannot be read as CSV. Save it as CSV (UTF-8) or as an Excel workbook."
        ) from None
    return rows


def _text(data: bytes) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationError("This is neither CSV nor an Excel workbook. Save the list as one of them.")
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
