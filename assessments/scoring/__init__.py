"""Pure scoring: the levels of the categories go in, a result and its two sentences come out."""

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
    "Delta",
    "Gap",
    "Result",
    "Verdict",
    "cause",
    "compare",
    "headline",
    "project",
    "score",
]
