"""Which file is whose: by content, and what is answered to files that are no tool's, or two tools'."""

import gzip
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.readers import FORMATS, read, read_path

SAMPLES = Path(__file__).parent / "samples"


def sample(name):
    return (SAMPLES / name).read_bytes()


def p95(reading):
    [figure] = [f for f in reading.figures if (f.name, f.statistic) == ("latency", "p95")]
    return figure.value


def test_every_format_has_a_name_of_its_own():
    slugs = [form.slug for form in FORMATS]

    assert sorted(set(slugs)) == sorted(slugs)


def test_every_format_is_shown_by_a_sample():
    read_as = {read(path.read_bytes()).format for path in SAMPLES.iterdir()}

    assert read_as - {"unknown"} == {form.slug for form in FORMATS}


def test_a_file_renamed_as_another_tools_is_read_as_what_it_is():
    reading = read(sample("wrk-4.1.0-latency.txt"), name="fio-3.33.json")

    assert reading.tool == "wrk"
    assert reading == read(sample("wrk-4.1.0-latency.txt"))


@pytest.mark.parametrize(
    ("first", "second", "tools"),
    [
        ("wrk-4.1.0-latency.txt", "hey-0.1.4-errors-503.txt", "wrk and hey"),
        ("k6-2.2.0-summary-export.json", "wrk-4.1.0-latency.txt", "k6 and wrk"),
        ("k6-2.2.0-summary-export.json", "aiperf-0.13.0-profile_export_aiperf.json", "k6 and aiperf"),
    ],
)
def test_two_tools_in_one_file_are_refused(first, second, tools):
    reading = read(sample(first) + b"\n" + sample(second))

    assert reading.format == "unknown"
    assert reading.refusals == (f"This file holds the output of {tools}: give each one its own file.",)


@pytest.mark.parametrize(
    "name",
    [
        *("wrk-4.1.0-latency.txt", "hey-0.1.4-errors-503.txt", "ab-2.3-stdout.txt", "siege-4.0.7-json.txt"),
        *("k6-2.2.0-summary-export.json", "autocannon-8.0.0-5xx.json", "artillery-2.0.21-report.json"),
        *("loadtest-8.2.1-stdout.txt", "vegeta-12.13-report.json", "aiperf-0.13.0-profile_export_aiperf.json"),
        *("vllm-0.32.0-bench-serve-p50-p95-p99.json", "vllm-0.32.0-bench-serve-stdout.txt"),
        *("guidellm-0.8.1-benchmarks-trimmed.json", "llmeter-0.2.0-stats.json"),
        "inference-perf-0.7.0-summary_lifecycle_metrics.json",
        "mlperf-loadgen-6.0.17-singlestream-mlperf_log_summary.txt",
    ],
)
def test_two_runs_in_one_file_are_not_taken_for_one(name):
    reading = read(sample(name) + b"\n" + sample(name))

    assert reading.figures == ()
    assert len(reading.refusals) == 1
    assert "several" in reading.refusals[0]


def test_notes_around_the_json_change_nothing():
    data = sample("k6-1.1.0-summary-export-threshold-crossed.json")

    assert read(b"note: starting\n[1/2] ready {ok}\n" + data + b"\ndone\n") == read(data)


def test_windows_1252_is_read():
    text = sample("k6-1.1.0-stdout.txt").decode()
    as_windows = text.encode("cp1252", "replace")

    assert p95(read(as_windows)) == p95(read(text.encode())) == Decimal("2.22")


def test_a_spreadsheet_with_decimal_commas_is_read():
    text = sample("locust-2.47.0-slow-rounded_stats.csv").decode()
    table = text.replace(".", "§").replace(",", ";").replace("§", ",").replace("99,9", "99.9").encode()

    assert read(table).figures == read(text.encode()).figures


def test_a_formula_is_no_number():
    text = sample("locust-2.47.0-run_stats.csv").decode().replace("532,67,3,4.238680404135076", "532,67,3,=1+1")

    assert [f.statistic for f in read(text.encode()).figures if f.statistic == "mean" and f.name == "latency"] == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", '"nan"', "null", "9223372036854775794", "-1", "1e400"])
def test_what_is_no_measurement_is_no_figure(value):
    text = sample("k6-2.2.0-summary-export.json").decode().replace("3.939539199999983", value, 1)
    reading = read(text.encode())

    assert [f for f in reading.figures if f.statistic == "p95"] == []
    assert reading.format == "k6-summary"


@pytest.mark.parametrize("data", [b"[" * 200_000, b'{"metrics":' * 50_000, b'{"a":[' * 100_000 + b"]}" * 100_000])
def test_deep_nesting_is_answered(data):
    assert read(data).format == "unknown"


def test_a_digit_too_many_is_answered():
    assert read(b'{"latencies": [' + b"9" * 100_000 + b"]}").format == "unknown"


def test_very_many_lines_of_nothing_are_answered_from_their_beginning(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes(b"\n" * 10 + b"hello\n" * 10_000_000)

    tracemalloc.start()
    reading = read_path(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert reading.format == "unknown"
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("head", "row", "form"),
    [
        (
            b"metric_name,timestamp,metric_value,check,error\n",
            b"http_req_duration,1795986955,%d.5,,\nhttp_req_failed,1795986955,0.000000,,\n",
            "k6-samples",
        ),
        (
            b"response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n",
            b"0.%04d,0.0001,0.0000,0.0001,0.0024,0.0001,200,0.0025\n",
            "hey-requests",
        ),
    ],
)
def test_a_large_table_is_read_row_by_row(tmp_path, head, row, form):
    path = tmp_path / "large.csv"
    path.write_bytes(head + b"".join(row % (n % 1000) for n in range(10_000)))

    tracemalloc.start()
    reading = read_path(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert reading.format == form
    assert [f.count for f in reading.figures if f.statistic == "p99"] == [10_000]
    assert peak < 3 * path.stat().st_size + 4 * 1024 * 1024


def test_packed_files_are_named():
    assert read(gzip.compress(b"x")).refusals == ("This file is packed (gzip): unpack it first.",)


def test_a_name_from_the_file_does_not_break_the_sentence():
    assert read(b"", name="a\nb\x00.csv").refusals == ("a b .csv is empty.",)
