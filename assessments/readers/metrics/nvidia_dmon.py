"""nvidia-smi dmon: rows of a few figures a second, one for each GPU."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft, plain
from assessments.readers.metrics.nvidia_smi import Sums
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import number, plural

FORMAT = Format(
    slug="nvidia-smi-dmon",
    title="the rows of nvidia-smi dmon",
    tool="nvidia-smi",
    seen="the columns of the drivers 470 to 570, from public logs",
    made_by="nvidia-smi dmon -s pu -o DT",
    figures="GPU utilization (sm) and power: mean, lowest and highest over the rows",
    traps=(
        "Newer drivers put new columns between the old ones, so columns are found by their names.",
        "A hyphen is no value, not zero.",
    ),
)
HEADER = re.compile(r"^#\s*(?:Date\s+Time\s+|Time\s+)?gpu\b", re.I)
COLUMNS = {"sm": ("utilization", "%", "a kernel was running"), "pwr": ("power", "W", "per GPU")}


def recognize(source: Source) -> bool:
    return any(HEADER.match(line.replace(",", " ")) for line in source.head_lines[:20] if line[0] == "#")


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    sums: dict[tuple[str, str], Sums] = {}
    first, last, missing = _rows(source.lines(), sums)
    draft.date = first
    span = f", {first} to {last}" if first and first != last else ""
    for column, (name, unit, what) in COLUMNS.items():
        own = [found for (of, _), found in sums.items() if of == column]
        if not own:
            continue
        count = sum(found.count for found in own)
        about = f"{what}, {plural(len(own), 'GPU')}{span}"
        draft.figure(name, "mean", plain(sum((f.total for f in own), Decimal(0)) / count), unit, count, about)
        if count > 1:
            draft.figure(name, "min", min(f.low for f in own if f.low is not None), unit, count, about)
            draft.figure(name, "max", max(f.high for f in own if f.high is not None), unit, count, about)
        if name == "power" and len(own) > 1:
            total = plain(sum((found.total / found.count for found in own), Decimal(0)))
            draft.figure("power", "total", total, "W", count, f"mean of {len(own)} GPUs together{span}")
    if missing:
        which = "One value is" if missing == 1 else f"{missing:,} values are"
        draft.refuse(f"{which} a hyphen: not measured, not zero.")
    if any(figure.name == "utilization" for figure in draft.figures):
        draft.warn("GPU utilization says that a kernel was running, not that the chip was full.")
    if not draft.figures and not missing:
        draft.refuse("Neither sm nor pwr is among the columns, or there is no row.")
    return draft.reading()


def _rows(lines: Iterator[str], sums: dict[tuple[str, str], Sums]) -> tuple[str | None, str | None, int]:
    names: list[str] = []
    first: str | None = None
    last: str | None = None
    missing = 0
    for line in lines:
        parts = line.replace(",", " ").split()
        if line.startswith("#"):
            if HEADER.match(line.replace(",", " ")):
                names = [part.lower() for part in " ".join(parts).removeprefix("#").split()]
            continue
        if not names or len(parts) != len(names):
            continue
        row = dict(zip(names, parts, strict=True))
        if date := _date(row):
            first, last = first or date, date
        for column in COLUMNS.keys() & row.keys():
            value = number(row[column])
            if value is None or (column == "sm" and value > 100):
                missing += 1
            else:
                sums.setdefault((column, row["gpu"]), Sums()).add(value)
    return first, last, missing


def _date(row: dict[str, str]) -> str | None:
    day, time = row.get("date", ""), row.get("time", "")
    if len(day) != 8 or not day.isdigit():
        return None
    return from_iso(f"{day[:4]}-{day[4:6]}-{day[6:]}T{time}") or from_iso(f"{day[:4]}-{day[4:6]}-{day[6:]}")
