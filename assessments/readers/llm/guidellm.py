"""GuideLLM: the JSON of its benchmarks."""

from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, whole

FORMAT = Format(
    slug="guidellm",
    title="the JSON of GuideLLM",
    tool="guidellm",
    seen="0.3.1, 0.5.3, 0.8.1",
    made_by="guidellm run --profile kind=concurrent … (benchmarks.json)",
    figures="latency, time to first token, time per output token, time between tokens: mean, p50 to p99.9, minimum, "
    "maximum; requests and output tokens per second; error rate; date; one set per benchmark",
    traps=(
        "Request latency is in seconds, what ends in `_ms` in milliseconds.",
        "`p001` is 0.1 %, `p999` is 99.9 %.",
        "`total` counts failed requests as 0 s, `errored` holds zeros: only `successful` is read.",
        "Its time per output token includes the first token, up to 0.3 it does not.",
        "Up to 0.3 how many requests failed stands beside the metrics, and there is no version in the file.",
        "The percentiles of requests per second are those of instants, no throughput.",
        "`config` may hold the key of the service.",
    ),
    keys=("metadata", "benchmarks"),
)
TIMES: dict[str, tuple[str, Decimal, str]] = {
    "request_latency": ("latency", Decimal(1000), "whole request, successful ones only"),
    "time_to_first_token_ms": ("time_to_first_token", Decimal(1), "successful requests only"),
    "time_per_output_token_ms": (
        "time_per_output_token",
        Decimal(1),
        "one average per successful request, first token included",
    ),
    "inter_token_latency_ms": (
        "inter_token_latency",
        Decimal(1),
        "one average per successful request, first token not included",
    ),
}
PERCENTILES = {"p50": "p50", "p75": "p75", "p90": "p90", "p95": "p95", "p99": "p99", "p999": "p99.9"}
# Where the versions keep how many requests succeeded, failed and were cut off.
TOTALS = (("metrics", "request_totals"), ("request_totals",), ("run_stats", "requests_made"), ("total_count",))
MANY = "The file holds {} benchmarks under different loads: take the one whose load is yours."


def recognize(source: Source) -> bool:
    return any(_is_run(document) for document in source.objects)


def _is_run(document: Object) -> bool:
    return bool(word(document, "metadata", "guidellm_version")) or any(
        "time_to_first_token_ms" in obj(benchmark, "metrics") for benchmark in items(document, "benchmarks")
    )


def read(source: Source) -> Reading:
    runs = [document for document in source.objects if _is_run(document)]
    run = runs[0]
    benchmarks = items(run, "benchmarks")
    started = number(dig(benchmarks[0], "start_time")) if benchmarks else None
    draft = Draft(FORMAT, version=label(word(run, "metadata", "guidellm_version")), date=from_epoch(started))
    if len(runs) > 1:
        draft.refuse("The file holds several runs of GuideLLM: give each one its own file.")
        return draft.reading()
    if not benchmarks:
        draft.refuse("The file holds no benchmark.")
    if len(benchmarks) > 1:
        draft.warn(MANY.format(len(benchmarks)))
    for benchmark in benchmarks:
        _benchmark(draft, obj(benchmark), _load(obj(benchmark)) if len(benchmarks) > 1 else "")
    if dig(run, "config", "spec", "backend", "api_key"):
        draft.warn("The file holds the key of the service: keep the figure, not the file.")
    return draft.reading()


def _load(benchmark: Object) -> str:
    """Under which load a benchmark ran: `concurrent 4`, `constant 2.5`."""
    strategy = obj(benchmark, "config", "strategy") or obj(benchmark, "args", "strategy")
    amount = next((strategy[key] for key in ("streams", "rate") if number(strategy.get(key)) is not None), "")
    return label(f"{word(strategy, 'type_')} {amount}".strip(), 40)


def _benchmark(draft: Draft, benchmark: Object, load: str) -> None:
    prefix = f"{load}: " if load else ""
    metrics = obj(benchmark, "metrics")
    counts = next((found for place in TOTALS if (found := obj(benchmark, *place))), {})
    good = whole(counts.get("successful"))
    if good is None:
        good = whole(dig(metrics, "request_latency", "successful", "count"))
    errored, cut = whole(counts.get("errored")) or 0, whole(counts.get("incomplete")) or 0
    if good is None:
        draft.ask("count")
        return
    if cut:
        draft.warn(f"{prefix}{cut:,} requests were cut off at the end of the run; they are in no figure.")
    about = f"{prefix}requests with an error"
    if not counts:
        draft.ask("failures")
    elif not draft.failures(errored, good + errored, about, inside=False):
        return
    for key, (name, scale, what) in TIMES.items():
        values = obj(metrics, key, "successful")
        if "run_stats" in benchmark:  # 0.3 and before: from the first token to the last, by the number of all tokens
            what = what.replace("first token included", "time to the first token not included")
        if number(values.get("count")):
            draft.latencies(name, _statistics(values, scale), good, prefix + what)
    rate = number(dig(metrics, "requests_per_second", "successful", "mean"))
    draft.figure("throughput", "mean", rate, "requests/s", good, f"{prefix}successful requests")
    tokens = number(dig(metrics, "output_tokens_per_second", "successful", "mean"))
    draft.figure("token_throughput", "mean", tokens, "tokens/s", good, f"{prefix}output tokens of successful requests")
    for warning in items(benchmark, "warnings"):
        if "bottleneck" in word(warning, "note"):
            draft.warn(f"{prefix}GuideLLM itself warns that the load generator may have been the bottleneck.")
        else:
            draft.warn(
                f"{prefix}GuideLLM itself warns: {label(word(warning, 'message') or word(warning, 'note'), 200)}"
            )


def _statistics(values: Object, scale: Decimal) -> dict[str, Decimal | None]:
    found = {statistic: values.get(statistic) for statistic in ("mean", "min", "max")}
    found |= {"p50": values.get("median")}
    found |= {statistic: dig(values, "percentiles", key) for key, statistic in PERCENTILES.items()}
    return {statistic: None if (n := number(value)) is None else n * scale for statistic, value in found.items()}
