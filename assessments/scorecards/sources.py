"""Where a measured figure comes from, in words: "k6 1.1.0, 17,662 requests, failures included, 28 November, synthetic".

A figure that was read out of a file carries its `provenance`: a JSON object whose keys are those of `KEYS`, all of
them optional. A figure that somebody typed has none.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.framework.translating import number
from assessments.scorecards.queries import figure_with_unit, with_unit, written

Provenance = Mapping[str, Any]

# What was measured, on what, by which tool, where it stands in which file, and what was said of it at the time.
KEYS = (
    *("name", "statistic", "value", "unit", "count", "counted", "about", "tool", "version", "format", "scenario"),
    *("environment", "service", "measured", "period", "file", "sha256", "place", "warnings", "how"),
)
ENVIRONMENTS = {
    "production": _lazy("production"),
    "copy": _lazy("a copy of production"),
    "test": _lazy("a test system"),
}
SCALES: Mapping[str, tuple[tuple[Decimal, str], ...]] = {
    "ms": ((Decimal(1000), "s"),),
    "W": ((Decimal(1000), "kW"),),
    "B/s": ((Decimal(10) ** 9, "GB/s"), (Decimal(10) ** 6, "MB/s"), (Decimal(1000), "kB/s")),
    "bit/s": ((Decimal(10) ** 9, "Gbit/s"), (Decimal(10) ** 6, "Mbit/s"), (Decimal(1000), "kbit/s")),
}
SIGNIFICANT = 3


def shown(value: Decimal, unit: str) -> str:
    """A figure as people say it, to three digits: 712 ms, 2.3 s, 1.2%, 172 MB/s, 21,565.60 EUR."""
    value, unit = scaled(value, unit)
    is_money = len(unit) == 3 and unit.isupper()
    exact = _rounded(value, cents=is_money)
    return with_unit(number(exact, 2) if is_money and abs(value) >= 1 else written(exact), unit)


def scaled(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """A figure in the largest unit in which it is at least 1."""
    for least, larger in SCALES.get(unit, ()):
        if abs(value) >= least:
            return value / least, larger
    return value, unit


def _rounded(value: Decimal, *, cents: bool) -> Decimal:
    if not value:
        return Decimal(0)
    places = max(SIGNIFICANT - 1 - value.adjusted(), 0)
    if cents and abs(value) >= 1:
        places = 2
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def value_words(value: Decimal, unit: str, provenance: Provenance) -> str:
    """A figure with its unit: what was typed as it was, what a reader read to three digits."""
    return shown(value, unit) if provenance.get("name") else figure_with_unit(value, unit)


def source_words(provenance: Provenance, *, on: date | None = None) -> str:
    """The source of a figure; nothing where it has none. `on` is the day it was measured."""
    if not provenance:
        return ""
    tool = f"{provenance.get('tool', '')} {provenance.get('version') or ''}".strip()
    service = provenance.get("service", "")
    parts = [
        tool or provenance.get("file", ""),
        rests_on(provenance),
        service,
        period_words(provenance) or (day_words(on) if on else ""),
        provenance.get("scenario", ""),
        _run_against(provenance.get("environment", "")),
    ]
    return ", ".join(part for part in parts if part)


def rests_on(provenance: Provenance) -> str:
    """What a figure rests on: "17,662 requests, failures included"."""
    count = provenance.get("count")
    counted = provenance.get("counted") or "values"
    values = count_words(count, counted) if isinstance(count, int) else ""
    return ", ".join(part for part in (values, failures_words(provenance.get("about", ""))) if part)


def count_words(count: int, counted: str) -> str:
    """So many of what a tool counted: 17,662 requests."""
    known = {
        "requests": ngettext("{count} request", "{count} requests", count),
        "values": ngettext("{count} value", "{count} values", count),
    }
    words = known.get(counted, f"{{count}} {counted[:-1] if count == 1 else counted}")
    return words.format(count=number(count))


def _run_against(environment: str) -> str:
    return {
        "production": _("run against production"),
        "copy": _("run against a copy of production"),
        "test": _("run against a test system"),
    }.get(environment, "")


def failures_words(about: str) -> str:
    """Whether failures are inside, where the tool says so."""
    for mark, words in (
        ("failures included", _("failures included")),
        ("bad answers included", _("bad answers included")),
        ("successful", _("successful ones only")),
    ):
        if mark in about:
            return words
    return ""


def period_words(provenance: Provenance) -> str:
    return str(provenance.get("period") or "")


def day_words(on: date) -> str:
    """A day in full, without its year while that is this one: 28 November."""
    return date_format(on, "MONTH_DAY" if on.year == timezone.localdate().year else "LONG_DAY")


def figure_words(title: str, provenance: Provenance, value: Decimal, unit: str, *, on: date | None = None) -> str:
    """A figure and its source in one line: "p99 latency 2.3 s, k6 1.1.0, 17,662 requests, ..."."""
    source = source_words(provenance, on=on)
    figure = f"{title} {value_words(value, unit, provenance)}"
    return f"{figure}, {source}" if source else figure
