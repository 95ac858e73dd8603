"""What the names of metrics mean: the gauges and histograms of GPU exporters and of servers of models."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from assessments.readers.dates import from_epoch
from assessments.readers.draft import Draft, percent, plain
from assessments.readers.text import label, plural

HUNDRED, ONE = Decimal(100), Decimal(1)


@dataclass(frozen=True, slots=True)
class Gauge:
    """`factor` leads to % or W; no value can lie above `top` (in the metric's own scale)."""

    name: str
    about: str
    factor: Decimal = ONE
    top: Decimal = HUNDRED


@dataclass(slots=True)
class Sample:
    metric: str
    labels: Mapping[str, str]
    value: Decimal | None


KERNEL = "a kernel was running on the GPU"
WATTS = Decimal(100_000)
GAUGES = {
    "DCGM_FI_DEV_GPU_UTIL": Gauge("utilization", KERNEL),
    "dcgm_gpu_utilization": Gauge("utilization", KERNEL),
    "nvidia_smi_utilization_gpu_ratio": Gauge("utilization", KERNEL, HUNDRED, ONE),
    "nvidia_gpu_duty_cycle": Gauge("utilization", KERNEL),
    "gpu_gfx_activity": Gauge("utilization", "graphics engine of the GPU active"),
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE": Gauge("utilization", "compute engine of the GPU active", HUNDRED, ONE),
    "DCGM_FI_PROF_SM_ACTIVE": Gauge("utilization", "multiprocessors of the GPU active (SM)", HUNDRED, ONE),
    "DCGM_FI_PROF_SM_OCCUPANCY": Gauge("utilization", "warps resident in the multiprocessors", HUNDRED, ONE),
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": Gauge("utilization", "tensor cores of the GPU active", HUNDRED, ONE),
    "DCGM_FI_PROF_DRAM_ACTIVE": Gauge("utilization", "memory interface of the GPU active", HUNDRED, ONE),
    "DCGM_FI_DEV_MEM_COPY_UTIL": Gauge("utilization", "memory of the GPU read or written"),
    "DCGM_FI_DEV_POWER_USAGE": Gauge("power", "per GPU", ONE, WATTS),
    "dcgm_power_usage": Gauge("power", "per GPU", ONE, WATTS),
    "nvidia_smi_power_draw_watts": Gauge("power", "per GPU", ONE, WATTS),
    "nvidia_gpu_power_usage_milliwatts": Gauge("power", "per GPU", Decimal("0.001"), WATTS * 1000),
    "gpu_average_package_power": Gauge("power", "per GPU", ONE, WATTS),
    "gpu_package_power": Gauge("power", "per GPU", ONE, WATTS),
    "habanalabs_utilization": Gauge("utilization", "accelerator busy"),
    "habanalabs_power_mW": Gauge("power", "per accelerator", Decimal("0.001"), WATTS * 1000),
    "vllm:kv_cache_usage_perc": Gauge("utilization", "KV cache of vLLM in use, not the GPU", HUNDRED, ONE),
    "vllm:gpu_cache_usage_perc": Gauge("utilization", "KV cache of vLLM in use, not the GPU", HUNDRED, ONE),
    "sglang:token_usage": Gauge("utilization", "KV cache of SGLang in use, not the GPU", HUNDRED, ONE),
    "ipmi_dcmi_power_consumption_watts": Gauge("power", "one server", ONE, WATTS),
    "redfish_chassis_power_powercontrol_consumed_watts": Gauge("power", "one server", ONE, WATTS),
}
HISTOGRAMS = {
    "vllm:e2e_request_latency_seconds": "latency",
    "vllm:time_to_first_token_seconds": "time_to_first_token",
    "vllm:inter_token_latency_seconds": "inter_token_latency",
    "vllm:time_per_output_token_seconds": "inter_token_latency",
    "vllm:request_time_per_output_token_seconds": "time_per_output_token",
    "sglang:e2e_request_latency_seconds": "latency",
    "sglang:time_to_first_token_seconds": "time_to_first_token",
    "sglang:inter_token_latency_seconds": "inter_token_latency",
    "sglang:time_per_output_token_seconds": "time_per_output_token",
    "tgi_request_duration": "latency",
    "tgi_request_mean_time_per_token_duration": "time_per_output_token",
}
REQUESTS = re.compile(
    r"(?:^|_)(?:http|https|grpc|rpc|request|requests|inference)_(?:\w+_)?(?:duration|latency|latencies)"
    r"(?:_(seconds|milliseconds|ms))?$|^http_server_requests_(seconds)$|_request_(?:duration|latency)_(seconds|milliseconds|ms)$"
)
MILLISECONDS = {"seconds": Decimal(1000), "milliseconds": ONE, "ms": ONE, "": Decimal(1000)}
OUTCOMES = "vllm:request_success_total"
# Labels that tell one GPU from another; the name of the host's label changed, so both are read without regard to case.
DEVICE = ("uuid", "gpu", "device", "minor_number", "hostname", "instance", "pci_bus_id", "gpu_i_id")
PARTS = ("gpu_i_id", "gpu_i_profile")
WANTED = {"p50": Decimal("0.5"), "p95": Decimal("0.95"), "p99": Decimal("0.99")}
UNTOLD = ("le", "__name__")  # what does not tell one series of a histogram from another
INFINITE = {"+inf", "inf", "infinity"}


@dataclass(slots=True)
class Buckets:
    """One histogram: how many values lie at or below each bound."""

    bounds: dict[Decimal, Decimal] = field(default_factory=dict)
    every: Decimal | None = None
    total: Decimal | None = None
    count: Decimal | None = None
    created: Decimal | None = None


@lru_cache(maxsize=4096)
def latency_of(metric: str) -> tuple[str, Decimal] | None:
    """The figure that a histogram or summary is of, and the factor that leads to ms."""
    if name := HISTOGRAMS.get(metric):
        return name, MILLISECONDS["seconds"]
    if found := REQUESTS.search(metric):
        return "latency", MILLISECONDS[next((unit for unit in found.groups() if unit), "")]
    return None


def device_of(labels: Mapping[str, str], *, parts: bool) -> tuple[str, ...]:
    """Which GPU it is, whatever pod or container uses it; `parts` tells the instances of a divided GPU (MIG) apart."""
    known = {key.lower(): value for key, value in labels.items()}
    if known.get("uuid"):
        return (known["uuid"], *(known.get(part, "") for part in PARTS if parts))
    wanted = [key for key in DEVICE if parts or key not in PARTS]
    return tuple(known.get(key, "") for key in wanted)


def gauges(draft: Draft, samples: Iterable[Sample], when: str) -> None:
    """Mean over the devices, and of power the total too. One series more for the same device counts once."""
    by_metric: dict[str, dict[tuple[str, ...], Decimal]] = {}
    for sample in samples:
        gauge = GAUGES.get(sample.metric)
        if gauge is None:
            continue
        values = by_metric.setdefault(sample.metric, {})
        if sample.value is None or not 0 <= sample.value <= gauge.top:
            draft.refuse(f"{sample.metric} has no value for some devices: what stands there means “no data”.")
            continue
        parts = sample.metric.startswith("DCGM_FI_PROF")
        key = device_of(sample.labels, parts=parts) if "cache" not in sample.metric else tuple(sample.labels.values())
        values[key] = sample.value * gauge.factor
    for metric, values in by_metric.items():
        if values:
            _gauge(draft, metric, list(values.values()), when)


def _gauge(draft: Draft, metric: str, values: list[Decimal], when: str) -> None:
    gauge = GAUGES[metric]
    unit = "W" if gauge.name == "power" else "%"
    about = f"{gauge.about}, {when} ({metric})"
    draft.figure(gauge.name, "mean", plain(sum(values, Decimal(0)) / len(values)), unit, len(values), about)
    if len(values) > 1 and gauge.name == "power":
        draft.figure("power", "total", sum(values, Decimal(0)), "W", len(values), f"{len(values)} devices, {when}")
    if len(values) > 1:
        draft.figure(gauge.name, "min", min(values), unit, len(values), about)
        draft.figure(gauge.name, "max", max(values), unit, len(values), about)
    if gauge.about == KERNEL:
        draft.warn("GPU utilization says that a kernel was running, not that the chip was full.")
    if "cache" in metric:
        draft.warn("The use of the KV cache is not the utilization of the GPU.")


def histograms(draft: Draft, samples: Iterable[Sample]) -> None:
    """The mean, and between which bounds each percentile lies: a histogram says no more."""
    found: dict[tuple[str, str], dict[frozenset[tuple[str, str]], Buckets]] = {}
    for sample in samples:
        base, _, part = sample.metric.rpartition("_")
        if part not in ("bucket", "sum", "count", "created") or latency_of(base) is None or sample.value is None:
            continue
        labels = sample.labels
        bound = labels.get("le", "")
        model = labels.get("model_name") or labels.get("model") or labels.get("served_model_name") or ""
        series = frozenset([pair for pair in labels.items() if pair[0] not in UNTOLD])
        parts = found.setdefault((base, model), {})
        if (buckets := parts.get(series)) is None:
            buckets = parts[series] = Buckets()
        if part == "sum":
            buckets.total = sample.value
        elif part == "count":
            buckets.count = sample.value
        elif part == "created":
            buckets.created = sample.value
        elif bound.lower() in INFINITE:
            buckets.every = sample.value
        elif (limit := _bound(bound)) is not None:
            buckets.bounds[limit] = sample.value
    for (base, model), series_of in found.items():
        _histogram(draft, base, model, list(series_of.values()))


def _histogram(draft: Draft, base: str, model: str, parts: list[Buckets]) -> None:
    meaning = latency_of(base)
    if meaning is None:
        return
    name, factor = meaning
    started = min((part.created for part in parts if part.created), default=None)
    since = f"since {from_epoch(started) or 'the server started'}"
    about = ", ".join(word for word in (label(model, 40), since, base) if word)
    counts = [part.count if part.count is not None else part.every for part in parts]
    count = sum((c for c in counts if c is not None), Decimal(0))
    if not count:
        draft.refuse(f"{base} counted no request, so it has no latency.")
        return
    if all(part.total is not None for part in parts):
        total = sum((part.total for part in parts if part.total is not None), Decimal(0))
        draft.figure(name, "mean", plain(total * factor / count), "ms", int(count), about)
    if any(part.bounds.keys() != parts[0].bounds.keys() for part in parts) or not parts[0].bounds:
        if any(part.bounds for part in parts):
            draft.refuse(f"The series of {base} have different buckets: they cannot be made one.")
        return
    bounds = sorted(parts[0].bounds)
    if len(parts) == 1:
        summed = {bound: parts[0].bounds[bound] for bound in bounds}
    else:
        summed = {bound: sum((part.bounds[bound] for part in parts), Decimal(0)) for bound in bounds}
    sayings = [f"the {statistic} {_between(summed, count, share, factor)}" for statistic, share in WANTED.items()]
    whose = f"{name.replace('_', ' ')}{f' of {label(model, 40)}' if model else ''}"
    draft.refuse(f"The buckets of the {whose} only say that {', '.join(sayings)}.")
    if len(parts) > 1:
        draft.warn(f"{base}: {len(parts)} series were added before reading.")
    draft.warn("Counters run from the start of the server, so they mix quiet and busy hours.")


def _between(buckets: Mapping[Decimal, Decimal], count: Decimal, share: Decimal, factor: Decimal) -> str:
    below = Decimal(0)
    for bound, reached in buckets.items():
        if reached >= share * count:
            low, high = _time(below * factor), _time(bound * factor)
            same = low.partition(" ")[2] == high.partition(" ")[2]
            return f"lies between {low.partition(' ')[0] if same else low} and {high}"
        below = bound
    return f"is above {_time(below * factor)}, the last bound"


def _time(milliseconds: Decimal) -> str:
    if milliseconds >= 1000:
        return f"{(milliseconds / 1000).normalize():f} s"
    return f"{milliseconds.normalize():f} ms"


@lru_cache(maxsize=4096)
def _bound(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    return value if value.is_finite() and abs(value) < 10**15 else None


def outcomes(draft: Draft, samples: Iterable[Sample]) -> None:
    """vLLM counts what it gave up among its successes: only the reason tells."""
    reasons: dict[str, Decimal] = {}
    for sample in samples:
        if sample.metric == OUTCOMES and sample.value is not None:
            reason = sample.labels.get("finished_reason", "")
            reasons[reason] = reasons.get(reason, Decimal(0)) + sample.value
    every = sum(reasons.values(), Decimal(0))
    if not every:
        return
    if set(reasons) <= {""}:
        draft.refuse("The finished requests are not told apart by reason, so there is no error rate.")
        return
    errors, aborted = reasons.get("error", Decimal(0)), reasons.get("abort", Decimal(0))
    about = "finished with an error, since the server started; aborted requests not inside"
    draft.figure("error_rate", "mean", percent(errors, every), "%", int(every), about)
    if aborted:
        draft.warn(f"Aborted: {plural(int(aborted), 'request')}, which vLLM counts among its successes.")
