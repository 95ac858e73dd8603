"""Points in time as ISO 8601, with an offset only where the file gives one."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from assessments.readers.text import number

ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def from_epoch(value: object) -> str | None:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size; from 2001 on."""
    seconds = number(value)
    if seconds is None or seconds < 10**9:
        return None
    while seconds >= 10**11:
        seconds /= Decimal(1000)
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


def from_iso(value: object) -> str | None:
    """A written date of the form year-month-day, its fractions of a second dropped."""
    match = ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    if hour is None:
        return f"{year}-{month}-{day}"
    if zone in ("Z", "UTC", "GMT"):
        zone = "Z"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"


def has_zone(date: str) -> bool:
    return date.endswith("Z") or bool(re.search(r"T.*[+-][0-9]{2}:[0-9]{2}$", date))
