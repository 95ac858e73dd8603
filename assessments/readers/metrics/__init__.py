"""Metrics of what is running."""

from assessments.readers.contract import Module

MODULES: tuple[Module, ...] = ()
