"""GuideLLM: the CSV of its benchmarks, with three rows of headers."""

import csv
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import parse, word
from assessments.readers.draft import Draft
from assessments.readers.llm.guidellm import MANY, TIMES
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.tables import fields, rows
from assessments.readers.text import label, number, whole

FORMAT = Format(
    slug="guidellm-csv",
    title="the CSV of GuideLLM",
    tool="guidellm",
    seen="0.8.1",
    made_by="guidellm run … (benchmarks.csv)",
    figures="as in the JSON, without the p99.9; one set per row",
    traps=(
        "A column “Percentiles” is a list of eleven without names: minimum, 0.1, 1, 5, 10, 25, 75, 90, 95, 99, "
        "maximum. The median is not in it.",
        "Three header rows: group, status and unit, statistic.",
        "Request latency is in seconds, the times of tokens in milliseconds.",
        "Start and end have no time zone.",
    ),
    marks=("Run Info",),
)
COLUMNS = {
    ("Request Latency", "Successful Sec"): "request_latency",
    ("Time to First Token", "Successful ms"): "time_to_first_token_ms",
    ("Time per Output Token", "Successful ms"): "time_per_output_token_ms",
    ("Inter Token Latency", "Successful ms"): "inter_token_latency_ms",
}
PLACES = {"min": 0, "p75": 6, "p90": 7, "p95": 8, "p99": 9, "max": 10}
Row = dict[tuple[str, str, str], str]


def recognize(source: Source) -> bool:
    first = fields(source.first_line)
    return "Run Info" in first and "Request Latency" in first


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    table = rows(source.lines())
    head = [next(table, []) for _ in range(3)]
    columns = [tuple(cell.strip() for cell in column) for column in zip(*head, strict=False)]
    benchmarks: list[Row] = []
    for row in table:
        values: Row = {}
        for (group, status, statistic), value in zip(columns, row, strict=False):
            values.setdefault((group, status, statistic), value)
        benchmarks.append(values)
    if not benchmarks:
        draft.refuse("The file holds no benchmark.")
        return draft.reading()
    first = benchmarks[0]
    draft.date = from_iso(first.get(("Timings", "Start Time", ""), ""))
    metadata = parse(first.get(("Runtime Info", "Metadata", ""), "")).found
    draft.version = label(word(metadata[0], "guidellm_version")) or None if metadata else None
    if len(benchmarks) > 1:
        draft.warn(MANY.format(len(benchmarks)))
    for values in benchmarks:
        load = label(values.get(("Benchmark", "Strategy", ""), ""), 40) if len(benchmarks) > 1 else ""
        _benchmark(draft, values, f"{load}: " if load else "")
    return draft.reading()


def _benchmark(draft: Draft, values: Row, prefix: str) -> None:
    counts = {name: whole(values.get(("Request Counts", name, ""))) for name in ("Successful", "Errored", "Incomplete")}
    good, errored, cut = counts["Successful"], counts["Errored"] or 0, counts["Incomplete"] or 0
    if good is None:
        draft.ask("count")
        return
    if cut:
        draft.warn(f"{prefix}{cut:,} requests were cut off at the end of the run; they are in no figure.")
    if not draft.failures(errored, good + errored, f"{prefix}requests with an error", inside=False):
        return
    for column, key in COLUMNS.items():
        name, scale, what = TIMES[key]
        draft.latencies(name, _statistics(values, column, scale), good, prefix + what)
    rate = number(values.get(("Server Throughput", "Successful Requests/Sec", "Mean")))
    draft.figure("throughput", "mean", rate, "requests/s", good, f"{prefix}successful requests")
    tokens = number(values.get(("Token Throughput", "Successful Output Tokens/Sec", "Mean")))
    draft.figure("token_throughput", "mean", tokens, "tokens/s", good, f"{prefix}output tokens of successful requests")


def _statistics(values: Row, column: tuple[str, str], scale: Decimal) -> dict[str, Decimal | None]:
    found: dict[str, object] = {"mean": values.get((*column, "Mean")), "p50": values.get((*column, "Median"))}
    listed = next(csv.reader([values.get((*column, "Percentiles"), "").strip("[] ")]), [])
    if len(listed) == 11:
        found |= {statistic: listed[place] for statistic, place in PLACES.items()}
    return {statistic: None if (n := number(value)) is None else n * scale for statistic, value in found.items()}
