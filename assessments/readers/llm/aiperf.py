"""AIPerf and its forerunner GenAI-Perf: the JSON of a run."""

from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, obj, word
from assessments.readers.draft import Draft
from assessments.readers.llm.names import TOKEN_TIMES
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import UNIT_MS, label, number, plural, whole

FORMAT = Format(
    slug="aiperf",
    title="the JSON of AIPerf",
    tool="aiperf",
    seen="0.13.0",
    made_by="aiperf profile --model M --url URL --streaming (profile_export_aiperf.json)",
    figures="latency, time to first token, time between tokens: mean, p50, p75, p90, p95, p99, minimum, maximum; "
    "requests and output tokens per second; error rate; date",
    traps=(
        "A count stands under `avg`, and `request_count` counts successes only.",
        "The time between tokens is one average per request.",
        "`effective_*` and `active_*` have percentiles over time; their maximum is no throughput.",
        "`adj_request_latency` counts failures as endless.",
        "The start has no time zone.",
        "The command line in the file may hold a key.",
    ),
    keys=("request_latency",),
)
STATISTICS = {
    "avg": "mean",
    "min": "min",
    "p50": "p50",
    "p75": "p75",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "p99_9": "p99.9",
    "max": "max",
}
TIMES = {
    "request_latency": "latency",
    "time_to_first_token": "time_to_first_token",
    "inter_token_latency": "inter_token_latency",
}
RATES = {"requests/sec": "requests/s", "tokens/sec": "tokens/s"}


def recognize(source: Source) -> bool:
    return any(_is_run(document) for document in source.objects)


def _is_run(document: Object) -> bool:
    return bool(word(document, "request_latency", "unit") and word(document, "request_throughput", "unit"))


def read(source: Source) -> Reading:
    runs = [document for document in source.objects if _is_run(document)]
    run = runs[0]
    draft = Draft(FORMAT, version=label(word(run, "aiperf_version")), date=from_iso(run.get("start_time")))
    if len(runs) > 1:
        draft.refuse("The file holds several runs: give each one its own file.")
        return draft.reading()
    if not draft.version and "error_summary" not in run:
        draft.tool = "genai-perf"
    good = whole(dig(run, "request_count", "avg"))
    if good is None:
        good = whole(dig(run, "request_latency", "count"))
    if not _failures(draft, run, good):
        return draft.reading()
    for key, name in TIMES.items():
        _times(draft, obj(run, key), name, good)
    if not obj(run, "time_to_first_token"):
        draft.warn("There is no time to first token: the answers were not streamed.")
    _rate(draft, run, "request_throughput", "throughput", good, "successful requests")
    _rate(draft, run, "output_token_throughput", "token_throughput", good, "output tokens of successful requests")
    _warnings(draft, run)
    return draft.reading()


def _failures(draft: Draft, run: Object, good: int | None) -> bool:
    if good is None:
        draft.ask("count", "failures")
        return True
    completed = whole(dig(run, "completed_request_count", "avg"))
    failed = whole(dig(run, "error_request_count", "avg"))
    if completed is not None and completed >= good:
        failed = completed - good
    share = number(dig(run, "request_error_rate", "avg"))
    if failed is None:
        if share is None:
            draft.ask("failures")
            return True
        failed = 0 if not share else int((good * share / (100 - share)).to_integral_value()) if share < 100 else 1
    return draft.failures(failed, good + failed, "requests with an error", inside=False, rate=share)


def _times(draft: Draft, metric: Object, name: str, good: int | None) -> None:
    unit = UNIT_MS.get(word(metric, "unit"))
    if not metric:
        return
    if unit is None:
        draft.refuse(f"The unit {label(word(metric, 'unit'))} of the {name.replace('_', ' ')} is not known.")
        return
    values = {s: _scaled(metric.get(key), unit) for key, s in STATISTICS.items()}
    count = whole(metric.get("count"))
    draft.latencies(name, values, good if count is None else count, TOKEN_TIMES[name])
    if name == "inter_token_latency":
        draft.warn("The time between tokens is one average per request, so its percentiles hide single long waits.")


def _scaled(value: object, unit: Decimal) -> Decimal | None:
    found = number(value)
    return None if found is None else found * unit


def _rate(draft: Draft, run: Object, key: str, name: str, good: int | None, about: str) -> None:
    unit = RATES.get(word(run, key, "unit"))
    if unit:
        draft.figure(name, "mean", number(dig(run, key, "avg")), unit, good, about)


def _warnings(draft: Draft, run: Object) -> None:
    if run.get("was_cancelled") is True:
        draft.warn("The run was cancelled before its end.")
    if run.get("is_complete") is False:
        draft.warn("The run is marked as not complete.")
    if mismatches := whole(dig(run, "usage_discrepancy_count", "avg")):
        draft.warn(f"For {plural(mismatches, 'request')} client and server disagree on the number of tokens.")
    if dig(run, "run_info", "cli_command"):
        draft.warn("The file holds the whole command line: keep the figure, not the file.")
