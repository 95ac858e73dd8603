"""vegeta: the report as JSON or as text."""

import re
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import milliseconds, number, whole

FORMAT = Format(
    slug="vegeta",
    title="the report of vegeta",
    tool="vegeta",
    seen="12.13",
    made_by="vegeta report -type=json results.bin",
    figures="latency: mean, p50, p90, p95, p99, minimum, maximum; successful requests per second; error rate; date",
    traps=(
        "Latencies in the JSON are whole nanoseconds without a unit.",
        "`success` is a share of 1 in the JSON, percent in the text.",
        "`rate` is what was sent, `throughput` what succeeded.",
    ),
    keys=("latencies",),
    words=("[ratio]", "Histogram"),
)
NANOSECOND = Decimal("0.000001")
STATISTICS = {"mean": "mean", "min": "min", "50th": "p50", "90th": "p90", "95th": "p95", "99th": "p99", "max": "max"}
WORDS = {"mean": "mean", "min": "min", "50": "p50", "90": "p90", "95": "p95", "99": "p99", "max": "max"}
REQUESTS = re.compile(r"^Requests\s+\[total, rate(?:, throughput)?\]\s+(.+)$", re.M)
LATENCIES = re.compile(r"^Latencies\s+\[([^\]]+)\]\s+(.+)$", re.M)
SUCCESS = re.compile(r"^Success\s+\[ratio\]\s+([0-9.]+)%", re.M)
CODES = re.compile(r"^Status Codes\s+\[code:count\]\s+(.+)$", re.M)
HISTOGRAM = re.compile(r"^Bucket\s+#\s+%\s+Histogram\s*$", re.M)
FAILED = "answers other than 2xx and 3xx, and no answer"


def recognize(source: Source) -> bool:
    if HISTOGRAM.match(source.first_line):
        return True
    return bool(LATENCIES.search(source.head) and SUCCESS.search(source.head)) or any(
        _is_report(document) for document in source.objects
    )


def _is_report(document: Object) -> bool:
    return {"success", "status_codes", "requests"}.issubset(document) and "99th" in obj(document, "latencies")


def read(source: Source) -> Reading:
    if HISTOGRAM.match(source.first_line):
        draft = Draft(FORMAT)
        draft.refuse("A histogram only says between which bounds a time lies. Give the report of type json.")
        return draft.reading()
    reports = [document for document in source.objects if _is_report(document)]
    text = source.text
    if len(reports) + len(LATENCIES.findall(text)) > 1:
        draft = Draft(FORMAT)
        draft.refuse("The file holds several reports of vegeta: give each one its own file.")
        return draft.reading()
    return _json(reports[0]) if reports else _text(text)


def _json(report: Object) -> Reading:
    draft = Draft(FORMAT, date=from_iso(report.get("earliest")))
    total, success = whole(report.get("requests")) or 0, number(report.get("success"))
    codes = {code: whole(count) or 0 for code, count in obj(report, "status_codes").items()}
    failed = sum(count for code, count in codes.items() if not "200" <= code < "400")
    rate = None if success is None else (1 - success) * 100
    if draft.failures(failed, total, FAILED, rate=None if codes else rate, paced=report.get("throughput") is None):
        values = {statistic: _ms(dig(report, "latencies", key)) for key, statistic in STATISTICS.items()}
        draft.latencies("latency", values, total, "whole request, failures included")
        throughput = number(report.get("throughput"))
        if throughput is not None:
            draft.figure("throughput", "mean", throughput, "requests/s", total - failed, "successful requests")
        else:
            draft.figure("throughput", "mean", number(report.get("rate")), "requests/s", total, "requests sent")
    return draft.reading()


def _ms(value: object) -> Decimal | None:
    found = number(value)
    return None if found is None else found * NANOSECOND


def _text(text: str) -> Reading:
    draft = Draft(FORMAT)
    requests, latencies, codes = REQUESTS.search(text), LATENCIES.search(text), CODES.search(text)
    counts = [number(cell.strip()) for cell in requests[1].split(",")] if requests else []
    total = int(counts[0] or 0) if counts else 0
    pairs = [cell.partition(":") for cell in codes[1].split()] if codes else []
    failed = sum(whole(count) or 0 for code, _, count in pairs if not "200" <= code < "400")
    if draft.failures(failed, total, FAILED, paced=len(counts) < 3) and latencies:
        times = zip(latencies[1].split(","), latencies[2].split(","), strict=False)
        values = {WORDS[word.strip()]: milliseconds(time) for word, time in times if word.strip() in WORDS}
        draft.latencies("latency", values, total, "whole request, failures included")
        successful = len(counts) > 2
        about = "successful requests" if successful else "requests sent"
        count = total - failed if successful else total
        draft.figure("throughput", "mean", counts[2 if successful else 1], "requests/s", count, about)
    return draft.reading()
