"""inference-perf: `summary_lifecycle_metrics.json`, and the same of one stage."""

from decimal import Decimal

from assessments.readers.documents import Object, dig, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="inference-perf",
    title="the summary of inference-perf",
    tool="inference-perf",
    seen="0.7.0",
    made_by="inference-perf --config_file config.yml (summary_lifecycle_metrics.json)",
    figures="latency, time to first token, time per output token, time between tokens: mean, p50 to p99.9, minimum, "
    "maximum; requests and output tokens per second; error rate",
    traps=(
        "Every time is in seconds, without a word about it in the file.",
        "There is no date and no version; the date stands in the `.partial` files beside it.",
        "`normalized_time_per_output_token` includes the first token and is not read.",
    ),
    keys=("load_summary",),
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
    "p99.9": "p99.9",
    "max": "max",
}
TIMES = {
    "request_latency": ("latency", "whole request, successful ones only"),
    "time_to_first_token": ("time_to_first_token", "successful requests only"),
    "time_per_output_token": (
        "time_per_output_token",
        "one average per successful request, first token not included",
    ),
    "inter_token_latency": ("inter_token_latency", "between two tokens, successful requests only"),
}
SECOND = Decimal(1000)


def recognize(source: Source) -> bool:
    return any(_is_summary(document) for document in source.objects)


def _is_summary(document: Object) -> bool:
    return {"load_summary", "successes", "failures"}.issubset(document) and bool(obj(document, "successes"))


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    summaries = [document for document in source.objects if _is_summary(document)]
    if len(summaries) > 1:
        draft.refuse("The file holds several summaries of inference-perf: give each one its own file.")
        return draft.reading()
    successes = obj(summaries[0], "successes")
    good, failed = whole(successes.get("count")) or 0, whole(dig(summaries[0], "failures", "count")) or 0
    if not draft.failures(failed, good + failed, "requests with an error", inside=False):
        return draft.reading()
    tokens = whole(dig(successes, "output_tokens", "total"))
    for key, (name, about) in TIMES.items():
        times = obj(successes, "latency", key)
        values: dict[str, Decimal | None] = {}
        for word, statistic in STATISTICS.items():
            if (seconds := number(times.get(word))) is not None:
                values[statistic] = seconds * SECOND
        between = name == "inter_token_latency"
        gaps = tokens - good if tokens is not None and tokens > good else None
        draft.latencies(name, values, gaps if between else good, about, "token" if between else "request")
    rate = number(dig(successes, "throughput", "requests_per_sec"))
    draft.figure("throughput", "mean", rate, "requests/s", good, "successful requests")
    output = number(dig(successes, "throughput", "output_tokens_per_sec"))
    draft.figure("token_throughput", "mean", output, "tokens/s", good, "output tokens of successful requests")
    return draft.reading()
