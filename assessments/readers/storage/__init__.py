"""Storage."""

from assessments.readers.contract import Module

MODULES: tuple[Module, ...] = ()
