"""The lines of an uploaded list, CSV or XLSX, as texts under the names of the columns; never more than are taken."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.platform.names import fold
from assessments.vendors.incoming.contents import read_workbook

MOST_LINES = 500
MOST_BYTES = 1024 * 1024
CELL_LENGTH = 500
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
            _("The file is empty. It needs a line of headings, one of them Name, and a line for each one.")
        )
    found = lines_of(rows, _columns())
    if found is None or "name" not in found.taken:
        raise ValidationError(_("No column is called Name. Put the headings in the first line: Name, Industry, Team."))
    if not found.lines:
        raise ValidationError(_("There is no organization below the headings."))
    return found


def _columns() -> dict[str, tuple[str, ...]]:
    """What the columns are called, in English and as the page calls them in the language that is spoken."""
    spoken = {
        "name": (_("Name"), _("Organization")),
        "industry": (_("Industry"),),
        "size": (_("Size"),),
        "hosting": (_("Hosting"),),
        "lead": (_("Lead"),),
        "tags": (_("Tags"),),
        "team": (_("Team"),),
    }
    return {name: (*words, *(fold(word) for word in spoken[name])) for name, words in ORGANIZATIONS.items()}


def _too_many() -> ValidationError:
    words = _("The list has more than {number} lines. Split it: nothing of it was taken.")
    return ValidationError(words.format(number=MOST_LINES))


def rows_of(upload: UploadedFile) -> list[Row]:
    """The cells of each line that has any, with the number of the line. ValidationError for more than are taken."""
    name = upload.name or ""
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _of_workbook(upload)
    if (upload.size or 0) > MOST_BYTES:
        words = _("The file is larger than {number} MB. Split it: nothing was taken.")
        raise ValidationError(words.format(number=MOST_BYTES // 1024**2))
    return rows_of_text(_text(upload.read(MOST_BYTES + 1)))


def lines_of(rows: Sequence[Row], columns: Mapping[str, Sequence[str]]) -> Lines | None:
    """The lines below the headings, by what `columns` call each of them; None where no heading is known."""
    known = {word: column for column, words in columns.items() for word in words}
    (_number, head), *body = rows
    places = {place: known[fold(text)] for place, text in enumerate(head) if fold(text) in known}
    if not places:
        return None
    lines = []
    for number, cells in body:
        values = {key: cells[place].strip()[:CELL_LENGTH] for place, key in places.items() if place < len(cells)}
        if any(values.values()):
            lines.append(Line(number, values))
    if len(lines) > MOST_LINES:
        raise _too_many()
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
                raise _too_many()
    except csv.Error:
        raise ValidationError(
            _("The file cannot be read as CSV. Save it as CSV (UTF-8) or as an Excel workbook.")
        ) from None
    return rows


def _text(data: bytes) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationError(_("This is neither CSV nor an Excel workbook. Save the list as one of them."))
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
