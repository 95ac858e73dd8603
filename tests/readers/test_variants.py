"""Files of other versions and modes of the tools than the samples: what each of them was once read wrongly for."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.readers import read

SAMPLES = Path(__file__).parent / "samples"


def figures(text, name):
    return {(f.statistic, f.about): f.value for f in read(text.encode()).figures if f.name == name}


def values(text, name):
    return {statistic: value for (statistic, _), value in figures(text, name).items()}


def test_a_query_of_nvidia_smi_may_have_columns_that_nobody_knows():
    text = (
        "timestamp, name, pcie.link.gen.current, utilization.gpu [%], power.draw [W], compute_cap\n"
        "2026/06/29 10:00:00.250, NVIDIA H100 80GB HBM3, 5, 97 %, 650.20 W, 9.0\n"
        "2026/06/29 10:00:01.250, NVIDIA H100 80GB HBM3, 5, 99 %, 660.20 W, 9.0\n"
    )

    assert values(text, "utilization") == {"mean": 98, "min": 97, "max": 99}
    assert values(text, "power")["mean"] == Decimal("655.2")


@pytest.mark.parametrize(
    "line", ["24  | Pwr Consumption  | Current  | 336.00  | W  | 'OK'", "24,Pwr Consumption,Current,336.00,W,'OK'"]
)
def test_freeipmi_writes_the_unit_of_a_sensor_as_one_letter(line):
    head = "ID  | Name  | Type  | Reading  | Units | Event\n1   | CPU1 Temp | Temperature | 38.00 | C | 'OK'\n"

    assert figures(f"{head}{line}\n", "power") == {("mean", "sensor Pwr Consumption, at one instant"): 336}


def test_a_power_supply_is_no_server():
    metrics = {"Id": "Metrics", "InputPowerWatts": {"Reading": 937.4}, "OutputPowerWatts": {"Reading": None}}
    reading = read(json.dumps(metrics).encode())

    assert [(f.value, f.about) for f in reading.figures] == [
        (Decimal("937.4"), "input of one power supply, at one instant")
    ]
    assert "the figure of one is not that of the server" in reading.warnings[0]


def test_an_answer_from_a_part_of_the_data_says_so():
    answer = {"status": "success", "isPartial": True, "data": {"resultType": "vector", "result": []}}

    assert "a part of the data" in read(json.dumps(answer).encode()).warnings[0]


def test_the_percentiles_of_an_older_locust_stand_in_a_row_of_type_none():
    text = (SAMPLES / "locust-2.47.0-screen.txt").read_text()
    now = values(text, "latency")
    lines = text.split("\n")
    last = max(place for place, line in enumerate(lines) if line.strip().startswith("Aggregated"))
    lines[last] = lines[last].replace("         Aggregated", " None     Aggregated", 1)
    assert "None     Aggregated" in lines[last]

    assert values("\n".join(lines), "latency") == now


def test_a_history_that_ends_before_the_first_request_does_not_say_that_there_was_none():
    history = (SAMPLES / "locust-2.47.0-run_stats_history.csv").read_text().split("\n")
    columns = history[0].split(",")
    zeros = ["1796028605", "0", "", "Aggregated", *["0"] * (len(columns) - 4)]
    reading = read("\n".join([history[0], ",".join(zeros)]).encode())

    assert reading.refusals == (
        "The history ends before the first request: Locust writes it late. Give the file _stats.csv.",
    )


def test_an_option_that_iperf3_does_not_take_is_an_error_of_its_own():
    reading = read(b"iperf3: parameter error - only one test end condition (-t, -n, -k) may be specified\n")

    assert (reading.format, reading.figures) == ("iperf3-text", ())
    assert "only one test end condition" in reading.refusals[0]


def test_a_result_after_many_lines_of_log_is_found():
    noise = 'time="2026-11-30T08:27:02Z" level=warning msg="Request Failed" error="connection refused"\n' * 6_000
    text = (SAMPLES / "k6-1.1.0-stdout.txt").read_text()

    assert len(noise) > 400_000
    assert read((noise + text).encode()).figures == read(text.encode()).figures


@pytest.mark.parametrize(
    "rates", ["5251Mibit/s (5506Mbit/s)", "688.25MB/s (656MiB/s)", "656MiB/s (688.25MB/s)", "5506Mbit/s (5251Mibit/s)"]
)
def test_of_the_two_rates_of_fio_the_one_in_thousands_is_read(rates):
    text = (SAMPLES / "fio-3.33-normal-in-bits.txt").read_text().replace("5251Mibit/s (5506Mbit/s)(", f"{rates}(")

    assert values(text, "bandwidth") == {"mean": Decimal("688250000")}


def test_a_disk_of_iostat_pretty_stands_at_the_end_of_its_lines():
    pretty = (SAMPLES / "sysstat-12.6.1-iostat-pretty.txt").read_text()

    assert {about.split(",")[0] for _, about in figures(pretty, "bandwidth")} == {"disk vda"}


WRK2 = """Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread calibration: mean lat.: 1.051ms, rate sampling interval: 10ms
  Thread Stats   Avg      Stdev     {}   +/- Stdev
    Latency     1.03ms  500.12us   8.45ms   70.01%
    Req/Sec     1.05k   100.00     1.40k    70.00%
{}  60018 requests in 30.00s, 19.81MB read
Requests/sec:   2000.15
"""
SPECTRUM = """  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    0.98ms
 90.000%    1.66ms
 99.000%    2.39ms
 99.900%    5.61ms
100.000%    8.46ms

  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%    0.10ms
 99.000%    0.20ms
"""


def test_wrk2_shows_a_p99_where_wrk_shows_the_maximum():
    assert values(WRK2.format("99%", ""), "latency") == {"mean": Decimal("1.03"), "p99": Decimal("8.45")}
    assert values(WRK2.format("Max", ""), "latency") == {"mean": Decimal("1.03"), "max": Decimal("8.45")}


def test_of_the_two_distributions_of_wrk2_the_corrected_one_is_read():
    found = values(WRK2.format("Max", SPECTRUM), "latency")

    assert (found["p50"], found["p99"], found["max"]) == (Decimal("0.98"), Decimal("2.39"), Decimal("8.45"))


def test_the_requests_of_an_older_hey_have_no_status():
    text = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read\n" + "0.01,0,0,0,0.009,0\n" * 120
    reading = read(text.encode())

    assert values(text, "latency")["p95"] == 10
    assert "error_rate" not in {figure.name for figure in reading.figures}
    assert "failures" in reading.missing


def test_the_csv_of_a_locust_before_1_0():
    text = (
        '"Type","Name","# requests","# failures","Median response time","Average response time",'
        '"Min response time","Max response time","Average Content Size","Requests/s","50%","95%","99%","100%"\n'
        '"GET","/",2000,40,10,12,1,200,50,3.3,10,30,50,200\n'
        '"None","Aggregated",2000,40,10,12.5,1,200,50,3.3,10,30,50,200\n'
    )

    expected = {"mean": Decimal("12.5"), "p50": 10, "p95": 30, "p99": 50, "min": 1, "max": 200}
    assert values(text, "latency") == expected
    assert values(text, "error_rate") == {"mean": 2}


@pytest.mark.parametrize(
    "text", ["Method,Name,Error,Occurrences\nGET,/,\"HTTPError('503')\",67\n", "Count,Message,Traceback,Nodes\n"]
)
def test_the_failures_of_locust_alone_are_no_rate(text):
    reading = read(text.encode())

    assert (reading.format, reading.figures) == ("locust-csv", ())
    assert "Give the file _stats.csv." in reading.refusals[0]


def test_vegeta_s_throughput_has_no_failures_in_it():
    report = json.loads((SAMPLES / "vegeta-12.13-report.json").read_text())
    report |= {"requests": 1000, "success": 0.98, "status_codes": {"200": 980, "0": 20}, "throughput": 98}

    reading = read(json.dumps(report).encode())

    assert "20 of 1,000 requests failed; they are in the latencies." in reading.warnings
    assert values(json.dumps(report), "error_rate") == {"mean": 2}


def test_a_histogram_of_vegeta_has_no_percentile():
    reading = read(b"Bucket           #     %       Histogram\n[0s,     50ms]   990   99.00%  #####\n")

    assert (reading.format, reading.figures) == ("vegeta", ())
    assert "between which bounds" in reading.refusals[0]


VLLM = (SAMPLES / "vllm-0.32.0-bench-serve-p50-p95-p99.json").read_text()


@pytest.mark.parametrize("text", [f"[{VLLM}, {VLLM}]", f"{VLLM}\n{VLLM}"])
def test_several_runs_of_vllm_in_one_file_are_told_apart(text):
    reading = read(text.encode())

    assert (reading.format, reading.figures) == ("vllm-bench", ())
    assert "several runs" in reading.refusals[0]


def test_one_run_of_vllm_in_a_list_is_that_run():
    assert read(f"[{VLLM}]".encode()).figures == read(VLLM.encode()).figures


def _of_older_guidellm(place):
    counts = {"successful": 570, "errored": 30, "incomplete": 4, "total": 604}
    percentiles = {"p50": 0.45, "p95": 0.9, "p99": 1.1, "p999": 1.19, "p001": 0.2}
    latency = {"successful": {"mean": 0.5, "median": 0.45, "count": 570, "percentiles": percentiles}}
    first = {"successful": {"mean": 30, "median": 29, "count": 570, "percentiles": {"p99": 60}}}
    benchmark = {"start_time": 1764450000.1, "metrics": {"request_latency": latency, "time_to_first_token_ms": first}}
    for key in reversed(place):
        counts = {key: counts}
    return json.dumps({"benchmarks": [benchmark | counts]})


@pytest.mark.parametrize("place", [("request_totals",), ("run_stats", "requests_made"), ("total_count",)])
def test_an_older_guidellm_keeps_its_failures_elsewhere(place):
    assert values(_of_older_guidellm(place), "error_rate") == {"mean": 5}
    assert values(_of_older_guidellm(place), "latency")["p99"] == 1100


def test_failures_that_guidellm_does_not_say_are_not_none():
    reading = read(_of_older_guidellm(("elsewhere",)).encode())

    assert "error_rate" not in {figure.name for figure in reading.figures}
    assert "failures" in reading.missing
    assert values(_of_older_guidellm(("elsewhere",)), "latency")["p95"] == 900


def test_genai_perf_groups_the_thousands_of_its_csv():
    text = (
        "Metric,avg,min,max,p99,p95,p90,p75,p50,p25\n"
        'Request Latency (ms),"2,234.50","1,000.00","3,000.00","2,990.00","2,900.00",2800.00,2500.00,2200.00,1.00\n\n'
        'Metric,Value\nOutput Token Throughput (per sec),"1,123.40"\nRequest Count (count),"2,000.00"\n'
    )

    assert values(text, "latency") == {
        "mean": Decimal("2234.5"),
        "p50": 2200,
        "p75": 2500,
        "p90": 2800,
        "p95": 2900,
        "p99": 2990,
        "min": 1000,
        "max": 3000,
    }
    assert figures(text, "token_throughput") == {("mean", "output tokens of successful requests"): Decimal("1123.4")}


def answer(value, kind="vector"):
    result = [{"metric": {}, "value": [1795987498.975, value]}] if kind == "vector" else [1795987498.975, value]
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}})


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("avg(DCGM_FI_DEV_GPU_UTIL)", "utilization", {"mean": Decimal("61.5")}),
        ('avg by (cluster) (DCGM_FI_DEV_GPU_UTIL{cluster="a"})', "utilization", {"mean": Decimal("61.5")}),
        ("avg(avg_over_time(DCGM_FI_DEV_POWER_USAGE[1d]))", "power", {"mean": Decimal("61.5")}),
        ("max_over_time(DCGM_FI_DEV_POWER_USAGE[1d:5m])", "power", {"max": Decimal("61.5")}),
        ("sum(DCGM_FI_DEV_POWER_USAGE)", "power", {"total": Decimal("61.5")}),
        ("avg(DCGM_FI_PROF_SM_ACTIVE)", "utilization", {}),  # 0 to 1: 61.5 cannot be
        ("sum(DCGM_FI_DEV_GPU_UTIL)", "utilization", {}),
        ("avg(max_over_time(DCGM_FI_DEV_GPU_UTIL[1d]))", "utilization", {}),
        ("avg(DCGM_FI_DEV_GPU_UTIL) * 100", "utilization", {}),
        ("quantile(0.95, DCGM_FI_DEV_GPU_UTIL)", "utilization", {}),
        ("avg_over_time(DCGM_FI_DEV_GPU_UTIL)", "utilization", {}),
    ],
)
def test_a_gauge_whose_query_stands_above_its_answer(query, name, expected):
    text = f"{query}\n{answer('61.5')}"

    assert values(text, name) == expected
    assert expected or read(text.encode()).refusals


@pytest.mark.parametrize("kind", ["scalar", "string"])
def test_a_bare_number_of_prometheus_is_no_figure(kind):
    reading = read(answer("0.42", kind).encode())

    assert (reading.figures, "query" in reading.missing) == ((), True)


def test_a_native_histogram_is_not_read():
    result = [{"metric": {}, "histogram": [1795987498, {"count": "60", "sum": "33", "buckets": [[0, "0", "1", "2"]]}]}]
    reading = read(json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode())

    assert reading.refusals == (
        "The answer holds whole histograms: ask for a percentile of them with histogram_quantile().",
    )


def test_the_fixed_table_of_sreport_is_indented_and_cuts_its_heads():
    line = "-" * 80
    text = f"""{line}
Cluster Utilization 2026-11-01T00:00:00 - 2026-11-30T23:59:59
Usage reported in TRES Hours/Percentage of Total
{line}
  Cluster      TRES Name           Allocate         Down         Idle         Reported
--------- -------------- ------------------ ------------ ------------ ----------------
      lab       gres/gpu       4000(69.44%)     0(0.00%) 1760(30.56%)    5760(100.00%)
"""

    assert values(text, "utilization") == {"mean": Decimal("69.44")}
    assert values(text, "accelerator_hours") == {"total": 4000}


def test_days_of_charges_in_another_writing_are_not_guessed():
    text = (SAMPLES / "focus-1.2-own-rows.csv").read_text()
    for month in ("10", "11"):
        text = text.replace(f"2026-{month}-", f"{month}/2026/")
    reading = read(text.encode())

    assert reading.figures
    assert "period" in reading.missing
    assert all("not said" in figure.about for figure in reading.figures)


@pytest.mark.parametrize(
    "labels",
    [
        'le="0.5",model_name="m"',
        'model_name="m",le="0.5"',
        'model_name="a \\"le=\\"0.1\\" b",le="0.5"',
        'scale="x",le="0.5"',
        'rule="le=",le="0.5"',
    ],
)
def test_the_bound_of_a_bucket_is_found_wherever_it_stands(labels):
    lines = [
        f"vllm:e2e_request_latency_seconds_bucket{{{labels}}} 900.0",
        f"vllm:e2e_request_latency_seconds_bucket{{{labels.replace('0.5', '+Inf')}}} 1000.0",
    ]
    reading = read("\n".join(["# TYPE vllm:e2e_request_latency_seconds histogram", *lines]).encode())

    assert any("p50 lies between 0 and 500 ms" in refusal for refusal in reading.refusals)


def test_llmeter_leaves_its_rates_out_where_requests_have_no_times():
    run = {
        "total_requests": 240,
        "clients": 4,
        "total_test_time": 2.4,
        "start_time": "2026-11-30T12:57:49Z",
        "failed_requests": 12,
        "failed_requests_rate": 0.05,
        "time_to_last_token-average": 0.035,
        "time_to_last_token-p99": 0.049,
    }
    reading = read(json.dumps(run).encode())

    assert (reading.format, reading.date) == ("llmeter", "2026-11-30T12:57:49Z")
    assert values(json.dumps(run), "latency") == {"mean": 35, "p99": 49}
    assert values(json.dumps(run), "throughput") == {"mean": 100}
    assert values(json.dumps(run), "error_rate") == {"mean": 5}
