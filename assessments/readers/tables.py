"""Rows under a header, whichever character stands between the fields."""

import csv
from collections.abc import Iterable, Iterator

csv.field_size_limit(1 << 20)
DELIMITERS = (",", ";", "\t", "|")


def fields(line: str, delimiter: str = ",") -> list[str]:
    """The fields of one line, without the blanks around them."""
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return []


def delimiter_of(line: str, columns: Iterable[str]) -> str | None:
    """The character that parts a header line so that it holds all these columns."""
    wanted = set(columns)
    return next((d for d in DELIMITERS if wanted.issubset(fields(line, d))), None)


def rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[list[str]]:
    """The rows as they come; one that is no row of such a table is passed over."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if row:
            yield row


def records(lines: Iterable[str], delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows below a header, by the header's names; extra fields are dropped, missing ones empty."""
    table = rows(lines, delimiter)
    header = [name.strip() for name in next(table, [])]
    for row in table:
        yield dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False))
