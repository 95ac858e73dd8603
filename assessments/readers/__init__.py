"""Readers: the bytes of a tool's output become figures with unit, statistic, sample size and date.

Pure: no Django, nothing is run, nothing is fetched. `read` takes the bytes, `read_path` a file of any size.
"""

from assessments.readers.reading import MISSING, STATISTICS, UNITS, Figure, Format, Reading, Scenario
from assessments.readers.registry import FORMATS, read, read_file, read_path

__all__ = [
    "FORMATS",
    "MISSING",
    "STATISTICS",
    "UNITS",
    "Figure",
    "Format",
    "Reading",
    "Scenario",
    "read",
    "read_file",
    "read_path",
]
