"""AIPerf and GenAI-Perf: the CSV of a run and the tables on the screen."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.llm.names import TOKEN_TIMES
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.tables import fields, rows
from assessments.readers.text import UNIT_MS, number, plural

FORMAT = Format(
    slug="aiperf-tables",
    title="the CSV of AIPerf, or its tables on the screen",
    tool="aiperf",
    seen="0.13.0",
    made_by="aiperf profile … (profile_export_aiperf.csv)",
    figures="as in the JSON, rounded to two decimals; on the screen without p75 and p95",
    traps=(
        "The CSV is two tables or more in one file, with an empty line between.",
        "There is neither a date nor a version; the JSON beside it has both.",
    ),
    marks=("Metric",),
)
NAME = re.compile(r"^\s*(.+?)\s*\(([^()]+)\)\s*$")
STATISTICS = {"avg": "mean", "min": "min", "max": "max"} | {f"p{n}": f"p{n}" for n in (50, 75, 90, 95, 99)}
TIMES = {
    "Request Latency": "latency",
    "Time to First Token": "time_to_first_token",
    "Time To First Token": "time_to_first_token",
    "Inter Token Latency": "inter_token_latency",
}
BARS = re.compile(r"[│┃|]")
RATES = ("Request Throughput", "Output Token Throughput")
COUNTS = ("Request Count", "Completed Requests", "Request Error Rate", "Usage Discrepancy Count")
WANTED = frozenset((*TIMES, *RATES, *COUNTS))
Table = dict[str, dict[str, str]]


def recognize(source: Source) -> bool:
    if fields(source.first_line)[:2] == ["Metric", "avg"]:
        return True
    return "LLM Metrics" in source.head and "Request Latency (ms)" in source.head and "│" in source.head


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    screen = fields(source.first_line)[:2] != ["Metric", "avg"]
    table: Table = {}
    twice = False
    for name, unit_word, cells in _screen_rows(source.text) if screen else _csv_rows(source):
        twice = twice or (name == "Request Latency" and name in table)
        table.setdefault(name, {"unit": unit_word, **cells})
    if twice:
        draft.refuse("The file holds several runs: give each one its own file.")
        return draft.reading()
    good = _count(table, "Request Count")
    completed = _count(table, "Completed Requests")
    share = _value(table, "Request Error Rate")
    if good is None:
        draft.ask("count")
    if good is not None and completed is not None and completed >= good:
        if not draft.failures(completed - good, completed, "requests with an error", inside=False):
            return draft.reading()
    elif share is not None:
        draft.figure("error_rate", "mean", share, "%", None, "requests with an error")
    else:
        draft.ask("failures")
    for title, name in TIMES.items():
        cells = table.get(title, {})
        if unit := UNIT_MS.get(cells.get("unit", "")):
            values = {s: _scaled(cells.get(key), unit) for key, s in STATISTICS.items()}
            draft.latencies(name, values, good, TOKEN_TIMES[name])
            if name == "inter_token_latency":
                draft.warn(
                    "The time between tokens is one average per request, so its percentiles hide single long waits."
                )
            if values["p95"] is None and name == "latency":
                draft.lacks("p95", "The screen has no p95; the JSON or CSV beside it has one.")
    draft.figure("throughput", "mean", _value(table, "Request Throughput"), "requests/s", good, "successful requests")
    tokens = _value(table, "Output Token Throughput")
    draft.figure("token_throughput", "mean", tokens, "tokens/s", good, "output tokens of successful requests")
    if mismatches := _count(table, "Usage Discrepancy Count"):
        draft.warn(f"For {plural(mismatches, 'request')} client and server disagree on the number of tokens.")
    return draft.reading()


def _csv_rows(source: Source) -> Iterator[tuple[str, str, dict[str, str]]]:
    header: list[str] = []
    for row in rows(source.lines()):
        if row[0].strip() == "Metric":
            header = [cell.strip() for cell in row]
            continue
        if row[0].partition(" (")[0].strip() not in WANTED:
            continue
        name = NAME.match(row[0])
        cells = {head: cell.replace(",", "") for head, cell in zip(header[1:], row[1:], strict=False)}
        yield (name[1], name[2], cells) if name else (row[0].strip(), "", cells)


def _screen_rows(text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    header: list[str] = []
    pending: tuple[str, dict[str, str]] | None = None
    for line in text.split("\n"):
        cells = [cell.strip() for cell in BARS.split(line)[1:-1]]
        if len(cells) < 2:
            continue
        if cells[0] == "Metric":
            header = cells
        elif not any(cells[1:]) and pending:  # the unit has a line of its own
            yield pending[0], cells[0].strip("()"), pending[1]
            pending = None
        elif header and any(cells[1:]):
            values = {head: cell.replace(",", "") for head, cell in zip(header[1:], cells[1:], strict=False)}
            name = NAME.match(cells[0])
            if name and name[2] != "Success + Error":
                yield name[1], name[2], values
                pending = None
            else:
                pending = cells[0].partition(" (")[0], values


def _value(table: Table, name: str) -> Decimal | None:
    cells = table.get(name, {})
    return number(cells.get("Value") or cells.get("avg"))


def _count(table: Table, name: str) -> int | None:
    found = _value(table, name)
    return int(found) if found is not None and found == found.to_integral_value() else None


def _scaled(value: str | None, unit: Decimal) -> Decimal | None:
    found = number(value)
    return None if found is None else found * unit
