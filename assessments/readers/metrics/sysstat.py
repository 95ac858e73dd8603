"""What iostat, mpstat, sar and sadf have in common: intervals of CPU, disks and interfaces, dates of many countries."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft, plain
from assessments.readers.reading import Format, Scenario
from assessments.readers.text import label, number

TOOL = "sysstat"
KIB, MIB = 2**10, 2**20
FACTORS = {"kB": KIB, "MB": MIB, "": 512}
NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})[-/.](\d{1,4})\.?")
WRITTEN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
MAX_NAMES = 40
NAMED = {
    **dict.fromkeys(("r/s", "rtps"), "reads"),
    **dict.fromkeys(("w/s", "wtps"), "writes"),
    "tps": "operations",
    **{name: name for name in ("r_await", "w_await", "await")},
    **dict.fromkeys(("util", "%util", "util-percent"), "util"),
}
RATE = re.compile(r"([rw])(kB|MB|sec)(?:/s)?|(kB|MB|Blk)_(read|wrtn)/s")
SECTORS = re.compile(r"(rd|wr)_sec(?:/s)?")
NETWORK = re.compile(r"([rt]x)kB(?:/s)?")


@dataclass(slots=True)
class Block:
    """One interval: CPU time idle in %, and per disk or interface its columns under the names of sysstat."""

    idle: Decimal | None = None
    disks: dict[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    interfaces: dict[str, Mapping[str, Decimal | None]] = field(default_factory=dict)


def draft_for(form: Format) -> Draft:
    return Draft(form, scenario=Scenario.UNKNOWN)


def date_of(written: str) -> tuple[str | None, str]:
    """The day, or a sentence on why it is not known: the order of day and month follows the writer's language."""
    if iso := from_iso(written.strip()):
        return iso[:10], ""
    if found := WRITTEN.search(written):
        return from_iso(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"), ""
    found = NUMERIC.fullmatch(written.strip())
    if not found:
        return None, ""
    first, mark, second, last = found[1], found[2], int(found[3]), found[4]
    if len(first) == 4:
        return from_iso(f"{first}-{second:02}-{int(last):02}"), ""
    year = last if len(last) == 4 else f"20{int(last):02}"
    day, month = int(first), second
    if mark == "/" and day <= 12 < month:
        day, month = month, day
    elif mark == "/" and day <= 12 and month <= 12 and day != month:
        return None, f"The date {label(written, 20)} can be read in two ways, day first or month first."
    return from_iso(f"{year}-{month:02}-{day:02}"), ""


def canonical(columns: Mapping[str, object], *, comma: bool = False) -> dict[str, Decimal | None]:
    """Columns under one name, whichever of the tools wrote them: B/s, operations a second, ms, %."""
    found: dict[str, Decimal | None] = {}
    for name, value in columns.items():
        if (meaning := _meaning(name)) and (amount := number(value, comma=comma)) is not None:
            key, factor = meaning
            found[key] = amount if factor == 1 else amount * factor
    for way in ("read", "write"):
        if f"{way} sectors" in found:
            sectors = found.pop(f"{way} sectors")
            found.setdefault(way, sectors)
    if "operations" not in found and "await" in found:
        found["operations"] = (found.get("reads") or Decimal(0)) + (found.get("writes") or Decimal(0))
    return found


@lru_cache(maxsize=1000)
def _meaning(name: str) -> tuple[str, int] | None:
    """The one name of a column, and the factor that leads to its unit."""
    bare = name.strip()
    if bare in NAMED:
        return NAMED[bare], 1
    if rate := RATE.fullmatch(bare):
        unit = (rate[2] or rate[3]).replace("sec", "").replace("Blk", "")
        return "read" if (rate[1] or rate[4])[0] == "r" else "write", FACTORS[unit]
    if sectors := SECTORS.fullmatch(bare):
        return "read sectors" if sectors[1] == "rd" else "write sectors", FACTORS[""]
    if network := NETWORK.fullmatch(bare):
        return network[1], KIB * 8
    return None


def report(draft: Draft, blocks: list[Block], *, since_boot: bool, span: str = "") -> None:
    """Means over the intervals. `since_boot`: the first block of iostat is the average since the machine started."""
    if since_boot and len(blocks) > 1:
        blocks = blocks[1:]
        draft.warn("The first report is left out: without -y it is the average since the machine started.")
    elif since_boot and blocks:
        draft.warn("A single report is the average since the machine started, unless it was made with -y.")
    if not blocks:
        draft.refuse("The file has a head and no report.")
        return
    _cpu(draft, blocks, span)
    for name in _names(draft, (block.disks for block in blocks), "disks"):
        _disk(draft, label(name, 40), [block.disks[name] for block in blocks if name in block.disks], span)
    for name in _names(draft, (block.interfaces for block in blocks), "interfaces"):
        if name != "lo":
            _interface(draft, label(name, 40), [b.interfaces[name] for b in blocks if name in b.interfaces], span)
    if any(figure.about.startswith("disk") and figure.name == "utilization" for figure in draft.figures):
        draft.warn("A disk that serves many requests at once can be 100 % busy and still take more.")
    if not draft.figures and not draft.refusals:
        idle = any(block.disks or block.interfaces for block in blocks)
        nothing = "Nothing was read, written, received or sent in these intervals: there is nothing to measure."
        draft.refuse(nothing if idle else "The file has neither CPU idle time nor disks nor interfaces.")


def _names(draft: Draft, found: Iterable[Mapping[str, object]], what: str) -> list[str]:
    names = list(dict.fromkeys(name for block in found for name in block))
    if len(names) > MAX_NAMES:
        draft.warn(f"Of {len(names)} {what} the first {MAX_NAMES} are shown.")
    return names[:MAX_NAMES]


def _cpu(draft: Draft, blocks: list[Block], span: str) -> None:
    used = [100 - block.idle for block in blocks if block.idle is not None and 0 <= block.idle <= 100]
    if not used:
        return
    about = f"CPU, all but idle, waiting for disks included{span}"
    draft.figure("utilization", "mean", plain(sum(used, Decimal(0)) / len(used)), "%", len(used), about)
    if len(used) > 1:
        draft.figure("utilization", "max", max(used), "%", len(used), f"{about}, busiest interval")


def _disk(draft: Draft, name: str, rows: list[Mapping[str, Decimal | None]], span: str) -> None:
    about = f"disk {name}"
    for key, what in (("read", "reads"), ("write", "writes")):
        _mean(draft, "bandwidth", "B/s", rows, key, f"{about}, {what}{span}")
    for key, what in (("reads", "reads"), ("writes", "writes"), ("operations", "reads and writes")):
        _mean(draft, "iops", "IOPS", rows, key, f"{about}, {what}{span}")
    _mean(draft, "utilization", "%", rows, "util", f"{about}, time with at least one request{span}")
    for key, weight, what in (
        ("r_await", "reads", "reads"),
        ("w_await", "writes", "writes"),
        ("await", "operations", "reads and writes"),
    ):
        # Each interval's mean counts by its number of operations; an interval without any has none.
        pairs = [(row[key], row.get(weight)) for row in rows if key in row and row.get(weight)]
        done = sum((count for _, count in pairs if count), Decimal(0))
        total = sum((time * count for time, count in pairs if time and count), Decimal(0))
        if done and total:
            draft.figure("latency", "mean", plain(total / done), "ms", None, f"{about}, {what}, queue included{span}")


def _interface(draft: Draft, name: str, rows: list[Mapping[str, Decimal | None]], span: str) -> None:
    for key, what in (("rx", "received"), ("tx", "sent")):
        _mean(draft, "bandwidth", "bit/s", rows, key, f"interface {name}, {what}{span}")


def _mean(draft: Draft, name: str, unit: str, rows: list[Mapping[str, Decimal | None]], key: str, about: str) -> None:
    values = [value for row in rows if (value := row.get(key)) is not None]
    # A rate of zero all the time says that nothing was asked, so it is no bandwidth of the disk.
    if values and (name == "utilization" or any(values)):
        draft.figure(name, "mean", plain(sum(values, Decimal(0)) / len(values)), unit, len(values), about)


def span_of(first: str | None, last: str | None) -> str:
    return f", {first} to {last}" if first and last and first != last else ""
