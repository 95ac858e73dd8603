"""MLPerf's LoadGen: `mlperf_log_summary.txt` and `mlperf_log_detail.txt`."""

import re
from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.documents import DECODER, obj
from assessments.readers.draft import Draft
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, whole

FORMAT = Format(
    slug="mlperf-loadgen",
    title="the log of MLPerf's LoadGen",
    tool="mlperf-loadgen",
    seen="6.0.17, and the layout of 4.1.30",
    made_by="an MLPerf inference run (mlperf_log_summary.txt, mlperf_log_detail.txt)",
    figures="latency: mean, p50, p90, p95, p99, p99.9, minimum, maximum; samples per second; of the detail the version "
    "and the date",
    traps=(
        "A run that is INVALID has complete figures.",
        "Latencies are in nanoseconds.",
        "“Scheduled samples per second” is the load offered, not what was served.",
        "In the Offline scenario all samples are one batch, so a latency means nothing.",
        "Which figure is the result depends on the scenario.",
    ),
    words=("MLPerf", ":::MLLOG"),
)
TITLE = "MLPerf Results Summary"
DETAIL = ":::MLLOG "
FIELD = re.compile(r"^([A-Za-z0-9./ ]+?(?: \(ns\))?)\s*:\s+(\S.*?)\s*$", re.M)
SHARE = re.compile(r"([0-9]{2}\.[0-9]{1,2})(?:th)? percentile latency \(ns\)")
TIME_KEY = "result_{}_latency_ns"
SHARE_KEY = "result_{}_percentile_latency_ns"
PER_QUERY_KEY = "result_{}_percentile_per_query_latency_ns"
SHARES = ("50.00", "90.00", "95.00", "99.00", "99.90")
PROCESSED = re.compile(r"[Pp]rocessed (?:at least [0-9]+ queries \(([0-9]+)\)|([0-9]+) queries)")
POWER_BEGIN = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2})")
NANOSECOND = Decimal("0.000001")


def recognize(source: Source) -> bool:
    return TITLE in source.head_lines[:200] or source.first_line.startswith(DETAIL)


def read(source: Source) -> Reading:
    return _detail(source) if source.first_line.startswith(DETAIL) else _summary(source)


def _summary(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    if text.count(f"{TITLE}\n") > 1:
        draft.refuse("The file holds several runs of LoadGen: give each one its own file.")
        return draft.reading()
    fields = dict(reversed(FIELD.findall(text)))
    processed = PROCESSED.search(text)
    count = whole(processed[1] or processed[2]) if processed else None
    shares = {share[1]: value for name, value in fields.items() if (share := SHARE.fullmatch(name))}
    times = {"mean": fields.get("Mean latency (ns)"), "min": fields.get("Min latency (ns)")}
    times |= {"max": fields.get("Max latency (ns)")}
    rates = {
        "completed": fields.get("Completed samples per second") or fields.get("Samples per second"),
        "queries": fields.get("QPS w/o loadgen overhead"),
    }
    scenario, mode = fields.get("Scenario", ""), fields.get("Mode", "")
    _result(draft, scenario, mode, fields.get("Result is", ""), times, shares, rates, count)
    return draft.reading()


def _detail(source: Source) -> Reading:
    draft, found = Draft(FORMAT), dict[str, object]()
    for line in source.lines():
        if line.startswith(DETAIL):
            try:
                entry = obj(DECODER.decode(line.removeprefix(DETAIL)))
            except ValueError:
                continue
            key = str(entry.get("key", ""))
            if key.startswith(("result_", "effective_", "loadgen_version", "power_begin")):
                found[key] = entry.get("value")
    draft.version = label(str(found.get("loadgen_version", "")).partition(" ")[0]) or None
    if begun := POWER_BEGIN.match(str(found.get("power_begin", ""))):
        draft.date = f"{begun[3]}-{begun[1]}-{begun[2]}T{begun[4]}"
    scenario, mode = str(found.get("effective_scenario", "")), str(found.get("effective_test_mode", ""))
    if "result_validity" not in found and mode in ("", "PerformanceOnly"):
        draft.refuse("The log has no result: the run did not end.")
        return draft.reading()
    # In MultiStream a query is several samples, and the log has the times of both.
    per_query = "result_mean_query_latency_ns" in found
    share_key, time_key = (PER_QUERY_KEY, "result_{}_query_latency_ns") if per_query else (SHARE_KEY, TIME_KEY)
    shares = {share: found.get(share_key.format(share)) for share in SHARES}
    times = {statistic: found.get(time_key.format(statistic)) for statistic in ("mean", "min", "max")}
    rates = {
        "completed": found.get("result_completed_samples_per_sec") or found.get("result_samples_per_second"),
        "queries": found.get("result_qps_without_loadgen_overhead"),
    }
    count = whole(found.get("result_query_count"))
    _result(draft, scenario, mode, str(found.get("result_validity", "")), times, shares, rates, count)
    return draft.reading()


def _result(
    draft: Draft,
    scenario: str,
    mode: str,
    validity: str,
    times: Mapping[str, object],
    shares: Mapping[str, object],
    rates: Mapping[str, object],
    count: int | None,
) -> None:
    if mode and mode != "PerformanceOnly":
        draft.refuse(f"The run measured {label(mode)}, not performance: its times are no figures.")
        return
    valid = validity == "VALID"
    if not valid:
        draft.refuse(f"By MLPerf's own rules the run is {label(validity) or 'not valid'}: its result does not count.")
    about = f"one query, scenario {label(scenario)}" + ("" if valid else ", run INVALID")
    if scenario == "Offline":
        draft.refuse("In the Offline scenario all samples are one batch: its latencies are no response times.")
    else:
        values = {statistic: _ms(value) for statistic, value in times.items()}
        for share, value in shares.items():
            name = next((name for name, known in PERCENTILES.items() if number(share) == known * 100), None)
            if name:
                values[name] = _ms(value)
        draft.latencies("latency", values, count, about, "query")
    if valid:
        samples, queries = number(rates["completed"]), number(rates["queries"])
        draft.figure("samples_per_second", "mean", samples, "samples/s", count, f"scenario {label(scenario)}")
        draft.figure("throughput", "mean", queries, "requests/s", count, "one query after the other")
    elif draft.figures:
        draft.warn("The latencies are those of a run that MLPerf's own rules reject.")
    draft.ask("failures")


def _ms(value: object) -> Decimal | None:
    found = number(value)
    return None if found is None else found * NANOSECOND
