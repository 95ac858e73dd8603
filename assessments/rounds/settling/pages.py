"""What the pages of a closed round show of a category: what was said, what was agreed, what the scorecard has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import scoring
from assessments.rounds.models import Settlement
from assessments.rounds.settling.readings import CategoryDivergence, Divergence, RaterReading
from assessments.scorecards.queries import live_result


@dataclass(frozen=True, slots=True)
class RaterChoice:
    """A rater in the list of who dissents."""

    rater: RaterReading
    is_on: bool


@dataclass(frozen=True, slots=True)
class SettlingRow:
    """`stands` is the level the scorecard has, `version` that of its claim. `level` and `reason` fill the form."""

    row: CategoryDivergence
    stands: int | None
    version: int
    level: str
    reason: str
    dissent: tuple[RaterChoice, ...]
    error: str = ""

    @property
    def settlement(self) -> Settlement | None:
        return self.row.settlement

    @property
    def settled_version(self) -> int:
        return self.settlement.version if self.settlement else 0

    @property
    def is_taken(self) -> bool:
        return self.settlement is not None and self.settlement.taken_at is not None

    @property
    def can_take(self) -> bool:
        return self.settlement is not None and not self.is_taken

    @property
    def stands_above(self) -> bool:
        """A level claimed never lowers what the questions carry; then the questions have to be answered anew."""
        return self.is_taken and self.settlement is not None and (self.stands or 0) > self.settlement.level


def settling_rows(reading: Divergence) -> list[SettlingRow]:
    """The categories in order of disagreement, in two queries beyond the reading's."""
    result, versions = live_result(reading.round.scorecard), _versions(reading)
    return [_row(reading, row, result, versions) for row in reading.categories]


def settling_row(reading: Divergence, row: CategoryDivergence, *, error: str = "", typed: Any = None) -> SettlingRow:
    """One category; `typed` is a form that was refused, which is shown again with the reason."""
    return _row(reading, row, live_result(reading.round.scorecard), _versions(reading), error, typed)


def _versions(reading: Divergence) -> dict[str, int]:
    return dict(reading.round.scorecard.responses.values_list("category_key", "level_version"))


def _row(
    reading: Divergence,
    row: CategoryDivergence,
    result: scoring.Result,
    versions: Mapping[str, int],
    error: str = "",
    typed: Any = None,
) -> SettlingRow:
    settlement = row.settlement
    level, reason = (str(settlement.level), settlement.reason) if settlement else ("", "")
    dissenting = {str(rater.rater.pk) for rater in row.dissent}
    if typed is not None:
        level, reason = typed.get("level", ""), typed.get("reason", "")
        dissenting = set(typed.getlist("dissent"))
    choices = tuple(RaterChoice(rater, str(rater.rater.pk) in dissenting) for rater in reading.raters)
    stands = result.level(row.key)
    return SettlingRow(row, stands, versions.get(row.key, 0), level, reason, choices, error)
