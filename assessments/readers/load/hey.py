"""hey: the text of a run."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number, plural

FORMAT = Format(
    slug="hey",
    title="the text of hey",
    tool="hey",
    seen="0.1.4",
    made_by="hey -z 60s -c 50 URL",
    figures="latency: mean, minimum, maximum, p50, p75, p90, p95, p99; requests per second; error rate",
    traps=(
        "Requests without an answer are in no latency, and yet in the requests per second.",
        "Times are seconds with four decimals, so nothing under 0.1 ms shows.",
        "With few requests the last percentiles are printed as 0% in 0.0000 secs.",
    ),
    words=("histogram:",),
)
MARK = re.compile(r"^Details \(average, fastest, slowest\):", re.M)
SUMMARY = re.compile(r"^\s*(Slowest|Fastest|Average|Requests/sec):\s+(\S+)", re.M)
SHARE = re.compile(r"^\s*([0-9]{1,2})%+ in ([0-9.]+) secs", re.M)
STATUS = re.compile(r"^\s*\[([0-9]{3})\]\s+([0-9]+) responses?", re.M)
ERRORS = re.compile(r"^\s*\[([0-9]+)\]\t", re.M)
STATISTICS = {"50": "p50", "75": "p75", "90": "p90", "95": "p95", "99": "p99"}
SECOND = Decimal(1000)


def recognize(source: Source) -> bool:
    return "Response time histogram:" in source.head and bool(MARK.search(source.head))


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    if len(MARK.findall(text)) > 1:
        draft.refuse("The file holds several runs of hey: give each one its own file.")
        return draft.reading()
    summary = dict(SUMMARY.findall(text))
    statuses = [(int(code), int(count)) for code, count in STATUS.findall(text)]
    unanswered = sum(int(count) for count in ERRORS.findall(text.partition("Error distribution:")[2]))
    answered = sum(count for _, count in statuses)
    bad = sum(count for code, count in statuses if not 200 <= code < 400)
    if not draft.failures(bad + unanswered, answered + unanswered, "answers other than 2xx and 3xx, and no answer"):
        return draft.reading()
    if unanswered:
        draft.warnings.clear()
        draft.warn(
            f"{plural(bad + unanswered, 'request')} of {answered + unanswered:,} failed; the {unanswered:,} without an "
            "answer are in no latency, yet in the requests per second."
        )
    values = {"mean": _ms(summary.get("Average")), "min": _ms(summary.get("Fastest"))}
    values |= {STATISTICS[share]: _ms(time) for share, time in SHARE.findall(text) if share in STATISTICS}
    values["max"] = _ms(summary.get("Slowest"))
    draft.latencies("latency", values, answered, "answered request, bad answers included")
    for statistic in ("p95", "p99"):
        if statistic not in values:
            draft.lacks(statistic, f"{plural(answered, 'request')}: too few for hey to write a {statistic}.")
    rate = number(summary.get("Requests/sec"))
    draft.figure("throughput", "mean", rate, "requests/s", answered + unanswered, "failures included")
    return draft.reading()


def _ms(seconds: str | None) -> Decimal | None:
    found = number(seconds)
    return None if found is None else found * SECOND
