"""Artillery: the JSON report, of 2.x and of 1.x."""

from decimal import Decimal

from assessments.readers.dates import from_epoch, from_iso
from assessments.readers.documents import Object, dig, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="artillery",
    title="the JSON report of Artillery",
    tool="artillery",
    seen="2.0.21, and the layout of 1.x",
    made_by="artillery run -o report.json script.yml",
    figures="latency: mean, p50, p75, p90, p95, p99, p99.9, minimum, maximum; requests per second; error rate; date",
    traps=(
        "A 503 is no failure for Artillery: the error rate is made of the status codes and the errors.",
        "Percentiles are estimates from a sketch, in steps.",
        "`summaries` and `histograms` are the same numbers twice, and `intermediate` holds parts of the whole.",
    ),
    keys=("aggregate",),
)
STATISTICS = {
    "mean": "mean",
    "min": "min",
    "median": "p50",
    "p50": "p50",
    "p75": "p75",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "p999": "p99.9",
    "max": "max",
}
TIMES = "http.response_time"
FAILED = "status 400 and above, and errors"


def recognize(source: Source) -> bool:
    return any(_is_report(document) for document in source.objects)


def _is_report(document: Object) -> bool:
    aggregate = obj(document, "aggregate")
    new = bool(obj(aggregate, "counters")) and ("summaries" in aggregate or "histograms" in aggregate)
    return new or {"scenariosCreated", "requestsCompleted", "latency"}.issubset(aggregate)


def read(source: Source) -> Reading:
    reports = [document for document in source.objects if _is_report(document)]
    if len(reports) > 1:
        draft = Draft(FORMAT)
        draft.refuse("The file holds several reports of Artillery: give each one its own file.")
        return draft.reading()
    aggregate = obj(reports[0], "aggregate")
    return _new(aggregate) if "counters" in aggregate else _old(aggregate)


def _new(aggregate: Object) -> Reading:
    first = next((t for name in ("firstMetricAt", "firstCounterAt") if (t := aggregate.get(name))), None)
    draft = Draft(FORMAT, date=from_epoch(first))
    counters = {name: whole(count) or 0 for name, count in obj(aggregate, "counters").items()}
    codes = {name.removeprefix("http.codes."): n for name, n in counters.items() if name.startswith("http.codes.")}
    errors = sum(count for name, count in counters.items() if name.startswith("errors."))
    times = obj(aggregate, "summaries", TIMES) or obj(aggregate, "histograms", TIMES)
    total = counters.get("http.requests", 0)
    if not total and not times:
        draft.refuse("The report has no HTTP requests.")
        return draft.reading()
    failed = sum(count for code, count in codes.items() if not "200" <= code < "400") + errors
    if draft.failures(min(failed, total), total, FAILED):
        _latencies(draft, times, whole(times.get("count")))
        rate = number(dig(aggregate, "rates", "http.request_rate"))
        draft.figure("throughput", "mean", rate, "requests/s", total, "failures included; rounded")
    return draft.reading()


def _old(aggregate: Object) -> Reading:
    draft = Draft(FORMAT, date=from_iso(aggregate.get("timestamp")))
    codes = {code: whole(count) or 0 for code, count in obj(aggregate, "codes").items()}
    errors = sum(whole(count) or 0 for count in obj(aggregate, "errors").values())
    answered = sum(codes.values()) or whole(aggregate.get("requestsCompleted")) or 0
    failed = sum(count for code, count in codes.items() if not "200" <= code < "400") + errors
    if draft.failures(failed, answered + errors, FAILED):
        _latencies(draft, obj(aggregate, "latency"), answered)
        rate = number(dig(aggregate, "rps", "mean"))
        draft.figure("throughput", "mean", rate, "requests/s", answered + errors, "failures included")
    return draft.reading()


def _latencies(draft: Draft, times: Object, count: int | None) -> None:
    values: dict[str, Decimal | None] = {}
    for key, statistic in STATISTICS.items():
        if (found := number(times.get(key))) is not None:
            values[statistic] = found
    draft.latencies("latency", values, count, "answered request, bad answers included")
    if values:
        draft.warn("Artillery's percentiles are estimates in steps of about two percent.")
