"""Artillery: the summary report on the screen."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.load.artillery import FAILED, STATISTICS
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="artillery-text",
    title="the summary report of Artillery on the screen",
    tool="artillery",
    seen="the layout of 2.0",
    made_by="artillery run script.yml > run.txt",
    figures="latency: mean, p50, p95, p99, minimum, maximum; requests per second; error rate",
    traps=(
        "A report stands there for every ten seconds; only the one called summary is the run.",
        "A 503 is no failure for Artillery: the error rate is made of the status codes and the errors.",
    ),
    words=("Summary",),
)
MARK = re.compile(r"^Summary report @ .*$", re.M)
COUNT = re.compile(r"^([a-z][\w.-]*(?: [\w.-]+)*): \.+ ([0-9.]+)(?:/sec)?\s*$", re.M)
TIMES = re.compile(r"^http\.response_time:\s*\n((?:[ \t]+\w+: \.+ [0-9.]+[ \t]*\n?)+)", re.M)
TIME = re.compile(r"^\s+(\w+): \.+ ([0-9.]+)", re.M)


def recognize(source: Source) -> bool:
    return bool(MARK.search(source.head)) and "http.response_time" in source.head


def read(source: Source) -> Reading:
    draft, reports = Draft(FORMAT), MARK.split(source.text)
    if len(reports) > 2:
        draft.refuse("The text holds several runs of Artillery: give each one its own file.")
        return draft.reading()
    report = reports[-1]
    counters = dict(COUNT.findall(report))
    total = whole(counters.get("http.requests")) or 0
    codes = {name.removeprefix("http.codes."): n for name, n in counters.items() if name.startswith("http.codes.")}
    failed = sum(whole(count) or 0 for code, count in codes.items() if not "200" <= code < "400")
    failed += sum(whole(count) or 0 for name, count in counters.items() if name.startswith("errors."))
    times = TIMES.search(report)
    if draft.failures(min(failed, total), total, FAILED) and times:
        values: dict[str, Decimal | None] = {}
        for word, value in TIME.findall(times[1]):
            if word in STATISTICS:
                values[STATISTICS[word]] = number(value)
        answered = whole(counters.get("http.responses")) or total
        draft.latencies("latency", values, answered, "answered request, bad answers included")
        draft.warn("Artillery's percentiles are estimates in steps of about two percent.")
        rate = number(counters.get("http.request_rate"))
        draft.figure("throughput", "mean", rate, "requests/s", total, "failures included; rounded")
    return draft.reading()
