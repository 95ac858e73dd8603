"""Load tests of a web service."""

from assessments.readers.contract import Module
from assessments.readers.load import wrk

MODULES: tuple[Module, ...] = (wrk,)
