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
