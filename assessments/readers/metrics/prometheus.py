"""The answer of Prometheus to a query, with the query before or behind it if it was pasted too."""

import re
from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft, plain
from assessments.readers.metrics.names import GAUGES, Sample, device_of, gauges, histograms, latency_of
from assessments.readers.reading import PERCENTILES, Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import label, number, plural

FORMAT = Format(
    slug="prometheus",
    title="the answer of Prometheus to a query",
    tool="Prometheus",
    seen="2.42.0",
    made_by="curl -G http://HOST:9090/api/v1/query --data-urlencode 'query=…'",
    figures="what the metric's name says; of a bare number only if the query stands in the file too",
    traps=(
        "The query, its percentile, its window and its unit are not in the answer.",
        "A percentile in the last bucket reads as that bucket's lower bound, p50 and p99 alike, without a warning.",
        "“NaN” comes with status success: nothing happened in the window.",
        "A range is one value per step: the mean of many p99 is no p99.",
        "Without `rate()` a percentile is that since the server started.",
    ),
    keys=("data", "errorType"),
)
KINDS = ("vector", "matrix", "scalar", "string")
QUANTILE = re.compile(r"histogram_quantile\s*\(\s*([0-9.]+)\s*,")
BUCKET = re.compile(r"([a-zA-Z_:][\w:]*)_bucket")
WINDOW = re.compile(r"(?:rate|increase)\s*\(\s*[^()]*\[([0-9a-z]+)")
LATENCY = re.compile(r"_(seconds|milliseconds)$")
# The default bounds of the client libraries, of OpenTelemetry and of vLLM: a percentile that equals one may be the
# last finite bound.
BOUNDS = {
    Decimal(digits).scaleb(power)
    for digits in ("1", "2", "2.5", "3", "4", "5", "6", "7.5", "8", "1.2", "1.5", "1.6", "2.4", "4.8", "6.4", "9.6")
    for power in range(-3, 5)
} | {Decimal(bound) for bound in (1920, 2560, 7680)}
FAR = 10**6
# A gauge in a query that only takes its mean or an edge of it, over devices or over time.
GAUGE = re.compile(
    r"^(?:(avg|mean|min|max|sum)(?:\s+(?:by|without)\s*\([^()]*\))?\s*\(\s*)?(?:(avg|min|max)_over_time\s*\(\s*)?"
    rf"({'|'.join(map(re.escape, GAUGES))})\s*(?:\{{[^{{}}]*\}})?\s*(?:\[([0-9a-z]+)(?::[0-9a-z]*)?\])?[\s)]*$"
)


def recognize(source: Source) -> bool:
    return any(_is_answer(document) for document in source.objects)


def _is_answer(document: Object) -> bool:
    if document.get("status") == "success":
        return dig(document, "data", "resultType") in KINDS
    return document.get("status") == "error" and "errorType" in document and "error" in document


def read(source: Source) -> Reading:
    answers = [document for document in source.objects if _is_answer(document)]
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    if len(answers) > 1:
        draft.refuse("The file holds several answers of Prometheus: give each one its own file.")
        return draft.reading()
    answer = answers[0]
    if answer.get("status") == "error":
        draft.refuse(f"Prometheus refused the query: “{label(answer.get('error'), 160)}”")
        draft.ask("query")
        return draft.reading()
    for note in items(answer, "warnings")[:5]:
        draft.warn(f"Prometheus warns: “{label(note, 160)}”")
    if answer.get("isPartial") is True:
        draft.warn("The server says that it answered from a part of the data only.")
    kind = word(answer, "data", "resultType")
    text = source.text
    query = next(
        (line.strip() for line in text.split("\n") if QUANTILE.search(line) and '"resultType"' not in line), ""
    )
    asked = next((found for line in text.split("\n")[:200] if (found := GAUGE.match(line.strip()))), None)
    series = _series(answer, kind)
    points = [point for _, found in series for point in found]
    if any("histogram" in obj(entry) or "histograms" in obj(entry) for entry in items(answer, "data", "result")):
        draft.refuse("The answer holds whole histograms: ask for a percentile of them with histogram_quantile().")
        draft.ask("query")
        return draft.reading()
    draft.date = max((date for time, _ in points if (date := from_epoch(time))), default=None)
    if not points:
        draft.refuse("The answer is empty: no series has this name or these labels. That is not zero.")
        draft.ask("query")
        return draft.reading()
    _read(draft, series, query, asked, ranged=kind == "matrix")
    return draft.reading()


Points = list[tuple[object, object]]


def _series(answer: Object, kind: str) -> list[tuple[Object, Points]]:
    if kind in ("scalar", "string"):
        value = items(answer, "data", "result")
        return [({}, [(value[0], value[1])])] if len(value) == 2 else []
    found: list[tuple[Object, Points]] = []
    for entry in items(answer, "data", "result"):
        values = items(entry, "values") or ([items(entry, "value")] if items(entry, "value") else [])
        points = [(pair[0], pair[1]) for pair in values if isinstance(pair, list) and len(pair) == 2]
        found.append((obj(entry, "metric"), points))
    return found


def _read(
    draft: Draft, series: list[tuple[Object, Points]], query: str, asked: re.Match[str] | None, *, ranged: bool
) -> None:
    nothing = sum(1 for _, points in series for _, value in points if number(value) is None)
    every = sum(len(points) for _, points in series)
    if nothing:
        which = "The value is" if every == 1 else f"{nothing:,} of {every:,} values are"
        draft.refuse(f"{which} NaN or infinite: nothing was measured there. That is not zero.")
    if nothing == every:
        draft.ask("query")
        return
    names = {str(labels.get("__name__", "")) for labels, _ in series}
    samples = [
        Sample(str(labels.get("__name__", "")), {k: str(v) for k, v in labels.items()}, number(value))
        for labels, points in series
        for _, value in points[-1:]
    ]
    if names & GAUGES.keys():
        if ranged:
            _over_time(draft, series)
        else:
            gauges(draft, samples, "one instant")
            draft.warn("One instant: utilization and power of a day need a range.")
    elif not ranged and any(name.endswith("_bucket") for name in names):
        histograms(draft, samples)
    elif query and names == {""}:
        _percentile(draft, series, query, ranged=ranged)
    elif asked and names == {""} and not ranged:
        _of_gauge(draft, series, asked)
    else:
        _bare(draft, samples, names, ranged=ranged)


def _over_time(draft: Draft, series: list[tuple[Object, Points]]) -> None:
    """A gauge over a range: the mean over its steps, the lowest and the highest."""
    by_metric: dict[str, dict[tuple[str, ...], list[Decimal]]] = {}
    for labels, points in series:
        gauge = GAUGES.get(str(labels.get("__name__", "")))
        if gauge is None:
            continue
        known = {k: str(v) for k, v in labels.items()}
        values = [v for _, value in points if (v := number(value)) is not None and 0 <= v <= gauge.top]
        if len(values) < len(points):
            draft.refuse(f"{known['__name__']} has steps without a value: what stands there means “no data”.")
        if values:
            by_metric.setdefault(known["__name__"], {})[device_of(known, parts=True)] = [
                value * gauge.factor for value in values
            ]
    times = sorted(date for _, points in series for time, _ in points if (date := from_epoch(time)))
    for metric, devices in by_metric.items():
        gauge = GAUGES[metric]
        values = [value for found in devices.values() for value in found]
        unit = "W" if gauge.name == "power" else "%"
        about = f"{gauge.about}, {plural(len(devices), 'device')}, {times[0]} to {times[-1]} ({metric})"
        draft.figure(gauge.name, "mean", plain(sum(values, Decimal(0)) / len(values)), unit, len(values), about)
        draft.figure(gauge.name, "min", min(values), unit, len(values), about)
        draft.figure(gauge.name, "max", max(values), unit, len(values), about)
        draft.warn("Between two steps of the range nothing is seen.")


def _of_gauge(draft: Draft, series: list[tuple[Object, Points]], asked: re.Match[str]) -> None:
    """A gauge whose query was pasted with its answer: one function over devices, one over time, or the gauge alone."""
    over_devices, over_time, metric, window = asked.groups()
    gauge, statistics = GAUGES[metric], {"avg": "mean", "mean": "mean", "min": "min", "max": "max", "sum": "total"}
    statistic = statistics[over_devices or over_time or "avg"]
    mixed = over_devices and over_time and statistics[over_devices] != statistics[over_time]
    if mixed or (statistic == "total" and gauge.name != "power") or bool(over_time) != bool(window):
        draft.refuse("The query is none whose statistic and unit are known here.")
        draft.ask("query", "unit")
        return
    when = f"last {window}" if window else "one instant"
    unit = "W" if gauge.name == "power" else "%"
    for labels, points in series[:50]:
        value = number(points[-1][1]) if points else None
        if value is None or value < 0 or (statistic != "total" and value > gauge.top):
            draft.refuse(f"{metric} has no value for some devices: what stands there means “no data”.")
            continue
        of = label(", ".join(f"{key} {label(each, 30)}" for key, each in labels.items()))
        about = ", ".join(word for word in (gauge.about, of, when) if word)
        draft.figure(gauge.name, statistic, value * gauge.factor, unit, None, f"{about} ({metric})")
    if not window:
        draft.warn("One instant: utilization and power of a day need a range.")


def _percentile(draft: Draft, series: list[tuple[Object, Points]], query: str, *, ranged: bool) -> None:
    """A percentile whose query was pasted with it."""
    quantile, bucket = QUANTILE.search(query), BUCKET.search(query)
    share = number(quantile[1]) if quantile else None
    statistic = next((s for s, p in PERCENTILES.items() if p == share), None)
    meaning = latency_of(bucket[1]) if bucket else None
    if statistic is None or meaning is None or bucket is None:
        draft.refuse("The query is none whose percentile and unit are known here.")
        draft.ask("query", "unit")
        return
    if ranged:
        draft.refuse(f"The range has one {statistic} per step: a mean or maximum of them is no {statistic}.")
        draft.ask("query")
        return
    window = WINDOW.search(query)
    if not window:
        draft.warn("The query has no rate(): its percentile is that since the server started.")
    draft.warn("Prometheus interpolated inside a bucket: the true value may be anywhere between its two bounds.")
    name, factor = meaning
    for labels, points in series[:50]:
        value = number(points[-1][1]) if points else None
        if value is None:
            continue
        if value in BOUNDS:
            draft.refuse(_bound_sentence(value, statistic))
            continue
        about = ", ".join(f"{key} {label(value, 30)}" for key, value in labels.items())
        words = (label(about), f"last {window[1]}" if window else "since the start", "interpolated by Prometheus")
        draft.figure(name, statistic, value * factor, "ms", None, ", ".join(word for word in words if word))


def _bare(draft: Draft, samples: list[Sample], names: set[str], *, ranged: bool) -> None:
    """A number without a name that says what it is."""
    draft.ask("query", "unit")
    named = sorted(name for name in names if name)
    if named:
        draft.refuse(f"{label(', '.join(named))}: what this metric means is not known here.")
        if any(name.endswith("_total") for name in named):
            draft.refuse("A counter is a sum since the start: a rate needs a query with rate().")
        return
    if ranged:
        draft.refuse("The range has one number per step and no query: a mean of percentiles is no percentile.")
        return
    values = [sample.value for sample in samples if sample.value is not None]
    shown = ", ".join(f"{value:f}" if abs(value) < FAR else f"{value:.6g}" for value in values[:3])
    draft.refuse(f"The answer says {label(shown)}, but not of what: neither the query nor the unit is in it.")
    for value in values:
        if value in BOUNDS:
            draft.warn(_bound_sentence(value, "value"))


def _bound_sentence(value: Decimal, what: str) -> str:
    return (
        f"The {what} {value.normalize():f} is a usual bound of buckets: if it is the last one, "
        "the true value may be anything above it."
    )
