"""wrk: the text of a run, with `--latency` or without, and what its scripts print by `done()`."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import milliseconds, number, plural, whole

FORMAT = Format(
    slug="wrk",
    title="the text of wrk",
    tool="wrk",
    seen="4.1.0",
    made_by="wrk --latency -d 60s URL",
    figures="mean and maximum latency, p50, p75, p90, p99; requests per second; error rate",
    traps=(
        "A request that timed out is in no percentile.",
        "There is no p95: what lies between p90 and p99 is not known.",
        "Responses other than 2xx and 3xx are in the latencies and in the requests per second.",
    ),
    words=("Thread",),
)
MARK = re.compile(r"^\s*Thread Stats\s+Avg\s+Stdev\s+(Max|99%)\s+\+/- Stdev\s*$", re.M)
LATENCY = re.compile(r"^\s*Latency\s+(\S+)\s+(\S+)\s+(\S+)\s+\S+%\s*$", re.M)
SHARE = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)%\s+([0-9.]+(?:us|ms|s|m|h))\s*$", re.M)
REQUESTS = re.compile(r"^\s*([0-9]+) requests in ", re.M)
RATE = re.compile(r"^Requests/sec:\s+(\S+)", re.M)
REFUSED = re.compile(r"^\s*Non-2xx or 3xx responses:\s+([0-9]+)", re.M)
SOCKETS = re.compile(r"^\s*Socket errors: connect ([0-9]+), read ([0-9]+), write ([0-9]+), timeout ([0-9]+)", re.M)
STATISTICS = {"50": "p50", "75": "p75", "90": "p90", "95": "p95", "97.5": "p97.5", "99": "p99", "99.9": "p99.9"}


def recognize(source: Source) -> bool:
    return bool(MARK.search(source.head))


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    if len(MARK.findall(text)) > 1:
        draft.refuse("The file holds several runs of wrk: give each one its own file.")
        return draft.reading()
    requests = _count(REQUESTS, text)
    refused = _count(REFUSED, text) or 0
    sockets = SOCKETS.search(text)
    *unanswered, late = (int(number) for number in sockets.groups()) if sockets else (0, 0, 0, 0)
    about = "answers other than 2xx and 3xx"
    if late or any(unanswered):
        about += "; requests without an answer in time are not inside"
    if draft.failures(refused, requests or 0, about):
        _latencies(draft, text, requests or 0, late)
        rate = RATE.search(text)
        draft.figure(
            "throughput", "mean", number(rate[1]) if rate else None, "requests/s", requests, "failures included"
        )
    if late:
        draft.warn(f"{plural(late, 'request')} timed out and are in no percentile, so the true tail is longer.")
    if any(unanswered):
        draft.warn(f"{plural(sum(unanswered), 'connection')} failed; they are in no figure.")
    return draft.reading()


def _latencies(draft: Draft, text: str, requests: int, late: int) -> None:
    line, corrected = LATENCY.search(text), "Latency Distribution (HdrHistogram" in text
    about = "whole request, failures included" + (", answered in time" if late else "")
    values: dict[str, Decimal | None] = {}
    for share, time in SHARE.findall(text):
        statistic = STATISTICS.get(share.rstrip("0").rstrip(".") if "." in share else share)
        if statistic and statistic not in values:
            values[statistic] = milliseconds(time)
    if line:
        values = {"mean": milliseconds(line[1]), **values}
        third = "max" if "Max" in MARK.findall(text) else "p99"  # some builds of wrk2 show the p99 there
        values.setdefault(third, milliseconds(line[3]))
    shares = {**PERCENTILES, "max": Decimal(1)}
    beyond = [s for s in values if late and s in shares and late >= (1 - shares[s]) * requests]
    if beyond:
        draft.refuse(
            f"{late:,} of {requests:,} requests timed out: the true {', '.join(beyond)} is beyond the time limit."
        )
    shown = {statistic: value for statistic, value in values.items() if statistic not in beyond}
    draft.latencies("latency", shown, requests - late, about)
    if corrected:
        draft.warn("Written by wrk2 at a fixed rate: its latencies include the wait before sending.")
    if "p99" in values and "p95" not in values:
        draft.lacks("p95", "wrk writes no p95: what lies between its p90 and its p99 is not known.")
    if "p99" not in values:
        draft.ask("p95", "p99")


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return whole(found[1]) if found else None
