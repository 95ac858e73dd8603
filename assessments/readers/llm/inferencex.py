"""InferenceX (InferenceMAX): the result of one configuration."""

import re
from decimal import Decimal

from assessments.readers.documents import Object, obj
from assessments.readers.draft import Draft
from assessments.readers.llm.vllm_bench import ABOUT, TIMES
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="inferencex",
    title="a result of InferenceX",
    tool="inferencex",
    seen="the repository of August 2026",
    made_by="InferenceX's workflow (the result of one configuration)",
    figures="latency, time to first token, time per output token, time between tokens: mean, p50, p99",
    traps=(
        "Its keys are those of vLLM's bench without `_ms`, and the times are in seconds.",
        "`tput_per_gpu` counts the tokens of the prompts too, for one GPU.",
        "`intvty` is one divided by the time per token, so its p99 is the slow end.",
    ),
    keys=("tput_per_gpu",),
)
KEY = re.compile(r"(mean|median|p[0-9.]+)_(e2el|ttft|tpot|itl)")


def recognize(source: Source) -> bool:
    return bool(_runs(source))


def _runs(source: Source) -> list[Object]:
    found = [*source.objects, *(obj(entry) for array in source.arrays for entry in array)]
    return [run for run in found if "tput_per_gpu" in run and any(KEY.fullmatch(key) for key in run)]


def read(source: Source) -> Reading:
    draft, runs = Draft(FORMAT), _runs(source)
    if len(runs) > 1:
        draft.refuse("The file holds the results of several configurations: give the one that is yours.")
        return draft.reading()
    values: dict[str, dict[str, Decimal | None]] = {name: {} for name in TIMES.values()}
    for key in sorted(runs[0]):
        match = KEY.fullmatch(key)
        seconds = number(runs[0][key])
        if match and seconds is not None and (statistic := _statistic(match[1])):
            values[TIMES[match[2]]].setdefault(statistic, seconds * 1000)
    for name, times in values.items():
        draft.latencies(name, times, None, ABOUT[name])
    draft.refuse("tput_per_gpu counts the tokens of the prompts too, for one GPU: it is no output of the service.")
    draft.ask("count", "failures")
    return draft.reading()


def _statistic(word: str) -> str | None:
    if word in ("mean", "median"):
        return {"mean": "mean", "median": "p50"}[word]
    share = number(word.removeprefix("p"))
    return next((name for name, known in PERCENTILES.items() if share == known * 100), None)
