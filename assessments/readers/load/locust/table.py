"""Locust: `_stats.csv` and `_stats_history.csv`."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.tables import delimiter_of, records
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="locust-csv",
    title="the CSV of Locust",
    tool="locust",
    seen="2.47.0",
    made_by="locust -f locustfile.py --headless --csv run",
    figures="latency: mean, p50, p75, p90, p95, p99, p99.9, minimum, maximum; requests per second; error rate",
    traps=(
        "The file of `--csv` lacks the end of the run: it is written once a second, and not once more at the end.",
        "Percentiles are rounded to two digits, the average is not.",
        "In the history the percentiles are those of the last seconds, not of the run.",
    ),
    marks=(
        "Average Response Time",
        "Average response time",
        "Method,Name,Error,Occurrences",
        "Count,Message,Traceback",
    ),
)
STATS = ("Type", "Name", "Request Count", "Failure Count", "Average Response Time")
HISTORY = ("Timestamp", "User Count", "Name", "Total Request Count", "Total Average Response Time")
OLD = ("Type", "Name", "# requests", "# failures", "Average response time")  # before 1.0
NEW = dict(zip(OLD, STATS, strict=True)) | {
    f"{w} response time": f"{w} Response Time" for w in ("Min", "Max", "Median")
}
FAILURES = ("Method", "Name", "Error", "Occurrences")
EXCEPTIONS = ("Count", "Message", "Traceback", "Nodes")
SHARES = {"50%": "p50", "75%": "p75", "90%": "p90", "95%": "p95", "99%": "p99", "99.9%": "p99.9"}
FAILED = "marked as failed by Locust: status 400 and above, no answer, or the script's own rule"


def recognize(source: Source) -> bool:
    return any(delimiter_of(source.first_line, columns) for columns in (STATS, OLD, HISTORY, FAILURES, EXCEPTIONS))


def read(source: Source) -> Reading:
    if delimiter := delimiter_of(source.first_line, HISTORY):
        return _history(source, delimiter)
    draft = Draft(FORMAT)
    if any(delimiter_of(source.first_line, columns) for columns in (FAILURES, EXCEPTIONS)):
        draft.refuse("The list of what failed does not say how many requests there were. Give the file _stats.csv.")
        return draft.reading()
    delimiter = delimiter_of(source.first_line, STATS) or delimiter_of(source.first_line, OLD) or ","
    rows = [{NEW.get(name, name): cell for name, cell in row.items()} for row in records(_some(source), delimiter)]
    row = next((row for row in rows if row["Name"] in ("Aggregated", "Total") and row["Type"] in ("", "None")), None)
    if row is None:
        draft.refuse("The file has no row for all requests together, and those of the pages cannot be added up.")
        return draft.reading()
    number_in = _numbers(row, comma=delimiter == ";")
    total, failed = whole(row["Request Count"]) or 0, whole(row["Failure Count"]) or 0
    draft.warn("Locust's CSV may lack the last seconds of the run, so counts and error rate can be short.")
    if not draft.failures(failed, total, FAILED):
        return draft.reading()
    values = {"mean": number_in("Average Response Time"), "min": number_in("Min Response Time")}
    values |= {statistic: number_in(share) for share, statistic in SHARES.items()}
    values["max"] = number_in("Max Response Time")
    draft.latencies("latency", values, total, "all requests, failures included")
    if any((value or 0) >= 100 for statistic, value in values.items() if statistic in SHARES.values()):
        draft.warn("Locust rounds its percentiles to two digits.")
    draft.figure("throughput", "mean", number_in("Requests/s"), "requests/s", total, "failures included")
    return draft.reading()


def _some(source: Source, limit: int = 100_000) -> list[str]:
    return [line for line, _ in zip(source.lines(), range(limit), strict=False)]


def _numbers(row: Mapping[str, str], *, comma: bool) -> "Numbers":
    return Numbers(row, comma)


class Numbers:
    """The numbers of a row by their columns; `N/A` is none."""

    def __init__(self, row: Mapping[str, str], comma: bool) -> None:
        self.row, self.comma = row, comma

    def __call__(self, column: str) -> Decimal | None:
        return number(self.row.get(column, ""), comma=self.comma)


def _history(source: Source, delimiter: str) -> Reading:
    first, last = None, None
    for row in records(source.lines(), delimiter):
        first = first or row["Timestamp"]
        if row["Name"] == "Aggregated":
            last = row
    draft = Draft(FORMAT, date=from_epoch(first))
    if last is None:
        draft.refuse("The history has no row for all requests together.")
        return draft.reading()
    number_in = _numbers(last, comma=delimiter == ";")
    total, failed = whole(last["Total Request Count"]) or 0, whole(last.get("Total Failure Count")) or 0
    if not total:
        draft.refuse("The history ends before the first request: Locust writes it late. Give the file _stats.csv.")
        return draft.reading()
    draft.warn("Locust's CSV may lack the last seconds of the run, so counts and error rate can be short.")
    if not draft.failures(failed, total, FAILED):
        return draft.reading()
    columns = {"mean": "Average", "min": "Min", "p50": "Median", "max": "Max"}
    values = {statistic: number_in(f"Total {word} Response Time") for statistic, word in columns.items()}
    draft.latencies("latency", values, total, "all requests, failures included")
    draft.refuse("The percentiles in the history are those of the last seconds, not of the run.")
    draft.ask("p95", "p99")
    return draft.reading()
