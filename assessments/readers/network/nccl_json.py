"""nccl-tests: the JSON that `-J FILE` writes. It holds the whole environment of the process; none of it is read."""

from assessments.readers.dates import from_iso
from assessments.readers.documents import dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.network.nccl import PLACES, Row, Run, report
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, whole

FORMAT = Format(
    slug="nccl-tests-json",
    title="the JSON of nccl-tests",
    tool="nccl-tests",
    seen="2.18.5 to 2.19.6 (version 1 to 3 of the file), from their sources",
    made_by="all_reduce_perf -b 8 -e 8G -f 2 -g 8 -J FILE",
    figures="bus bandwidth at the largest message size",
    traps=(
        "The file copies the whole environment of the process, secrets too.",
        "“true”, “false” and “nan” are strings; `okay` is “unchecked” unless a bar was set.",
        "`average_bus_bandwidth` is the mean over all sizes and both placements.",
    ),
    keys=("average_bus_bandwidth", "nccl_version"),
)
MARK = "average_bus_bandwidth"


def recognize(source: Source) -> bool:
    return any(MARK in document or {"nccl_version", "results"} <= document.keys() for document in source.objects)


def read(source: Source) -> Reading:
    documents = [d for d in source.objects if MARK in d or {"nccl_version", "results"} <= d.keys()]
    document = documents[-1]
    draft = Draft(FORMAT, version=word(document, "nccl_tests_version") or None)
    draft.date = from_iso(document.get("start_time"))
    if len(documents) > 1:
        draft.refuse("The file holds several runs of nccl-tests: give each one its own file.")
        return draft.reading()
    devices = items(document, "config", "devices") or items(document, "devices")
    command = str((items(document, "args") or [""])[0]).rsplit("/", 1)[-1]
    run = Run(
        test=label(command.removesuffix("_perf"), 30),
        ranks=len(devices),
        hosts=len({word(device, "hostname") for device in devices}),
        groups=len({str(dig(device, "group")) for device in devices}) or 1,
        iterations=whole(dig(document, "config", "iterations")),
        failed=_is_failed(dig(document, "out_of_bounds", "okay"), dig(document, "out_of_bounds", "count")),
    )
    report(draft, run, [row for row in map(_row, items(document, "results")) if row])
    if document.get("env"):
        draft.warn(
            "The file holds the environment of the process, perhaps with secrets: keep the figure, not the file."
        )
    return draft.reading()


def _is_failed(okay: object, count: object) -> bool:
    return okay in (False, "false") or bool(whole(count))


def _row(result: object) -> Row | None:
    size = whole(dig(result, "size"))
    if size is None:
        return None
    row = Row(size, {})
    for place in PLACES:
        block = obj(result, place)
        if block:
            row.bus[place] = number(block.get("bus_bw"))
            wrong = number(block.get("nwrong"))
            row.checked = row.checked and wrong is not None
            row.wrong += int(wrong or 0)
    return row
