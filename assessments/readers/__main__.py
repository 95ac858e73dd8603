"""The command: the figures of a file as one line of JSON; with `--docs` the page on the formats."""

import json
import sys
from pathlib import Path

from assessments.readers.formats_page import page
from assessments.readers.reading import Reading
from assessments.readers.registry import read_path

USAGE = "Usage: python -m assessments.readers FILE, or --docs"


def line(reading: Reading) -> str:
    """One line of JSON. Values stand as the exact numbers they are, so they are put in as text."""
    figures = [
        f'{{"name": {_json(f.name)}, "statistic": {_json(f.statistic)}, "value": {f.value:f}, "unit": {_json(f.unit)}, '
        f'"count": {_json(f.count)}, "about": {_json(f.about)}}}'
        for f in reading.figures
    ]
    head = {"format": reading.format, "tool": reading.tool, "version": reading.version, "date": reading.date}
    tail = {"warnings": reading.warnings, "refusals": reading.refusals, "missing": reading.missing}
    return f'{_json(head)[:-1]}, "figures": [{", ".join(figures)}], {_json(tail)[1:]}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if arguments[0] == "--docs":
        print(page(), end="")
        return 0
    path = Path(arguments[0])
    if not path.is_file():
        print(f"{path} is no file.", file=sys.stderr)
        return 2
    print(line(read_path(path)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
