"""Cost."""

from assessments.readers.contract import Module

MODULES: tuple[Module, ...] = ()
