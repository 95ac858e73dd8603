"""Cost."""

from assessments.readers.contract import Module
from assessments.readers.cost import focus

MODULES: tuple[Module, ...] = (focus,)
