"""DLIO, the engine of MLPerf Storage: its `summary.json` and the end of its log."""

import re
from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, items, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, plural, whole

FORMAT = Format(
    slug="dlio",
    title="the summary of DLIO (MLPerf Storage)",
    tool="DLIO",
    seen="2.0.0",
    made_by="dlio_benchmark workload=NAME (writes summary.json)",
    figures="samples per second, bandwidth, how busy the simulated accelerators were",
    traps=(
        "“MB” are MiB: it divides by 1,024 twice.",
        "The accelerators are simulated, so their utilization is never that of a GPU.",
        "`potential_caching` of 1: the data fits the memory of the host, so the figures are those of its cache.",
    ),
    keys=("metric",),
    words=("[METRIC]",),
)
MIB = 2**20
PHASES = {"train": "training", "eval": "evaluation"}
AU_KEY = re.compile(r"(train|eval)_au_")
LOG = re.compile(r"^(?:\[METRIC\]\s*)?(Training|Eval) (.+?) \((%|samples/second|MB/second)\): ([0-9.]+)", re.M)
ACCELERATORS = re.compile(r"Number of Simulated Accelerators: ([0-9]+)")
EXPECTED = re.compile(r"(train|eval)_au_meet_expectation: (\w+)")
STAMP = re.compile(r"^\[\w+\] ([0-9T:.-]+)", re.M)


def recognize(source: Source) -> bool:
    return _summary(source) is not None or "[METRIC] Number of Simulated Accelerators" in source.head


def _summary(source: Source) -> Object | None:
    for document in source.objects:
        if any(AU_KEY.match(str(key)) for key in obj(document, "metric")):
            return document
    return None


def read(source: Source) -> Reading:
    summary = _summary(source)
    return _of_summary(summary) if summary is not None else _of_log(source.text)


def _of_summary(summary: Object) -> Reading:
    metric = obj(summary, "metric")
    draft = Draft(FORMAT, date=from_iso(summary.get("start")))
    accelerators = whole(summary.get("num_accelerators"))
    for phase in PHASES:
        values = {
            "au": number(metric.get(f"{phase}_au_mean_percentage")),
            "samples": number(metric.get(f"{phase}_throughput_mean_samples_per_second")),
            "mib": number(metric.get(f"{phase}_io_mean_MB_per_second")),
        }
        epochs = len(items(metric, f"{phase}_au_percentage")) or None
        _phase(draft, phase, values, epochs, accelerators)
        _expected(draft, phase, str(metric.get(f"{phase}_au_meet_expectation", "")))
    caching = summary.get("potential_caching")
    if any(flag in (1, True) for flag in (caching if isinstance(caching, list) else [caching])):
        draft.warn("The data fits the memory of the host: the figures may be those of its cache, not of the storage.")
    _doubts(draft)
    if (hosts := whole(summary.get("num_hosts"))) == 1:
        draft.warn("The load came from one host.")
    elif not hosts:
        draft.ask("hosts")
    return draft.reading()


def _of_log(text: str) -> Reading:
    found = STAMP.search(text)
    draft = Draft(FORMAT, date=from_iso(found[1]) if found else None)
    accelerators = ACCELERATORS.search(text)
    kinds = {"%": "au", "samples/second": "samples", "MB/second": "mib"}
    written = {(phase, kinds[unit]): number(value) for phase, _, unit, value in LOG.findall(text)}
    for phase, word in (("train", "Training"), ("eval", "Eval")):
        values = {kind: written.get((word, kind)) for kind in kinds.values()}
        _phase(draft, phase, values, None, int(accelerators[1]) if accelerators else None)
    for phase, verdict in EXPECTED.findall(text):
        _expected(draft, phase, verdict)
    _doubts(draft)
    draft.ask("hosts")
    return draft.reading()


def _phase(
    draft: Draft, phase: str, values: Mapping[str, Decimal | None], epochs: int | None, accelerators: int | None
) -> None:
    about = PHASES[phase]
    simulated = plural(accelerators, "simulated accelerator") if accelerators else "simulated accelerators"
    draft.figure("samples_per_second", "mean", values["samples"], "samples/s", epochs, about)
    mib = values["mib"]
    draft.figure("bandwidth", "mean", None if mib is None else mib * MIB, "B/s", epochs, f"{about}, reads")
    if values["au"] is not None:
        draft.figure("utilization", "mean", values["au"], "%", epochs, f"{about}, {simulated}, not a GPU")
        draft.warn("The accelerators are simulated: their utilization says how well the storage fed them, not a GPU.")


def _expected(draft: Draft, phase: str, verdict: str) -> None:
    if verdict == "fail":
        draft.warn(f"The {PHASES[phase]} missed the utilization that the benchmark asks for.")


def _doubts(draft: Draft) -> None:
    if not draft.figures:
        draft.refuse("The run has no result of training or evaluation.")
