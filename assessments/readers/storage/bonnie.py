"""bonnie++: its line of CSV, alone or below its table."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, milliseconds, number

FORMAT = Format(
    slug="bonnie",
    title="the CSV of bonnie++",
    tool="bonnie++",
    seen="2.00a (form 1.98); form 1.96 and 1.97 from its documentation",
    made_by="bonnie++ -q -d DIR",
    figures="bandwidth of block writes, rewrites and reads, seeks per second, the longest latency of each",
    traps=(
        "`+++++` means that it was too fast to be measured, not a number.",
        "The latencies are the longest that were seen, each with its own unit; there is no percentile and no mean.",
        "The fifth field looks like the seconds since 1970 and is the seed of the random numbers: there is no date.",
        "K are 1,024 bytes.",
    ),
    marks=("1.96,", "1.97,", "1.98,"),
)
LINE = re.compile(r"^1\.9[678],[0-9][^,\n]*,[^,\n]*,[0-9]+,[0-9]+,[^,\n]*,.*$", re.M)
# The first column after the sizes; form 1.98 has two columns more before it. Then pairs of rate and CPU share.
FIRST = {"1.96": 7, "1.97": 7, "1.98": 9}
RATES = {"writes": 2, "rewrites": 4, "reads": 8, "seeks": 10}
LATENCIES = 29
SLOWEST = {"writes": 1, "rewrites": 2, "reads": 4, "seeks": 5}


def recognize(source: Source) -> bool:
    return any(line.count(",") >= 40 for line in LINE.findall(source.head))


def read(source: Source) -> Reading:
    rows = [line.split(",") for line in LINE.findall(source.text) if line.count(",") >= 40]
    draft = Draft(FORMAT, version=label(rows[0][1], 20))
    for place, fields in enumerate(rows):
        about = f"{label(fields[2], 40)}, run {place + 1}" if len(rows) > 1 else ""
        _row(draft, fields, about)
    draft.refuse("The latencies are the longest that were seen: there is no percentile and no mean.")
    draft.ask("p95", "p99")
    draft.warn("Unless the test files were twice as large as the memory, the memory may have answered.")
    return draft.reading()


def _row(draft: Draft, fields: list[str], about: str) -> None:
    first = FIRST[fields[0]]
    fast: list[str] = []
    for what, place in RATES.items():
        written = fields[first + place].strip()
        if written.startswith("+"):
            fast.append(what)
        named = f"block {what}, {about}" if about else f"block {what}"
        if what == "seeks":
            draft.figure("iops", "mean", number(written), "IOPS", None, named.removeprefix("block "))
        elif (rate := number(written)) is not None:
            draft.figure("bandwidth", "mean", rate * 1024, "B/s", None, named)
    for what, place in SLOWEST.items():
        slowest = fields[first + LATENCIES + place] if len(fields) > first + LATENCIES + place else ""
        draft.figure("latency", "max", _time(slowest), "ms", None, f"{what}, {about}" if about else what)
    if fast:
        draft.refuse(f"The {', '.join(fast)} were too fast to be measured (+++++): make the test larger.")


def _time(written: str) -> Decimal | None:
    return milliseconds(written) if written.strip()[:1].isdigit() else None
