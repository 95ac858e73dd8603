"""Where in its file a figure stands: a path in the JSON, a line of the text, or nowhere in particular."""

from decimal import Decimal
from pathlib import Path

import pytest

from assessments.readers import Figure, read
from assessments.readers.places import places

SAMPLES = Path(__file__).parent / "samples"


def found(name):
    data = (SAMPLES / name).read_bytes()
    figures = read(data).figures
    return {
        (f.name, f.statistic, f.about): place for f, place in zip(figures, places(data.decode(), figures), strict=True)
    }


def place(name, figure, statistic, about=""):
    return next(p for (n, s, a), p in found(name).items() if (n, s) == (figure, statistic) and a.startswith(about))


@pytest.mark.parametrize(
    ("name", "figure", "statistic", "expected"),
    [
        ("k6-1.1.0-summary-export-with-p99.json", "latency", "p95", "metrics.http_req_duration.p(95)"),
        ("k6-1.1.0-summary-export-with-p99.json", "throughput", "mean", "metrics.http_reqs.rate"),
        ("k6-1.1.0-summary-export-with-p99.json", "error_rate", "mean", "metrics.http_req_failed.value"),
        (
            "fio-3.33-randrw-4jobs-group-reporting.json",
            *("latency", "p99", 'jobs[0].read.clat_ns.percentile["99.000000"]'),
        ),
        ("iperf3-3.12-tcp.json", "bandwidth", "mean", "end.sum_received.bits_per_second"),
        ("vllm-0.32.0-bench-serve-p50-p95-p99.json", "time_to_first_token", "p95", "p95_ttft_ms"),
        ("prometheus-2.42.0-gpu-util-gauge.json", "utilization", "mean", "data.result[0].value[1]"),
        ("wrk-4.1.0-latency-mixed-units-non2xx.txt", "latency", "p99", "line 10"),
        ("ab-2.3-stdout.txt", "latency", "p95", "line 41"),
        ("locust-2.47.0-run_stats.csv", "latency", "p95", "line 4"),
        ("fio-3.33-status-interval-4-reports.json", "latency", "max", "document 4: jobs[0].read.clat_ns.max"),
    ],
)
def test_a_figure_stands_where_its_number_does(name, figure, statistic, expected):
    assert place(name, figure, statistic) == expected


@pytest.mark.parametrize(
    ("name", "figure", "statistic"),
    [
        ("wrk-4.1.0-latency-mixed-units-non2xx.txt", "error_rate", "mean"),  # divided
        ("slurm-22.05.8-sacct-X-P.txt", "accelerator_hours", "total"),  # summed
        ("hey-0.1.4-requests.csv", "latency", "mean"),
        ("fio-3.33-randread-4jobs-no-group-reporting.json", "iops", "mean"),
    ],
)
def test_what_was_worked_out_stands_nowhere(name, figure, statistic):
    assert place(name, figure, statistic) == ""


def test_a_number_that_stands_in_two_places_as_likely_has_none():
    figure = Figure("power", "mean", Decimal(344), "W")

    assert places("first 344 here\nsecond 344 there\n", [figure]) == ("",)
    assert places("first 344 here\nsecond 345 there\n", [figure]) == ("line 1",)


def test_every_sample_is_searched_without_an_error():
    for path in SAMPLES.iterdir():
        text = path.read_text(errors="replace")
        figures = read(path.read_bytes()).figures
        assert len(places(text, figures)) == len(figures)


@pytest.mark.parametrize("text", ["", "{", "[" * 5_000, '{"a": NaN, "b": 1e999}', "\x00", "1e99 " * 1_000])
def test_any_text_is_searched(text):
    assert places(text, [Figure("latency", "p95", Decimal("1.5"), "ms")]) == ("",)
