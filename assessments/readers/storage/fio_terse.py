"""fio: the one line a job that `--minimal` and `--output-format=terse` print."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.storage.fio import Job, Side, report, statistic_of
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="fio-terse",
    title="the terse line of fio",
    tool="fio",
    seen="version 2 to 5 of the line, fio 3.33",
    made_by="fio --output-format=terse JOB",
    figures="bandwidth, IOPS, p50 to p99.9 of reads, writes and trims, in whole microseconds",
    traps=(
        "Bandwidth is in KiB/s, times are in microseconds, and no field has a name.",
        "A percentile of zero stands for “not measured”; the number of operations is not in the line.",
    ),
    marks=(";fio-", "%="),
)
LINE = re.compile(r"^([345]);fio-([^;]+);([^;]*);([0-9]+);([0-9]+);", re.M)
# The second form does not name the program.
SECOND = re.compile(r"^2;()([^;]*);([0-9]+);([0-9]+);(?:[0-9]+;){4}(?:[0-9.]+;){8}1\.000000%=", re.M)
PERCENTILES = 20


def recognize(source: Source) -> bool:
    return bool(LINE.search(source.head) or SECOND.search(source.head))


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    jobs: list[Job] = []
    for line in source.text.split("\n"):
        if found := LINE.match(line):
            draft.version = found[2]
            jobs.append(_job(line.rstrip().split(";"), found[1]))
        elif SECOND.match(line):
            jobs.append(_job(["2", "", *line.rstrip().split(";")[1:]], "2"))
    report(draft, jobs)
    return draft.reading()


def _job(fields: list[str], form: str) -> Job:
    job = Job(fields[2], fields[3], whole(fields[4]) or 0)
    width = 47 if form == "5" else 41
    sides = ("read", "write") if form == "3" else ("read", "write", "trim")
    for place, what in enumerate(sides):
        part = fields[5 + place * width :][:width]
        if len(part) == width:
            job.sides.append(_side(what, part))
    return job


def _side(what: str, part: list[str]) -> Side:
    rate, times = number(part[1]), _block(part[8:12])
    for field in part[12 : 12 + PERCENTILES]:
        percentile, _, value = field.partition("%=")
        if (statistic := statistic_of(number(percentile))) and (microseconds := number(value)):
            times[statistic] = microseconds / 1000
    kind = "completion"
    if not any(times.values()):
        kind, times = "total", _block(part[12 + PERCENTILES : 16 + PERCENTILES])
    return Side(
        what=what,
        bandwidth=None if rate is None else rate * 1024,
        iops=number(part[2]),
        runtime=number(part[3]),
        kind=kind,
        times=times,
    )


def _block(fields: list[str]) -> dict[str, Decimal | None]:
    values = [number(field) for field in fields[:3]]
    return {s: v / 1000 for s, v in zip(("min", "max", "mean"), values, strict=True) if v is not None}
