"""Where an organization stands, for somebody outside: score, verdict, levels and red flags, none of its notes."""

from typing import Any

from assessments.organizations.models import Organization
from assessments.scorecards.queries import latest_scorecards
from assessments.scorecards.readings import read_scorecard, score_history
from assessments.scorecards.results import result_page


def result_of(organization: Organization) -> dict[str, Any]:
    """What the page shows of the newest assessment that is signed off, or of the open one; nothing without any."""
    row = latest_scorecards([organization], facts=False).get(organization.pk)
    if row is None:
        return {"reading": None, "page": None}
    reading = read_scorecard(row.scorecard)
    return {"reading": reading, "page": result_page(reading, score_history(organization))}
