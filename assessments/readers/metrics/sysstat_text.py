"""iostat, mpstat and sar: their text, in the language of the machine."""

import re
from collections.abc import Iterator

from assessments.readers.dates import from_iso
from assessments.readers.metrics.sysstat import TOOL, Block, canonical, date_of, draft_for, report, span_of
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="sysstat-text",
    title="the text of iostat, mpstat and sar",
    tool=TOOL,
    seen="12.6.1, in the languages C, en_US and de_DE",
    made_by="sar -u -d -n DEV 60 60, or iostat -xy 60 60",
    figures="CPU utilization; per disk bandwidth, operations per second, mean wait, share of busy time",
    traps=(
        "The first report of iostat is the average since the machine started.",
        "Decimals may be marked by a comma, times may have AM and PM as a column of their own.",
        "kB are 1,024 bytes.",
    ),
    words=("Linux",),
)
HEAD = re.compile(r"^Linux \S+ \((\S+)\)\s+(\S+)\s+_\S+_\s+\(\d+ \S+\)")
TIME = re.compile(r"^(\d{1,2}[:.]\d{2}[:.]\d{2})(?:\s+([AP]M))?\s+")
AVERAGE = re.compile(r"^[^\W\d][^\d:]*:\s+")
DISK_COLUMNS = {"%util", "kB_read/s", "MB_read/s", "Blk_read/s", "rkB/s", "rMB/s", "rsec/s"}
NOT_A_DISK = {"CPU", "IFACE", "DEV"}


def recognize(source: Source) -> bool:
    return any(HEAD.match(line) for line in source.head_lines[:30]) and any(
        "%idle" in line or "%util" in line or "_read/s" in line or "IFACE" in line for line in source.head_lines[:2000]
    )


def read(source: Source) -> Reading:
    draft = draft_for(FORMAT)
    heads = [found for line in source.head_lines if (found := HEAD.match(line))]
    if len(heads) > 1:
        draft.refuse("The file holds several runs: give each one its own file.")
        return draft.reading()
    draft.date, doubt = date_of(heads[0][2])
    if doubt:
        draft.warn(doubt)
    parsed = _Text()
    parsed.take(source.lines())
    if parsed.human:
        draft.refuse("The text was written with -h, which rounds and mixes units: write it without.")
        return draft.reading()
    blocks = parsed.blocks()
    span = span_of(parsed.first, parsed.last)
    if draft.date and parsed.first:
        # A time of the first interval, without its zone.
        draft.date = from_iso(f"{draft.date}T{parsed.first}") or draft.date
    report(draft, blocks, since_boot=parsed.is_iostat, span=span)
    if not parsed.is_iostat and len(blocks) == 1 and not parsed.averages:
        draft.warn(
            "A single report may be the average since the machine started: mpstat without an interval writes that."
        )
    return draft.reading()


class _Text:
    def __init__(self) -> None:
        self.header: list[str] = []
        self.tables: list[list[str]] = []
        self.found: dict[str, Block] = {}
        self.order = 0
        self.is_iostat = self.human = False
        self.averages = 0
        self.first: str | None = None
        self.last: str | None = None

    def blocks(self) -> list[Block]:
        return [b for b in self.found.values() if b.idle is not None or b.disks or b.interfaces]

    def take(self, lines: Iterator[str]) -> None:
        for line in lines:
            stripped = line.strip()
            if not stripped:
                self.header = []
            elif stripped.startswith("avg-cpu"):
                self.is_iostat, self.order = True, self.order + 1
                self.header, self.tables = stripped.split(), []
            else:
                self._line(stripped)

    def _line(self, line: str) -> None:
        key = ""
        if stamp := TIME.match(line):
            key = stamp[1].replace(".", ":")
            line, key = line[stamp.end() :], _on_24_hours(key, stamp[2])
        elif not self.is_iostat and AVERAGE.match(line) and not line.startswith("Device"):
            self.averages += 1
            return
        words = line.split()
        if _is_header(words):
            self.header = words
            self.is_iostat = self.is_iostat or (not key and "CPU" not in words and "IFACE" not in words)
            if self.is_iostat and "%idle" not in words and not key:
                self._new_disks()
            return
        if not self.header:
            return
        if self.header[0].startswith("avg-cpu"):
            self._values(words, self.header[1:], str(self.order))
            return
        if len(words) < len(self.header):
            return
        if not self.is_iostat and key:
            self.first = self.first or key
            self.last = key
        self._values(words[-len(self.header) :], self.header, key or str(self.order))

    def _new_disks(self) -> None:
        """A table that was there before begins a block of its own (`iostat -d` has no CPUs before its disks)."""
        if self.order == 0 or self.header in self.tables:
            self.order, self.tables = self.order + 1, []
        self.tables.append(self.header)

    def _values(self, words: list[str], header: list[str], key: str) -> None:
        values = dict(zip(header, words, strict=False))
        if any(re.fullmatch(r"[0-9.,]+[kMG%]", word) for word in words):
            self.human = True
            return
        comma = any("," in word for word in words)
        block = self.found.setdefault(key, Block())
        if "%idle" in values:
            if values.get("CPU", "all") == "all":
                block.idle = number(values["%idle"], comma=comma)
        elif "IFACE" in values:
            block.interfaces[values.pop("IFACE")] = canonical(values, comma=comma)
        elif DISK_COLUMNS & values.keys():
            # `--pretty` writes the device last and its columns in several tables.
            name = values.pop("Device" if "Device" in values else header[0])
            block.disks[name] = {**block.disks.get(name, {}), **canonical(values, comma=comma)}


def _on_24_hours(time: str, half: str | None) -> str:
    hour = int(time.partition(":")[0])
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return f"{hour:02}:{time.partition(':')[2]}"


def _is_header(words: list[str]) -> bool:
    return any(word.startswith("%") and len(word) > 1 for word in words) or bool(
        {"IFACE", "DEV"} & set(words) or DISK_COLUMNS & set(words) or (len(words) > 2 and words[0] in NOT_A_DISK)
    )
