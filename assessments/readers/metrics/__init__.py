"""Metrics of what is running."""

from assessments.readers.contract import Module
from assessments.readers.metrics import (
    exposition,
    nvidia_dmon,
    nvidia_smi,
    perf_stat,
    prometheus,
    sysstat_json,
    sysstat_rows,
    sysstat_text,
)

MODULES: tuple[Module, ...] = (
    prometheus,
    exposition,
    nvidia_smi,
    nvidia_dmon,
    sysstat_json,
    sysstat_text,
    sysstat_rows,
    perf_stat,
)
