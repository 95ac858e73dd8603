"""ApacheBench: the percentiles of `-e` and the requests of `-g`."""

from assessments.readers.dates import from_epoch
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.samples import Samples
from assessments.readers.source import Source
from assessments.readers.tables import fields, records
from assessments.readers.text import number

FORMAT = Format(
    slug="ab-tables",
    title="the tables of ApacheBench",
    tool="ab",
    seen="2.3",
    made_by="ab -e percentiles.csv -g requests.tsv URL",
    figures="latency: p50, p75, p90, p95, p99, minimum, maximum; of `-g` the mean and the date too",
    traps=(
        "Neither table says how many requests failed.",
        "`-e` does not say how many requests there were.",
        "`-g` has whole milliseconds.",
    ),
    marks=("Percentage served", "starttime"),
)
PERCENTAGES = ["Percentage served", "Time in ms"]
REQUESTS = ["starttime", "seconds", "ctime", "dtime", "ttime", "wait"]
STATISTICS = {"0": "min", "50": "p50", "75": "p75", "90": "p90", "95": "p95", "99": "p99", "100": "max"}


def recognize(source: Source) -> bool:
    return fields(source.first_line) == PERCENTAGES or fields(source.first_line, "\t") == REQUESTS


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    draft.ask("failures")
    if fields(source.first_line) == PERCENTAGES:
        rows = {row[PERCENTAGES[0]]: number(row[PERCENTAGES[1]]) for row in records(source.lines())}
        values = {statistic: rows[share] for share, statistic in STATISTICS.items() if share in rows}
        draft.latencies("latency", values, None, "whole request; whether failures are inside is not said")
        return draft.reading()
    times, first = Samples(), None
    for row in records(source.lines(), "\t"):
        started = number(row["seconds"])
        first = started if first is None or (started is not None and started < first) else first
        times.add(row["ttime"])
    draft.date = from_epoch(first)
    if not times.values:
        draft.refuse("No request was made: there are no latencies.")
    draft.latencies("latency", times.statistics(), len(times.values), "whole request; by rank, in whole milliseconds")
    return draft.reading()
