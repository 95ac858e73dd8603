"""Power."""

from assessments.readers.contract import Module
from assessments.readers.power import ipmi, redfish

MODULES: tuple[Module, ...] = (ipmi, redfish)
