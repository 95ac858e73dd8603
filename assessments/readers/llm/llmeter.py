"""LLMeter: `stats.json`."""

from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object
from assessments.readers.draft import Draft, plain
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="llmeter",
    title="the statistics of LLMeter",
    tool="llmeter",
    seen="0.2.0",
    made_by="LLMeter's Runner with an output path (stats.json)",
    figures="latency (time to last token), time to first token, time per output token: mean, p50, p90, p99; requests "
    "and output tokens per second; error rate; date",
    traps=(
        "Times are in seconds, rates per minute; neither is said in the file.",
        "There is no p95 unless it was asked for.",
    ),
    keys=("failed_requests_rate",),
)
TIMES = {
    "time_to_last_token": ("latency", "whole request, successful ones only"),
    "time_to_first_token": ("time_to_first_token", "successful requests only"),
    "time_per_output_token": (
        "time_per_output_token",
        "one average per successful request, first token not included",
    ),
}
STATISTICS = {"average": "mean", "mean": "mean"} | {f"p{n}": f"p{n}" for n in (50, 75, 90, 95, 99)}
SECOND = Decimal(1000)


def recognize(source: Source) -> bool:
    return any(_is_run(document) for document in source.objects)


def _is_run(document: Object) -> bool:
    return "failed_requests_rate" in document and "total_requests" in document and "total_test_time" in document


def read(source: Source) -> Reading:
    runs = [document for document in source.objects if _is_run(document)]
    run = runs[0]
    draft = Draft(FORMAT, date=from_iso(run.get("start_time")))
    if len(runs) > 1:
        draft.refuse("The file holds several runs of LLMeter: give each one its own file.")
        return draft.reading()
    total, failed = whole(run.get("total_requests")) or 0, whole(run.get("failed_requests")) or 0
    if not draft.failures(failed, total, "requests with an error", inside=False):
        return draft.reading()
    shares: set[str] = set()
    for key, (name, about) in TIMES.items():
        values: dict[str, Decimal | None] = {}
        for word, statistic in STATISTICS.items():
            if (seconds := number(run.get(f"{key}-{word}"))) is not None:
                values[statistic] = seconds * SECOND
        draft.latencies(name, values, total - failed, about)
        shares |= values.keys()
    if shares and "p95" not in shares:
        draft.lacks("p95", "The file has no p95: LLMeter writes p50, p90 and p99 unless others are asked for.")
    per_minute = run.get("requests_per_minute")  # is missing where the times of the single requests are
    seconds = number(run.get("total_test_time"))
    if per_minute is None and seconds:
        per_minute = plain(Decimal(total) * 60 / seconds)
    _per_second(draft, per_minute, "throughput", "requests/s", total, "all requests")
    output = run.get("average_output_tokens_per_minute")
    _per_second(draft, output, "token_throughput", "tokens/s", total - failed, "output tokens")
    return draft.reading()


def _per_second(draft: Draft, per_minute: object, name: str, unit: str, count: int, about: str) -> None:
    if (found := number(per_minute)) is not None:
        draft.figure(name, "mean", plain(found / 60), unit, count, about)
