"""h2load: the text of a run."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import milliseconds, number

FORMAT = Format(
    slug="h2load",
    title="the text of h2load",
    tool="h2load",
    seen="the layout of 1.52",
    made_by="h2load -n 10000 -c 50 URL",
    figures="latency: mean, minimum, maximum, percentiles where the version has them; requests per second; error rate",
    traps=("Up to 1.52 there is no percentile.", "The last column (+/- sd) is a share of requests, no percentile."),
    words=("request:",),
)
REQUESTS = re.compile(
    r"^requests: ([0-9]+) total, [0-9]+ started, ([0-9]+) done, ([0-9]+) succeeded, ([0-9]+) failed, "
    r"([0-9]+) errored, ([0-9]+) timeout",
    re.M,
)
RATE = re.compile(r"^finished in \S+, ([0-9.]+) req/s", re.M)
TABLE = re.compile(r"^\s+(min\s+max\s+.*mean.*)\n(?:.*\n){0,2}?time for request:\s+(.+)$", re.M)
STATISTICS = {"min": "min", "max": "max", "median": "p50", "p95": "p95", "p99": "p99", "mean": "mean"}


def recognize(source: Source) -> bool:
    return bool(REQUESTS.search(source.head) and TABLE.search(source.head))


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    runs, table, rate = REQUESTS.findall(text), TABLE.search(text), RATE.search(text)
    if len(runs) > 1:
        draft.refuse("The text holds several runs of h2load: give each one its own file.")
        return draft.reading()
    total, done, good = (int(count) for count in runs[0][:3])
    if draft.failures(total - good, total, "answers other than 2xx and 3xx, errors and timeouts") and table:
        times = zip(table[1].split(), table[2].split(), strict=False)
        values: dict[str, Decimal | None] = {STATISTICS[w]: milliseconds(t) for w, t in times if w in STATISTICS}
        draft.latencies("latency", values, done, "answered request, bad answers included")
        if rate:
            draft.figure("throughput", "mean", number(rate[1]), "requests/s", done, "bad answers included")
        if "p95" not in values:
            draft.ask("p95", "p99")
    return draft.reading()
