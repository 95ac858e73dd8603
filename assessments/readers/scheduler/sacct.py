"""Slurm: the jobs that sacct lists, in rows with a separator or as a table, of any length."""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, pairwise

from assessments.readers.dates import from_epoch, from_iso
from assessments.readers.draft import Draft, plain
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.tables import fields
from assessments.readers.text import label, plural

FORMAT = Format(
    slug="sacct",
    title="the jobs of Slurm (sacct)",
    tool="Slurm",
    seen="22.05.8",
    made_by="sacct -a -X -P -S START -E END -o JobID,AllocTRES,ElapsedRaw,Start,End,State",
    figures="GPU hours allocated",
    traps=(
        "The rows `.batch`, `.extern` and `.0` repeat their job, and `gres/gpu:h100` repeats `gres/gpu`: added up as "
        "they stand, one file gave four times its GPU hours.",
        "Allocated is not used: a job may leave its GPUs idle.",
        "A job that is still running has the end “Unknown”; times have no zone.",
        "The table cuts long fields: `billing=1+`.",
    ),
)
DELIMITERS = ("|", ",", ";", "\t", "^", "~")
NAMES = {
    "jobid",
    "jobidraw",
    "alloctres",
    "allocgres",
    "elapsed",
    "elapsedraw",
    "state",
    "jobname",
    "alloccpus",
    "reqtres",
}
GPU = re.compile(r"(?:^|,)gres/gpu(?::([^=,]+))?=(\d+)")
OLD_GPU = re.compile(r"(?:^|,)(?:gres[:/])?gpu(?::([^:=,(\d][^:=,(]*))?[:=](\d+)")
OPEN_STATES = {"RUNNING", "SUSPENDED", "COMPLETING", "STOPPED"}
MANY = 20_000
HEADLESS = re.compile(r"^[0-9]+(?:[_+][0-9]+)?(?:\.\w+)?\|.*\bgres/gpu[:=]")
Row = list[str]


@dataclass(slots=True)
class Columns:
    job: int
    tres: int | None
    per_node: int | None
    nodes: int | None
    seconds: int | None
    elapsed: int | None
    start: int | None
    end: int | None
    state: int | None

    @property
    def width(self) -> int:
        places = (self.job, self.tres, self.per_node, self.nodes, self.seconds, self.elapsed, self.start, self.end)
        return 1 + max(place for place in (*places, self.state) if place is not None)


@dataclass(slots=True)
class Sums:
    seconds: int = 0
    jobs: int = 0
    rows: int = 0
    steps: int = 0
    running: int = 0
    cut: int = 0
    unread: int = 0
    twice: int = 0
    first: str = "~"
    last: str = ""
    by_type: dict[str, int] = field(default_factory=dict)
    # What was counted, to find a job that stands in the file twice: a hash and its GPU seconds, 16 bytes a job.
    seen: "array[int]" = field(default_factory=lambda: array("q"))
    counted: "array[int]" = field(default_factory=lambda: array("q"))


@dataclass(slots=True)
class Kind:
    """What one way of writing AllocTRES says, and the jobs that have it."""

    gpus: int
    of: str
    cut: bool
    jobs: int = 0
    seconds: int = 0


def recognize(source: Source) -> bool:
    return _header(source.head_lines) is not None or bool(HEADLESS.match(source.first_line[:2000]))


def _header(lines: list[str]) -> tuple[int, str] | None:
    """Which line is the header, and what separates its fields; an empty string for the table of fixed widths."""
    for place, line in enumerate(lines[:5]):
        if "jobid" not in line.lower() and "alloctres" not in line.lower():
            continue
        for delimiter in DELIMITERS:
            names = [name.strip().lower() for name in line.split(delimiter)]
            if len(names) > 1 and {"jobid", "jobidraw"} & set(names) and len(NAMES & set(names)) > 1:
                return place, delimiter
            if len(names) > 1 and "alloctres" in names and {"elapsed", "elapsedraw"} & set(names):
                return place, delimiter
        words = line.lower().split()
        below = lines[place + 1] if place + 1 < len(lines) else ""
        if len(NAMES & set(words)) > 1 and below and set(below) <= {"-", " "}:
            return place, ""
    return None


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.PRODUCTION)
    found = _header(source.head_lines)
    if found is None:
        draft.refuse("The header is missing (-n): nothing says which column is which.")
        return draft.reading()
    place, delimiter = found
    header = source.head_lines[place]
    split = _splitter(delimiter, header, source.head_lines[place + 1] if not delimiter else "")
    names = [name.strip().lower() for name in split(header)]
    columns = _columns(names)
    if columns is None:
        draft.refuse("Without the column JobID a job cannot be told from its steps, which repeat it.")
        return draft.reading()
    if columns.tres is None and columns.per_node is None:
        asked = " ReqTRES is what was asked for, not what was given." if "reqtres" in names else ""
        draft.refuse(f"The GPUs of a job are not in the file: the column AllocTRES is missing.{asked}")
        draft.ask("resource")
        return draft.reading()
    if columns.seconds is None and columns.elapsed is None:
        draft.refuse("How long a job ran is not in the file: the column Elapsed is missing.")
        return draft.reading()
    first = columns.job == 0 and delimiter != ","
    sums = _sum(_below(source.lines(), header), split, columns, delimiter if first else "")
    _twice(sums)
    _report(draft, sums, columns)
    return draft.reading()


def _below(lines: Iterator[str], header: str) -> Iterator[str]:
    for line in lines:
        if line.rstrip() == header:
            return lines
    return chain()


def _quoted(width: int) -> Callable[[str], Row]:
    return lambda line: row if len(row := fields(line)) <= width else []


def _splitter(delimiter: str, header: str, dashes: str) -> Callable[[str], Row]:
    if delimiter == ",":
        # Only with quotes can it be told from the commas inside AllocTRES; a row that is too long is none.
        return _quoted(len(fields(header)))
    if delimiter:
        return lambda line: line.split(delimiter)
    spans = [found.span() for found in re.finditer(r"-+", dashes)]
    return lambda line: [line[begin:end].strip() for begin, end in spans]


def _columns(names: list[str]) -> Columns | None:
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    job = at.get("jobid", at.get("jobidraw"))
    if job is None:
        return None
    return Columns(
        job=job,
        tres=at.get("alloctres"),
        per_node=at.get("allocgres"),
        nodes=at.get("nnodes", at.get("allocnodes")),
        seconds=at.get("elapsedraw"),
        elapsed=at.get("elapsed"),
        start=at.get("start"),
        end=at.get("end"),
        state=at.get("state"),
    )


def _sum(lines: Iterator[str], split: Callable[[str], Row], columns: Columns, separator: str) -> Sums:
    """One pass over the rows. A row is left as early as can be, and what repeats is read once: the file may be long."""
    sums = Sums()
    job, width, tres = columns.job, columns.width, columns.tres
    start, end, state = columns.start, columns.end, columns.state
    kinds: dict[str, Kind] = {}
    times: dict[str, int | None] = {}
    elapsed = columns.elapsed if columns.seconds is None else columns.seconds
    seen, counted = sums.seen.append, sums.counted.append
    steps = rows = unread = running = 0
    first, last = sums.first, sums.last
    for line in lines:
        if separator and "." in line[: line.find(separator)]:
            steps += 1
            continue
        row = split(line)
        if len(row) < width:
            continue
        name = row[job]
        if "." in name:
            steps += 1
            continue
        if not name[:1].isdigit():
            continue  # dashes, a header again, a note
        rows += 1
        written = row[tres] if tres is not None else _per_node(row, columns)
        kind = kinds.get(written)
        if kind is None:
            if len(kinds) >= MANY:
                _gather(sums, kinds)
            kind = kinds[written] = Kind(*_gpus(written), cut=written.endswith("+"))
        if not kind.gpus:
            kind.jobs += 1
            continue
        time = row[elapsed] if elapsed is not None else ""
        if time in times:
            seconds = times[time]
        else:
            seconds = _seconds(row, columns)
            if len(times) < MANY:
                times[time] = seconds
        if not seconds:
            unread += seconds is None
            continue
        kind.jobs += 1
        kind.seconds += seconds
        begun = row[start] if start is not None else ""
        ended = row[end] if end is not None else ""
        seen(hash((name, begun)))
        counted(kind.gpus * seconds)
        if begun < first and begun[:1].isdigit():
            first = begun
        if ended == "Unknown" or (state is not None and row[state] in OPEN_STATES):
            running += 1
        elif ended > last and ended[:1].isdigit():
            last = ended
    _gather(sums, kinds)
    sums.steps, sums.rows, sums.unread, sums.running = steps, rows, unread, running
    sums.first, sums.last = first, last
    return sums


def _gather(sums: Sums, kinds: dict[str, Kind]) -> None:
    for kind in kinds.values():
        if kind.gpus:
            sums.jobs += kind.jobs
            sums.seconds += kind.gpus * kind.seconds
            sums.by_type[kind.of] = sums.by_type.get(kind.of, 0) + kind.gpus * kind.seconds
        elif kind.cut:
            sums.cut += kind.jobs
    kinds.clear()


def _per_node(row: Row, columns: Columns) -> str:
    """AllocGRES counts per node; without the number of nodes it is no total."""
    written = row[columns.per_node] if columns.per_node is not None else ""
    nodes = row[columns.nodes] if columns.nodes is not None else ""
    return f"{written}*{nodes}" if nodes.isdigit() else f"{written}*?" if written else ""


def _gpus(written: str) -> tuple[int, str]:
    """How many GPUs, and of which type. Where the number stands with a type and without, it is the same GPUs."""
    text, _, nodes = written.partition("*")
    entries = (GPU if "gres/gpu" in text else OLD_GPU).findall(text)
    untyped = max((int(count) for kind, count in entries if not kind), default=0)
    typed = {kind: int(count) for kind, count in entries if kind}
    number = untyped or sum(typed.values())
    if nodes:
        number *= int(nodes) if nodes.isdigit() else 0
    return number, "+".join(sorted(typed)) or "GPU"


def _seconds(row: Row, columns: Columns) -> int | None:
    if columns.seconds is not None and row[columns.seconds].isdigit():
        return int(row[columns.seconds])
    if columns.elapsed is None:
        return None
    days, _, time = row[columns.elapsed].rpartition("-")
    parts = time.split(".", 1)[0].split(":")
    try:
        hours = int(parts[-3]) if len(parts) == 3 else 0
        return (int(days or 0) * 24 + hours) * 3600 + int(parts[-2]) * 60 + int(parts[-1])
    except (ValueError, IndexError):
        return None


def _twice(sums: Sums) -> None:
    """Takes out what was counted twice: the same job with the same start, as overlapping exports have it."""
    ordered = sorted(sums.seen)
    doubled = {one for one, other in pairwise(ordered) if one == other}
    if not doubled:
        return
    once: set[int] = set()
    for key, seconds in zip(sums.seen, sums.counted, strict=True):
        if key in doubled:
            if key in once:
                sums.seconds -= seconds
                sums.jobs -= 1
                sums.twice += 1
            once.add(key)


def _report(draft: Draft, sums: Sums, columns: Columns) -> None:
    first, last = (from_iso(time) or from_epoch(time) for time in (sums.first, sums.last))
    draft.date = last or first
    if not sums.rows:
        draft.refuse("There is a header and no job below it.")
        return
    if sums.cut:
        draft.refuse(f"AllocTRES is cut in {plural(sums.cut, 'row')} (“+”): write it with -P.")
    if columns.tres is None and columns.nodes is None:
        draft.refuse("AllocGRES counts the GPUs of one node, and the column NNodes is missing.")
        return
    if not sums.jobs:
        draft.refuse("No job had a GPU and ran: there are no GPU hours in the file.")
        return
    span = f", {first} to {last}" if first and last else ""
    hours = plain(Decimal(sums.seconds) / 3600)
    about = f"GPU hours allocated to {plural(sums.jobs, 'job')}{span}{_types(sums)}"
    draft.figure("accelerator_hours", "total", hours, "h", sums.jobs, about)
    draft.warn("Allocated is not used: a job may leave its GPUs idle.")
    draft.warn(
        "A job that began before the period or ended after it is counted whole, unless sacct was told to truncate."
    )
    if sums.steps:
        draft.warn(f"Not counted, since they repeat their jobs: {plural(sums.steps, 'step')}.")
    if sums.twice:
        draft.warn(f"In the file more than once and counted once: {plural(sums.twice, 'job')}.")
    if sums.running:
        draft.warn(f"Still running, counted up to the making of the file: {plural(sums.running, 'job')}.")
    if sums.unread:
        draft.warn(f"Left out for want of a readable Elapsed: {plural(sums.unread, 'job')}.")
    if not span:
        draft.ask("period")


def _types(sums: Sums) -> str:
    if sums.twice or set(sums.by_type) <= {"GPU"}:
        return ""
    parts = sorted(sums.by_type.items(), key=lambda item: -item[1])[:3]
    return "; " + ", ".join(f"{label(kind, 30)} {Decimal(seconds) / 3600:.2f} h" for kind, seconds in parts)
