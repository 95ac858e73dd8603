"""sysbench: the report of its CPU, memory, file and database tests."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft, percent
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="sysbench",
    title="the report of sysbench",
    tool="sysbench",
    seen="1.0.20; the reports of 0.4 and 1.1 from their sources",
    made_by="sysbench fileio --percentile=99 run",
    figures="mean, maximum and one percentile of the latency; events, reads and writes per second; bandwidth",
    traps=(
        "There is one percentile only, the p95 unless told otherwise: `--percentile=99` replaces it.",
        "A latency of 0.00 is below the resolution of the report, not zero.",
        "The memory test moves data in memory: its bandwidth is not that of storage.",
    ),
    words=("sysbench",),
)
HEAD = re.compile(r"^sysbench (v?[0-9][^\s:]*)", re.M)
MIB = 2**20
UNIT = {"ms": Decimal(1), "s": Decimal(1000), "": Decimal(1)}
TIME = re.compile(
    r"^\s+(min|avg|max|approx\.\s+([0-9]+) percentile|([0-9]+)(?:st|nd|rd|th) percentile):\s+([0-9.]+)(ms|s|)\s*$", re.M
)
EVENTS = re.compile(r"^\s+total number of events:\s+([0-9]+)", re.M)
SECONDS = re.compile(r"^\s+(?:total time|time elapsed):\s+([0-9.]+)s", re.M)
RATES = (
    (
        "events",
        re.compile(r"^\s+events (?:per second|/s \(eps\)):\s+([0-9.]+)|^\s+events/s \(eps\):\s+([0-9.]+)", re.M),
    ),
    ("transactions", re.compile(r"^\s+transactions:\s+[0-9]+\s+\(([0-9.]+) per sec\.\)", re.M)),
    ("memory operations", re.compile(r"^Total operations:\s+[0-9]+ \(\s*([0-9.]+) per second\)", re.M)),
)
IOPS = re.compile(r"^\s+(read|write|fsync)s?(?:/s)?:\s+(?:IOPS=)?([0-9.]+)(.*)$", re.M)
BANDWIDTH = re.compile(r"^\s+(read|written), MiB/s:\s+([0-9.]+)", re.M)
NEW_BANDWIDTH = re.compile(r"^\s*([0-9.]+) MiB/s")
MEMORY = re.compile(r"^[0-9.]+ (?:MiB|MB) transferred \(([0-9.]+) (?:MiB|MB)/sec\)", re.M)
ERRORS = re.compile(r"^\s+ignored errors:\s+([0-9]+)", re.M)
TRANSACTIONS = re.compile(r"^\s+transactions:\s+([0-9]+)", re.M)
STATISTIC = {str(int(share * 100)): statistic for statistic, share in PERCENTILES.items() if "." not in statistic}
SHORT = 60


def recognize(source: Source) -> bool:
    return bool(HEAD.search(source.head)) and "Running the test with following options" in source.head


def read(source: Source) -> Reading:
    text = source.text
    heads = HEAD.findall(text)
    draft = Draft(FORMAT, version=heads[0].lstrip("v"))
    if len(heads) > 1:
        draft.refuse("The file holds several runs of sysbench: give each one its own file.")
        return draft.reading()
    events = EVENTS.search(text)
    count = int(events[1]) if events else None
    if not count:
        draft.refuse("No event was finished, so there is nothing to read.")
        return draft.reading()
    _times(draft, text, count)
    for what, pattern in RATES:
        if found := pattern.search(text):
            rate = number(next(group for group in found.groups() if group is not None))
            draft.figure("throughput", "mean", rate, "operations/s", count, what)
    _files(draft, text)
    if found := MEMORY.search(text):
        rate = number(found[1])
        draft.figure("bandwidth", "mean", None if rate is None else rate * MIB, "B/s", None, "memory, not storage")
        draft.warn("The test moved data in memory: its bandwidth is not that of storage.")
    failed, done = ERRORS.search(text), TRANSACTIONS.search(text)
    if failed and done and int(done[1]):
        tried = int(done[1]) + int(failed[1])
        draft.figure("error_rate", "mean", percent(int(failed[1]), tried), "%", tried, "errors that were passed over")
    seconds = SECONDS.search(text)
    if seconds and Decimal(seconds[1]) < SHORT:
        draft.warn(f"The run took {Decimal(seconds[1]):.3g} s: too short to show a steady state.")
    return draft.reading()


def _times(draft: Draft, text: str, count: int) -> None:
    times: dict[str, Decimal | None] = {}
    for name, old, new, value, unit in TIME.findall(text):
        statistic = {"min": "min", "avg": "mean", "max": "max"}.get(name) or STATISTIC.get(old or new)
        if statistic and (amount := number(value)) is not None:
            times.setdefault(statistic, amount * UNIT[unit])
    unmeasured = [statistic for statistic, value in times.items() if not value]
    if any(statistic != "min" for statistic in unmeasured):
        names = " and ".join(statistic for statistic in unmeasured)
        draft.refuse(f"The report writes 0.00 ms for {names}: that is below its resolution, not zero.")
    draft.latencies("latency", {s: value for s, value in times.items() if value}, count, "one event", of="event")
    shown = {statistic for statistic in times if statistic in PERCENTILES}
    draft.ask(*(tail for tail in ("p95", "p99") if tail not in shown))


def _files(draft: Draft, text: str) -> None:
    if "queries performed:" in text or not ("File operations:" in text or "Throughput:" in text):
        return
    for what, rate, rest in IOPS.findall(text):
        about = {"read": "reads", "write": "writes", "fsync": "fsyncs"}[what]
        value = number(rate)
        if value and what != "fsync":
            draft.figure("iops", "mean", value, "IOPS", None, about)
            if found := NEW_BANDWIDTH.match(rest):
                draft.figure("bandwidth", "mean", Decimal(found[1]) * MIB, "B/s", None, about)
    for what, rate in BANDWIDTH.findall(text):
        if value := number(rate):
            about = "reads" if what == "read" else "writes"
            draft.figure("bandwidth", "mean", value * MIB, "B/s", None, about)
    if draft.figures:
        draft.warn("The test files may fit the server's memory, which then answers instead of the storage.")
