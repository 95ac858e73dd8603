"""Slurm: `sacct --json`."""

from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft, plain
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import number, plural, whole

FORMAT = Format(
    slug="sacct-json",
    title="the JSON of sacct",
    tool="Slurm",
    seen="22.05.8",
    made_by="sacct -a -S START -E END --json",
    figures="GPU hours allocated",
    traps=("The GPUs of a job stand in `tres.allocated` with a type and without: they are the same ones.",),
    keys=("jobs",),
)


def recognize(source: Source) -> bool:
    return any(_is_slurm(document) for document in source.objects)


def _is_slurm(document: Object) -> bool:
    jobs = document.get("jobs")
    if not isinstance(jobs, list):
        return False
    return bool(obj(document, "meta", "Slurm") or obj(document, "meta", "slurm")) or any(
        dig(job, "tres", "allocated") is not None and dig(job, "time", "elapsed") is not None for job in jobs[:10]
    )


def read(source: Source) -> Reading:
    document = next(document for document in source.objects if _is_slurm(document))
    draft = Draft(FORMAT, scenario=Scenario.PRODUCTION)
    meta = obj(document, "meta", "Slurm") or obj(document, "meta", "slurm")
    draft.version = word(meta, "release") or None
    jobs = running = total = 0
    seen: set[tuple[str, int]] = set()
    starts: list[int] = []
    ends: list[int] = []
    for job in items(document, "jobs"):
        gpus, seconds = _gpus(job), whole(_plain(dig(job, "time", "elapsed")))
        start, end = (whole(_plain(dig(job, "time", edge))) or 0 for edge in ("start", "end"))
        key = (str(dig(job, "job_id")), start)
        if not gpus or not seconds or key in seen:
            continue
        seen.add(key)
        jobs += 1
        total += gpus * seconds
        starts += [start] if start else []
        ends += [end] if end else []
        running += not end
    first, last = from_epoch(min(starts, default=None)), from_epoch(max(ends, default=None))
    draft.date = last or first
    if not jobs:
        draft.refuse("No job had a GPU and ran: there are no GPU hours in the file.")
        return draft.reading()
    about = f"GPU hours allocated to {plural(jobs, 'job')}{f', {first} to {last}' if first and last else ''}"
    draft.figure("accelerator_hours", "total", plain(Decimal(total) / 3600), "h", jobs, about)
    draft.warn("Allocated is not used: a job may leave its GPUs idle.")
    draft.warn(
        "A job that began before the period or ended after it is counted whole, unless sacct was told to truncate."
    )
    if running:
        draft.warn(f"{plural(running, 'job')} had no end yet: counted up to the making of the file.")
    return draft.reading()


def _gpus(job: object) -> int:
    entries = [entry for entry in items(job, "tres", "allocated") if dig(entry, "type") == "gres"]
    counts = [(str(dig(entry, "name")), int(number(_plain(dig(entry, "count"))) or 0)) for entry in entries]
    untyped = max((count for name, count in counts if name == "gpu"), default=0)
    return untyped or sum(count for name, count in counts if name.startswith("gpu:"))


def _plain(value: object) -> object:
    """Newer releases wrap a number: `{"set": true, "infinite": false, "number": 5}`."""
    return value.get("number") if isinstance(value, dict) and value.get("set") is not False else value
