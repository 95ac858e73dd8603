"""Redfish: the power that a server's controller answers, in the old resource `Power` and in the newer ones."""

from assessments.readers.dates import from_iso
from assessments.readers.documents import Object, dig, items, obj, word
from assessments.readers.draft import Draft
from assessments.readers.reading import Format, Reading, Scenario
from assessments.readers.source import Source
from assessments.readers.text import label, number

FORMAT = Format(
    slug="redfish-power",
    title="the power in an answer of Redfish",
    tool="Redfish",
    seen="the resources Power, EnvironmentMetrics and Sensor, from public code",
    made_by="curl https://CONTROLLER/redfish/v1/Chassis/ID/Power",
    figures="power of one server: the reading, and mean, lowest and highest over the interval",
    traps=(
        "`PowerConsumedWatts` may be null, and of several members the first may be.",
        "The answer has no time.",
        "A capacity or a limit is no consumption.",
    ),
    keys=("PowerControl", "PowerWatts", "ReadingType", "InputPowerWatts", "OutputPowerWatts"),
)


SUPPLY = {"InputPowerWatts": "input", "OutputPowerWatts": "output"}


def recognize(source: Source) -> bool:
    return any(_is_power(document) for document in source.objects)


def _is_power(document: Object) -> bool:
    if items(document, "PowerControl"):
        return True
    if "Reading" in obj(document, "PowerWatts"):
        return True
    if any("Reading" in obj(document, key) for key in SUPPLY):
        return True
    return word(document, "ReadingType") == "Power" and word(document, "ReadingUnits") == "W"


def read(source: Source) -> Reading:
    draft = Draft(FORMAT, scenario=Scenario.UNKNOWN)
    documents = [document for document in source.objects if _is_power(document)]
    for document in documents:
        whose = f"{label(word(document, 'Id') or word(document, 'Name'), 30)}, " if len(documents) > 1 else ""
        _controls(draft, document, whose)
        if "PowerWatts" in document:
            _reading(draft, dig(document, "PowerWatts", "Reading"), f"{whose}whole chassis, at one instant")
        for key, side in SUPPLY.items():
            if key in document:
                _reading(draft, dig(document, key, "Reading"), f"{whose}{side} of one power supply, at one instant")
                draft.warn("A server has several power supplies: the figure of one is not that of the server.")
        if word(document, "ReadingType") == "Power":
            name = label(word(document, "Name"), 40)
            _reading(draft, document.get("Reading"), f"{whose}sensor {name}, at one instant")
            draft.date = from_iso(document.get("ReadingTime")) or draft.date
    if draft.figures:
        draft.warn("This is the power of one server, never of a rack: cooling and network are not in it.")
    return draft.reading()


def _controls(draft: Draft, document: Object, whose: str) -> None:
    members = [member for member in items(document, "PowerControl") if isinstance(member, dict)]
    empty = 0
    for member in members:
        name = label(word(member, "Name") or "Power Control", 40)
        about = f"{whose}{name}" if len(members) > 1 else f"{whose}one server"
        watts = number(member.get("PowerConsumedWatts"))
        metrics = obj(member, "PowerMetrics")
        if watts is None and not metrics:
            empty += 1
            continue
        _reading(draft, watts, f"{about}, at one instant")
        minutes = number(metrics.get("IntervalInMin"))
        over = f"over {minutes.normalize():f} min" if minutes else "over an unknown interval"
        for statistic, key in (("mean", "Average"), ("min", "Min"), ("max", "Max")):
            value = number(metrics.get(f"{key}ConsumedWatts"))
            if value:
                draft.figure("power", statistic, value, "W", None, f"{about}, {over}")
    if empty:
        draft.refuse(f"{empty} of {len(members)} power controls have no reading: not measured, not zero.")
    if len(members) - empty > 1:
        draft.warn("Several power controls are shown and not added: one may contain the other.")


def _reading(draft: Draft, value: object, about: str) -> None:
    watts = number(value)
    if watts:
        draft.figure("power", "mean", watts, "W", 1, about)
    elif value is not None:
        draft.refuse("A reading of 0 W is no measurement of a running server.")
