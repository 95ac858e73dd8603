"""Picks a few columns out of very many rows, without cutting up what is not asked for."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

MAX_ROW = 1_000_000
MAX_JOINED = 1_000
Match = Callable[[str], "re.Match[str] | None"]
Arrange = Callable[[Sequence[str]], tuple[str, ...]]


def picked(lines: Iterator[str], delimiter: str, places: Sequence[int | None]) -> Iterator[tuple[str, ...]]:
    """The fields at these places, in this order; empty for a column that is not there, () for a row that is too short.

    A row without quotes before the last of them is split; one with quotes is matched; what neither reads, such as a
    delimiter within quotes in a column of interest, is left to the csv module.
    """
    width = 1 + max(place for place in places if place is not None)
    choose = itemgetter(*(width if place is None else place for place in places))
    match, arrange = _pattern(delimiter, places)
    quoted, quotes, quoting = f'"{delimiter}"', 2 * width, False
    for line in lines:
        if quoting and line[:1] == '"':
            row = line[1:].split(quoted, width)
            if len(row) > width:
                rest = row[width]
                # No quote but those around the fields: none of them holds a quote, so none was cut up.
                if line.count('"', 1, len(line) - len(rest)) == quotes and rest.count('"') % 2:
                    row[width] = ""
                    yield choose(row)
                    continue
        row = line.split(delimiter, width)
        if len(row) > width:
            rest = row[width]
            if line.find('"', 0, len(line) - len(rest)) < 0:
                if '"' in rest and rest.count('"') % 2:
                    _joined(line, lines)  # a line end within quotes: the row goes on
                row[width] = ""
                yield choose(row)
                continue
        elif len(row) == width and '"' not in line:
            yield choose([*row, ""])
            continue
        if not line:
            continue
        quoting = line[0] == '"'
        whole = _joined(line, lines) if line.count('"') % 2 else line
        found = match(whole)
        if found:
            yield arrange((*found.groups(), ""))
            continue
        fields = _fields(whole, delimiter)
        yield choose([*fields[:width], ""]) if len(fields) >= width else ()


def _pattern(delimiter: str, places: Sequence[int | None]) -> tuple[Match, Arrange]:
    """A pattern of the row up to the last place, which never tries a thing twice, and the order of its groups."""
    mark = re.escape(delimiter)
    field = rf' *+(?:"(?:[^"]++|"")*+"|[^"{mark}]*+){mark}'
    parts, wanted, last = [], sorted({place for place in places if place is not None}), -1
    for place in wanted:
        skipped = place - last - 1
        parts.append(f"(?:{field}){{{skipped}}}" if skipped else "")
        # In quotes or not; a quote within, or a delimiter, is left to the csv module.
        parts.append(rf' *+(")?([^"{mark}]*+)(?({2 * wanted.index(place) + 1})")(?:{mark}|$)')
        last = place
    order = [-1 if place is None else 2 * wanted.index(place) + 1 for place in places]
    return re.compile("".join(parts)).match, itemgetter(*order)


def _joined(line: str, lines: Iterator[str]) -> str:
    for _ in range(MAX_JOINED):
        more = next(lines, None)
        if more is None:
            break
        line = f"{line} {more}"
        if not line.count('"') % 2 or len(line) > MAX_ROW:
            break
    return line


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
