"""Benchmarks of a service that runs language models."""

from assessments.readers.contract import Module
from assessments.readers.llm import (
    aiperf,
    aiperf_tables,
    guidellm,
    guidellm_table,
    inference_perf,
    inferencex,
    llmeter,
    loadgen,
    vllm_bench,
    vllm_offline,
    vllm_screen,
)

MODULES: tuple[Module, ...] = (
    *(aiperf, aiperf_tables, vllm_bench, vllm_screen, vllm_offline, inferencex),
    *(guidellm, guidellm_table, inference_perf, llmeter, loadgen),
)
