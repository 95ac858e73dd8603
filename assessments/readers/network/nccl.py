"""nccl-tests: what its text and its JSON have in common."""

from dataclasses import dataclass
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.text import plural

GIGABYTE_BITS = 8 * 10**9
PLACES = {"out_of_place": "out of place", "in_place": "in place"}


@dataclass(slots=True)
class Row:
    """One message size; bus bandwidth in GB/s by placement, and how many values came out wrong."""

    size: int
    bus: dict[str, Decimal | None]
    wrong: int = 0
    checked: bool = True


@dataclass(slots=True)
class Run:
    test: str = ""
    ranks: int = 0
    hosts: int = 0
    groups: int = 1
    iterations: int | None = None
    failed: bool = False


def report(draft: Draft, run: Run, rows: list[Row]) -> None:
    """The bus bandwidth of the largest message; the average over all sizes is none of anything."""
    measured = [row for row in rows if any(row.bus.values())]
    if run.failed or any(row.wrong for row in rows):
        draft.refuse("Some values came out wrong: a bandwidth of wrong results is none.")
        return
    if run.ranks == 1:
        draft.refuse("One GPU alone: there was nothing to send, so the bus bandwidth of 0 is no measurement.")
        return
    if not measured:
        draft.refuse("No message size has a bandwidth.")
        return
    largest = max(measured, key=lambda row: row.size)
    ranks = plural(run.ranks, "GPU") if run.ranks else ""
    hosts = f"on {plural(run.hosts, 'host')}" if run.hosts else ""
    for place, value in largest.bus.items():
        words = (f"bus bandwidth{' of ' + run.test if run.test else ''} at {_size(largest.size)}", PLACES[place])
        about = ", ".join(part for part in (*words, f"{ranks} {hosts}".strip()) if part)
        bits = None if not value else value * GIGABYTE_BITS
        draft.figure("bandwidth", "mean", bits, "bit/s", run.iterations, about)
    draft.warn(
        "Bus bandwidth is computed from the time of a whole collective: it is not what one network link carried."
    )
    if len({row.size for row in rows}) > 1:
        draft.refuse("The “Avg bus bandwidth” is the mean over all message sizes, small ones too: it is not taken.")
    if not run.hosts:
        draft.ask("hosts")
    elif run.hosts == 1:
        draft.warn("All GPUs were in one host: no network between hosts was measured.")
    if run.groups > 1:
        draft.warn(f"{run.groups} groups ran at the same time: the bandwidth is that of each group.")
    if not all(row.checked for row in rows):
        draft.warn("The results were not checked for being right.")
    if largest.size < 2**27:
        draft.warn(f"The largest message is {_size(largest.size)}: too small to reach the full bandwidth.")


def _size(size: int) -> str:
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor:
            return f"{Decimal(size) / factor:.3g} {unit}"
    return f"{size} B"
