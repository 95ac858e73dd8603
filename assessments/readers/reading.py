"""What a reader hands back: figures in the field's own terms, and what they do not prove."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LATENCIES = ("latency", "time_to_first_token", "inter_token_latency", "time_per_output_token")

# Every name with the units its figures may have. A currency is three capital letters, see `Figure`.
UNITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(LATENCIES, ("ms",)),
    "throughput": ("requests/s", "operations/s"),
    "token_throughput": ("tokens/s",),
    "error_rate": ("%",),
    "bandwidth": ("B/s", "bit/s"),
    "iops": ("IOPS",),
    "utilization": ("%",),
    "power": ("W",),
    "accelerator_hours": ("h",),
    "cost": (),
    "samples_per_second": ("samples/s",),
}
PERCENTILES: dict[str, Decimal] = {
    "p50": Decimal("0.5"),
    "p75": Decimal("0.75"),
    "p90": Decimal("0.9"),
    "p95": Decimal("0.95"),
    "p97.5": Decimal("0.975"),
    "p99": Decimal("0.99"),
    "p99.9": Decimal("0.999"),
}
STATISTICS = ("mean", *PERCENTILES, "min", "max", "total")

# What a file can leave open, in the order in which a person is asked.
MISSING = (
    *("date", "time zone", "version", "unit", "query", "count", "failures", "duration", "period"),
    *("p95", "p99", "hosts", "currency", "resource", "requests"),
)


class Scenario(StrEnum):
    """Where the load came from; empty where the file leaves it open."""

    SYNTHETIC = "synthetic"
    PRODUCTION = "production"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, resting on `count` values; `about` says of what it is, and whether failures are inside."""

    name: str
    statistic: str
    value: Decimal
    unit: str
    count: int | None = None
    about: str = ""

    def __post_init__(self) -> None:
        if self.name not in UNITS:
            raise ValueError(f"{self.name!r} is no figure.")
        if self.statistic not in STATISTICS:
            raise ValueError(f"{self.statistic!r} is no statistic.")
        currency = self.name == "cost" and len(self.unit) == 3 and self.unit.isascii() and self.unit.isupper()
        if self.unit not in UNITS[self.name] and not currency:
            raise ValueError(f"{self.unit!r} is no unit of {self.name}.")
        if not self.value.is_finite():
            raise ValueError(f"{self.value} is no number.")
        if self.value < 0 and self.name != "cost":
            raise ValueError(f"A {self.name} below zero: {self.value}.")
        if self.count is not None and self.count < 0:
            raise ValueError(f"{self.count} is no number of values.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. `date` is ISO 8601, with an offset only if the file has one."""

    format: str
    tool: str = ""
    version: str | None = None
    date: str | None = None
    scenario: Scenario = Scenario.UNKNOWN
    figures: tuple[Figure, ...] = ()
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.missing) - set(MISSING):
            raise ValueError(f"{sorted(unknown)} is nothing to ask for.")


@dataclass(frozen=True, slots=True)
class Format:
    """What a reader says of itself; `docs/formats.md` is made of it."""

    slug: str
    title: str
    tool: str
    seen: str
    """The versions whose files were read."""
    made_by: str
    """The command that writes such a file."""
    figures: str
    traps: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Of JSON: keys of which at least one stands at the top of every such document."""
    words: tuple[str, ...] = ()
    """Of text: words between blanks of which at least one stands in every such file."""
    marks: tuple[str, ...] = ()
    """As words, but they may be a part of one, or several; slower to find."""
