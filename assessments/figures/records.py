"""A reading as it is stored with a dropped file, and read again from there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from assessments.figures import suits
from assessments.figures.masking import mask_line
from assessments.platform.spreadsheets import without_unwritable
from assessments.readers import Reading
from assessments.readers.places import places
from assessments.readers.source import HEAD
from assessments.readers.text import decode, encoding_of
from assessments.scorecards.sources import failures_words, rests_on, scaled, shown

MOST_FIGURES = 120
MOST_SENTENCES = 40
MOST_SEARCHED = 4 * 1024**2  # bytes
PLACES = Decimal("0.00000001")
LIMIT = Decimal(10) ** 12
PERIOD = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T[\d:.]+)?\S* to (\d{4}-\d\d-\d\d)(T[\d:.]+)?(\S*?)(?:, end not included|;|,|$)"
)
MONTH = re.compile(r"billing period from (\d{4}-\d\d)-01")


def stored(reading: Reading, data: bytes = b"") -> dict[str, Any]:
    """A reading as JSON, without anything in it that is a secret or that no database can hold.

    `data` is the file, for the place where each figure stands in it; a very long one is not searched.
    """
    figures = reading.figures[:MOST_FIGURES]
    encoding = encoding_of(data[:HEAD]) if 0 < len(data) <= MOST_SEARCHED else None
    found = places(decode(data, encoding), figures) if encoding else ("",) * len(figures)
    return {
        "format": reading.format,
        "tool": _text(reading.tool),
        "version": _text(reading.version or ""),
        "date": reading.date or "",
        "scenario": reading.scenario.value,
        "figures": [
            {
                "name": figure.name,
                "statistic": figure.statistic,
                "value": f"{figure.value:f}",
                "unit": figure.unit,
                "count": figure.count,
                "about": _text(figure.about),
                "place": _text(place),
            }
            for figure, place in zip(figures, found, strict=True)
        ],
        "left_out": max(len(reading.figures) - MOST_FIGURES, 0),
        "warnings": [_text(each) for each in reading.warnings[:MOST_SENTENCES]],
        "refusals": [_text(each) for each in reading.refusals[:MOST_SENTENCES]],
        "missing": list(reading.missing),
    }


def _text(value: str) -> str:
    return mask_line(without_unwritable(value))


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of a dropped file, under its number in the reading."""

    index: int
    name: str
    statistic: str
    value: Decimal
    unit: str
    count: int | None
    about: str
    kind: str
    counted: str
    place: str = ""
    """Its path or line in the file; empty where it has none of its own."""

    @property
    def where(self) -> str:
        return self.place or f"figure {self.index + 1} of the file"

    @property
    def title(self) -> str:
        """As it is kept, in English."""
        return suits.kept_title(self.name, self.statistic, self.kind)

    @property
    def said(self) -> str:
        """Its title in the language that is spoken."""
        return suits.title_of(self.name, self.statistic, self.kind)

    @property
    def suit(self) -> suits.Suit:
        return suits.suit_of(self.name, self.statistic, self.kind)

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    @property
    def rests_on(self) -> str:
        return rests_on({"count": self.count, "counted": self.counted, "about": self.about})

    @property
    def about_words(self) -> str:
        """What the tool says of the figure, beside what it rests on."""
        said = failures_words(self.about)
        rest = self.about.replace(said, "").strip(" ,") if said else self.about
        return rest if said in self.about else self.about

    @property
    def kept(self) -> tuple[Decimal, str] | None:
        """The value as it is kept, to eight decimals, with its unit, a larger one for very much; None for even more."""
        value, unit = self.value, self.unit
        if abs(value) >= LIMIT:
            value, unit = scaled(value, unit)
        if abs(value) >= LIMIT:
            return None
        return value.quantize(PLACES, ROUND_HALF_EVEN), unit

    @property
    def period(self) -> str:
        """The period a sum or a share is of, as the file has it: 2026-10-01 to 2026-10-31."""
        if month := MONTH.search(self.about):
            return month[1]
        if found := PERIOD.search(self.about):
            last = date.fromisoformat(found[2])
            if "end not included" in self.about and (not found[3] or not found[3].strip("T0:.")):
                last -= timedelta(days=1)
            return f"{found[1]} to {last.isoformat()}"
        return ""


def figures(reading: Mapping[str, Any]) -> tuple[Found, ...]:
    form = reading["format"]
    counted = suits.COUNTED.get(suits.FOLDER_OF.get(form, ""), "values")
    return tuple(
        Found(
            index=index,
            name=entry["name"],
            statistic=entry["statistic"],
            value=Decimal(entry["value"]),
            unit=entry["unit"],
            count=entry["count"],
            about=entry["about"],
            kind=suits.kind_of(entry["name"], entry["about"], form),
            place=entry.get("place", ""),
            counted="intervals" if entry["name"] == "inter_token_latency" else counted,
        )
        for index, entry in enumerate(reading["figures"])
    )


def measured_on(reading: Mapping[str, Any], zone: ZoneInfo, today: date) -> date | None:
    """The day the file bears, where the organization is; None where it bears none, or one that cannot be."""
    try:
        at = datetime.fromisoformat(reading["date"])
    except ValueError:
        return None
    try:
        day = at.astimezone(zone).date() if at.tzinfo else at.date()
    except (OverflowError, ValueError):
        return None
    ends = any("end not included" in figure["about"] for figure in reading["figures"])
    if ends and at.time() == datetime.min.time():
        day = (at.astimezone(UTC) if at.tzinfo else at).date() - timedelta(days=1)
    return day if date(2000, 1, 1) <= day <= today else None
