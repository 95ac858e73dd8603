"""What the three outputs of fio have in common: jobs with sides, and how they become figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import PERCENTILES
from assessments.readers.text import label

SHORT_MS = 60_000
WORDS = {"read": "reads", "write": "writes", "trim": "trims", "mixed": "reads and writes together"}
STATISTIC = {share * 100: statistic for statistic, share in PERCENTILES.items()}


@dataclass(slots=True)
class Side:
    """Reads, writes, trims, or all of them, of one job. Times in ms, bandwidth in B/s."""

    what: str
    bandwidth: Decimal | None = None
    iops: Decimal | None = None
    count: int | None = None
    runtime: Decimal | None = None
    kind: str = "completion"
    """Which time the percentiles are of: completion, or total (from submission)."""
    times: dict[str, Decimal | None] = field(default_factory=dict)
    samples: int | None = None

    @property
    def idle(self) -> bool:
        return not self.count and not self.bandwidth and not self.iops


@dataclass(slots=True)
class Job:
    name: str
    group: str = "0"
    error: int = 0
    sides: list[Side] = field(default_factory=list)
    syncs: int = 0
    sync_times: dict[str, Decimal | None] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)


def statistic_of(percentile: Decimal | None) -> str | None:
    return STATISTIC.get(percentile.normalize()) if percentile is not None else None


def report(draft: Draft, jobs: Sequence[Job]) -> None:
    """Figures of each workload: jobs of one name in one group are clones that ran at the same time."""
    workloads: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        if job.error:
            draft.refuse(
                f"Job {label(job.name)} ended with error {job.error}: its figures are not those of a whole run."
            )
        else:
            workloads.setdefault((job.group, job.name), []).append(job)
    names = len(workloads) > 1
    idle = True
    for (_, name), clones in workloads.items():
        about = f"job {label(name, 40)}" if names else ""
        for what in WORDS:
            sides = [side for job in clones for side in job.sides if side.what == what and not side.idle]
            if sides:
                idle = False
                _workload(draft, sides, about, _pattern(clones[0].options))
        _syncs(draft, clones, about)
    if idle and workloads:
        draft.refuse(
            "No job did any input or output: the zeros are no measurement. Look at what fio printed as errors."
        )
    _doubts(draft, [job for clones in workloads.values() for job in clones])


def _workload(draft: Draft, sides: list[Side], job: str, pattern: str) -> None:
    counts = [side.count for side in sides]
    count = sum(c for c in counts if c) if all(c is not None for c in counts) else None
    together = f"{len(sides)} jobs together" if len(sides) > 1 else ""
    about = _joined(WORDS[sides[0].what], pattern, job, together)
    draft.figure("bandwidth", "mean", _sum(side.bandwidth for side in sides), "B/s", count, about)
    draft.figure("iops", "mean", _sum(side.iops for side in sides), "IOPS", count, about)
    if len(sides) == 1:
        times = _measured(sides[0].times)
        kind = f"{sides[0].kind} latency of {WORDS[sides[0].what]}"
        draft.latencies("latency", times, count, _joined(kind, pattern, job), of=f"{sides[0].what} operation")
        if times and not any(statistic in PERCENTILES for statistic in times):
            draft.ask("p95", "p99")
        elif times:
            draft.ask(*(tail for tail in ("p95", "p99") if tail not in times))
        else:
            draft.refuse(f"The {WORDS[sides[0].what]} have no latency in the file: fio was told not to measure it.")
        return
    draft.refuse(
        f"{len(sides)} jobs are reported one by one: their percentiles cannot be made one. "
        "Run fio with --group_reporting for a p95 or p99 of all."
    )
    draft.ask("p95", "p99")
    for statistic, pick in (("min", min), ("max", max)):
        values = [value for side in sides if (value := side.times.get(statistic)) is not None]
        if len(values) == len(sides):
            kind = f"{sides[0].kind} latency of {WORDS[sides[0].what]}"
            draft.figure("latency", statistic, pick(values), "ms", count, _joined(kind, pattern, job, together))


def _syncs(draft: Draft, jobs: list[Job], about: str) -> None:
    with_syncs = [job for job in jobs if job.syncs]
    if len(with_syncs) == 1:
        (job,) = with_syncs
        times = _measured(job.sync_times)
        draft.latencies("latency", times, job.syncs, _joined("latency of fsync", about), of="fsync")
    elif with_syncs:
        draft.warn("The fsync times of several jobs cannot be made one and are left out.")


def _doubts(draft: Draft, jobs: list[Job]) -> None:
    sides = [side for job in jobs for side in job.sides if not side.idle]
    runtimes = [side.runtime for side in sides if side.runtime]
    if runtimes and max(runtimes) < SHORT_MS:
        seconds = max(runtimes) / 1000
        draft.warn(f"The run took {seconds:.3g} s: too short to show a steady state.")
    if any(side.samples == 0 for side in sides):
        draft.warn("The run was shorter than the interval in which fio takes its samples.")
    known = [job for job in jobs if job.options]
    if known and sides and not any(str(job.options.get("direct", "0")) == "1" for job in known):
        draft.warn("Without direct=1 the server's memory may have answered instead of the storage.")


def _pattern(options: Mapping[str, object]) -> str:
    words = [str(options.get("rw") or options.get("readwrite") or "")]
    if size := options.get("bs") or options.get("blocksize"):
        words.append(f"{size} blocks")
    if depth := options.get("iodepth"):
        words.append(f"depth {depth}")
    return label(" ".join(word for word in words if word), 60)


def _measured(times: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """Without what fio writes as 0 because it did not measure it."""
    return {} if not any(times.values()) else {s: value for s, value in times.items() if value is not None}


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    found = list(values)
    return None if any(value is None for value in found) else sum((v for v in found if v is not None), Decimal(0))


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)
