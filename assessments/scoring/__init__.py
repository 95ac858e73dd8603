"""Pure scoring: the levels of the categories go in, a result and its two sentences come out."""

from assessments.scoring.checklists import ChecklistResult, RatedQuestion, Tally, percent, tally
from assessments.scoring.deciders import Age, DeciderAnswer, age_of, level_of, months_back, months_between, proven_level
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
from assessments.scoring.steps import Leg, Work, after, shortest_way
from assessments.scoring.wording import cause, headline

__all__ = [
    "Age",
    "CategoryAnswer",
    "Change",
    "ChecklistResult",
    "DeciderAnswer",
    "Delta",
    "Gap",
    "Leg",
    "Outcome",
    "PlannedItem",
    "Projection",
    "RatedQuestion",
    "Result",
    "Step",
    "Tally",
    "Verdict",
    "Work",
    "after",
    "age_of",
    "cause",
    "compare",
    "headline",
    "level_of",
    "months_back",
    "months_between",
    "outcomes",
    "percent",
    "phase_dates",
    "project",
    "project_plan",
    "proven_level",
    "score",
    "shortest_way",
    "tally",
    "unmoved",
]
