"""From what was shown and proven of a category's three deciders to its levels: claimed, proven, and the range between.

The rule is the framework's (`scale.three_deciders` and `scale.current` since 2026.2): three shown make a 2, one shown
at least in part a 1, none a 0; a proof older than its decider's period carries no 2, one over 24 months old nothing.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

NOT_SHOWN, IN_PART, SHOWN = 0, 1, 2
STATES = (None, NOT_SHOWN, IN_PART, SHOWN)
OLDEST_MONTHS = 24


class Age(IntEnum):
    """How far the newest proof of a decider carries; the more, the better."""

    NONE = 0  # there is none, or it is over 24 months old
    STALE = 1  # older than the decider's period: it carries a 1
    CURRENT = 2


@dataclass(frozen=True, slots=True)
class DeciderAnswer:
    """`state` is None while the question was not asked, else 0 not shown, 1 shown in part, 2 shown."""

    key: str
    state: int | None
    proof: Age = Age.NONE

    @property
    def is_claim(self) -> bool:
        """Said to be shown, at least in part, with no proof that carries as much."""
        return bool(self.state) and self.proof < Age.CURRENT


def level_of(states: Iterable[int | None]) -> int:
    """The level that deciders carry; what was not asked counts as not shown. No order of them matters."""
    states = tuple(state or NOT_SHOWN for state in states)
    if states and all(state == SHOWN for state in states):
        return 2
    return 1 if any(states) else 0


def proven_level(deciders: Iterable[DeciderAnswer]) -> int:
    """2 if each is shown with current proof, 1 if any is at least in part shown with any proof, else 0."""
    deciders = tuple(deciders)
    if deciders and all(d.state == SHOWN and d.proof == Age.CURRENT for d in deciders):
        return 2
    return 1 if any(d.state and d.proof for d in deciders) else 0


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """How many whole months lie between two days, from date to date; 0 if `earlier` is not the earlier one."""
    months = max(0, (later.year - earlier.year) * 12 + later.month - earlier.month)
    return months - 1 if months and months_back(later, months) < earlier else months


def age_of(proof_on: date | None, *, months: int, as_of: date, in_force_until: date | None = None) -> Age:
    """How far a proof carries on the day `as_of`.

    `proof_on` is the last day it covers, None where there is no proof. Months run from date to date. A contract or
    permit that is in force is current, however long ago it was signed.
    """
    if in_force_until is not None and in_force_until >= as_of:
        return Age.CURRENT
    if proof_on is None or proof_on < months_back(as_of, OLDEST_MONTHS):
        return Age.NONE
    return Age.CURRENT if proof_on >= months_back(as_of, months) else Age.STALE
