"""fio: the text that it prints without `--output-format`."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.storage.fio import Job, Side, report, statistic_of
from assessments.readers.text import UNIT_MS, label, number

FORMAT = Format(
    slug="fio-text",
    title="the text of fio",
    tool="fio",
    seen="3.33",
    made_by="fio --group_reporting JOB",
    figures="bandwidth, IOPS, p50 to p99.9 of reads, writes and fsync, utilization of the disk; all of them rounded",
    traps=(
        "`BW=101MiB/s (106MB/s)` is one rate in two units: the one in brackets counts in thousands.",
        "The unit of the times changes from job to job: nsec, usec, msec.",
    ),
    marks=("(groupid=",),
)
JOB = re.compile(r"^(\S.*?): \(groupid=([0-9]+), jobs=([0-9]+)\): err=\s*([0-9]+)[^:]*: pid=([0-9]+): (.+)$")
SIDE = re.compile(
    r"^\s+(read|write|trim|mixed)\s*: IOPS=([0-9.]+)([kMG]?), "
    r"BW=(\S+) \((\S+?)\)\([^/]*/([0-9]+)msec\)"
)
# One of the two rates counts in thousands, whichever stands first; `--unit_base=1` writes bits.
RATE = re.compile(r"([0-9.]+)([kMGTP]?)(B|bit)/s")
OLD = re.compile(r"^\s+(?:read |write|trim )\s*: io=", re.M)
TIMES = re.compile(r"^\s+(clat|lat|sync) \((nsec|usec|msec)\): min=\s*(\S+), max=\s*(\S+), avg=\s*([0-9.]+)")
SHARES = re.compile(r"^\s+(clat|lat|sync) percentiles \((nsec|usec|msec)\):")
SHARE = re.compile(r"([0-9.]+)th=\[\s*([0-9]+)\]")
ISSUED = re.compile(r"^\s+issued rwts: total=([0-9]+),([0-9]+),([0-9]+),([0-9]+)")
DISK = re.compile(r"^\s+(\S+): ios=.*\butil=([0-9.]+)%")
SYNC = re.compile(r"^\s+fsync/")
VERSION = re.compile(r"^fio-([0-9]\S*)", re.M)
KILO = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}


def recognize(source: Source) -> bool:
    return bool(VERSION.search(source.head)) and "(groupid=" in source.head


def read(source: Source) -> Reading:
    text = source.text
    versions = VERSION.findall(text)
    draft = Draft(FORMAT, version=versions[0])
    if len(versions) > 1:
        draft.refuse("The file holds several runs of fio: give each one its own file.")
        return draft.reading()
    if OLD.search(text):
        draft.refuse("This is the text of an old fio, whose KB may be 1,000 or 1,024 bytes: give its JSON.")
        return draft.reading()
    jobs, dates, disks = _parse(text)
    draft.date = next((date for date in map(_date, dates) if date), None)
    if not jobs:
        draft.refuse("The run did not come to its end: there is no result in the text.")
    report(draft, jobs)
    for name, used in disks:
        about = f"disk {label(name, 40)}, time with at least one request"
        draft.figure("utilization", "mean", number(used) or None, "%", None, about)
    if draft.figures:
        draft.warn("The text of fio is rounded to three or four digits; its JSON is exact.")
    return draft.reading()


def _parse(text: str) -> tuple[list[Job], list[str], list[tuple[str, str]]]:
    jobs: list[Job] = []
    dates: list[str] = []
    disks: dict[str, str] = {}
    processes: dict[tuple[str, str, str], Job] = {}
    side, block, unit = Side(""), "", Decimal(1)
    for line in text.split("\n"):
        if found := JOB.match(line):
            name, group, _, error, process, date = found.groups()
            # With --status-interval a job is reported again and again, each time from its start on.
            repeated = processes.get((name, group, process))
            if repeated is not None:
                jobs.remove(repeated)
            jobs.append(Job(name, group, int(error)))
            processes[name, group, process] = jobs[-1]
            dates.append(date.strip())
        elif line and not line[0].isspace():
            block = ""
        elif found := DISK.match(line):
            disks[found[1]] = found[2]
        if not jobs:
            continue
        job = jobs[-1]
        if found := SIDE.match(line):
            what, iops, kilo, *rates, runtime = found.groups()
            side = Side(what, _rate(rates), _times(iops, KILO[kilo]), None, number(runtime))
            job.sides.append(side)
        elif found := TIMES.match(line):
            kind, scale = found[1], UNIT_MS[found[2]]
            if kind == "clat" or (kind == "lat" and not side.times) or kind == "sync":
                times = job.sync_times if kind == "sync" else side.times
                side.kind = "completion" if kind == "clat" else "total" if kind == "lat" else side.kind
                for statistic, written in zip(("min", "max", "mean"), found.groups()[2:], strict=True):
                    times[statistic] = _scaled(written, scale)
        elif found := SHARES.match(line):
            # Where both are written, the completion times are the figure.
            both = found[1] == "lat" and any(statistic.startswith("p") for statistic in side.times)
            block, unit = "" if both else found[1], UNIT_MS[found[2]]
            if block == "lat" and side.kind == "completion":
                side.kind, side.times = "total", {}
        elif block and line.lstrip().startswith("|"):
            times = job.sync_times if block == "sync" else side.times
            for percentile, value in SHARE.findall(line):
                if named := _statistic(percentile):
                    times[named] = Decimal(value) * unit
        elif found := ISSUED.match(line):
            counts = dict(zip(("read", "write", "trim"), map(int, found.groups()[:3]), strict=True))
            counts["mixed"] = sum(counts.values())
            job.syncs = int(found[4]) if job.sync_times else 0
            for done in job.sides:
                done.count = counts[done.what]
        else:
            block = ""
    return jobs, dates, list(disks.items())


@lru_cache(maxsize=1000)
def _statistic(percentile: str) -> str | None:
    return statistic_of(number(percentile))


def _scaled(written: str, unit: Decimal) -> Decimal | None:
    digits = written.rstrip("kMG")
    value = number(digits)
    return None if value is None else value * KILO[written[len(digits) : len(digits) + 1]] * unit


def _rate(written: Sequence[str]) -> Decimal | None:
    """Bytes per second."""
    rate = next((found for one in written if (found := RATE.fullmatch(one))), None)
    if rate is None:
        return None
    value = _times(rate[1], KILO[rate[2]])
    return value / 8 if value is not None and rate[3] == "bit" else value


def _times(written: str, factor: int) -> Decimal | None:
    value = number(written)
    return None if value is None else value * factor


def _date(written: str) -> str | None:
    """`Sun Nov 29 21:18:16 2026`: the server's own time, without its zone."""
    try:
        return datetime.strptime(" ".join(written.split()), "%a %b %d %H:%M:%S %Y").isoformat()
    except ValueError:
        return None
