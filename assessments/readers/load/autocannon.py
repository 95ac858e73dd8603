"""autocannon: the JSON of `-j`, one line."""

from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, plural, whole

FORMAT = Format(
    slug="autocannon",
    title="the JSON of autocannon",
    tool="autocannon",
    seen="8.0.0",
    made_by="autocannon -j -d 60 -c 50 URL",
    figures="latency: mean, p50, p75, p90, p97.5, p99, p99.9, minimum, maximum; requests per second; error rate; date",
    traps=(
        "Latencies are whole milliseconds: under 1 ms the p50 is written as 0.",
        "There is no p95.",
        "The percentiles of `requests` are those of counts per second, not of latencies.",
        "If every request was refused, every latency is 0.",
    ),
    keys=("latency",),
)
STATISTICS = {
    "average": "mean",
    "min": "min",
    "p50": "p50",
    "p75": "p75",
    "p90": "p90",
    "p95": "p95",
    "p97_5": "p97.5",
    "p99": "p99",
    "p99_9": "p99.9",
    "max": "max",
}


def recognize(source: Source) -> bool:
    return any(_is_run(document) for document in source.objects)


def _is_run(document: Object) -> bool:
    return "p97_5" in obj(document, "latency") and "p97_5" in obj(document, "requests") and "non2xx" in document


def read(source: Source) -> Reading:
    runs = [document for document in source.objects if _is_run(document)]
    run = runs[0]
    draft = Draft(FORMAT, date=from_iso(run.get("start")))
    if len(runs) > 1:
        draft.refuse("The file holds several runs of autocannon: give each one its own file.")
        return draft.reading()
    answered = whole(dig(run, "requests", "total"))
    errors, bad = whole(run.get("errors")) or 0, whole(run.get("non2xx")) or 0
    if answered is None:
        draft.ask("count")
        return draft.reading()
    if not draft.failures(bad + errors, answered + errors, "answers other than 2xx, errors and timeouts"):
        return draft.reading()
    if errors:
        draft.warn(f"{plural(errors, 'request')} got no answer; no latency includes them.")
    values = {statistic: number(dig(run, "latency", key)) for key, statistic in STATISTICS.items()}
    count = whole(dig(run, "latency", "totalCount"))
    draft.latencies("latency", values, answered if count is None else count, "answered request, bad answers included")
    if values["p95"] is None:
        draft.lacks("p95", "autocannon writes no p95: what lies between its p90 and its p97.5 is not known.")
    draft.warn("autocannon writes latencies in whole milliseconds.")
    rate = number(dig(run, "requests", "average"))
    draft.figure("throughput", "mean", rate, "requests/s", answered, "bad answers included")
    samples = whole(run.get("samples"))
    if samples is not None and samples < Decimal(10):
        draft.warn(f"The requests per second rest on {plural(samples, 'second')}.")
    return draft.reading()
