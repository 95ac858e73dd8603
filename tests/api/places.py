"""What stands in the addresses of the operations."""

from datetime import UTC, datetime

from assessments.organizations.models import Organization
from tests.factories import make_roadmap, make_round, make_scenario, make_scorecard, make_vendor_review

SPRING = datetime(2026, 4, 14, tzinfo=UTC)
ARGUMENTS = {
    "category": "cost-model",
    "decider": "feature-unit-cost",
    "fact": "unit-cost",
    "question": "preemption",
    "entry": "idle-spend-monthly_spend",
    "part": "note",
}


def make_places(organization: Organization) -> dict[str, str]:
    """One of everything but its open assessment, of which there is a round, by the name that its address has for it."""
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SPRING), items=1)
    return {
        "roadmap": str(roadmap.pk),
        "item": str(roadmap.items.get().pk),
        "review": str(make_vendor_review(organization).pk),
        "scenario": str(make_scenario(organization).pk),
        "asked": str(make_round(make_scorecard(organization), levels=[[1] * 8, [2] * 8]).pk),
    }
