"""The text of an exporter (`/metrics`): vLLM, DCGM and others in the form of Prometheus and OpenMetrics."""

import re
from collections.abc import Iterator
from functools import lru_cache

from assessments.readers.dates import from_epoch
from assessments.readers.draft import Draft
from assessments.readers.metrics.names import GAUGES, OUTCOMES, Sample, gauges, histograms, latency_of, outcomes
from assessments.readers.reading import PERCENTILES, Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import label, number

FORMAT = Format(
    slug="prometheus-exposition",
    title="the metrics page of a server or exporter",
    tool="Prometheus exposition",
    seen="the names of vLLM 0.32 and of DCGM exporter 4.5 to 4.8, prometheus_client 0.26",
    made_by="curl http://HOST:PORT/metrics",
    figures="mean latencies, error rate, GPU utilization, power; of each percentile the bounds between which it lies",
    traps=(
        "A percentile of a histogram is known only as “between two bounds”.",
        "`vllm:request_success_total` counts aborted and failed requests too.",
        "Shares run from 0 to 1 in some metrics and to 100 in others, in one page.",
        "9223372036854775794 means “no data”.",
        "Names ending in `_created` are times of a start, not buckets.",
    ),
)
TYPE = re.compile(
    r"^# TYPE ([a-zA-Z_:][\w:]*) (?:counter|gauge|histogram|summary|untyped|unknown|info|stateset)\s*$", re.M
)
LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+(-?[0-9.]+))?\s*$")
NAME = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{|\s+[0-9+.NI-])")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
BOUND = re.compile(r'(?:^|,)le="([^"\\]*)"')
MAX_SAMPLES = 400_000
QUANTILES = {f"{share.normalize():f}": statistic for statistic, share in PERCENTILES.items()}


def recognize(source: Source) -> bool:
    if "# TYPE" in source.head and TYPE.search(source.head):
        return True
    named = (NAME.match(line) for line in source.head_lines[:20])
    lines = [line for found, line in zip(named, source.head_lines, strict=False) if found and _wanted(found[1])]
    return any(_samples(iter(lines)))


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    samples: list[Sample] = []
    stamps: set[str] = set()
    for sample in _samples(source.lines(), stamps):
        if _wanted(sample.metric):
            samples.append(sample)
        if len(samples) >= MAX_SAMPLES:
            draft.warn(f"The page is very long: only the first {MAX_SAMPLES:,} values were read.")
            break
    draft.date = max((date for date in map(from_epoch, stamps) if date), default=None)
    gauges(draft, samples, "one instant")
    histograms(draft, samples)
    _summaries(draft, samples)
    outcomes(draft, samples)
    if any(figure.name in ("utilization", "power") for figure in draft.figures):
        draft.warn("One page shows one instant: utilization and power of a day need many.")
    if not draft.figures and not draft.refusals:
        draft.refuse("No metric of this page is known here. Counters give no rate from one page.")
    return draft.reading()


@lru_cache(maxsize=4096)
def _wanted(metric: str) -> bool:
    base = metric.rpartition("_")[0] if metric.endswith(("_bucket", "_sum", "_count", "_created")) else metric
    return metric in GAUGES or metric == OUTCOMES or latency_of(base) is not None


def _samples(lines: Iterator[str], stamps: set[str] | None = None) -> Iterator[Sample]:
    known: dict[str, dict[str, str]] = {}
    for line in lines:
        if not line or line[0] == "#":
            continue
        bare = line.split(" # ", 1)[0] if " # " in line else line  # an example of OpenMetrics follows
        head, brace, value = bare.rpartition("} ")
        if brace and " " not in value:  # as nearly every line is: labels, a value and no time
            metric, brace, labels = head.partition("{")
            if brace and " " not in metric:
                yield Sample(metric, _labels(labels, known), number(value))
                continue
        if found := LINE.match(bare):
            metric, labels, value, stamp = found.groups()
            if stamp and stamps is not None and len(stamps) < 1000:
                stamps.add(stamp)
            yield Sample(metric, _labels(labels, known) if labels else {}, number(value))


def _labels(text: str, known: dict[str, dict[str, str]]) -> dict[str, str]:
    """The labels; the lines of one histogram differ in their bound alone, so what is beside it is read once."""
    begin = text.find('le="')
    if begin < 0:
        return dict(LABEL.findall(text))
    end = text.find('"', begin + 4)
    if "\\" in text or (begin and text[begin - 1] != ","):  # perhaps not the label itself: looked at closely
        bound = BOUND.search(text)
        if bound is None:
            return dict(LABEL.findall(text))
        begin, end = bound.end() - len(bound[1]) - 5, bound.end() - 1
    others = text[:begin] + text[end + 1 :]
    if others not in known:
        if len(known) > 10_000:
            known.clear()
        known[others] = dict(LABEL.findall(others))
    return {**known[others], "le": text[begin + 4 : end]}


def _summaries(draft: Draft, samples: list[Sample]) -> None:
    """A summary has computed its percentiles itself, over the last minutes, for each series alone."""
    series: dict[str, set[str]] = {}
    for sample in samples:
        if "quantile" not in sample.labels:
            continue
        meaning, share = latency_of(sample.metric), number(sample.labels["quantile"])
        statistic = QUANTILES.get(f"{share.normalize():f}") if share is not None else None
        if not meaning or not statistic or sample.value is None:
            continue
        name, factor = meaning
        of = ", ".join(f"{key} {label(value, 30)}" for key, value in sample.labels.items() if key != "quantile")
        series.setdefault(sample.metric, set()).add(of)
        if len(series[sample.metric]) <= 20:
            about = ", ".join(part for part in (label(of, 80), "as the server computed it", sample.metric) if part)
            draft.figure(name, statistic, sample.value * factor, "ms", None, about)
            draft.warn("The percentiles are those of the server, usually over the last minutes.")
    for metric, names in series.items():
        if len(names) > 1:
            draft.refuse(f"{metric} has percentiles of {len(names)} series: they cannot be made one.")
