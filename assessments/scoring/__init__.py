"""Pure scoring: the levels of the categories go in, a result and its two sentences come out."""

from assessments.scoring.checklists import ChecklistResult, RatedQuestion, Tally, percent, tally
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
    "ChecklistResult",
    "Delta",
    "Gap",
    "Outcome",
    "PlannedItem",
    "Projection",
    "RatedQuestion",
    "Result",
    "Step",
    "Tally",
    "Verdict",
    "cause",
    "compare",
    "headline",
    "outcomes",
    "percent",
    "phase_dates",
    "project",
    "project_plan",
    "score",
    "tally",
    "unmoved",
]
