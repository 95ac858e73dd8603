"""The budgets of the readers: every sample against the plain parser over the same bytes, long files against pandas.

A sample is held against what only takes its bytes apart: `json.loads`, the csv module, and for a text the csv module at
its blanks. That takes a few microseconds for a few lines, while telling some fifty formats apart, checking every number
and writing the sentences is work that does not shrink with the file: a sample under 8 KB is held against 8 KB of its
kind. The ratio to its own bytes is printed beside it, the worst named.

pandas is installed into an environment of its own under `var/bench`, never into the project's.
"""

import csv
import io
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from assessments.readers import read

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "readers" / "samples"
PANDAS = ROOT / "var" / "bench" / "pandas"
LEAST = 8 * 1024
LONG = 50_000_000
TURNS = 5
Measured = tuple[str, float, float, str]


def bench() -> Iterator[Measured]:
    """Name, figure, bar and unit of each budget."""
    yield from sample_lines()
    yield from long_lines()


# ---- Every sample


def sample_lines() -> Iterator[Measured]:
    own, held = {}, {}
    kinds: dict[str, list[str]] = {}
    for path in sorted(SAMPLES.iterdir()):
        data = path.read_bytes()
        kind, job = parser(path.suffix, data)
        reading, parsing = shortest(lambda d=data: read(d)), shortest(job)  # type: ignore[misc]
        own[path.name] = reading / parsing
        held[path.name] = reading / (parsing * max(LEAST / len(data), 1))
        kinds.setdefault(kind, []).append(path.name)
    for kind, bar in (("json", 10.0), ("table", 10.0), ("text", 15.0)):
        worst = max(kinds[kind], key=held.__getitem__)
        yield f"read a {kind}, of parsing it ({worst[:28]})", held[worst], bar, "x"
    over = sorted((ratio, name) for name, ratio in own.items() if ratio > 10)
    print(f"  Against their own bytes: {len(own) - len(over)} of {len(own)} samples within 10 x, median", end=" ")
    print(f"{statistics.median(own.values()):.1f} x, worst {over[-1][0]:.0f} x ({over[-1][1]})" if over else "")


def parser(suffix: str, data: bytes) -> tuple[str, Callable[[], object]]:
    """What kind of file it is, and the job of taking its bytes apart and no more."""
    try:
        json.loads(data)
    except ValueError:
        pass
    else:
        return "json", lambda: json.loads(data)
    if suffix == ".jsonl":
        try:
            [json.loads(line) for line in data.splitlines()]
        except ValueError:
            pass
        else:
            return "json", lambda: [json.loads(line) for line in data.splitlines()]
    text = data.decode("utf-8", "replace")
    delimiter = {".csv": ",", ".tsv": "\t"}.get(suffix) or max("|; ", key=text.count)
    kind = "text" if delimiter == " " else "table"
    return kind, lambda: list(csv.reader(io.StringIO(data.decode("utf-8", "replace")), delimiter=delimiter))


def shortest(job: Callable[[], object], turns: int = 60) -> float:
    taken = []
    for _ in range(turns):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


# ---- Long files

OURS = """
import re, resource, sys
from pathlib import Path
from assessments.readers import read_path
def peak():
    return int(re.search("VmHWM:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1])
read_path(Path(sys.argv[2]))
before, start = peak(), resource.getrusage(resource.RUSAGE_SELF)
found = read_path(Path(sys.argv[1])).figures[0]
end = resource.getrusage(resource.RUSAGE_SELF)
print(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, (peak() - before) / 1024, found.value)
"""
THEIRS = """
import resource, sys
import pandas
def focus(path):
    rows = pandas.read_csv(path)
    groups = rows.groupby(["BillingCurrency", "ChargeCategory", "BillingPeriodStart"])
    sums = groups[["BilledCost", "EffectiveCost"]].sum()
    rows["ChargePeriodStart"].min(), rows["ChargePeriodEnd"].max()
    return sums["EffectiveCost"].sum()
def sacct(path):
    rows = pandas.read_csv(path, sep="|", dtype={"JobID": str})
    jobs = rows[~rows["JobID"].str.contains(".", regex=False)]
    gpus = jobs["AllocTRES"].str.extract(r"gres/gpu=([0-9]+)")[0].astype(float)
    jobs["Start"].min(), jobs["End"].max(), jobs["JobID"].duplicated().sum()
    return (gpus * jobs["ElapsedRaw"]).sum() / 3600
pandas.DataFrame({"a": [1]}).groupby("a").sum()
start = resource.getrusage(resource.RUSAGE_SELF)
found = {"focus": focus, "sacct": sacct}[sys.argv[2]](sys.argv[1])
end = resource.getrusage(resource.RUSAGE_SELF)
print(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, 0, found)
"""


def long_lines() -> Iterator[Measured]:
    python = pandas_python()
    with TemporaryDirectory(prefix="bench-long-") as name:
        for kind, title, write in (
            ("focus", "FOCUS", write_focus),
            ("focus", "FOCUS, all quoted", write_quoted_focus),
            ("sacct", "sacct", write_sacct),
        ):
            path = Path(name) / f"{kind}.csv"
            exact = write(path)
            small = SAMPLES / ("focus-1.2-own-rows.csv" if kind == "focus" else "slurm-22.05.8-sacct-X-P.txt")
            ratios, memory = [], 0.0
            for _ in range(TURNS):
                took, more, found = run(sys.executable, OURS, str(path), str(small))
                assert abs(found - exact) < Decimal("1e-6"), f"{title}: read {found}, written {exact}"
                memory = max(memory, float(more))
                if python:
                    theirs, _, sums = run(str(python), THEIRS, str(path), kind)
                    assert abs(sums - exact) < exact / 10**6, f"{title}: pandas {sums}, written {exact}"
                    ratios.append(float(took / theirs))
            yield f"50 MB of {title}, more memory", memory, 64, "MB"
            yield f"50 MB of {title}, CPU of pandas", statistics.median(ratios or [float("inf")]), 1, "x"


def pandas_python() -> Path | None:
    """An environment with pandas and nothing of the project; None where it cannot be had."""
    python = PANDAS / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(PANDAS)], check=True)
        if subprocess.run([str(python), "-c", "import pandas"], capture_output=True, check=False).returncode:
            subprocess.run([str(python), "-m", "pip", "install", "-q", "pandas"], check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        print("  pandas cannot be had here, so the long files are held against nothing.")
        return None
    return python


def run(python: str, code: str, *arguments: str) -> tuple[Decimal, ...]:
    done = subprocess.run([python, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(Decimal(re.sub(r"np\.float64\((.*)\)", r"\1", word)) for word in done.stdout.split()[:3])


def write_focus(path: Path, quoting: int = csv.QUOTE_MINIMAL) -> Decimal:
    """Rows as a provider has them, with their columns and tags; the sum of EffectiveCost."""
    with (SAMPLES / "focus-1.2-own-rows.csv").open(newline="") as sample:
        models = list(csv.DictReader(sample))
    dice, total, rows = random.Random(3), Decimal(0), itertools.count()
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(models[0]), quoting=quoting, lineterminator="\n")
        table.writeheader()
        while file.tell() < LONG:
            for row in itertools.islice(rows, 500):
                used = f"{dice.random() * 3:.10f}"
                total += Decimal(used)
                day, hour = row % 30 + 1, row % 23
                changed = {
                    **dict.fromkeys(("BilledCost", "ListCost", "ContractedCost"), f"{dice.random() * 3:.10f}"),
                    "EffectiveCost": used,
                    "BillingCurrency": "EUR",
                    "ChargePeriodStart": f"2026-10-{day:02}T{hour:02}:00:00Z",
                    "ChargePeriodEnd": f"2026-10-{day:02}T{hour + 1:02}:00:00Z",
                    "ResourceId": f"i-{dice.getrandbits(64):016x}",
                    "Tags": json.dumps({"team": f"t{row % 40}", "env": "prod"}),
                }
                table.writerow(models[row % len(models)] | changed)
    return total


def write_quoted_focus(path: Path) -> Decimal:
    return write_focus(path, csv.QUOTE_ALL)


def write_sacct(path: Path) -> Decimal:
    """Jobs with their steps; the GPU hours."""
    dice, seconds, jobs = random.Random(5), 0, itertools.count(1)
    with path.open("w") as file:
        file.write("JobID|JobName|User|Account|Partition|AllocTRES|ElapsedRaw|Start|End|State|ExitCode\n")
        while file.tell() < LONG:
            for job in itertools.islice(jobs, 500):
                gpus, ran, day = dice.choice((1, 2, 4, 8)), dice.randrange(1, 200_000), job % 28 + 1
                seconds += gpus * ran
                tres = f"billing={gpus},cpu={gpus * 8},gres/gpu:h100={gpus},gres/gpu={gpus},mem=64000M,node=1"
                times = f"{ran}|2026-10-{day:02}T08:00:00|2026-11-{day:02}T09:{job % 60:02}:00|COMPLETED|0:0"
                file.write(f"{job}|train|ana|research|gpu|{tres}|{times}\n")
                file.writelines(f"{job}.{step}|{step}||research||{tres}|{times}\n" for step in ("batch", "extern", "0"))
    return Decimal(seconds) / 3600


if __name__ == "__main__":
    missed = 0
    for title, figure, bar, unit in bench():
        missed += figure > bar
        print(f"{title:58} {figure:8.2f} {unit:8} <= {bar:g}  {'met' if figure <= bar else 'MISSED'}", flush=True)
    sys.exit(min(missed, 1))
