"""Benchmarks of a service that runs language models."""

from assessments.readers.contract import Module

MODULES: tuple[Module, ...] = ()
