"""What a figure is called, and which decider, fact or metric of framework 2026.2 it suits: the one place for both."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

from assessments.framework import Framework
from assessments.readers import FORMATS
from assessments.readers.reading import LATENCIES
from assessments.readers.registry import FOLDERS
from assessments.scoring.words import capitalized

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
FACT_NAMES = {
    "latency-target": pgettext_lazy("fact", "latency"),
    "unit-cost": pgettext_lazy("fact", "unit cost"),
    "utilization-why": pgettext_lazy("fact", "utilization"),
}


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
    "latency": pgettext_lazy("figure", "latency"),
    "time_to_first_token": pgettext_lazy("figure", "time to first token"),
    "inter_token_latency": pgettext_lazy("figure", "time between tokens"),
    "time_per_output_token": pgettext_lazy("figure", "time per output token"),
    "throughput": pgettext_lazy("figure", "throughput"),
    "token_throughput": pgettext_lazy("figure", "token throughput"),
    "error_rate": pgettext_lazy("figure", "failed requests"),
    "bandwidth": pgettext_lazy("figure", "bandwidth"),
    "iops": pgettext_lazy("figure", "IOPS"),
    "utilization": pgettext_lazy("figure", "utilization"),
    "power": pgettext_lazy("figure", "power"),
    "accelerator_hours": pgettext_lazy("figure", "accelerator hours"),
    "cost": pgettext_lazy("figure", "cost"),
    "samples_per_second": pgettext_lazy("figure", "samples per second"),
    "cost_per_thousand_requests": pgettext_lazy("figure", "cost per 1,000 requests"),
    "cost_per_million_tokens": pgettext_lazy("figure", "cost per million tokens"),
}
_OF = {
    "storage latency": pgettext_lazy("figure", "storage latency"),
    "storage throughput": pgettext_lazy("figure", "storage throughput"),
    "storage bandwidth": pgettext_lazy("figure", "storage bandwidth"),
    "network latency": pgettext_lazy("figure", "network latency"),
    "network throughput": pgettext_lazy("figure", "network throughput"),
    "network bandwidth": pgettext_lazy("figure", "network bandwidth"),
}
_STATISTICS = {
    "mean": pgettext_lazy("{statistic} of a figure", "mean"),
    "p50": pgettext_lazy("{statistic} of a figure", "median"),
    "min": pgettext_lazy("{statistic} of a figure", "lowest"),
    "max": pgettext_lazy("{statistic} of a figure", "highest"),
    "total": "",
}
_RATES = ("error_rate", "throughput", "token_throughput", "bandwidth", "iops", "samples_per_second")
_KINDS = {
    "allocated": pgettext_lazy("figure", "allocated share"),
    "active": pgettext_lazy("figure", "active share"),
}
_ADDED = {
    "reads": pgettext_lazy("kind of a figure", "reads"),
    "writes": pgettext_lazy("kind of a figure", "writes"),
    "benchmark": pgettext_lazy("kind of a figure", "benchmark"),
    "disk": pgettext_lazy("kind of a figure", "disk"),
    "per GPU": pgettext_lazy("kind of a figure", "per GPU"),
    "one server": pgettext_lazy("kind of a figure", "one server"),
}


def title_of(name: str, statistic: str, kind: str) -> str:
    """What a figure is called: p95 latency, Failed requests, Median time to first token, Highest power, one server."""
    of = str(_STATISTICS.get(statistic, statistic))
    if name in _RATES and statistic == "mean":
        of = ""
    first, _, rest = kind.partition(" ")
    what = _KINDS.get(kind, _WORDS.get(name, name.replace("_", " ")))
    if first in ("storage", "network") and name in ("latency", "throughput", "bandwidth"):
        what, kind = _OF[f"{first} {name}"], rest
    elif kind in _KINDS or first in ("storage", "network"):
        kind = rest
    words = str(what)
    if of:
        words = pgettext("figure", "{statistic} {what}").format(statistic=of, what=what)
    words = words if words[:1] == "p" and words[1:2].isdigit() else capitalized(words)
    return f"{words}, {_ADDED.get(kind, kind)}" if kind else words


def kept_title(name: str, statistic: str, kind: str) -> str:
    """What a figure is called where it is kept, whoever takes it: in English."""
    with translation.override("en"):
        return title_of(name, statistic, kind)


def said(title: str, name: str, statistic: str, kind: str) -> str:
    """What a kept title is in the language that is spoken; as it is, where somebody named the figure otherwise."""
    return title_of(name, statistic, kind) if name and title == kept_title(name, statistic, kind) else title
