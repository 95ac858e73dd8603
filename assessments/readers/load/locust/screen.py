"""Locust: what it shows on the screen at the end."""

import re
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft
from assessments.readers.load.locust.table import FAILED
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="locust-text",
    title="what Locust shows on the screen",
    tool="locust",
    seen="2.47.0",
    made_by="locust -f locustfile.py --headless 2> run.txt",
    figures="latency: mean, p50, p75, p90, p95, p99, p99.9, minimum, maximum; requests per second; error rate",
    traps=(
        "The table is shown again and again: only the last one is the whole run.",
        "Average and maximum are cut to whole milliseconds, percentiles rounded to two digits.",
    ),
    words=("reqs",),
)
HEAD = re.compile(r"^\s*Type\s+Name\s+# reqs\s+# fails |^\s*Name\s+# reqs\s+# fails ", re.M)
ROW = re.compile(
    r"^\s*Aggregated\s+([0-9]+)\s+([0-9]+)\([0-9.]+%\)\s*\|\s*([0-9]+)\s+([0-9]+)\s+([0-9]+)\s+([0-9]+)\s*\|"
    r"\s*([0-9.]+)\s+([0-9.]+)",
    re.M,
)
SHARES = re.compile(r"^\s*(?:Type\s+)?Name\s+((?:[0-9.]+%\s+)+)# reqs", re.M)
SHARE_ROW = re.compile(r"^\s*(?:None\s+)?Aggregated\s+([0-9][0-9. ]*?)\s+([0-9]+)\s*$", re.M)
STARTED = re.compile(r"^\[([0-9-]{10} [0-9:]{8})[,.0-9]*\] .*Starting Locust ([0-9][0-9A-Za-z.]*)", re.M)
STATISTICS = {"50%": "p50", "75%": "p75", "90%": "p90", "95%": "p95", "99%": "p99", "99.9%": "p99.9"}


def recognize(source: Source) -> bool:
    return bool(HEAD.search(source.head)) and ("Aggregated" in source.head or source.size > len(source.beginning))


def read(source: Source) -> Reading:
    text = source.text
    started, rows = STARTED.findall(text), list(ROW.finditer(text))
    draft = Draft(FORMAT)
    if len(started) > 1:
        draft.refuse("The file holds several runs of Locust: give each one its own file.")
        return draft.reading()
    if started:
        draft.date, draft.version = from_iso(started[0][0]), started[0][1].rstrip(".")
    if not rows:
        draft.refuse("The table of all requests is not in the text.")
        return draft.reading()
    row, shares = rows[-1], SHARES.search(text)
    total, failed, rate = int(row[1]), int(row[2]), number(row[7])
    if not draft.failures(failed, total, FAILED):
        return draft.reading()
    values: dict[str, Decimal | None] = {"mean": number(row[3]), "min": number(row[4]), "p50": number(row[6])}
    last = SHARE_ROW.findall(text[shares.end() :]) if shares else []
    if shares and last and whole(last[-1][1]) == total:
        times = zip(shares[1].split(), last[-1][0].split(), strict=False)
        values |= {STATISTICS[share]: number(time) for share, time in times if share in STATISTICS}
    else:
        draft.refuse("The table of percentiles at the end is missing: the run may not have ended.")
        draft.ask("p95", "p99")
    values["max"] = number(row[5])
    draft.latencies("latency", values, total, "all requests, failures included; whole milliseconds")
    if any((value or 0) >= 100 for statistic, value in values.items() if statistic in STATISTICS.values()):
        draft.warn("Locust rounds its percentiles to two digits.")
    draft.figure("throughput", "mean", rate, "requests/s", total, "failures included")
    return draft.reading()
