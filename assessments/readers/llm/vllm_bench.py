"""vLLM's `bench serve`: the JSON of a run."""

import re
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, items, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.samples import Samples
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="vllm-bench",
    title="the JSON of vLLM's bench serve",
    tool="vllm",
    seen="0.32.0",
    made_by="vllm bench serve --save-result --percentile-metrics ttft,tpot,itl,e2el --metric-percentiles 50,95,99",
    figures="latency, time to first token, time per output token, time between tokens: mean, p50 and the percentiles "
    "that were asked for; requests and output tokens per second; error rate; date",
    traps=(
        "By default there is a p99 only, and none of the whole request.",
        "`latencies` are seconds, with 0 for every failed request: the p95 of the whole request is taken from them, "
        "zeros left out.",
        "If every request failed, every time is 0.",
        "`max_output_tokens_per_s` counts per whole second and can be below the mean; it is no throughput.",
        "The date has no time zone.",
    ),
    keys=("request_throughput",),
)
TIMES = {
    "e2el": "latency",
    "ttft": "time_to_first_token",
    "tpot": "time_per_output_token",
    "itl": "inter_token_latency",
}
ABOUT = {
    "latency": "whole request, successful ones only",
    "time_to_first_token": "successful requests only",
    "time_per_output_token": "one average per successful request, first token not included",
    "inter_token_latency": "between two tokens, successful requests only",
}
KEY = re.compile(r"(mean|median|p[0-9.]+)_(e2el|ttft|tpot|itl)_ms")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{2})([0-9]{2})([0-9]{2})")
SECOND = Decimal(1000)


def recognize(source: Source) -> bool:
    return bool(_runs(source))


def _runs(source: Source) -> list[Object]:
    """The runs, one after the other or in a list."""
    listed = [obj(entry) for array in source.arrays for entry in array]
    return [document for document in (*source.objects, *listed) if _is_run(document)]


def _is_run(document: Object) -> bool:
    named = "tokenizer_id" in document or {"model_id", "num_prompts"}.issubset(document)
    return named and "request_throughput" in document and any(KEY.fullmatch(key) for key in document)


def read(source: Source) -> Reading:
    runs = _runs(source)
    run = runs[0]
    compact = COMPACT.fullmatch(str(run.get("date", "")))
    date = "{}-{}-{}T{}:{}:{}".format(*compact.groups()) if compact else run.get("date")
    draft = Draft(FORMAT, date=from_iso(date))
    if len(runs) > 1:
        draft.refuse("The file holds several runs of vLLM's bench: give each one its own file.")
        return draft.reading()
    good, failed = whole(run.get("completed")), whole(run.get("failed"))
    prompts = whole(run.get("num_prompts"))
    if good is None:
        draft.ask("count", "failures")
    else:
        if failed is None:
            failed = max((prompts or good) - good, 0)
        if not draft.failures(failed, good + failed, "requests with an error", inside=False):
            return draft.reading()
    _times(draft, run, good)
    draft.figure("throughput", "mean", number(run.get("request_throughput")), "requests/s", good, "successful requests")
    tokens = number(run.get("output_throughput"))
    draft.figure("token_throughput", "mean", tokens, "tokens/s", good, "output tokens of successful requests")
    if run.get("generated_texts"):
        draft.warn("The file holds the texts of the answers: keep the figure, not the file.")
    return draft.reading()


def _times(draft: Draft, run: Object, good: int | None) -> None:
    found: dict[str, dict[str, Decimal | None]] = {name: {} for name in TIMES.values()}
    for key in sorted(run):
        if (match := KEY.fullmatch(key)) and (statistic := _statistic(match[1])):
            found[TIMES[match[2]]].setdefault(statistic, number(run[key]))
    tokens = whole(run.get("total_output_tokens"))
    gaps = tokens - good if tokens is not None and good is not None and tokens > good else None
    for name, values in found.items():
        about = ABOUT[name]
        if name == "latency" and "p95" not in values:
            values |= _by_rank(items(run, "latencies")) | values
            about += "; p50 to p99 by rank from the single times" if values else ""
        if name == "time_to_first_token" and "p95" not in values:
            values |= _by_rank(items(run, "ttfts")) | values
        if name == "inter_token_latency" and values:
            draft.latencies(name, values, gaps, about, "token")
        elif values:
            draft.latencies(name, values, good, about)
    if not found["latency"]:
        draft.lacks("p95", "The file has no time of the whole request: vLLM's bench writes it only if asked (e2el).")
    elif found["time_to_first_token"] and "p95" not in found["time_to_first_token"]:
        draft.refuse("The file has no p95 of the time to first token: vLLM's bench writes the percentiles asked for.")


def _statistic(word: str) -> str | None:
    if word in ("mean", "median"):
        return {"mean": "mean", "median": "p50"}[word]
    share = number(word.removeprefix("p"))
    return next((name for name, known in PERCENTILES.items() if share == known * 100), None)


def _by_rank(seconds: list[object]) -> dict[str, Decimal | None]:
    """The statistics of the single times; the zeros are the requests that failed."""
    samples = Samples()
    for value in seconds:
        if number(value):
            samples.add(value)
    return samples.statistics(SECOND)
