"""Pure scoring: the levels of the categories go in, a result and its two sentences come out."""

from assessments.scoring.plans import (
    Outcome,
    PlannedItem,
    Projection,
    Step,
    outcomes,
    phase_dates,
    project_plan,
    unmoved,
)
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
    "Outcome",
    "PlannedItem",
    "Projection",
    "Result",
    "Step",
    "Verdict",
    "cause",
    "compare",
    "headline",
    "outcomes",
    "phase_dates",
    "project",
    "project_plan",
    "score",
    "unmoved",
]
