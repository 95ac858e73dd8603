"""Storage, network, power, schedulers and cost: the traps that the samples do not show, and what must not matter."""

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.readers import read
from assessments.readers.cost import focus
from assessments.readers.scheduler import sacct
from assessments.readers.source import Source

SAMPLES = Path(__file__).parent / "samples"


def sample(name):
    return (SAMPLES / name).read_text(encoding="utf-8")


def values(reading):
    return {(f.name, f.statistic, f.about): f.value for f in reading.figures}


# fio


def test_fio_runs_of_different_jobs_in_one_file_are_refused():
    pasted = sample("fio-3.33-write-fsync.json") + sample("fio-3.33-two-jobs-stonewall.json")
    reading = read(pasted.encode())
    assert reading.figures == ()
    assert reading.refusals == ("The file holds several runs of fio: give each one its own file.",)


def test_fio_job_with_an_error_has_no_figures():
    document = json.loads(sample("fio-3.33-write-fsync.json"))
    document["jobs"][0]["error"] = 28
    reading = read(json.dumps(document).encode())
    assert not [figure for figure in reading.figures if figure.name != "utilization"]
    assert reading.refusals[0] == "Job w ended with error 28: its figures are not those of a whole run."


def test_fio_job_that_did_nothing_is_not_zero():
    document = json.loads(sample("fio-3.33-write-fsync.json"))
    nothing = {"N": 0, "min": 0, "max": 0, "mean": 0.0}
    empty = {"bw_bytes": 0, "bw": 0, "iops": 0.0, "total_ios": 0, "clat_ns": nothing, "lat_ns": nothing}
    document["jobs"][0].update(write=empty, sync={"total_ios": 0, "lat_ns": nothing})
    document["disk_util"] = []
    reading = read(json.dumps(document).encode())
    assert reading.figures == ()
    assert "the zeros are no measurement" in reading.refusals[0]


def test_fio_of_two_clients_takes_their_sum_once():
    document = json.loads(sample("fio-3.33-client-server-all-clients.json"))
    first = document["client_stats"][0]
    second = {**first, "hostname": "host-b"}
    total = json.loads(json.dumps({**first, "jobname": "All clients"}))
    total["read"]["bw_bytes"] = 2 * first["read"]["bw_bytes"]
    del total["read"]["clat_ns"]["percentile"]
    document["client_stats"] = [first, second, total]
    reading = read(json.dumps(document).encode())
    (bandwidth,) = [figure.value for figure in reading.figures if figure.name == "bandwidth"]
    assert bandwidth == 2 * first["read"]["bw_bytes"]
    assert not [figure for figure in reading.figures if figure.statistic.startswith("p")]
    assert "The percentiles of 2 clients cannot be made one" in reading.refusals[0]


def test_fio_json_cut_off_is_no_result():
    reading = read(sample("fio-3.33-write-fsync.json")[:3000].encode())
    assert reading.figures == ()
    assert reading.format == "fio-json"


@settings(deadline=None, max_examples=20)
@given(st.integers(min_value=2, max_value=1000))
def test_fio_times_scale_exactly(factor):
    document = json.loads(sample("fio-3.33-unified-mixed.json"), parse_float=Decimal)
    block = document["jobs"][0]["mixed"]["clat_ns"]
    before = {
        f.statistic: f.value for f in read(json.dumps(document, default=float).encode()).figures if f.name == "latency"
    }
    block["percentile"] = {share: value * factor for share, value in block["percentile"].items()}
    after = {
        f.statistic: f.value for f in read(json.dumps(document, default=float).encode()).figures if f.name == "latency"
    }
    assert after["p99"] == before["p99"] * factor
    assert after["p50"] == before["p50"] * factor


# bonnie++


def test_bonnie_fifth_field_is_a_seed_and_no_date():
    line = sample("bonnie-2.00a-table-and-csv.txt").splitlines()[-1].split(",")
    line[4] = "1795988773"
    assert read(",".join(line).encode()).date is None


def test_bonnie_forms_before_1_98_have_two_columns_less():
    line = sample("bonnie-2.00a-table-and-csv.txt").splitlines()[-1].split(",")
    line[11], line[17] = "2048", "4096"
    new = read(",".join(line).encode())
    old = read(",".join(["1.97", *line[1:7], *line[9:]]).encode())
    assert values(old) == values(new)
    assert values(new)["bandwidth", "mean", "block writes"] == 2048 * 1024


# network


def test_iperf3_stream_of_events_reads_like_the_whole_document():
    document = json.loads(sample("iperf3-3.12-tcp-P4.json"))
    events = [{"event": "start", "data": document["start"]}, {"event": "end", "data": document["end"]}]
    streamed = "\n".join(json.dumps(event) for event in events)
    assert read(streamed.encode()) == read(json.dumps(document).encode())


def test_iperf3_udp_rate_of_the_sender_is_refused():
    document = json.loads(sample("iperf3-3.12-udp.json"))
    del document["end"]["sum_received"], document["end"]["sum_sent"]
    document["end"]["sum"]["lost_percent"] = 2.5
    reading = read(json.dumps(document).encode())
    assert [(f.name, f.value) for f in reading.figures] == [("error_rate", Decimal("2.5"))]
    assert "The rate is that of the sender" in reading.refusals[0]


def test_nccl_wrong_values_leave_no_bandwidth():
    text = sample("nccl-tests-2.19.6-written-from-source.txt").replace("452.30       0", "452.30      12")
    reading = read(text.encode())
    assert reading.figures == ()
    assert reading.refusals[0].startswith("Some values came out wrong")


def test_nccl_further_columns_shift_nothing():
    text = sample("nccl-tests-2.19.6-written-from-source.txt")
    wide = text.replace("#wrong", "#wrong i_min i_max i_p99 i_cv%")
    wide = "\n".join(
        line.replace("       0", "       0 1.0 2.0 3.0 4.0") if line.lstrip()[:1].isdigit() else line
        for line in wide.splitlines()
    )
    assert values(read(wide.encode())) == values(read(text.encode())) != {}


def test_nccl_of_one_gpu_measures_nothing():
    lines = sample("nccl-tests-2.19.6-written-from-source.txt").splitlines()
    reading = read("\n".join(line for line in lines if "Rank  1" not in line).encode())
    assert reading.figures == ()
    assert reading.refusals[0].startswith("One GPU alone")


# power


def test_power_reading_that_is_deactivated_is_refused():
    text = sample("ipmitool-1.8.19-dcmi-power.txt").replace("activated", "deactivated")
    assert read(text.encode()).figures == ()


def test_sampling_period_in_milliseconds_is_told_in_seconds():
    text = sample("ipmitool-1.8.19-dcmi-power.txt").replace("00000005 Seconds.", "00005000 Milliseconds.")
    assert read(text.encode()) == read(sample("ipmitool-1.8.19-dcmi-power.txt").encode())


# Slurm

JOBS = "JobID|AllocTRES|Elapsed|Start|End|State\n"


@pytest.mark.parametrize(
    ("row", "hours"),
    [
        ("1|cpu=1,gres/gpu:h100=2,gres/gpu=2|01:00:00|2026-11-01T00:00:00|Unknown|RUNNING", "2"),
        ("1|cpu=1,gres/gpu:a100=1,gres/gpu:h100=2|01:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|COMPLETED", "3"),
        ("1_7|gres/gpu=4|2-00:00:00|2026-11-01T00:00:00|2026-11-03T00:00:00|COMPLETED|", "192"),
        ("1+1|gres/gpu=4|30:00|2026-11-01T00:00:00|2026-11-01T00:30:00|TIMEOUT", "2"),
        ("1|gres/gpumem=80G,gres/shard=4|01:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|COMPLETED", None),
        ("1.batch|gres/gpu=4|01:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|COMPLETED", None),
        ("1|billing=1+|01:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|COMPLETED", None),
        ("1|gres/gpu=4|?|2026-11-01T00:00:00|2026-11-01T01:00:00|COMPLETED", None),
    ],
)
def test_gpu_hours_of_a_row(row, hours):
    found = [
        str(figure.value.normalize().quantize(Decimal(1))) for figure in read((JOBS + row + "\n").encode()).figures
    ]
    assert found == ([hours] if hours else [])


def test_gpu_hours_of_a_table_of_fixed_widths():
    text = (
        "JobID                           AllocTRES    Elapsed \n"
        "------------ ---------------------------- ---------- \n"
        "1             cpu=1,gres/gpu=2,mem=8000M   01:30:00 \n"
        "1.batch       cpu=1,gres/gpu=2,mem=8000M   01:30:00 \n"
    )
    assert [figure.value for figure in read(text.encode()).figures] == [3]


def test_old_column_counts_gpus_per_node():
    text = "JobID|AllocGRES|NNodes|ElapsedRaw\n1|gpu:v100:4|2|3600\n"
    assert [figure.value for figure in read(text.encode()).figures] == [8]


@settings(deadline=None)
@given(st.permutations(sample("slurm-22.05.8-sacct-P-steps-and-jobs.txt").splitlines()[1:]))
def test_order_of_jobs_changes_nothing(rows):
    header = sample("slurm-22.05.8-sacct-P-steps-and-jobs.txt").splitlines()[0]
    reading = read("\n".join([header, *rows]).encode())
    assert [figure.value for figure in reading.figures] == [Decimal("111.37")]


@settings(deadline=None)
@given(st.permutations(range(11)))
def test_order_of_columns_changes_nothing(order):
    rows = [line.split("|") for line in sample("slurm-22.05.8-sacct-P-steps-and-jobs.txt").splitlines()]
    text = "\n".join("|".join(row[place] for place in order) for row in rows)
    assert [figure.value for figure in read(text.encode()).figures] == [Decimal("111.37")]


# FOCUS

COLUMNS = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,EffectiveCost,Tags\n"


def charge(billed, effective, *, currency="USD", category="Usage", tags=""):
    return f"{billed},{currency},{category},2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,{effective},{tags}\n"


def totals(text):
    found = read(text.encode()).figures
    return {f.about.split(",")[0]: f.value for f in found if "all rows" in f.about}


def test_costs_are_added_exactly():
    assert totals(COLUMNS + charge("0.1", "0.01") * 3) == {
        "BilledCost": Decimal("0.3"),
        "EffectiveCost": Decimal("0.03"),
    }


def test_tags_with_commas_quotes_and_line_ends_do_not_move_a_column():
    plain = COLUMNS + charge("1.5", "1.25") * 2
    tags = '"{""team"": ""a, b"",\n ""note"": ""x""}"'
    assert totals(COLUMNS + charge("1.5", "1.25", tags=tags) * 2) == totals(plain)


def test_quotes_around_every_field_change_nothing():
    plain = COLUMNS + charge("1.5", "1.25") + charge("-0.5", "-0.5", category="Credit")
    quoted = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in plain.splitlines())
    assert read(quoted.encode()) == read(plain.encode())


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_read_and_told():
    text = (COLUMNS + charge("1#5", "1#25")).replace(",", ";").replace("#", ",")
    reading = read(text.encode())
    assert totals(text) == {"BilledCost": Decimal("1.5"), "EffectiveCost": Decimal("1.25")}
    assert "The costs are written with a decimal comma." in reading.warnings


def test_cost_without_a_currency_is_none():
    reading = read((COLUMNS + charge("1", "1", currency="=1+1")).encode())
    assert reading.figures == ()
    assert "currency of three letters" in reading.refusals[0]


@settings(deadline=None)
@given(st.lists(st.decimals(min_value=-1000, max_value=1000, places=6), min_size=1, max_size=20), st.integers(1, 10**6))
def test_costs_scale_exactly(costs, factor):
    one = totals(COLUMNS + "".join(charge(cost, cost) for cost in costs))
    many = totals(COLUMNS + "".join(charge(cost * factor, cost * factor) for cost in costs))
    assert many == {name: value * factor for name, value in one.items()}


class Watched(io.BytesIO):
    largest = 0

    def read(self, size=-1, /):
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data

    def read1(self, size=-1, /):
        data = super().read1(size)
        self.largest = max(self.largest, len(data))
        return data


@pytest.mark.parametrize(
    ("module", "head", "row"),
    [
        (focus, COLUMNS, charge("0.5", "0.25", tags='"{""a"": ""b, c""}"')),
        (sacct, JOBS, "1|gres/gpu=4|00:01:00|2026-11-01T00:00:00|2026-11-01T00:01:00|COMPLETED\n"),
    ],
    ids=["focus", "sacct"],
)
def test_long_table_is_never_held_whole(module, head, row):
    file = Watched((head + row * 40_000).encode())
    size = len(file.getvalue())
    assert size > 2_000_000
    assert module.read(Source(file, size)).figures
    assert file.largest <= 512 * 1024
