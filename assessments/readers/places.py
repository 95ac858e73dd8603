"""Where in a file a figure stands: its path in the JSON, or the number of its line.

A figure that was summed, divided or ranked stands nowhere, and one whose number stands in several places as likely is
given none: a place is said only where it is the only one.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal, localcontext

from assessments.readers import documents
from assessments.readers.reading import Figure
from assessments.readers.text import NUMBER, number

MOST_NUMBERS = 300_000
MOST_LINES = 20_000
MOST_HERE = 400  # a number that stands so often is none that can be found
IN_LINE = re.compile(r"(?<![\w.])[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?")
PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+")
EXACT = Context(prec=60)
K, KI = Decimal(1000), Decimal(1024)
# What a number of the file is multiplied with to become one of a figure, by the unit of the figure.
FACTORS: dict[str, tuple[Decimal, ...]] = {
    "ms": (Decimal(1), K, 1 / K, 1 / K**2, Decimal(60_000)),
    "%": (Decimal(1), Decimal(100)),
    "B/s": (Decimal(1), KI, KI**2, KI**3, K, K**2, K**3, Decimal(512)),
    "bit/s": (Decimal(1), K, K**2, K**3, 8 * K**3, 8 * KI, 8 * KI**2, 8 * KI**3),
    "W": (Decimal(1), 1 / K, K),
    "IOPS": (Decimal(1), K, K**2),
}
ONE = (Decimal(1),)
STATISTICS = {
    "mean": ("avg", "mean", "average"),
    "p50": ("p50", "p(50)", "med", "50%", "50th", "50.000000", "50.00"),
    "p75": ("p75", "p(75)", "75%", "75th", "75.000000"),
    "p90": ("p90", "p(90)", "90%", "90th", "90.000000", "90.00"),
    "p95": ("p95", "p(95)", "95%", "95th", "95.000000", "95.00"),
    "p97.5": ("p97.5", "p97_5", "p(97.5)", "97.5%"),
    "p99": ("p99", "p(99)", "99%", "99th", "99.000000", "99.00"),
    "p99.9": ("p99.9", "p99_9", "p(99.9)", "99.9%", "99.900000", "p999"),
    "min": ("min", "fastest", "shortest"),
    "max": ("max", "slowest", "longest", "100%"),
    "total": ("total", "sum"),
}
NAMES = {
    "latency": ("latenc", "duration", "lat_", "response", "e2e", "rtt"),
    "time_to_first_token": ("first_token", "ttft", "first token"),
    "inter_token_latency": ("inter_token", "itl", "inter token"),
    "time_per_output_token": ("per_output_token", "tpot", "per output token"),
    "throughput": ("throughput", "rate", "rps", "req/s", "requests/s", "reqs", "per_second", "per second"),
    "token_throughput": ("token",),
    "error_rate": ("fail", "err", "loss", "lost"),
    "bandwidth": ("bw", "bits_per_second", "bandwidth", "band"),
    "iops": ("iops", "/s"),
    "utilization": ("util", "idle", "active", "allocated"),
    "power": ("power", "watt"),
    "samples_per_second": ("samples",),
}
SIDES = ("read", "write", "trim", "sync", "received", "sent", "successful")
SURE = 6  # both what it is and of what stands beside the number
Place = tuple[str, str]


def places(text: str, figures: Sequence[Figure]) -> tuple[str, ...]:
    """The place of each figure; empty where it has none of its own."""
    with localcontext(EXACT):
        numbers: dict[Decimal, list[Place]] = {}
        for value, place in _numbers(text):
            here = numbers.setdefault(value, [])
            if len(here) < MOST_HERE:
                here.append(place)
        return tuple(_place(figure, numbers) for figure in figures)


def _numbers(text: str) -> Iterator[tuple[Decimal, Place]]:
    found = documents.parse(text)
    pairs = _in_json(found.found) if found.found and found.alone else _in_lines(text)
    for count, pair in enumerate(pairs):
        if count >= MOST_NUMBERS:
            return
        yield pair


def _in_json(found: Sequence[object]) -> Iterator[tuple[Decimal, Place]]:
    for place, document in enumerate(found):
        before = f"document {place + 1}: " if len(found) > 1 else ""
        stack: list[tuple[str, object]] = [("", document)]
        while stack:
            path, value = stack.pop()
            if isinstance(value, dict):
                stack += [(_key(path, str(key)), inner) for key, inner in value.items()]
            elif isinstance(value, list):
                stack += [(f"{path}[{at}]", inner) for at, inner in enumerate(value)]
            elif (exact := number(value)) is not None and exact:
                yield exact, (f"{before}{path}", path.lower())


def _key(path: str, key: str) -> str:
    if not PLAIN_KEY.fullmatch(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _in_lines(text: str) -> Iterator[tuple[Decimal, Place]]:
    for place, line in enumerate(text.split("\n", MOST_LINES)[:MOST_LINES]):
        words = line.lower()
        for written in set(IN_LINE.findall(line)):
            bare = written.replace(",", "") if written.count(",") else written
            for each in {bare, *written.split(",")}:
                if NUMBER.fullmatch(each) and (exact := number(each)):
                    yield exact, (f"line {place + 1}", words)


def _place(figure: Figure, numbers: dict[Decimal, list[Place]]) -> str:
    if not figure.value:
        return ""
    candidates: dict[str, str] = {}
    for factor in FACTORS.get(figure.unit, ONE):
        candidates |= dict(numbers.get(figure.value / factor, ()))
    if len(candidates) == 1:
        return next(iter(candidates))
    scores = {place: _score(figure, words) for place, words in candidates.items()}
    best = max(scores.values(), default=0)
    likely = [place for place, score in scores.items() if score == best]
    if best >= SURE:  # one number under two names, such as `median` and `p50`
        return min(reversed(likely), key=len)
    return likely[0] if best > 0 and len(likely) == 1 else ""


def _score(figure: Figure, words: str) -> int:
    """How well what stands around a number fits the figure."""
    return (
        4 * any(word in words for word in STATISTICS.get(figure.statistic, ()))
        + 2 * min(sum(word in words for word in NAMES.get(figure.name, ())), 2)
        + sum(side in words for side in SIDES if side in figure.about)
        + (figure.about.startswith("all ") and "aggregated" in words)
    )
