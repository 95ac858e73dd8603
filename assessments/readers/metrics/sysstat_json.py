"""iostat, mpstat and sadf: the JSON of `-o JSON` and `sadf -j`."""

from collections.abc import Iterable

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.metrics.sysstat import TOOL, Block, canonical, date_of, draft_for, report, span_of
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="sysstat-json",
    title="the JSON of iostat, mpstat and sadf",
    tool=TOOL,
    seen="12.6.1",
    made_by="iostat -xy -o JSON 60 60, or sadf -j -- -u -d -n DEV",
    figures="CPU utilization; per disk bandwidth, operations per second, mean wait, share of busy time",
    traps=(
        "The first report of iostat is the average since the machine started, and looks like the others.",
        "The date of iostat and mpstat follows the writer's language: 11/29/26, 11/29/2026, 29.11.2026.",
        "The names of one thing differ: `util`, `util-percent`; `disk_device`, `disk-device`.",
    ),
    keys=("sysstat",),
)


def recognize(source: Source) -> bool:
    return any(items(document, "sysstat", "hosts") for document in source.objects)


def read(source: Source) -> Reading:
    hosts = [host for document in source.objects for host in items(document, "sysstat", "hosts")]
    draft = draft_for(FORMAT)
    if len(hosts) != 1:
        draft.refuse("The file holds reports of several hosts or runs: give each one its own file.")
        return draft.reading()
    host = hosts[0]
    statistics = [block for block in items(host, "statistics") if isinstance(block, dict)]
    is_iostat = any("avg-cpu" in block or "disk_device" in obj(_first(items(block, "disk"))) for block in statistics)
    is_sadf = "file-date" in obj(host)
    times = [time for block in statistics if (time := _time(block))]
    _date(draft, obj(host), times, is_sadf=is_sadf)
    blocks = [found for block in statistics if (found := _block(block))]
    span = span_of(times[0], times[-1]) if times else ""
    report(draft, blocks, since_boot=is_iostat, span=span)
    if not is_iostat and not is_sadf and len(blocks) == 1:
        draft.warn(
            "A single report may be the average since the machine started: mpstat without an interval writes that."
        )
    return draft.reading()


def _date(draft: Draft, host: Object, times: list[str], *, is_sadf: bool) -> None:
    if times:
        draft.date = times[0]
    elif is_sadf:
        draft.date = from_iso(word(host, "file-date"))
    else:
        draft.date, doubt = date_of(word(host, "date"))
        if doubt:
            draft.warn(doubt)


def _time(block: Object) -> str | None:
    """sadf has day, time and whether that is UTC; iostat with ISO dates a whole stamp; mpstat a time alone."""
    day, time = word(block, "timestamp", "date"), word(block, "timestamp", "time")
    if day:
        return from_iso(f"{day}T{time}{'Z' if dig(block, 'timestamp', 'utc') == 1 else ''}")
    return from_iso(word(block, "timestamp"))


def _block(block: Object) -> Block | None:
    found = Block()
    found.idle = number(dig(block, "avg-cpu", "idle"))
    for key in ("cpu-load", "cpu-load-all"):
        for cpu in items(block, key):
            if str(dig(cpu, "cpu")) in ("all", "-1"):
                found.idle = number(dig(cpu, "idle"))
    for disk in items(block, "disk"):
        if name := word(disk, "disk_device") or word(disk, "disk-device"):
            found.disks[name] = canonical(obj(disk))
    for interface in items(block, "network", "net-dev"):
        if name := word(interface, "iface"):
            found.interfaces[name] = canonical(obj(interface))
    return found if found.idle is not None or found.disks or found.interfaces else None


def _first(values: Iterable[object]) -> object:
    return next(iter(values), None)
