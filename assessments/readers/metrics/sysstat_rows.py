"""sadf: the rows of `-d` (semicolons) and `-p` (tabs)."""

import re

from assessments.readers.dates import from_epoch, from_iso
from assessments.readers.metrics.sysstat import TOOL, Block, canonical, draft_for, report, span_of
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="sadf-rows",
    title="the rows of sadf",
    tool=TOOL,
    seen="12.6.1",
    made_by="sadf -d -- -u -d -n DEV",
    figures="CPU utilization; per disk bandwidth, operations per second, mean wait, share of busy time",
    traps=(
        "The decimals follow the writer's language: `78,11` between semicolons.",
        "CPU -1 is all of them.",
    ),
)
HEADER = "# hostname;interval;timestamp"
TABS = re.compile(r"^\S+\t-?\d+\t(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: \S+)?|\d{10})\t(\S+)\t(%?[\w/%-]+)\t([0-9.,]+)$")
MAX_BLOCKS = 200_000


def recognize(source: Source) -> bool:
    return any(line.startswith(HEADER) for line in source.head_lines[:5]) or bool(TABS.match(source.first_line))


def read(source: Source) -> Reading:
    draft = draft_for(FORMAT)
    blocks: dict[str, Block] = {}
    tabbed: dict[tuple[str, str], dict[str, str]] = {}
    header: list[str] = []
    hosts: set[str] = set()
    for line in source.lines():
        if line.startswith(HEADER):
            header = line.removeprefix("# ").removesuffix("[...]").split(";")
        elif found := TABS.match(line):
            hosts.add(line.split("\t", 1)[0])
            tabbed.setdefault((found[1], found[2]), {})[found[3]] = found[4]
        elif header and line and line[0] != "#" and len(row := line.split(";")) >= len(header):
            hosts.add(row[0])
            _take(blocks.setdefault(row[2], Block()), dict(zip(header, row, strict=False)))
        if len(blocks) + len(tabbed) > MAX_BLOCKS:
            draft.warn("The file is very long: only its beginning was read.")
            break
    for (time, item), values in tabbed.items():
        kind = "CPU" if "%idle" in values else "IFACE" if "rxkB/s" in values else "DEV"
        _take(blocks.setdefault(time, Block()), {kind: item, **values})
    times = [stamp for written in blocks if (stamp := from_iso(written) or from_epoch(written))]
    draft.date = times[0] if times else None
    if len(hosts) > 1:
        draft.refuse("The file holds reports of several hosts: give each one its own file.")
        return draft.reading()
    report(draft, list(blocks.values()), since_boot=False, span=span_of(times[0], times[-1]) if times else "")
    return draft.reading()


def _take(block: Block, row: dict[str, str]) -> None:
    comma = any("," in value for key, value in row.items() if key not in ("hostname", "timestamp"))
    if "%idle" in row and "CPU" in row:
        if row["CPU"] in ("-1", "all"):
            block.idle = number(row["%idle"], comma=comma)
    elif "IFACE" in row:
        block.interfaces[row["IFACE"]] = canonical(row, comma=comma)
    elif "DEV" in row:
        block.disks[row["DEV"]] = canonical(row, comma=comma)
