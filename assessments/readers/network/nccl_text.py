"""nccl-tests: the table that it prints."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.network.nccl import PLACES, Row, Run, report
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, whole

FORMAT = Format(
    slug="nccl-tests-text",
    title="the text of nccl-tests",
    tool="nccl-tests",
    seen="2.19.6 and tables of 2.10 to 2.18, from their sources",
    made_by="all_reduce_perf -b 8 -e 8G -f 2 -g 8",
    figures="bus bandwidth at the largest message size",
    traps=(
        "“Avg bus bandwidth” is the mean over all sizes: a sweep from 8 bytes pulls it far down.",
        "`-I 1` adds four columns per placement, so columns are found by their names.",
        "With one GPU the bus bandwidth is 0; without checking, `#wrong` is N/A.",
    ),
    words=("busbw", "nccl-tests", "bus"),
)
PREFIX = re.compile(r"^(?:\[[0-9,]+\]<stdout>:?|\S+: )", re.M)
HEADER = re.compile(r"^#\s+(size\s+count\s+.*busbw.*)$")
RANK = re.compile(r"^#\s+Rank\s+(\d+)(?:\s+Group\s+(\d+))?\s+Pid\s+\d+\s+on\s+(\S+)\s+device")
VERSION = re.compile(r"^# nccl-tests version (\S+)", re.M)
TEST = re.compile(r"Collective test (?:starting|concluded): (\w+?)(?:_perf)?\s*$", re.M)
COMMAND = re.compile(r"\b(\w+)_perf\b")
ITERATIONS = re.compile(r"\s(?<!warmup )(?<!agg )iters: (\d+)")
BOUNDS = re.compile(r"^# Out of bounds values\s*:\s*(\d+)", re.M)
END = "# Avg bus bandwidth"


def recognize(source: Source) -> bool:
    if END in source.head and "Out of bounds values" in source.head:
        return True
    return "# nccl-tests version" in source.head or any(
        HEADER.match(PREFIX.sub("", line)) for line in source.head_lines[:400]
    )


def read(source: Source) -> Reading:
    text = PREFIX.sub("", source.text)
    version = VERSION.search(text)
    draft = Draft(FORMAT, version=version[1] if version else None)
    if text.count(END) > 1:
        draft.refuse("The file holds several runs of nccl-tests: give each one its own file.")
        return draft.reading()
    names: list[str] = []
    rows: list[Row] = []
    ranks: dict[int, str] = {}
    groups: set[str] = set()
    for line in text.split("\n"):
        if line.startswith("#"):
            if header := HEADER.match(line):
                names = header[1].split()
            elif rank := RANK.match(line):
                ranks[int(rank[1])] = rank[3]
                groups.add(rank[2] or "0")
        elif names and (row := _row(line.split(), names)):
            rows.append(row)
    test, bounds = TEST.search(text) or COMMAND.search(text), BOUNDS.search(text)
    iterations = ITERATIONS.search(text)
    run = Run(
        test=test[1] if test else "",
        ranks=len(ranks),
        hosts=len(set(ranks.values())),
        groups=len(groups) or 1,
        iterations=int(iterations[1]) if iterations else None,
        failed=bool(bounds and int(bounds[1])),
    )
    if END not in text:
        draft.warn("The run was cut off before its end.")
    report(draft, run, rows)
    return draft.reading()


def _row(fields: list[str], names: list[str]) -> Row | None:
    """The columns stand once for each placement, out of place first; a placement may be left out."""
    size = whole(fields[0]) if fields else None
    if size is None:
        return None
    start = names.index("time") if "time" in names else names.index("cputime")
    width = (len(names) - start) // max(1, names.count("busbw"))
    if len(fields) < start + width or (len(fields) - start) % width:
        return None
    bus: dict[str, Decimal | None] = {}
    wrong, checked = 0, True
    places = list(PLACES) if len(fields) == len(names) else ["in_place"]
    for place, begin in zip(places, range(start, len(fields), width), strict=False):
        part = dict(zip(names[start : start + width], fields[begin : begin + width], strict=False))
        bus[place] = number(part.get("busbw"))
        found = number(part.get("#wrong", part.get("error", "")))
        if "#wrong" in part and bus[place] is not None:
            checked = checked and found is not None
            wrong += int(found or 0)
    return Row(size, bus, wrong, checked)
