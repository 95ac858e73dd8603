"""Network."""

from assessments.readers.contract import Module
from assessments.readers.network import iperf3, iperf3_text, nccl_json, nccl_text, sockperf

MODULES: tuple[Module, ...] = (iperf3, iperf3_text, nccl_json, nccl_text, sockperf)
