"""vLLM's `bench latency` and `bench throughput`: the JSON of a run without a server."""

from decimal import Decimal

from assessments.readers.documents import Object, items, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="vllm-offline",
    title="the JSON of vLLM's bench latency or bench throughput",
    tool="vllm",
    seen="the layout of 0.6 to 0.32",
    made_by="vllm bench latency --output-json latency.json",
    figures="latency of a batch: mean, p50, p75, p90, p99; requests per second",
    traps=(
        "The latency is that of a whole batch, in seconds, without other load.",
        "`tokens_per_second` counts the tokens of the prompts too.",
    ),
    keys=("avg_latency", "total_num_tokens"),
)
LATENCY = {"avg_latency", "latencies", "percentiles"}
THROUGHPUT = {"elapsed_time", "num_requests", "total_num_tokens", "requests_per_second"}


def recognize(source: Source) -> bool:
    return any(_is_run(document) for document in source.objects)


def _is_run(document: Object) -> bool:
    return LATENCY.issubset(document) or THROUGHPUT.issubset(document)


def read(source: Source) -> Reading:
    runs = [document for document in source.objects if _is_run(document)]
    run, draft = runs[0], Draft(FORMAT)
    if len(runs) > 1:
        draft.refuse("The file holds several runs of vLLM's bench: give each one its own file.")
        return draft.reading()
    if LATENCY.issubset(run):
        values: dict[str, Decimal | None] = {"mean": _ms(run["avg_latency"])}
        for share, seconds in obj(run, "percentiles").items():
            name = next((name for name, known in PERCENTILES.items() if number(share) == known * 100), None)
            if name:
                values[name] = _ms(seconds)
        draft.latencies("latency", values, len(items(run, "latencies")), "a whole batch, without other load", "batch")
        draft.warn("The time is that of a whole batch without other load, not of a request to a service in use.")
    else:
        requests = whole(run["num_requests"])
        rate = number(run["requests_per_second"])
        draft.figure("throughput", "mean", rate, "requests/s", requests, "all requests given at once, without a server")
        draft.refuse("tokens_per_second counts the tokens of the prompts too, so it is no output of tokens.")
        draft.warn("All requests were given at once, without a server: nothing is said on response times.")
    return draft.reading()


def _ms(seconds: object) -> Decimal | None:
    found = number(seconds)
    return None if found is None else found * 1000
