"""What the formats of k6 have in common."""

import re

from assessments.readers.reading import PERCENTILES
from assessments.readers.text import number

NAMES = {"avg": "mean", "med": "p50", "min": "min", "max": "max"}
PERCENTILE = re.compile(r"p\(?([0-9]{1,2}(?:\.[0-9]{1,6})?)\)?")


def statistic_of(name: str) -> str | None:
    """The statistic of a column: `p(99.90)` and `p99.9` are one."""
    if name in NAMES:
        return NAMES[name]
    match = PERCENTILE.fullmatch(name)
    share = number(match[1]) if match else None
    return next((s for s, known in PERCENTILES.items() if share is not None and share == known * 100), None)
