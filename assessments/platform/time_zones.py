"""The time zones an organization may name: those of the IANA database, such as Europe/Berlin."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _lazy

UNKNOWN = _lazy("Choose a time zone from the list, such as Europe/Berlin or America/New_York.")
AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def listed() -> tuple[str, ...]:
    """The names to choose from: those of places, and UTC. Older names are understood, too."""
    return tuple(name for name in sorted(available_timezones()) if name == "UTC" or name.partition("/")[0] in AREAS)


@cache
def _by_what_is_typed() -> dict[str, str]:
    """Names by themselves in lower case, and by their city where only one listed name ends in it."""
    cities: dict[str, list[str]] = {}
    for name in listed():
        cities.setdefault(_plain(name.rpartition("/")[2]), []).append(name)
    names = {_plain(name): name for name in available_timezones() if name[0].isupper() and name != "Factory"}
    return {city: found[0] for city, found in cities.items() if len(found) == 1} | names


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").replace(" / ", "/").lower().split())


def find_time_zone(text: str) -> str:
    """The name for what was typed, "berlin" included; nothing for nothing. ValidationError for what is no time zone."""
    if not text.strip():
        return ""
    try:
        return _by_what_is_typed()[_plain(text)]
    except KeyError:
        raise ValidationError(UNKNOWN, code="invalid") from None


def validate_time_zone(name: str) -> None:
    if find_time_zone(name) != name:
        raise ValidationError(UNKNOWN, code="invalid")


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; the site's own for no name, or one that the database of zones has dropped since."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
