#!/bin/sh
# MLPerf LoadGen 6.0.17 (PyPI mlcommons-loadgen): in MultiStream the plain latency keys of the detail log are not the result.
#
# result_99.00_percentile_latency_ns is the latency of single samples. The scenario's result, and every latency in
# mlperf_log_summary.txt, is that of whole queries (here of 8 samples), under result_99.00_percentile_per_query_latency_ns.
#
# Seen:  plain key 87331564 ns, per query 120235087 ns, summary "99.0th percentile latency (ns) : 120235087"
# Valid input: a system that answers 8 samples one after the other. Fails if both keys agree, or the version changes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check mlcommons-loadgen==6.0.17 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
cat >run.py <<'PYTHON'
import json
import re
import threading
import time

import mlperf_loadgen as loadgen


def answer(queries):
    for query in queries:
        time.sleep(0.002)
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(query.id, 0, 0)])


settings = loadgen.TestSettings()
settings.scenario = loadgen.TestScenario.MultiStream
settings.mode = loadgen.TestMode.PerformanceOnly
settings.multi_stream_samples_per_query = 8
settings.multi_stream_expected_latency_ns = 20_000_000
settings.min_duration_ms, settings.min_query_count = 500, 100
output = loadgen.LogOutputSettings()
output.outdir = "."
logs = loadgen.LogSettings()
logs.log_output = output
system = loadgen.ConstructSUT(lambda queries: threading.Thread(target=answer, args=(queries,)).start(), lambda: None)
samples = loadgen.ConstructQSL(64, 64, lambda indices: None, lambda indices: None)
loadgen.StartTestWithLogSettings(system, samples, settings, logs)
loadgen.DestroyQSL(samples)
loadgen.DestroySUT(system)

lines = (json.loads(line.removeprefix(":::MLLOG ")) for line in open("mlperf_log_detail.txt"))
log = {line["key"]: line["value"] for line in lines}
plain, query = log["result_99.00_percentile_latency_ns"], log["result_99.00_percentile_per_query_latency_ns"]
summary = int(re.search(r"99.0th percentile latency \(ns\)\s*:\s*(\d+)", open("mlperf_log_summary.txt").read())[1])
print(f"{log['loadgen_version']}: plain key {plain}, per query {query}, summary {summary}")
assert log["loadgen_version"].startswith("6.0.17")
assert query == summary
assert log["result_50.00_percentile_latency_ns"] < log["result_50.00_percentile_per_query_latency_ns"]
PYTHON
venv/bin/python run.py
echo "The plain keys of the log are per sample: holds."
