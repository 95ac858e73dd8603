"""ApacheBench: the text of a run, as plain text or as the HTML table of `-w`."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, plural

FORMAT = Format(
    slug="ab",
    title="the text of ApacheBench",
    tool="ab",
    seen="2.3",
    made_by="ab -n 10000 -c 50 URL",
    figures="latency: mean, p50, p75, p90, p95, p99, maximum; requests per second; error rate",
    traps=(
        "“Failed requests” also counts answers whose length changed, and leaves out a 503 of the same length: the "
        "error rate is made of the non-2xx responses and the connections that broke.",
        "Of the two lines “Time per request” only the first is a latency; the second is divided by the concurrency.",
        "Percentiles are whole milliseconds.",
    ),
    words=("ApacheBench,",),
)
MARK = re.compile(r"^\s*This is ApacheBench, Version\s+([0-9.]+)", re.M)
FIELD = re.compile(r"^\s*([A-Z][A-Za-z0-9 -]+):\s+([0-9.]+)", re.M)
MEAN = re.compile(r"^Time per request:\s+([0-9.]+) \[ms\] \(mean\)\s*$", re.M)
REASONS = re.compile(r"\(Connect: ([0-9]+), Receive: ([0-9]+), Length: ([0-9]+), Exceptions: ([0-9]+)\)")
SHARE = re.compile(r"^\s*([0-9]{2,3})%\s+([0-9]+)\b", re.M)
TOTALS = re.compile(r"^\s*Total:\s+([0-9.]+)\s+([0-9.]+)\s+.*?([0-9.]+)\s*$", re.M)
STATISTICS = {"50": "p50", "75": "p75", "90": "p90", "95": "p95", "99": "p99", "100": "max"}


def recognize(source: Source) -> bool:
    return bool(MARK.search(source.head))


def read(source: Source) -> Reading:
    text = source.text
    if "<th" in text:
        text = re.sub(r"<[^<>]*>", " ", text)
    versions = MARK.findall(text)
    draft = Draft(FORMAT, version=versions[0])
    if len(versions) > 1:
        draft.refuse("The file holds several runs of ApacheBench: give each one its own file.")
        return draft.reading()
    found = {name: number(value) for name, value in FIELD.findall(text)}
    if "Complete requests" not in found:
        draft.refuse("The run was stopped before ab wrote its result.")
        return draft.reading()
    total, bad = int(found.get("Complete requests") or 0), int(found.get("Non-2xx responses") or 0)
    reasons = REASONS.search(text)
    connect, receive, length, exceptions = (int(n) for n in reasons.groups()) if reasons else (0, 0, 0, 0)
    broken = min(connect + receive + exceptions, max(total - bad, 0))
    if length:
        draft.warn(f"{plural(length, 'answer')} of another length counted as failed by ab; that alone is no error.")
    if not draft.failures(bad + broken, total, "answers other than 2xx, and broken connections"):
        return draft.reading()
    mean, totals = MEAN.search(text), TOTALS.search(text)
    values: dict[str, Decimal | None] = {}
    if mean or totals:
        values["mean"] = _mean(number(mean[1]) if mean else None, number(totals[2]) if totals else None)
    values |= {STATISTICS[share]: number(time) for share, time in SHARE.findall(text) if share in STATISTICS}
    if "max" not in values and totals:
        values["max"] = number(totals[3])
    draft.latencies("latency", values, total, "whole request, failures included")
    if any(time is not None and time < 20 for share, time in values.items() if share.startswith("p")):
        draft.warn("The percentiles are whole milliseconds, which is coarse for times this short.")
    rate = found.get("Requests per second")
    draft.figure("throughput", "mean", rate, "requests/s", total, "failures included")
    return draft.reading()


def _mean(computed: Decimal | None, measured: Decimal | None) -> Decimal | None:
    """The mean latency. ab computes the first from the length of the run, which is wrong if that was cut short."""
    if computed is None or measured is None or abs(computed - measured) <= max(Decimal(1), measured / 5):
        return measured if computed is None else computed
    return measured
