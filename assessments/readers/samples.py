"""Raw measurements, one by one: their statistics without averaging or interpolating."""

import math
from array import array
from decimal import Decimal

from assessments.readers.draft import plain
from assessments.readers.reading import PERCENTILES
from assessments.readers.text import NUMBER, number

FEW = ("p50", "p75", "p90", "p95", "p99")
MAX_VALUES = 20_000_000


class Samples:
    """Many values in little memory; each percentile is the value at its rank, so one that was measured."""

    def __init__(self) -> None:
        self.values = array("d")

    def add(self, value: object) -> bool:
        """Take a value; False for what is none."""
        if isinstance(value, str):
            found = float(value) if NUMBER.fullmatch(value) else -1.0
        else:
            exact = number(value)
            found = -1.0 if exact is None else float(exact)
        if not 0 <= found < 1e18 or len(self.values) >= MAX_VALUES:
            return False
        self.values.append(found)
        return True

    def statistics(self, scale: Decimal = Decimal(1)) -> dict[str, Decimal | None]:
        if not self.values:
            return {}
        ordered = sorted(self.values)
        shown = PERCENTILES if len(ordered) >= 1_000 else {name: PERCENTILES[name] for name in FEW}
        ranks = {name: max(math.ceil(share * len(ordered)), 1) for name, share in shown.items()}
        found: dict[str, float] = {"min": ordered[0], "max": ordered[-1]}
        found |= {name: ordered[rank - 1] for name, rank in ranks.items()}
        exact: dict[str, Decimal | None] = {name: Decimal(repr(value)) * scale for name, value in found.items()}
        return {"mean": plain(Decimal(repr(math.fsum(ordered))) / len(ordered)) * scale, **exact}
