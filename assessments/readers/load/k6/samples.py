"""k6: every measurement of a run, from `--out csv` or `--out json`."""

from collections.abc import Iterator

from assessments.readers.dates import from_epoch, from_iso
from assessments.readers.documents import dig, line_objects, word
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.samples import Samples
from assessments.readers.source import Source
from assessments.readers.tables import fields
from assessments.readers.text import number

FORMAT = Format(
    slug="k6-samples",
    title="every measurement of k6, as CSV or JSON lines",
    tool="k6",
    seen="1.1.0",
    made_by="k6 run --out csv=run.csv script.js",
    figures="latency: mean, p50 to p99.9, maximum, all by rank from the single values; error rate; date",
    traps=(
        "One second may be the finest time stamp, so a rate is not computed.",
        "`http_req_failed` is 1 for a request that failed.",
    ),
    keys=("metric",),
    marks=("metric_name",),
)
ONES = {"1", "1.000000"}
COLUMNS = ["metric_name", "timestamp", "metric_value"]


def recognize(source: Source) -> bool:
    return _is_csv(source) or any(
        word(document, "metric") and word(document, "type") in ("Metric", "Point") and dig(document, "data") is not None
        for document in source.objects[:3]
    )


def _is_csv(source: Source) -> bool:
    return fields(source.first_line)[:3] == COLUMNS


def _points(source: Source) -> Iterator[tuple[str, object, object]]:
    """Metric, time and value, one by one."""
    if _is_csv(source):
        for row in source.lines():
            if row.startswith("http_req_"):
                metric, _, rest = row.partition(",")
                time, _, rest = rest.partition(",")
                yield metric, time, rest.partition(",")[0]
        return
    for document in line_objects(source.lines()):
        if word(document, "type") == "Point":
            yield word(document, "metric"), dig(document, "data", "time"), dig(document, "data", "value")


def read(source: Source) -> Reading:
    durations, failed, requests, first = Samples(), 0, 0, None
    for metric, time, value in _points(source):
        if metric == "http_req_duration":
            durations.add(value)
            first = first or time
        elif metric == "http_req_failed":
            requests += 1
            failed += value in ONES or number(value) == 1
    draft = Draft(FORMAT, date=from_epoch(first) or from_iso(first))
    count = len(durations.values)
    measured = count > 0
    if requests:
        measured = draft.failures(failed, requests, "failed by k6's rule: status 400 and above, or no answer")
    elif not count:
        draft.refuse("The file has no HTTP request in it.")
    else:
        draft.ask("failures")
    if measured:
        draft.latencies("latency", durations.statistics(), count, "HTTP request, failures included; by rank")
    return draft.reading()
