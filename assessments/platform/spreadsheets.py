"""CSV files that a spreadsheet opens without running anything in them, and what no workbook can carry."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO, TextIOWrapper
from tempfile import SpooledTemporaryFile

from django.http import FileResponse

IN_MEMORY = 1024 * 1024
PIECE = 32 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_unwritable(text: str) -> str:
    """The text without the characters that XML 1.0 cannot carry: a workbook with one of them cannot be opened."""
    return UNWRITABLE.sub("", text)


def safe_cell(value: object) -> str:
    """The value as text that any program reads; what looks like a formula gets an apostrophe in front (OWASP)."""
    text = "" if value is None else without_unwritable(str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_response(filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> FileResponse:
    """A download that is written whole before it begins: rows that fail half-way are an error, never half a file."""
    written = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the response closes it
    text = TextIOWrapper(written, encoding="utf-8-sig", newline="", write_through=True)  # its mark tells spreadsheets
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    text.detach()
    written.seek(0)
    response = FileResponse(written, as_attachment=True, filename=filename, content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


def stream_csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV file in pieces, for what is too long to wait for. A number is one; days are written as 2026-12-31."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # by this mark spreadsheets tell that it is UTF-8
    writer.writerow(header)
    yield buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    for row in rows:
        writer.writerow([cell if isinstance(cell, (int, float)) else safe_cell(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
