"""sockperf: the text of its ping-pong, under-load and throughput tests."""

import re
from decimal import Decimal

from assessments.readers.draft import Draft, percent
from assessments.readers.reading import PERCENTILES, Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import number

FORMAT = Format(
    slug="sockperf",
    title="the text of sockperf",
    tool="sockperf",
    seen="3.7",
    made_by="sockperf ping-pong -i HOST --tcp -t 60",
    figures="latency of a message: mean, p50, p75, p90, p99, p99.9, maximum; share dropped; bandwidth",
    traps=(
        "A latency is half a round trip, unless `--full-rtt` was given.",
        "“Mbps” are 2^20 bits per second and “MBps” 2^20 bytes.",
        "The lines of percentiles run from the highest to the lowest; there is no p95.",
    ),
    words=("sockperf:",),
)
VERSION = re.compile(r"== version #([0-9]\S*)")
MEAN = re.compile(r"====> avg-(latency|lat|rtt)=\s*([0-9.]+)")
TOTAL = re.compile(r"Total ([0-9]+) observations")
SHARE = re.compile(r"---> percentile ([0-9.]+) =\s*([0-9.]+)")
EDGE = re.compile(r"---> <(MAX|MIN)> observation =\s*([0-9.]+)")
BAD = re.compile(r"# dropped messages = ([0-9]+); # duplicated messages = ([0-9]+)")
VALID = re.compile(r"\[Valid Duration\] RunTime=([0-9.]+) sec; SentMessages=([0-9]+); ReceivedMessages=([0-9]+)")
RATE = re.compile(r"Message Rate is ([0-9.]+) \[msg/sec\]")
BANDWIDTH = re.compile(r"BandWidth is ([0-9.]+) MBps")
US = Decimal("0.001")
STATISTIC = {(share * 100).normalize(): statistic for statistic, share in PERCENTILES.items()}
SHORT = 10


def recognize(source: Source) -> bool:
    return any(line.lstrip().startswith("sockperf:") for line in source.head_lines[:50])


def read(source: Source) -> Reading:
    text = source.text
    version = VERSION.search(text)
    draft = Draft(FORMAT, version=version[1] if version else None)
    if len(MEAN.findall(text)) > 1 or len(RATE.findall(text)) > 1:
        draft.refuse("The file holds several results of sockperf: give each one its own file.")
        return draft.reading()
    mean, total = MEAN.search(text), TOTAL.search(text)
    if mean and total and int(total[1]):
        _latencies(draft, text, mean, int(total[1]))
    _bandwidth(draft, text)
    valid = VALID.search(text)
    if valid and int(valid[2]):
        dropped = BAD.search(text)
        if dropped:
            lost = percent(int(dropped[1]), int(valid[2]))
            draft.figure("error_rate", "mean", lost, "%", int(valid[2]), "messages dropped")
        if Decimal(valid[1]) < SHORT:
            draft.warn(f"The run counted {Decimal(valid[1]):.3g} s: too short for more than a first look.")
    if not draft.figures:
        draft.refuse("No message came back, so there is nothing to read.")
    return draft.reading()


def _latencies(draft: Draft, text: str, mean: re.Match[str], count: int) -> None:
    way = "whole round trip of a message" if mean[1] == "rtt" else "one way, half a round trip of a message"
    times: dict[str, Decimal | None] = {"mean": Decimal(mean[2]) * US}
    for percentile, value in SHARE.findall(text):
        statistic = STATISTIC.get(Decimal(percentile).normalize())
        if statistic and (time := number(value)) is not None:
            times[statistic] = time * US
    for edge, value in EDGE.findall(text):
        if (time := number(value)) is not None:
            times[edge.lower()] = time * US
    draft.latencies("latency", times, count, way, of="message")
    if mean[1] != "rtt":
        draft.warn("The latency is half a round trip, taken as one way.")
    if "p95" not in times:
        draft.ask("p95")


def _bandwidth(draft: Draft, text: str) -> None:
    rate, width = RATE.search(text), BANDWIDTH.search(text)
    if rate:
        draft.figure("throughput", "mean", number(rate[1]), "operations/s", None, "messages sent")
    if width:
        bits = Decimal(width[1]) * 2**20 * 8
        draft.figure("bandwidth", "mean", bits, "bit/s", None, "content of the messages, as sent")
        draft.warn("The bandwidth is what was sent, not what arrived; headers are not counted.")
