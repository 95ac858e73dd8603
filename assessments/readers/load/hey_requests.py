"""hey: one row per request, from `-o csv`."""

from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.samples import Samples
from assessments.readers.source import Source
from assessments.readers.tables import fields, rows

FORMAT = Format(
    slug="hey-requests",
    title="the requests of hey as CSV",
    tool="hey",
    seen="0.1.4",
    made_by="hey -o csv URL > requests.csv",
    figures="latency: mean, p50 to p99.9, maximum, by rank from the single values; share of bad answers",
    traps=("A request that got no answer has no row.", "Before 0.1.4 the status of an answer has no column."),
    marks=("response-time",),
)
COLUMNS = {"response-time", "DNS+dialup", "Response-delay"}


def recognize(source: Source) -> bool:
    return COLUMNS.issubset(fields(source.first_line))


def read(source: Source) -> Reading:
    draft, times, bad = Draft(FORMAT), Samples(), 0
    table = rows(source.lines())
    header = next(table, [])
    time_at = header.index("response-time")
    status_at = header.index("status-code") if "status-code" in header else None
    for row in table:
        if len(row) > max(time_at, status_at or 0) and times.add(row[time_at]):
            bad += status_at is not None and not "200" <= row[status_at] < "400"
    count = len(times.values)
    if status_at is None and count:
        draft.ask("failures")
    if (status_at is None and count) or draft.failures(
        bad, count, "answers other than 2xx and 3xx, of those that came"
    ):
        draft.latencies(
            "latency", times.statistics(Decimal(1000)), count, "answered request, bad answers included; by rank"
        )
    draft.warn("Requests that got no answer have no row here, so they are in no figure.")
    return draft.reading()
