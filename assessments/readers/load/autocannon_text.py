"""autocannon: the tables on the screen."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import milliseconds, number, plural

FORMAT = Format(
    slug="autocannon-text",
    title="the tables of autocannon",
    tool="autocannon",
    seen="8.0.0",
    made_by="autocannon -d 60 -c 50 URL 2> run.txt",
    figures="latency: mean, p50, p97.5, p99, maximum, with `--latency` p75, p90 and p99.9 too; requests per second",
    traps=(
        "The number of requests is abbreviated (2k), and counts what was sent, not what was answered.",
        "The 99% of Req/Sec is one of counts per second.",
        "If every request was refused, every latency is 0.",
    ),
    words=("Latency", "│Latency", "|Latency"),
)
HEAD = re.compile(r"^[│|]\s*Stat\s+[│|].*2\.5%.*Stdev.*$", re.M)
LATENCY = re.compile(r"^[│|]\s*Latency\s+[│|].*$", re.M)
RATE = re.compile(r"^[│|]\s*Req/Sec\s+[│|].*$", re.M)
DETAIL = re.compile(r"^[│|]\s*([0-9]+(?:\.[0-9]+)?)\s*[│|]\s*([0-9.]+)\s*[│|]\s*$", re.M)
CODES = re.compile(r"^([0-9]+) 2xx responses, ([0-9]+) non 2xx responses", re.M)
SENT = re.compile(r"^([0-9.]+)(k|M)? requests in ", re.M)
ERRORS = re.compile(r"^([0-9.]+)(k|M)? errors \(", re.M)
STATISTICS = {"50": "p50", "75": "p75", "90": "p90", "97.5": "p97.5", "99": "p99", "99.9": "p99.9"}
SCALES = {"": 1, "k": 1_000, "M": 1_000_000}


def recognize(source: Source) -> bool:
    return bool(HEAD.search(source.head)) and bool(LATENCY.search(source.head))


def read(source: Source) -> Reading:
    draft, text = Draft(FORMAT), source.text
    heads, rows, rates = HEAD.findall(text), LATENCY.findall(text), RATE.findall(text)
    if len(rows) > 1:
        draft.refuse("The text holds several runs of autocannon: give each one its own file.")
        return draft.reading()
    values = _latencies(heads[0], rows[0])
    values |= {STATISTICS[s]: number(time) for s, time in DETAIL.findall(text) if s in STATISTICS}
    codes, sent, errors = CODES.search(text), SENT.search(text), ERRORS.search(text)
    unanswered = int(_scaled(errors[1], errors[2])) if errors else 0
    exact = sent is not None and not sent[2]
    total = int(codes[1]) + int(codes[2]) if codes else int(_scaled(sent[1], sent[2])) - unanswered if sent else 0
    bad = int(codes[2]) if codes else 0
    if not any(values.values()) or (codes and not int(codes[1])):
        draft.refuse("Every request failed: the zeros, or the times of the failures, are no latencies.")
        draft.ask("failures")
        return draft.reading()
    if codes and not unanswered:
        draft.failures(bad, total, "answers other than 2xx")
    elif codes or unanswered:
        draft.warn(
            f"About {plural(bad + unanswered, 'request')} failed; the numbers are rounded, so no share is given."
        )
    else:
        draft.figure("error_rate", "mean", Decimal(0), "%", total if exact else None, "answers other than 2xx")
    count = total if codes or exact else None
    draft.latencies("latency", values, count, "answered request, bad answers included; whole milliseconds")
    draft.lacks("p95", "autocannon writes no p95: what lies between its p90 and its p97.5 is not known.")
    if rates and len(heads) > 1:
        average = _cells(heads[1]).index("Avg") if "Avg" in _cells(heads[1]) else -1
        draft.figure(
            "throughput", "mean", _plain(_cells(rates[0])[average]), "requests/s", count, "bad answers included"
        )
    elif rates:
        cells = _cells(text[text.rfind("Stat", 0, text.index(rates[0])) :].split("\n", 1)[0])
        draft.figure("throughput", "mean", _plain(_cells(rates[0])[cells.index("Avg")]), "requests/s", count)
    return draft.reading()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"[│|]", line.strip().strip("│|"))]


def _latencies(head: str, row: str) -> dict[str, Decimal | None]:
    cells = dict(zip(_cells(head), _cells(row), strict=False))
    values: dict[str, Decimal | None] = {"mean": milliseconds(cells.get("Avg", ""))}
    values |= {s: milliseconds(cells.get(f"{share}%", "")) for share, s in STATISTICS.items() if f"{share}%" in cells}
    return {**values, "max": milliseconds(cells.get("Max", ""))}


def _plain(text: str) -> Decimal | None:
    return number(text.replace(",", ""))


def _scaled(amount: str, scale: str | None) -> Decimal:
    return (number(amount) or Decimal(0)) * SCALES[scale or ""]
