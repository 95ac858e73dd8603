"""k6: the summary on the screen, in the layout of 1.x and the older one."""

import re

from assessments.readers.draft import Draft
from assessments.readers.load.k6.names import statistic_of
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, milliseconds, number, whole

FORMAT = Format(
    slug="k6-text",
    title="what k6 shows on the screen",
    tool="k6",
    seen="1.1.0, and the layout before 1.0",
    made_by="k6 run script.js > k6.txt",
    figures="latency: mean, p50, p90, p95, maximum, others if asked for; requests per second; error rate",
    traps=(
        "µs, ms and s stand in one line, rounded to two decimals.",
        "Before 1.0 the ✓ beside http_req_failed counts the failed requests.",
        "With `--summary-time-unit=s` anything under 5 ms is 0.00s.",
    ),
    marks=("http_req_duration", "iteration_duration"),
)
LINE = re.compile(
    r"^[\s✓✗]*(http_req_duration|http_req_failed|http_reqs|iteration_duration)\.*:[ \t]*(\S.*?)\s*$", re.M
)
SUCCESSES = re.compile(r"^\s*{ ?expected_response:true ?}\.*:[ \t]*(\S.*?)\s*$", re.M)
STATISTIC = re.compile(r"(avg|min|med|max|p\([0-9.]+\)|count)=\s*(\S+)")
FAILED = re.compile(r"([0-9.]+)%\s+(?:([0-9]+) out of ([0-9]+)|✓ ([0-9]+)\s+✗ ([0-9]+))")
COUNT = re.compile(r"([0-9]+)\s+([0-9.]+)/s")
CROSSED = re.compile(r"^\s*✗ (?:'([^']+)' \S+=|(http_req_\w+)\.+:)", re.M)


def recognize(source: Source) -> bool:
    return any(match[1].endswith("_duration") and "=" in match[2] for match in LINE.finditer(source.head))


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    lines: dict[str, str] = {}
    for match in LINE.finditer(text):
        lines.setdefault(match[1], match[2])  # the whole run stands before its groups and scenarios
    if "http_req_duration" not in lines:
        draft.refuse("The text has no duration of HTTP requests, only of iterations: those are no request latencies.")
        return draft.reading()
    counted, failed = COUNT.match(lines.get("http_reqs", "")), FAILED.match(lines.get("http_req_failed", ""))
    total = whole(counted[1]) if counted else None
    measured = True
    if failed:
        bad = int(failed[2] or failed[4])
        total = total or (int(failed[3]) if failed[3] else bad + int(failed[5]))
        measured = draft.failures(bad, total, "failed by k6's rule: status 400 and above, or no answer")
    else:
        draft.ask("failures")
    if measured:
        _latencies(draft, lines["http_req_duration"], total, "HTTP request, failures included")
        if failed and int(failed[2] or failed[4]) and total and (line := SUCCESSES.search(text)):
            p95 = dict(STATISTIC.findall(line[1])).get("p(95)", "")
            draft.warn(f"Of the successful requests alone the p95 is {label(p95)}.") if p95 else None
        if counted:
            draft.figure("throughput", "mean", number(counted[2]), "requests/s", total, "failures included")
    for rule, metric in CROSSED.findall(text):
        draft.warn(f"The run's own threshold {label(rule) or f'on {metric}'} was crossed.")
    return draft.reading()


def _latencies(draft: Draft, line: str, total: int | None, about: str) -> None:
    found = dict(STATISTIC.findall(line))
    values = {s: milliseconds(value) for name, value in found.items() if (s := statistic_of(name))}
    draft.latencies("latency", values, whole(found.get("count")) or total, about)
    if "p99" not in values:
        draft.lacks("p99", "The text has no p99: k6 shows it only if summaryTrendStats asks for it.")
    if "p95" not in values:
        draft.lacks("p95", "The text has no p95: summaryTrendStats left it out.")
