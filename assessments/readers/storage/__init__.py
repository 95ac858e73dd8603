"""Storage."""

from assessments.readers.contract import Module
from assessments.readers.storage import bonnie, dlio, fio_json, fio_terse, fio_text, sysbench

MODULES: tuple[Module, ...] = (fio_json, fio_terse, fio_text, dlio, sysbench, bonnie)
