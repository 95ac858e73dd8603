"""siege: the result as JSON or as text."""

import re
from decimal import Decimal

from assessments.readers.documents import Object
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="siege",
    title="the result of siege",
    tool="siege",
    seen="4.0.7",
    made_by="siege -c 50 -t 60S URL",
    figures="mean and longest response time; successful requests per second; error rate",
    traps=(
        "There is no percentile at all.",
        "Times are seconds with two decimals: an average under 5 ms is written as 0.00.",
        "JSON is written even without `-j`, after lines of text.",
    ),
    keys=("transaction_rate",),
    words=("Availability:",),
)
KEYS = {"transactions", "availability", "transaction_rate", "response_time"}
FIELD = re.compile(r"^\s*([A-Z][A-Za-z ]+):\s+([0-9.]+)(?: (?:hits|%|secs?|MB|trans/sec|MB/sec))?\s*$", re.M)
SECOND = Decimal(1000)


def recognize(source: Source) -> bool:
    return bool(_results(source))


def _results(source: Source) -> list[Object]:
    """What siege says, by the keys of its JSON."""
    found: list[Object] = [document for document in source.objects if KEYS.issubset(document)]
    if found or "Availability:" not in source.head:
        return found
    fields = {name.lower().replace(" ", "_"): value for name, value in FIELD.findall(source.head)}
    return [fields] if KEYS.issubset(fields) else []


def read(source: Source) -> Reading:
    draft, results = Draft(FORMAT), _results(source)
    if len(results) > 1:
        draft.refuse("The file holds several results of siege: give each one its own file.")
        return draft.reading()
    found = {name: number(value) for name, value in results[0].items()}
    good, failed = int(found["transactions"] or 0), int(found.get("failed_transactions") or 0)
    if not draft.failures(failed, good + failed, "requests that siege marked as failed"):
        return draft.reading()
    values = {"mean": _ms(found["response_time"]), "max": _ms(found.get("longest_transaction"))}
    draft.latencies("latency", values, good + failed, "whole request")
    if not any(figure.name == "latency" and figure.statistic == "mean" for figure in draft.figures):
        draft.refuse("Average only, and that is under 5 ms: siege writes no percentile.")
    draft.ask("p95", "p99")
    draft.figure("throughput", "mean", found["transaction_rate"], "requests/s", good, "successful requests")
    return draft.reading()


def _ms(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else seconds * SECOND
