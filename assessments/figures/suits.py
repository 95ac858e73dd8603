"""What a figure is called, and which decider, fact or metric of framework 2026.2 it suits: the one place for both."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from assessments.framework import Framework
from assessments.readers import FORMATS
from assessments.readers.reading import LATENCIES
from assessments.readers.registry import FOLDERS

# The folder of a format's reader says what its values are of.
FOLDER_OF = {module.FORMAT.slug: folder.__name__.rpartition(".")[2] for folder in FOLDERS for module in folder.MODULES}
COUNTED = {"load": "requests", "llm": "requests", "storage": "operations", "cost": "rows", "scheduler": "jobs"}
TITLES = {form.slug: form.title for form in FORMATS}

RESULTS = ("reliability-targets", "monthly-results")
SETTINGS = ("serving-maturity", "measured-settings")
DELIVERY = ("data-pipeline", "delivery-measured")
ACTIVITY = ("utilization-plan", "measured-activity")
REGISTER = ("workload-clarity", "workload-register")
CHECK = ("workload-clarity", "register-check")
UNIT_COST = ("cost-model", "feature-unit-cost")
RECONCILED = ("cost-model", "reconciled-cost")
PEAK = ("facilities-power", "peak-against-limit")
TAIL = ("p95", "p97.5", "p99", "p99.9")
FACT_NAMES = {"latency-target": "latency", "unit-cost": "unit cost", "utilization-why": "utilization"}


@dataclass(frozen=True, slots=True)
class Suit:
    """What a figure suits, the best first: deciders as (category, decider), facts, a metric as (category, key)."""

    deciders: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    metric: tuple[str, str] | None = None

    def within(self, content: Framework) -> "Suit":
        """As far as a framework asks that: one of somebody's own may ask something else."""
        asked = {(c.key, entry.key) for c in content.categories for entry in (*c.deciders, *c.metrics)}
        metric = self.metric if self.metric in asked else None
        return replace(self, deciders=tuple(pair for pair in self.deciders if pair in asked), metric=metric)


@dataclass(frozen=True, slots=True)
class Rule:
    """For figures of a name; of these statistics and kinds only, where some are given."""

    name: str
    suit: Suit
    statistics: Collection[str] = ()
    kinds: Collection[str] = ()

    def fits(self, name: str, statistic: str, kind: str) -> bool:
        of_statistic = not self.statistics or statistic in self.statistics
        return name == self.name and of_statistic and (not self.kinds or kind.partition(" ")[0] in self.kinds)


RULES: tuple[Rule, ...] = (
    Rule("latency", Suit((DELIVERY,)), kinds=("storage", "network")),
    Rule("latency", Suit((SETTINGS,)), kinds=("benchmark",)),
    Rule(
        "latency",
        Suit((RESULTS, SETTINGS), ("latency-target",), ("reliability-targets", "tail-latency-p95-p99")),
        statistics=("p95", "p99"),
    ),
    Rule("latency", Suit((SETTINGS,))),
    *(Rule(name, Suit((RESULTS, SETTINGS)), statistics=TAIL) for name in LATENCIES[1:]),
    *(Rule(name, Suit((SETTINGS,))) for name in LATENCIES[1:]),
    Rule("error_rate", Suit((RESULTS, SETTINGS))),
    Rule("throughput", Suit((DELIVERY,)), kinds=("storage",)),
    Rule("throughput", Suit((SETTINGS,))),
    Rule("token_throughput", Suit((SETTINGS,))),
    Rule("bandwidth", Suit((DELIVERY,))),
    Rule("iops", Suit((DELIVERY,))),
    Rule("samples_per_second", Suit((DELIVERY,))),
    Rule(
        "utilization",
        Suit((ACTIVITY,), ("utilization-why",), ("utilization-plan", "allocated-utilization")),
        kinds=("allocated",),
    ),
    Rule("utilization", Suit((ACTIVITY,), ("utilization-why",)), kinds=("active",)),
    Rule("utilization", Suit((SETTINGS,))),
    Rule("accelerator_hours", Suit((REGISTER, CHECK, ACTIVITY))),
    Rule("power", Suit((PEAK,))),
    Rule("cost", Suit((RECONCILED,))),
    Rule(
        "cost_per_thousand_requests",
        Suit((UNIT_COST,), ("unit-cost",), ("cost-model", "cost-per-thousand-requests")),
    ),
    Rule("cost_per_million_tokens", Suit((UNIT_COST,), ("unit-cost",), ("cost-model", "cost-per-million-tokens"))),
)
FIGURE_NAMES = {rule.name for rule in RULES}


def suit_of(name: str, statistic: str, kind: str) -> Suit:
    """What a figure suits; nothing in particular for one of a name that is not read."""
    return next((rule.suit for rule in RULES if rule.fits(name, statistic, kind)), Suit())


def kind_of(name: str, about: str, format_slug: str) -> str:
    """What tells figures of one name apart, beside their statistic: figures of two kinds are never one history."""
    folder = FOLDER_OF.get(format_slug, "")
    if name == "utilization":
        return _utilization(about)
    if name in ("latency", "throughput", "bandwidth", "iops") and folder in ("storage", "network"):
        if format_slug == "sysbench" and not _direction(about):
            return "benchmark"
        return f"{folder} {_direction(about)}".strip()
    if name in ("latency", "bandwidth", "iops") and about.startswith("disk "):
        return f"storage {_direction(about)}".strip()
    if name == "cost":
        billed = next((column for column in ("BilledCost", "EffectiveCost") if column in about), "")
        part = next(
            (each for each in ("Credit", "Tax", "Purchase", "Usage", "Adjustment") if f"{each} only" in about), ""
        )
        return " ".join(filter(None, (billed, part.lower())))
    if name == "power":
        return next((words for words in ("per GPU", "one server") if words in about), "")
    return ""


def _utilization(about: str) -> str:
    if "allocated" in about:
        return "allocated"
    if "kernel was running" in about or "GPU" in about or "engine" in about:
        return "active"
    return next((what for what in ("CPU", "disk") if about.startswith(what)), "")


def _direction(about: str) -> str:
    return next((word for word in ("reads", "writes") if word in about), "")


_WORDS = {
    "latency": "latency",
    "time_to_first_token": "time to first token",
    "inter_token_latency": "time between tokens",
    "time_per_output_token": "time per output token",
    "throughput": "throughput",
    "token_throughput": "token throughput",
    "error_rate": "failed requests",
    "bandwidth": "bandwidth",
    "iops": "IOPS",
    "utilization": "utilization",
    "power": "power",
    "accelerator_hours": "accelerator hours",
    "cost": "cost",
    "samples_per_second": "samples per second",
    "cost_per_thousand_requests": "cost per 1,000 requests",
    "cost_per_million_tokens": "cost per million tokens",
}
_STATISTICS = {"mean": "mean", "p50": "median", "min": "lowest", "max": "highest", "total": ""}
_RATES = ("error_rate", "throughput", "token_throughput", "bandwidth", "iops", "samples_per_second")
_KINDS = {"allocated": "allocated share", "active": "active share"}


def title_of(name: str, statistic: str, kind: str) -> str:
    """What a figure is called: p95 latency, Failed requests, Median time to first token, Highest power, one server."""
    of = _STATISTICS.get(statistic, statistic)
    if name in _RATES and statistic == "mean":
        of = ""
    first, _, rest = kind.partition(" ")
    what = _KINDS.get(kind, _WORDS.get(name, name.replace("_", " ")))
    if first in ("storage", "network") and name in ("latency", "throughput", "bandwidth"):
        what, kind = f"{first} {what}", rest
    elif kind in _KINDS or first in ("storage", "network"):
        kind = rest
    words = " ".join(filter(None, (of, what)))
    words = words if words[:1] == "p" and words[1:2].isdigit() else words[:1].upper() + words[1:]
    return f"{words}, {kind}" if kind else words
