"""iperf3: the text that it prints without `-J`."""

import re
from decimal import Decimal

from assessments.readers.dates import from_iso
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, plural

FORMAT = Format(
    slug="iperf3-text",
    title="the text of iperf3",
    tool="iperf3",
    seen="3.12",
    made_by="iperf3 -c HOST -t 60",
    figures="bandwidth as the receiver counted it, per direction, rounded to three digits; share of datagrams lost",
    traps=(
        "Gbits are 10^9 bits, while GBytes are 2^30 bytes: `-f M` prints MBytes/sec of 1,048,576 bytes.",
        "With several streams only the line [SUM] is the whole.",
    ),
    words=("Interval", "iperf3:"),
)
MARK = re.compile(r"^(?:.*\s)?(?:Connecting to host \S+, port \d+|Server listening on \d+.*|iperf Done\.)\s*$", re.M)
HEADER = re.compile(r"^.*\[ ?ID\](?:\[Role\])? Interval\s+Transfer\s+(?:Bitrate|Bandwidth)", re.M)
LINE = re.compile(
    r"\[\s*(SUM|\d+)\](?:\[([TR]X)-([CS])\])?\s+[0-9.]+-([0-9.]+)\s+sec\s+[0-9.]+ [KMGT]?Bytes"
    r"\s+([0-9.]+) ([KMGT]?)(bits|Bytes)/sec(.*?)\s(sender|receiver)\s*$",
    re.M,
)
LOSS = re.compile(r"(\d+)/(\d+) \(([0-9.e+-]+)%\)")
VERSION = re.compile(r"^(?:.*\s)?iperf (3[0-9.]*\S*)", re.M)
TIME = re.compile(r"Time: \w+, (\d+) (\w+) (\d+) ([0-9:]+) GMT")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ERROR = re.compile(r"^(?:.*\s)?iperf3: (?:parameter )?error - (.+)$", re.M)
PEERS = re.compile(r"local (\S+) port \d+ connected to (\S+) port")
POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def recognize(source: Source) -> bool:
    if any("intervals" in document or "event" in document for document in source.objects):
        return False
    return bool(ERROR.search(source.head) or (MARK.search(source.head) and HEADER.search(source.head)))


def read(source: Source) -> Reading:
    text = source.text
    version = VERSION.search(text)
    draft = Draft(FORMAT, version=version[1] if version else None, date=_date(text))
    if error := ERROR.search(text):
        draft.refuse(f"Nothing was measured, or not to the end: iperf3 stopped with the error “{label(error[1])}”")
    if len(re.findall(r"Connecting to host", text)) > 1 or len(re.findall(r"Accepted connection from", text)) > 1:
        draft.refuse("The file holds several runs of iperf3: give each one its own file.")
        return draft.reading()
    lines = LINE.findall(text)
    sums = [line for line in lines if line[0] == "SUM"]
    streams = len({line[0] for line in lines if line[0] != "SUM"})
    if not sums and streams > 1 and not any(line[1] for line in lines):
        draft.refuse("The line [SUM] is missing: the streams cannot be told from the whole.")
        return draft.reading()
    reverse = "Reverse mode" in text
    ways = dict.fromkeys(line[1] for line in lines)
    for way in ways:
        own = [line for line in sums or lines if line[1] == way]
        to_client = reverse or way == "RX"
        about = "server to client" if to_client else "client to server"
        count = streams // len(ways) or 1
        _direction(draft, own, f"{about}, {plural(count, 'stream')}")
    if draft.figures:
        _doubts(draft, text, lines)
    elif not error:
        draft.refuse("The run did not come to its end: there is no result in the text.")
    return draft.reading()


def _direction(draft: Draft, lines: list[tuple[str, ...]], about: str) -> None:
    of_receiver = [line for line in lines if line[8] == "receiver"]
    for line in (of_receiver or lines)[-1:]:
        side = "as received" if of_receiver else "as sent"
        draft.figure("bandwidth", "mean", _bits(*line[4:7]), "bit/s", None, f"{about}, {side}")
        if of_receiver and (loss := LOSS.search(line[7])):
            draft.figure("error_rate", "mean", number(loss[3]), "%", int(loss[2]), f"{about}, datagrams lost")
        if not of_receiver:
            draft.warn("The receiver's count is not in the text, so this is what was sent, not what arrived.")


def _bits(rate: str, power: str, unit: str) -> Decimal | None:
    value = number(rate)
    if value is None:
        return None
    return value * (Decimal(1000) ** POWERS[power] if unit == "bits" else 8 * Decimal(1024) ** POWERS[power])


def _doubts(draft: Draft, text: str, lines: list[tuple[str, ...]]) -> None:
    draft.warn("The text is rounded to three digits; the JSON (-J) is exact.")
    seconds = max(number(line[3]) or Decimal(0) for line in lines)
    if seconds < 10:
        draft.warn(f"The run took {seconds:.3g} s: too short for more than a first look.")
    if any(here == there for here, there in PEERS.findall(text)):
        draft.warn("Client and server were the same machine: no network was measured.")
    draft.warn("One pair of hosts: it says nothing of what many pairs reach at the same time.")


def _date(text: str) -> str | None:
    found = TIME.search(text)
    if not found or found[2] not in MONTHS:
        return None
    return from_iso(f"{found[3]}-{MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}T{found[4]}Z")
