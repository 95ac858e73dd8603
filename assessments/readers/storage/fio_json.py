"""fio: its JSON, of one host or of clients, alone or between notes and text."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.storage.fio import Job, Side, report, statistic_of
from assessments.readers.text import label, number, plural, whole

FORMAT = Format(
    slug="fio-json",
    title="the JSON of fio",
    tool="fio",
    seen="3.33, 3.42",
    made_by="fio --output-format=json --output=FILE --group_reporting JOB",
    figures="bandwidth, IOPS, p50 to p99.9 of reads, writes and fsync, utilization of the disk",
    traps=(
        "With clients there is no `jobs`, and the last entry, “All clients”, repeats the sum without percentiles.",
        "Several objects in one file (`--status-interval`) are one run: the last is the result.",
        "Four jobs without `--group_reporting` are four entries: their rates add up, their percentiles do not.",
        "A job that could not open its file has error 0 and rates of zero.",
        "The side that was not run has zeros and no percentile.",
    ),
    keys=("fio version",),
    marks=("fio version",),
)
MARK = "fio version"
NOTE = re.compile(r"^fio: (?!.*terminating on signal)(.+)$", re.M)
ALL = "All clients"
SIDES = ("read", "write", "trim", "mixed")
NS, US = Decimal("0.000001"), Decimal("0.001")
KIB = 1024


def recognize(source: Source) -> bool:
    return any(MARK in document for document in source.objects) or (
        source.broken_json and f'"{MARK}"' in source.head[:4096]
    )


def read(source: Source) -> Reading:
    documents = [document for document in source.objects if MARK in document]
    draft = Draft(FORMAT)
    if not documents or (source.broken_json and source.text.rstrip()[-1:] not in ("}", "]")):
        draft.refuse("The JSON is cut off: it is no result of a whole run.")
        return draft.reading()
    last = documents[-1]
    draft.version = word(last, MARK).removeprefix("fio-") or None
    draft.date = from_epoch(last.get("timestamp")) or from_epoch(last.get("timestamp_ms"))
    if len(documents) > 1:
        if len({_identity(document) for document in documents}) > 1:
            draft.refuse("The file holds several runs of fio: give each one its own file.")
            return draft.reading()
        draft.warn(f"The file holds {len(documents)} reports of one run, each from its start on; the last one is read.")
    shared = obj(last, "global options")
    entries = _entries(last, "jobs")
    if not entries:
        entries = _of_clients(draft, last)
    report(draft, [_job(entry, shared) for entry in entries])
    for note in NOTE.findall(source.head[:65536])[:3]:
        draft.refuse(f"fio says: “{label(note, 160)}”")
    for disk in items(last, "disk_util"):
        about = f"disk {label(dig(disk, 'name') or '?', 40)}, time with at least one request"
        # A run shorter than a sample reads as 0 %.
        draft.figure("utilization", "mean", number(dig(disk, "util")) or None, "%", None, about)
    return draft.reading()


def _of_clients(draft: Draft, document: Object) -> list[Object]:
    """The entries of the clients, or the sum over them where they all ran one job."""
    entries = _entries(document, "client_stats")
    clients = [entry for entry in entries if entry.get("jobname") != ALL]
    total = [entry for entry in entries if entry.get("jobname") == ALL]
    hosts = {str(entry.get("hostname")) for entry in clients}
    draft.warn(f"The load came from {plural(len(hosts), 'host')} that ran {plural(len(clients), 'job')}.")
    if not total or len({str(entry.get("jobname")) for entry in clients}) != 1 or len(clients) < 2:
        return clients or total
    one = {**total[-1], "jobname": clients[0].get("jobname"), "job options": clients[0].get("job options", {})}
    if not any(obj(one, side, kind, "percentile") for side in SIDES for kind in ("clat_ns", "lat_ns")):
        draft.refuse(
            f"The percentiles of {len(clients)} clients cannot be made one, and fio gives none of all of them."
        )
    return [one]


def _entries(document: Object, key: str) -> list[Object]:
    return [entry for entry in items(document, key) if isinstance(entry, dict)]


def _identity(document: Object) -> str:
    entries = items(document, "jobs") or items(document, "client_stats")
    parts = [(dig(entry, "jobname"), dig(entry, "job options")) for entry in entries]
    return json.dumps([parts, document.get("global options")], default=str, sort_keys=True)


def _job(entry: Object, shared: Object) -> Job:
    job = Job(
        name=str(entry.get("jobname", "")),
        group=str(entry.get("groupid", 0)),
        error=whole(entry.get("error")) or 0,
        options={**shared, **obj(entry, "job options")},
    )
    for what in SIDES:
        if isinstance(block := entry.get(what), Mapping):
            job.sides.append(_side(what, block))
    synced = obj(entry, "sync", "lat_ns")
    job.syncs = whole(synced.get("N")) or whole(dig(entry, "sync", "total_ios")) or 0
    job.sync_times = _times(synced, NS)
    return job


def _side(what: str, block: Object) -> Side:
    kind = "completion"
    times: dict[str, Decimal | None] = {}
    for key, unit in (("clat_ns", NS), ("clat", US), ("lat_ns", NS), ("lat", US)):
        found = obj(block, key)
        if not found or not any(number(found.get(name)) for name in ("N", "mean", "max")):
            continue
        if not times or ("percentile" in found and not any(name.startswith("p") for name in times)):
            kind, times = "completion" if key.startswith("clat") else "total", _times(found, unit)
    bandwidth = number(block.get("bw_bytes"))
    if bandwidth is None and (kibibytes := number(block.get("bw"))) is not None:
        bandwidth = kibibytes * KIB
    count = whole(block.get("total_ios"))
    if count is None:
        count = whole(dig(block, "clat_ns", "N")) or whole(dig(block, "lat_ns", "N"))
    return Side(
        what=what,
        bandwidth=bandwidth,
        iops=number(block.get("iops")),
        count=count,
        runtime=number(block.get("runtime")),
        kind=kind,
        times=times,
        samples=whole(block.get("bw_samples")),
    )


def _times(block: Object, unit: Decimal) -> dict[str, Decimal | None]:
    times: dict[str, Decimal | None] = {}
    for key in ("min", "mean"):
        if (time := number(block.get(key))) is not None:
            times[key] = time * unit
    for percentile, value in obj(block, "percentile").items():
        statistic = statistic_of(number(percentile))
        if statistic and (time := number(value)) is not None:
            times[statistic] = time * unit
    if (longest := number(block.get("max"))) is not None:
        times["max"] = longest * unit
    return times
