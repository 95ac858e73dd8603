"""iperf3: its JSON, whole or as a stream of events, of TCP and UDP, in one direction or both."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.readers.dates import from_epoch
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading
from assessments.readers.source import Source
from assessments.readers.text import label, number, plural, whole

FORMAT = Format(
    slug="iperf3-json",
    title="the JSON of iperf3",
    tool="iperf3",
    seen="3.12, 3.21",
    made_by="iperf3 -c HOST -t 60 -J",
    figures="bandwidth as the receiver counted it, per direction; share of UDP datagrams lost",
    traps=(
        "A busy or refusing server leaves an empty `end` and, in 3.12, exit status 0: the `error` tells.",
        "`sender: true` tells the role of the client, not the side whose figure it is.",
        "With UDP, `end.sum` holds the rate of the sender beside the loss of the receiver.",
        "With `--bidir` there are two directions and no total.",
    ),
    keys=("start", "event"),
)
SHORT = 10
LOCAL = ("127.", "::1", "localhost")


def recognize(source: Source) -> bool:
    return any(_is_result(document) or _is_event(document) for document in source.objects)


def _is_result(document: Object) -> bool:
    if {"start", "intervals", "end"} <= document.keys():
        return word(document, "start", "version").startswith("iperf 3") or "test_start" in obj(document, "start")
    return word(document, "start", "version").startswith("iperf 3") and "error" in document


def _is_event(document: Object) -> bool:
    return document.get("event") == "start" and word(document, "data", "version").startswith("iperf 3")


def read(source: Source) -> Reading:
    draft = Draft(FORMAT)
    runs = [document for document in source.objects if _is_result(document)]
    if not runs:
        runs = _from_events(source)
    if len(runs) != 1:
        draft.refuse("The file holds several runs of iperf3: give each one its own file.")
        return draft.reading()
    run = runs[0]
    draft.version = word(run, "start", "version").removeprefix("iperf ") or None
    draft.date = from_epoch(dig(run, "start", "timestamp", "timesecs"))
    error = run.get("error")
    end = obj(run, "end")
    udp = word(run, "start", "test_start", "protocol").upper() == "UDP" or "packets" in obj(end, "sum")
    reverse = bool(whole(dig(run, "start", "test_start", "reverse")))
    streams = whole(dig(run, "start", "test_start", "num_streams")) or 1
    for suffix in ("", "_bidir_reverse"):
        if suffix and not any(key.endswith(suffix) for key in end):
            continue
        way = "server to client" if reverse or suffix else "client to server"
        about = ", ".join(part for part in (way, "UDP" if udp else "TCP", plural(streams, "stream")) if part)
        _direction(draft, end, suffix, about, udp=udp)
    if error:
        what = "The run broke off" if draft.figures else "Nothing was measured"
        draft.refuse(f"{what}: iperf3 stopped with the error “{label(error)}”")
    elif not draft.figures:
        draft.refuse("The run did not come to its end: there is no result in the file.")
    if draft.figures:
        _doubts(draft, run, end)
    return draft.reading()


def _from_events(source: Source) -> list[Object]:
    """The same shape out of the events of `--json-stream`."""
    runs: list[dict[str, object]] = []
    for document in source.objects:
        event = document.get("event")
        if event == "start":
            runs.append({"start": document.get("data"), "intervals": [], "end": {}})
        elif event in ("end", "error") and runs:
            runs[-1][str(event)] = document.get("data")
    return list(runs)


def _direction(draft: Draft, end: Object, suffix: str, about: str, *, udp: bool) -> None:
    received, sent, both = (obj(end, name + suffix) for name in ("sum_received", "sum_sent", "sum"))
    if not received and not sent and not udp:
        received = both
    lost, packets = _loss(both), whole(both.get("packets"))
    if lost is None and udp:
        lost, packets = _loss(received), whole(received.get("packets"))
    rate = number(received.get("bits_per_second"))
    if rate:
        draft.figure("bandwidth", "mean", rate, "bit/s", None, f"{about}, as received")
    elif udp and not received and both:
        draft.refuse("The rate is that of the sender: what arrived is not in the file.")
    elif rate := number(sent.get("bits_per_second")):
        draft.figure("bandwidth", "mean", rate, "bit/s", None, f"{about}, as sent")
        draft.warn("The receiver's count is not in the file, so this is what was sent, not what arrived.")
    if udp and packets:
        draft.figure("error_rate", "mean", lost, "%", packets, f"{about}, datagrams lost")


def _loss(block: Mapping[str, object]) -> Decimal | None:
    return number(block.get("lost_percent"))


def _doubts(draft: Draft, run: Object, end: Object) -> None:
    seconds = max(
        (number(dig(end, name, "seconds")) or Decimal(0) for name in ("sum_received", "sum_sent", "sum")),
        default=Decimal(0),
    )
    if 0 < seconds < SHORT:
        draft.warn(f"The run took {seconds:.3g} s: too short for more than a first look.")
    hosts = {str(dig(peer, "remote_host") or "") for peer in items(run, "start", "connected")}
    hosts.add(word(run, "start", "connecting_to", "host"))
    if any(host.startswith(LOCAL) for host in hosts if host):
        draft.warn("Client and server were the same machine: no network was measured.")
    draft.warn("One pair of hosts: it says nothing of what many pairs reach at the same time.")
