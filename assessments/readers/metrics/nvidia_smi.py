"""nvidia-smi: the CSV of `--query-gpu`, once or in a loop."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft, plain
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.tables import fields
from assessments.readers.text import number, plural

FORMAT = Format(
    slug="nvidia-smi-csv",
    title="the CSV of nvidia-smi",
    tool="nvidia-smi",
    seen="the queries of the drivers 470 to 570, from public logs",
    made_by="nvidia-smi --query-gpu=timestamp,index,utilization.gpu,power.draw --format=csv -l 1",
    figures="GPU utilization and power: mean, lowest and highest over the rows, power of all GPUs together",
    traps=(
        "GPU utilization says that a kernel was running, not that the chip was full.",
        "Missing values are words in brackets: [N/A], [Not Supported].",
        "Without the header nothing says which column is which.",
        "power.draw is the average of a second on newer chips and an instant on older ones.",
    ),
)
COLUMNS = {"utilization.gpu", "power.draw", "power.draw.average", "power.draw.instant"}
KNOWN = re.compile(
    r"^(timestamp|index|name|uuid|gpu_uuid|pci\.|gpu_bus_id|serial|count|driver_version|vbios|utilization\.|"
    r"power\.|memory\.|pcie\.|temperature\.|clocks|pstate|fan\.speed|enforced\.|mig\.|ecc\.|compute_mode|gpu_)"
)
NAMES = re.compile(r"timestamp|index|uuid|utilization\.gpu|power\.draw")
NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
IDENTITY = ("uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id", "serial", "index")
VALUE = re.compile(r"([0-9.]+)\s*(%|W|mW)?")
BARE = re.compile(r"(?:^|, )[0-9.]+ (?:%|W|MiB|MHz)(?:,|$)")


@dataclass(slots=True)
class Sums:
    """What is kept of a GPU's rows: nothing but their sum, number and edges."""

    total: Decimal = Decimal(0)
    count: int = 0
    low: Decimal | None = None
    high: Decimal | None = None

    def add(self, value: Decimal) -> None:
        self.total += value
        self.count += 1
        self.low = value if self.low is None else min(self.low, value)
        self.high = value if self.high is None else max(self.high, value)


@dataclass(slots=True)
class Found:
    header: dict[str, int] = field(default_factory=dict)
    gpus: dict[tuple[str, str], Sums] = field(default_factory=dict)
    missing: int = 0
    rows: int = 0
    first: str | None = None
    last: str | None = None


def recognize(source: Source) -> bool:
    if any(_header(line) for line in source.head_lines[:20]):
        return True
    first = source.first_line[:400]
    return ", " in first and bool(BARE.search(first)) and not source.objects


def _header(line: str) -> dict[str, int]:
    """Columns by name, without their units; empty if the line is no header."""
    if not KNOWN.match(line.lstrip(' "').lower()) or "{" in line or not NAMES.search(line):
        return {}
    names = [name.split(" [")[0].strip().lower() for name in fields(line)]
    if not all(NAME.fullmatch(name) for name in names) or sum(bool(KNOWN.match(name)) for name in names) * 2 < len(
        names
    ):
        return {}
    return {name: place for place, name in enumerate(names)}


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    found = _rows(source.lines())
    if not found.header:
        draft.refuse("The header is missing (noheader): nothing says which column is which.")
        return draft.reading()
    draft.date = found.first
    if not COLUMNS & found.header.keys():
        draft.refuse("Neither utilization.gpu nor power.draw is among the columns.")
        return draft.reading()
    known = any(name in found.header for name in IDENTITY)
    span = f", {found.first} to {found.last}" if found.first and found.first != found.last else ""
    _figures(draft, found, "utilization.gpu", span, known=known)
    power = next(
        (name for name in ("power.draw", "power.draw.average", "power.draw.instant") if name in found.header), ""
    )
    _figures(draft, found, power, span, known=known)
    if found.missing:
        draft.refuse(f"{plural(found.missing, 'value')} of {plural(found.rows, 'row')} say “not available”: not zero.")
    if found.rows and not span:
        draft.warn("One instant or without times: a day needs many rows with the column timestamp.")
    if not known and found.rows > 1:
        draft.warn("Without the column index or uuid the GPUs cannot be told apart.")
    if draft.figures and "utilization.gpu" in found.header:
        draft.warn("GPU utilization says that a kernel was running, not that the chip was full.")
    if not draft.figures and not draft.refusals:
        draft.refuse("There is a header and no row below it.")
    return draft.reading()


def _rows(lines: Iterator[str]) -> Found:
    found = Found()
    for line in lines:
        if not line.strip():
            continue
        if header := _header(line):
            found.header = found.header or header
            if header != found.header:
                found.header = header
            continue
        if not found.header:
            if found.rows > 20:
                break
            found.rows += 1
            continue
        row = [part.strip() for part in line.split(",")]
        if len(row) != len(found.header):
            continue
        found.rows += 1
        _row(found, row)
    return found


def _row(found: Found, row: list[str]) -> None:
    gpu = next((row[found.header[name]] for name in IDENTITY if name in found.header), "")
    if "timestamp" in found.header:
        time = from_iso(row[found.header["timestamp"]].replace("/", "-"))
        found.first = found.first or time
        found.last = time or found.last
    for name in COLUMNS & found.header.keys():
        written = VALUE.fullmatch(row[found.header[name]])
        value = number(written[1]) if written else None
        if value is None or (name == "utilization.gpu" and value > 100):
            found.missing += 1
        else:
            found.gpus.setdefault((name, gpu), Sums()).add(value)


def _figures(draft: Draft, found: Found, column: str, span: str, *, known: bool) -> None:
    sums = [own for (name, _), own in found.gpus.items() if name == column]
    if not sums:
        return
    kind, unit = ("utilization", "%") if column == "utilization.gpu" else ("power", "W")
    count = sum(own.count for own in sums)
    of = plural(len(sums), "GPU") if known else "GPUs"
    about = f"{'a kernel was running' if unit == '%' else 'per GPU'}, {of}{span}"
    draft.figure(kind, "mean", plain(sum((own.total for own in sums), Decimal(0)) / count), unit, count, about)
    if count > 1:
        draft.figure(kind, "min", min(own.low for own in sums if own.low is not None), unit, count, about)
        draft.figure(kind, "max", max(own.high for own in sums if own.high is not None), unit, count, about)
    if kind == "power" and known and len(sums) > 1:
        total = sum((own.total / own.count for own in sums), Decimal(0))
        draft.figure("power", "total", plain(total), "W", count, f"mean of {of} together{span}")
