"""What holds for every file and every reader, tried on the samples and on files that nobody wrote."""

import csv
import io
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.readers import FORMATS, MISSING, Figure, read
from assessments.readers.__main__ import line

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())
CONTENT = {name: (SAMPLES / name).read_bytes() for name in NAMES}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def is_sound(data):
    """A reading of whatever it is: known names and units (`Figure` sees to it), one line of JSON, sentences."""
    reading = read(data)
    printed = json.loads(line(reading))
    assert "\n" not in line(reading)
    assert reading.format in {"unknown", *(form.slug for form in FORMATS)}
    assert set(reading.missing) <= set(MISSING)
    assert len(printed["figures"]) == len(reading.figures)
    assert all(sentence.strip() for sentence in (*reading.warnings, *reading.refusals))
    assert reading.figures or reading.refusals or reading.warnings
    return reading


def told(reading):
    """A reading without the order of its figures."""
    figures = sorted(reading.figures, key=lambda f: (f.name, f.statistic, f.about, f.value))
    return figures, sorted(reading.warnings), sorted(reading.refusals), reading.missing, reading.date, reading.version


@FEW
@given(st.binary(max_size=2_000))
def test_any_bytes_are_answered(data):
    is_sound(data)


@FEW
@given(st.text(max_size=500))
def test_any_text_is_answered(text):
    is_sound(text.encode("utf-8", "surrogatepass"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=30,
)


@FEW
@given(st.sampled_from([name for name in NAMES if name.endswith("json")]), st.data())
def test_a_json_sample_with_any_value_exchanged_is_answered(name, data):
    text = CONTENT[name].decode()
    try:
        document = json.loads(text)
    except ValueError:
        return
    for _ in range(data.draw(st.integers(1, 4))):
        holder = document
        while isinstance(holder, dict | list) and holder:
            keys = sorted(holder) if isinstance(holder, dict) else range(len(holder))
            key = data.draw(st.sampled_from(list(keys)))
            if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
                holder[key] = data.draw(json_values)
                break
            holder = holder[key]
    is_sound(json.dumps(document).encode())


@FEW
@given(st.sampled_from(NAMES), st.integers(0, 2**32))
def test_a_damaged_sample_is_answered(name, seed):
    dice, data = random.Random(seed), bytearray(CONTENT[name])
    for _ in range(dice.randint(1, 30)):
        if not data:
            break
        at = dice.randrange(len(data))
        match dice.randrange(4):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + dice.randint(1, 50)]
            case 2:
                data[at:at] = data[at : at + 200]
            case 3:
                data[at:at] = dice.choice(
                    [b"NaN", b"-1", b"1e400", b'"nan"', b"9223372036854775794", b"[[[[", b"=1+1", b","]
                )
    is_sound(bytes(data))


@pytest.mark.parametrize("name", NAMES)
def test_half_a_sample_is_answered(name):
    is_sound(CONTENT[name][: len(CONTENT[name]) // 2])


@pytest.mark.parametrize("name", NAMES)
def test_line_ends_marks_encoding_and_colors_change_nothing(name):
    text = CONTENT[name].decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    expected = told(read(CONTENT[name]))

    assert told(read(text.replace("\n", "\r\n").encode())) == expected
    assert told(read(b"\xef\xbb\xbf" + text.encode())) == expected
    assert told(read(text.encode("utf-16"))) == expected
    assert told(read(text.replace("\n", "\x1b[0m\n").encode())) == expected


def shuffled(value, dice):
    """The same JSON with the keys of every object in another order and a key that nobody knows."""
    if isinstance(value, dict):
        pairs = [(key, shuffled(inner, dice)) for key, inner in value.items()]
        dice.shuffle(pairs)
        return dict([*pairs, ("x_added_by_a_test", "a text")])
    return [shuffled(inner, dice) for inner in value] if isinstance(value, list) else value


class Exact(float):
    """A number that is written as it was read."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self):
        return self.text

    __str__ = __repr__


def written(value):
    if isinstance(value, Exact):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def one_document(name):
    try:
        return json.loads(CONTENT[name], parse_float=Exact)
    except ValueError:
        return None


DOCUMENTS = [name for name in NAMES if isinstance(one_document(name), dict)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shuffled_keys_and_added_fields_change_nothing(name):
    other = written(shuffled(one_document(name), random.Random(7)))

    assert told(read(other.encode())) == told(read(CONTENT[name]))


TABLES = {
    "focus-1.2-own-rows.csv": ",",
    "focus-1.0-two-currencies-null.csv": ",",
    "slurm-22.05.8-sacct-P-steps-and-jobs.txt": "|",
    "nvidia-smi-query.csv": ", ",
    "locust-2.47.0-run_stats.csv": ",",
    "locust-2.47.0-run_stats_history.csv": ",",
    "hey-0.1.4-requests.csv": ",",
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", TABLES)
def test_shuffled_and_added_columns_change_nothing(name, seed):
    delimiter, dice = TABLES[name], random.Random(seed)
    rows = list(
        csv.reader(io.StringIO(CONTENT[name].decode("utf-8-sig")), delimiter=delimiter[0], skipinitialspace=True)
    )
    order = list(range(len(rows[0]) + 1))
    dice.shuffle(order)
    rows = [[*row, "fan.speed" if place == 0 else "a text"] for place, row in enumerate(rows) if row]
    other = "".join(delimiter.join(quoted(row[place], delimiter[0]) for place in order) + "\n" for row in rows)

    assert told(read(other.encode())) == told(read(CONTENT[name]))


def quoted(cell, delimiter):
    return '"' + cell.replace('"', '""') + '"' if delimiter == "," and ("," in cell or '"' in cell) else cell


def scaled(value, inside=False, *, key):
    """The same JSON with every number below the key ten times as large."""
    if isinstance(value, dict):
        return {name: scaled(inner, inside or name == key, key=key) for name, inner in value.items()}
    if isinstance(value, list):
        return [scaled(inner, inside, key=key) for inner in value]
    if inside and isinstance(value, int | float) and not isinstance(value, bool):
        return Exact(str(Decimal(value.text if isinstance(value, Exact) else value) * 10))
    return value


@pytest.mark.parametrize(
    ("name", "key", "figure"),
    [
        ("k6-1.1.0-summary-export-threshold-crossed.json", "http_req_duration", "latency"),
        ("autocannon-8.0.0-5xx.json", "average", "throughput"),
        ("vegeta-12.13-report.json", "latencies", "latency"),
        ("aiperf-0.13.0-profile_export_aiperf.json", "output_token_throughput", "token_throughput"),
        ("guidellm-0.8.1-benchmarks-trimmed.json", "requests_per_second", "throughput"),
        ("inference-perf-0.7.0-summary_lifecycle_metrics.json", "request_latency", "latency"),
        ("llmeter-0.2.0-stats.json", "requests_per_minute", "throughput"),
        ("vllm-0.32.0-bench-serve-p50-p95-p99.json", "p95_ttft_ms", "time_to_first_token"),
        ("fio-3.33-randrw-4jobs-group-reporting.json", "percentile", "latency"),
        ("fio-3.33-randrw-4jobs-group-reporting.json", "bw_bytes", "bandwidth"),
        ("iperf3-3.12-tcp.json", "bits_per_second", "bandwidth"),
        ("nccl-tests-2.19.6-written-from-source.json", "bus_bw", "bandwidth"),
        ("redfish-power-first-member-null.json", "PowerConsumedWatts", "power"),
        ("dlio-2.0.0-summary-trimmed.json", "train_throughput_mean_samples_per_second", "samples_per_second"),
        ("slurm-sacct-json-written-from-source.json", "elapsed", "accelerator_hours"),
        ("artillery-2.0.21-report.json", "p95", "latency"),
    ],
)
def test_ten_times_the_number_is_ten_times_the_figure(name, key, figure):
    document = one_document(name)
    before = {(f.statistic, f.about): f.value for f in read(CONTENT[name]).figures if f.name == figure}
    after = {
        (f.statistic, f.about): f.value
        for f in read(written(scaled(document, key=key)).encode()).figures
        if f.name == figure
    }

    changed = {place for place, value in after.items() if value != before[place]}
    assert after.keys() == before.keys()
    assert changed
    assert all(after[place] == before[place] * 10 for place in changed)


def test_figures_are_frozen():
    with pytest.raises(AttributeError):
        Figure("latency", "p95", Decimal(1), "ms").value = Decimal(2)
