"""Schedulers."""

from assessments.readers.contract import Module
from assessments.readers.scheduler import sacct, sacct_json, sreport

MODULES: tuple[Module, ...] = (sacct, sacct_json, sreport)
