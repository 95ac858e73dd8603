"""k6: the JSON summaries. `--summary-export`, what `handleSummary` is given, and the machine-readable one of 2.x."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft, plain
from assessments.readers.load.k6.names import statistic_of
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, shown, whole

FORMAT = Format(
    slug="k6-summary",
    title="the JSON summary of k6",
    tool="k6",
    seen="1.1.0, 2.2.0",
    made_by="k6 run --summary-export summary.json script.js",
    figures="latency: mean, p50, p90, p95, maximum, others if asked for; requests per second; error rate",
    traps=(
        "A threshold that is `false` in `--summary-export` was met; `true` means it was crossed. In `handleSummary` "
        "`ok` says the opposite.",
        "Of `http_req_failed`, `passes` counts the failed requests.",
        "The times are always in ms, whatever unit the text shows.",
        "A p99 is there only if `summaryTrendStats` asks for it.",
        "The machine-readable summary holds the script: keep the figure, not the file.",
    ),
    keys=("metrics", "results"),
)
KNOWN = {"http_req_duration", "http_reqs", "iterations", "iteration_duration", "vus", "grpc_req_duration"}
DURATIONS = {"http_req_duration": "HTTP", "grpc_req_duration": "gRPC"}
SUCCESSES = "{expected_response:true}"


def recognize(source: Source) -> bool:
    return any(_is_summary(document) for document in source.objects)


def _is_summary(document: Object) -> bool:
    metrics = obj(document, "metrics")
    if isinstance(dig(document, "root_group"), Mapping) and metrics:
        return True
    if KNOWN.intersection(metrics) and any(isinstance(dig(metrics, name), Mapping) for name in KNOWN):
        return any(_values(obj(metrics, name)) for name in KNOWN)
    return bool(_metadata(document, "k6_version", "k6Version")) and isinstance(dig(document, "results"), Mapping)


def _metadata(document: Object, *names: str) -> str:
    return next((found for name in names if (found := word(document, "metadata", name))), "")


def _values(metric: Object) -> Object:
    """The numbers of a metric: beside its thresholds in the export, under `values` elsewhere."""
    nested = obj(metric, "values")
    return nested or {name: value for name, value in metric.items() if number(value) is not None}


def read(source: Source) -> Reading:
    summaries = [document for document in source.objects if _is_summary(document)]
    document = summaries[-1]
    date = from_iso(_metadata(document, "generated_at", "generatedAt"))
    draft = Draft(FORMAT, version=label(_metadata(document, "k6_version", "k6Version")), date=date)
    if len(summaries) > 1:
        draft.refuse("The file holds several summaries of k6: give each run its own file.")
        return draft.reading()
    metrics = _metrics(document)
    protocol = next((name for name in DURATIONS if name in metrics), None)
    if protocol is None:
        draft.refuse("The file has no duration of HTTP requests, only of iterations: those are no request latencies.")
        return draft.reading()
    durations, requests = metrics[protocol], metrics.get("http_reqs", {})
    total = whole(requests.get("count")) if protocol == "http_req_duration" else whole(durations.get("count"))
    if total is None:
        total = whole(durations.get("count"))
    failed = _failed(metrics.get("http_req_failed", {}))
    kind = f"{DURATIONS[protocol]} request"
    if total is None or failed is None:
        draft.ask(*(["count"] if total is None else []), *(["failures"] if failed is None else []))
        measured = any(number(value) for value in durations.values())
        if not measured:
            draft.refuse("Nothing was measured: the zeros are no latencies.")
    else:
        about = "failed by k6's rule: status 400 and above, or no answer"
        measured = draft.failures(min(failed[0], total), total, about, rate=failed[1])
    if measured:
        _latencies(draft, durations, total, f"{kind}, failures included")
        if failed and failed[0]:
            _without_failures(draft, metrics.get(protocol + SUCCESSES, {}))
        _throughput(draft, document, requests, total)
    _thresholds(draft, document)
    if dig(document, "config", "script"):
        draft.warn("The file holds the whole script: keep the figure, not the file.")
    return draft.reading()


def _metrics(document: Object) -> dict[str, Object]:
    listed = {word(metric, "name"): obj(metric) for metric in items(document, "results", "metrics")}
    named = {name: obj(metric) for name, metric in obj(document, "metrics").items()}
    return {name: _values(metric) for name, metric in (listed or named).items()}


def _failed(values: Object) -> tuple[int, Decimal] | None:
    """How many requests failed, and their share in percent. `passes` and `matches` count what failed."""
    rate = next((share for name in ("value", "rate") if (share := number(values.get(name))) is not None), None)
    count = next((failed for name in ("passes", "matches") if (failed := whole(values.get(name))) is not None), None)
    return None if rate is None or count is None else (count, rate * 100)


def _latencies(draft: Draft, values: Object, total: int | None, about: str) -> None:
    found = _statistics(values)
    draft.latencies("latency", found, whole(values.get("count")) or total, about)
    if "p99" not in found:
        draft.lacks("p99", "The file has no p99: k6 writes it only if summaryTrendStats asks for it.")
    if "p95" not in found:
        draft.lacks("p95", "The file has no p95: summaryTrendStats left it out.")


def _statistics(values: Object) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for name in sorted(values):
        if (statistic := statistic_of(name)) is not None:
            found[statistic] = number(values[name])
    return found


def _without_failures(draft: Draft, values: Object) -> None:
    if p95 := _statistics(values).get("p95"):
        draft.warn(f"Of the successful requests alone the p95 is {shown(p95)}.")


def _throughput(draft: Draft, document: Object, requests: Object, total: int | None) -> None:
    rate, seconds = number(requests.get("rate")), number(dig(document, "config", "duration"))
    if rate is None and total and seconds:
        rate = plain(Decimal(total) / seconds)
    draft.figure("throughput", "mean", rate, "requests/s", total, "failures included")


def _thresholds(draft: Draft, document: Object) -> None:
    for name, rule, crossed in _rules(document):
        if crossed:
            draft.warn(f"The run's own threshold {label(rule)} on {label(name)} was crossed.")


def _rules(document: Object) -> Iterator[tuple[str, str, bool]]:
    """The thresholds. In the export `true` is crossed; handed to `handleSummary`, `ok` is met."""
    for name, metric in obj(document, "metrics").items():
        for rule, state in obj(metric, "thresholds").items():
            yield name, rule, state is True or dig(state, "ok") is False
