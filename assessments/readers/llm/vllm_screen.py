"""vLLM's `bench serve`: the block of text at the end of a run."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.llm.vllm_bench import ABOUT, TIMES
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="vllm-bench-text",
    title="the text of vLLM's bench serve",
    tool="vllm",
    seen="0.32.0",
    made_by="vllm bench serve … > bench.txt",
    figures="as in the JSON, rounded to two decimals",
    traps=(
        "By default there is a p99 only, and none of the whole request.",
        "“Peak output token throughput” counts per whole second and can be below the mean.",
        "If every request failed, every time is 0.",
    ),
    words=("Serving",),
)
MARK = re.compile(r"^=+ Serving Benchmark Result =+\s*$", re.M)
FIELD = re.compile(r"^([A-Z][A-Za-z /]*?(?: \([a-z/]+\))?):\s+([0-9.]+|nan|inf)\s*$", re.M)
TIME = re.compile(r"^(Mean|Median|P[0-9.]+) (TTFT|TPOT|ITL|E2EL) \(ms\):\s+([0-9.]+)\s*$", re.M)


def recognize(source: Source) -> bool:
    return bool(MARK.search(source.head)) and "Mean TTFT (ms)" in source.head


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    if len(MARK.findall(text)) > 1:
        draft.refuse("The text holds several runs of vLLM's bench: give each one its own file.")
        return draft.reading()
    fields = {name: number(value) for name, value in FIELD.findall(text)}
    good, failed = fields.get("Successful requests"), fields.get("Failed requests")
    if good is None:
        draft.ask("count", "failures")
        return draft.reading()
    if failed is None:
        draft.ask("failures")
        if not good:
            draft.refuse("No request succeeded: the zeros are no latencies.")
            return draft.reading()
    elif not draft.failures(int(failed), int(good + failed), "requests with an error", inside=False):
        return draft.reading()
    tokens = fields.get("Total generated tokens") or Decimal(0)
    times: dict[str, dict[str, Decimal | None]] = {name: {} for name in TIMES.values()}
    for word, metric, value in TIME.findall(text):
        if statistic := _statistic(word):
            times[TIMES[metric.lower()]].setdefault(statistic, number(value))
    for name, values in times.items():
        between = name == "inter_token_latency"
        count = int(tokens - good) if between and tokens > good else None if between else int(good)
        draft.latencies(name, values, count, ABOUT[name], "token" if between else "request")
    if not times["latency"]:
        draft.lacks("p95", "The text has no time of the whole request: vLLM's bench shows it only if asked (e2el).")
    rate, output = fields.get("Request throughput (req/s)"), fields.get("Output token throughput (tok/s)")
    draft.figure("throughput", "mean", rate, "requests/s", int(good), "successful requests")
    draft.figure("token_throughput", "mean", output, "tokens/s", int(good), "output tokens of successful requests")
    return draft.reading()


def _statistic(word: str) -> str | None:
    if word in ("Mean", "Median"):
        return {"Mean": "mean", "Median": "p50"}[word]
    share = number(word.removeprefix("P"))
    return next((name for name, known in PERCENTILES.items() if share == known * 100), None)
