"""Pure scoring: the levels of the categories go in, a result and its two sentences come out."""

from assessments.scoring.checklists import ChecklistResult, RatedQuestion, Tally, percent, tally
from assessments.scoring.results import (
    CategoryAnswer,
    Change,
    Delta,
    Gap,
    Result,
    Verdict,
    compare,
    project,
    score,
)
from assessments.scoring.wording import cause, headline

__all__ = [
    "CategoryAnswer",
    "Change",
    "ChecklistResult",
    "Delta",
    "Gap",
    "RatedQuestion",
    "Result",
    "Tally",
    "Verdict",
    "cause",
    "compare",
    "headline",
    "percent",
    "project",
    "score",
    "tally",
]
