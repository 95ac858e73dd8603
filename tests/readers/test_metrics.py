"""Prometheus, exporters, nvidia-smi and sysstat: what their answers are, and what they are not."""

import json

import pytest

from assessments.readers import read
from assessments.readers.metrics.sysstat import date_of


def figures(reading):
    return {(f.name, f.statistic): (str(f.value.normalize()), f.unit, f.count) for f in reading.figures}


def test_prometheus_percentile_with_its_query_that_equals_a_bound_is_refused():
    query = "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))\n"
    answer = {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1.8e9, "10"]}]}}
    reading = read((query + json.dumps(answer)).encode())
    assert reading.figures == ()
    assert any("usual bound of buckets" in sentence for sentence in reading.refusals)


def test_prometheus_range_of_percentiles_gives_no_percentile():
    query = "histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[5m]))\n"
    values = [[1_800_000_000 + step, "0.123"] for step in range(5)]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}}
    reading = read((query + json.dumps(answer)).encode())
    assert reading.figures == ()
    assert reading.refusals == ("The range has one p99 per step: a mean or maximum of them is no p99.",)


def test_prometheus_scalar_has_a_pair_and_no_list_of_objects():
    reading = read(b'{"status":"success","data":{"resultType":"scalar","result":[1800000000.5,"8.57"]}}')
    assert reading.date == "2027-01-15T08:00:00Z"
    assert reading.refusals[0].startswith("The answer says 8.57, but not of what")


def histogram(bounds, *, engine="0", name="vllm:e2e_request_latency_seconds"):
    lines = [f"# TYPE {name} histogram"]
    lines += [f'{name}_bucket{{engine="{engine}",le="{bound}"}} {count}' for bound, count in bounds.items()]
    return "\n".join([*lines, f'{name}_sum{{engine="{engine}"}} 100', f'{name}_count{{engine="{engine}"}} 50', ""])


def test_histograms_of_two_engines_are_added_before_reading():
    # Alone, the first engine's p95 lies below 1 s and the second's above 2 s; together it lies between 1 and 2 s.
    first = histogram({"1.0": 50, "2.0": 50, "+Inf": 50}, engine="0")
    second = histogram({"1.0": 40, "2.0": 46, "+Inf": 50}, engine="1")
    reading = read((first + second).encode())
    assert figures(reading)["latency", "mean"] == ("2E+3", "ms", 100)
    assert any("the p95 lies between 1 and 2 s" in sentence for sentence in reading.refusals)


def test_percentile_above_the_last_bound_has_no_upper_bound():
    reading = read(histogram({"1.0": 10, "2.0": 20, "+Inf": 50}).encode())
    assert any("the p99 is above 2 s, the last bound" in sentence for sentence in reading.refusals)


def test_histograms_with_different_buckets_are_not_added():
    first = histogram({"1.0": 50, "+Inf": 50}, engine="0")
    reading = read((first + histogram({"3.0": 50, "+Inf": 50}, engine="1")).encode())
    assert any("different buckets" in sentence for sentence in reading.refusals)


def test_order_and_further_labels_of_an_exposition_change_nothing():
    text = histogram({"1.0": 10, "2.0": 20, "+Inf": 50})
    other = "\n".join(reversed(text.replace('engine="0"', 'engine="0",pod="a{b}, \\"c\\""').splitlines()))
    assert figures(read(text.encode())) == figures(read(other.encode()))


def test_power_of_a_gpu_shown_for_two_pods_counts_once():
    text = "\n".join(
        f'DCGM_FI_DEV_POWER_USAGE{{gpu="{gpu}",UUID="GPU-{gpu}",Hostname="a",pod="{pod}"}} 500'
        for gpu, pod in ((0, "x"), (0, "y"), (1, "z"))
    )
    assert figures(read(("# TYPE DCGM_FI_DEV_POWER_USAGE gauge\n" + text + "\n").encode()))["power", "total"] == (
        "1E+3",
        "W",
        2,
    )


def test_renamed_host_label_still_tells_gpus_apart():
    lines = [f'DCGM_FI_DEV_GPU_UTIL{{gpu="0",hostname="{host}"}} {value}' for host, value in (("a", 10), ("b", 30))]
    reading = read(("# TYPE DCGM_FI_DEV_GPU_UTIL gauge\n" + "\n".join(lines) + "\n").encode())
    assert figures(reading)["utilization", "mean"] == ("2E+1", "%", 2)


def test_dmon_with_new_columns_between_the_old_ones_reads_the_same():
    old = "# gpu   pwr    sm  mclk\n# Idx     W     %   MHz\n    0    63    97  1593\n"
    new = "# gpu   pwr    sm   jpg  mclk\n# Idx     W     %     %   MHz\n    0    63    97     -  1593\n"
    assert figures(read(old.encode())) == figures(read(new.encode()))


def test_nvidia_smi_without_units_reads_the_same():
    units = b"index, utilization.gpu [%], power.draw [W]\n0, 80 %, 55.10 W\n"
    bare = b"index, utilization.gpu [%], power.draw [W]\n0, 80, 55.10\n"
    assert figures(read(units)) == figures(read(bare)) != {}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("11/29/26", "2026-11-29"),
        ("11/29/2026", "2026-11-29"),
        ("29/11/2026", "2026-11-29"),
        ("29.11.2026", "2026-11-29"),
        ("29-11-2026", "2026-11-29"),
        ("2026-11-29", "2026-11-29"),
        ("2026年11月29日", "2026-11-29"),
        ("11/11/26", "2026-11-11"),
        ("11/12/26", None),
        ("31.02.2026", None),
        ("today", None),
    ],
)
def test_day_of_a_sysstat_head_is_read_in_any_language(written, day):
    assert date_of(written)[0] == day


def test_day_that_can_be_read_in_two_ways_is_asked_for():
    head = "Linux 6.1.0 (host-a) \t11/12/26 \t_x86_64_\t(2 CPU)\n\n"
    reading = read((head + "avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n 1 1 1 1 1 95.00\n").encode())
    assert reading.date is None
    assert "date" in reading.missing
    assert "can be read in two ways" in reading.warnings[0]


def test_iostat_in_two_languages_reads_the_same():
    english = (
        "Linux 6.1.0 (host-a) \t2026-11-29 \t_x86_64_\t(2 CPU)\n\n"
        "avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n 60.71 3.93 11.94 0.28 0.19 22.95\n\n"
        "Device            r/s     rkB/s  %util\nvda            269.53   4865.96   3.33\n"
    )
    german = english.replace("2026-11-29", "29#11#2026").replace(".", ",").replace("#", ".").replace("6,1,0", "6.1.0")
    assert read(english.encode()) == read(german.encode())
    assert figures(read(english.encode()))["utilization", "mean"]
