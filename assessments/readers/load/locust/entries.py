"""Locust: the JSON of `--json`, with how often each response time came."""

import math
from collections import Counter
from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, obj
from assessments.readers.draft import Draft, plain
from assessments.readers.load.locust.table import FAILED
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="locust-json",
    title="the JSON of Locust",
    tool="locust",
    seen="2.47.0",
    made_by="locust -f locustfile.py --headless --json",
    figures="latency: mean, p50 to p99.9, minimum, maximum; requests per second; error rate; date",
    traps=(
        "The response times are counted per rounded millisecond (two digits): percentiles are no finer.",
        "There is one entry per page; their counts add up, their averages do not.",
    ),
    keys=("num_requests",),
)
KEYS = {"num_requests", "num_failures", "response_times", "total_response_time"}


def recognize(source: Source) -> bool:
    return any(array and all(_is_entry(entry) for entry in array) for array in source.arrays)


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and KEYS.issubset(entry)


def read(source: Source) -> Reading:
    entries = [obj(entry) for array in source.arrays for entry in array if _is_entry(entry)]
    started = [found for entry in entries if (found := number(entry.get("start_time")))]
    ended = [found for entry in entries if (found := number(entry.get("last_request_timestamp")))]
    draft = Draft(FORMAT, date=from_epoch(min(started)) if started else None)
    total, failed = _sum(entries, "num_requests"), _sum(entries, "num_failures")
    if not draft.failures(failed, int(total), FAILED):
        return draft.reading()
    times: Counter[Decimal] = Counter()
    for entry in entries:
        for time, count in obj(entry, "response_times").items():
            if (at := number(time)) is not None:
                times[at] += whole(count) or 0
    least = [found for entry in entries if (found := number(entry.get("min_response_time"))) is not None]
    most = [found for entry in entries if (found := number(entry.get("max_response_time"))) is not None]
    values: dict[str, Decimal | None] = {"mean": plain(_sum(entries, "total_response_time") / total)}
    values |= {"min": min(least, default=None), **_by_rank(times), "max": max(most, default=None)}
    draft.latencies("latency", values, int(total), "all requests, failures included; by rank of rounded times")
    if started and ended and max(ended) > min(started):
        rate = plain(total / (max(ended) - min(started)))
        draft.figure("throughput", "mean", rate, "requests/s", int(total), "failures included; first to last request")
    return draft.reading()


def _sum(entries: list[Object], key: str) -> Decimal:
    return sum((number(entry.get(key)) or Decimal(0) for entry in entries), Decimal(0))


def _by_rank(times: Counter[Decimal]) -> dict[str, Decimal | None]:
    ordered, total = sorted(times.items()), sum(times.values())
    found: dict[str, Decimal | None] = {}
    for statistic, share in PERCENTILES.items():
        seen, rank = 0, max(math.ceil(share * total), 1)
        for time, count in ordered:
            seen += count
            if seen >= rank:
                found[statistic] = time
                break
    return found
