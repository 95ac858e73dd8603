"""loadtest: the text of a run, of the current versions and of those that write a log."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="loadtest",
    title="the text of loadtest",
    tool="loadtest",
    seen="8.2.1",
    made_by="loadtest -n 10000 -c 50 URL",
    figures="latency: mean, p50, p90, p95, p99, maximum; requests per second; error rate",
    traps=(
        "A 503 is shown as error -1, like a connection that was refused.",
        "Percentiles are whole milliseconds, and failures are in them.",
    ),
    words=("URL:",),
)
PREFIX = r"^(?:\[[^\]]*\] )?(?:INFO )?\s*"
FIELD = re.compile(
    PREFIX + r"(Completed requests|Total errors|Mean latency|Effective rps|Requests per second):\s+([0-9.]+)", re.M
)
SHARE = re.compile(PREFIX + r"([0-9]{2,3})%\s+([0-9.]+) ms", re.M)
STATISTICS = {"50": "p50", "90": "p90", "95": "p95", "99": "p99", "100": "max"}


def recognize(source: Source) -> bool:
    names = {name for name, _ in FIELD.findall(source.head)}
    return "Target URL:" in source.head and {"Completed requests", "Mean latency"} <= names


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    pairs = FIELD.findall(text)
    if sum(name == "Completed requests" for name, _ in pairs) > 1:
        draft.refuse("The file holds several runs of loadtest: give each one its own file.")
        return draft.reading()
    found = {name: number(value) for name, value in pairs}
    total, failed = int(found.get("Completed requests") or 0), int(found.get("Total errors") or 0)
    if not draft.failures(failed, total, "answers with an error status, and no answer"):
        return draft.reading()
    values: dict[str, Decimal | None] = {"mean": found.get("Mean latency")}
    values |= {STATISTICS[share]: number(time) for share, time in SHARE.findall(text) if share in STATISTICS}
    draft.latencies("latency", values, total, "whole request, failures included; percentiles in whole milliseconds")
    rate = found.get("Effective rps", found.get("Requests per second"))
    draft.figure("throughput", "mean", rate, "requests/s", total, "failures included")
    return draft.reading()
