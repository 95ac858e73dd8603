"""IPMI: the power reading of one server, by ipmitool and by FreeIPMI, and the sensors of ipmitool."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import label, number, plural

FORMAT = Format(
    slug="ipmi-power",
    title="the power reading or sensors of ipmitool or FreeIPMI",
    tool="IPMI",
    seen="ipmitool 1.8.18 and 1.8.19, FreeIPMI 1.6.10 (their format strings, and public logs)",
    made_by="ipmitool dcmi power reading, or ipmi-dcmi --get-system-power-statistics",
    figures="power of one server: the reading, and mean, lowest and highest over the sampling period",
    traps=(
        "Mean, lowest and highest are over the sampling period: a second, or the weeks since a reset.",
        "The period is in seconds or milliseconds, as the release has it.",
        "“deactivated” with 0 Watts is no reading.",
        "1.8.19 prints no line end after the time, so the period stands on the same line.",
    ),
    words=("Watts", "|Watts", "watts", "Instantaneous"),
    marks=("| W ", ",W,"),
)
FIELDS = (
    ("now", re.compile(r"(?:Instantaneous power reading|Current Power)\s*:\s*(\d+) [Ww]atts")),
    (
        "min",
        re.compile(r"(?:Minimum during sampling period|Minimum Power over sampling duration)\s*:\s*(\d+) [Ww]atts"),
    ),
    (
        "max",
        re.compile(r"(?:Maximum during sampling period|Maximum Power over sampling duration)\s*:\s*(\d+) [Ww]atts"),
    ),
    (
        "mean",
        re.compile(
            r"(?:Average power reading over sample period|Average Power over sampling duration)\s*:\s*(\d+) [Ww]atts"
        ),
    ),
)
PERIOD = re.compile(
    r"(?:Sampling period|Statistics reporting time period)\s*:\s*(\d+)\s*(seconds|milliseconds)", re.IGNORECASE
)
STAMP = re.compile(r"(?:IPMI timestamp|Time Stamp)\s*:\s*(.+?)(?:\s{2,}\S.*|Sampling period.*)?$", re.M)
STATE = re.compile(r"(?:Power reading state is|Power Measurement)\s*:\s*([\w ]+?)\s*$", re.M)
START = re.compile(r"^\s*(?:Instantaneous power reading|Current Power)\s*:", re.M)
SENSOR = re.compile(r"^([^|\n]+?)\s*\|(?:[^|\n]*\|){0,4}?\s*([0-9.]+)\s*\|?\s*Watts\b", re.M)
FREE_SENSOR = re.compile(r"^\s*\d+ *[|,]\s*([^|,\n]+?)\s*[|,](?:[^|,\n]*[|,]){1,2}\s*([0-9.]+)\s*[|,]\s*W\s*[|,]", re.M)
SECOND, LONG = Decimal(1000), Decimal(86_400_000)
FORMS = (
    "%a %b %d %H:%M:%S %Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y - %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
)
MAX_SERVERS = 50


@dataclass(slots=True)
class Server:
    text: str
    about: str = ""


def recognize(source: Source) -> bool:
    sensors = SENSOR.search(source.head) or FREE_SENSOR.search(source.head)
    return bool(START.search(source.head)) or (bool(sensors) and not source.objects)


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    text = source.text
    starts = [found.start() for found in START.finditer(text)]
    if not starts:
        _sensors(draft, text)
    if len(starts) > MAX_SERVERS:
        draft.warn(f"Of {len(starts)} readings the first {MAX_SERVERS} are shown.")
    for place, begin in enumerate(starts[:MAX_SERVERS]):
        end = starts[place + 1] if place + 1 < len(starts) else len(text)
        about = "one server" if len(starts) == 1 else f"reading {place + 1} of {len(starts)}"
        _reading(draft, Server(text[begin:end], about), sole=len(starts) == 1)
    if draft.figures:
        draft.warn("This is the power of one server, never of a rack: cooling and network are not in it.")
    if len(starts) > 1:
        draft.warn("Several readings stand in the file; they are not added, for they may be of one server.")
    return draft.reading()


def _reading(draft: Draft, server: Server, *, sole: bool) -> None:
    text = server.text
    state = STATE.search(text)
    if state and state[1].lower() in ("deactivated", "not active", "not available"):
        draft.refuse(f"The power reading is {state[1].lower()}: its 0 Watts are no reading.")
        return
    values = {key: number(found[1]) for key, pattern in FIELDS if (found := pattern.search(text))}
    if not any(values.values()):
        draft.refuse("Every value is 0 Watts: the server does not measure its power.")
        return
    period = PERIOD.search(text)
    span = Decimal(0)
    if period:
        span = Decimal(period[1]) * (1 if period[2].lower().startswith("milli") else SECOND)
    over = f"over {_span(span)}" if span else "over an unknown period"
    if values.get("now"):
        draft.figure("power", "mean", values["now"], "W", 1, f"{server.about}, at one instant")
    for statistic in ("mean", "min", "max"):
        if values.get(statistic):
            draft.figure("power", statistic, values[statistic], "W", None, f"{server.about}, {over}")
    if not span and len(values) > 1:
        draft.ask("period")
    elif 0 < span < 60 * SECOND:
        draft.warn(f"Mean, lowest and highest are over {_span(span)} only: no picture of a day.")
    elif span > LONG:
        draft.warn(f"Mean, lowest and highest are over {_span(span)}, perhaps since a reset long ago.")
    stamp = STAMP.search(text)
    if stamp and sole:
        draft.date = _date(draft, " ".join(stamp[1].split()))


def _sensors(draft: Draft, text: str) -> None:
    found = [*SENSOR.findall(text), *FREE_SENSOR.findall(text)]
    for name, value in found[:MAX_SERVERS]:
        watts = number(value)
        if watts:
            draft.figure("power", "mean", watts, "W", 1, f"sensor {label(name, 40)}, at one instant")
    if len(found) > 1:
        draft.warn(f"{plural(len(found), 'sensor')} are shown and not added: one may contain the other.")
    if not draft.figures:
        draft.refuse("No sensor shows a power above 0 Watts.")


def _span(milliseconds: Decimal) -> str:
    seconds = milliseconds / SECOND
    if seconds >= 172_800:
        return f"{seconds / 86_400:.3g} days"
    return f"{seconds.normalize():f} s" if seconds < 7200 else f"{seconds / 3600:.3g} hours"


def _date(draft: Draft, written: str) -> str | None:
    zone = "Z" if written.endswith(("UTC", "GMT")) else ""
    bare = written.removesuffix("UTC").removesuffix("GMT").strip()
    for form in FORMS:
        try:
            time = datetime.strptime(bare, form)
        except ValueError:
            continue
        if time.year < 2001:
            draft.warn(f"The clock of the server's controller is not set ({time.year}).")
            return None
        return time.isoformat() + zone
    return None
