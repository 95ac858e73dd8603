"""What lists of scorecards iterate over, fetched in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from assessments import framework, scoring
from assessments.organizations.models import Organization
from assessments.scorecards.models import Response, Scorecard


@dataclass(frozen=True, slots=True)
class ScoredRow:
    scorecard: Scorecard
    result: scoring.Result


def list_scorecards(organization: Organization) -> list[ScoredRow]:
    """All of an organization's scorecards with their results, the open one first, then the newest."""
    return score_all(organization.scorecards.newest_first())


def latest_scorecards(organizations: Iterable[Organization]) -> dict[int, ScoredRow]:
    """Per organization id its newest signed-off scorecard, or the open one where nothing is signed off yet."""
    newest: dict[int, Scorecard] = {}
    for scorecard in Scorecard.objects.filter(organization__in=organizations).order_by("signed_off_at", "pk"):
        standing = newest.get(scorecard.organization_id)
        if standing is None or scorecard.is_signed_off:
            newest[scorecard.organization_id] = scorecard
    return {row.scorecard.organization_id: row for row in score_all(newest.values())}


def score_all(scorecards: Iterable[Scorecard]) -> list[ScoredRow]:
    scorecards = list(scorecards)
    responses: dict[int, list[Response]] = defaultdict(list)
    for response in Response.objects.filter(scorecard__in=scorecards).with_support():
        responses[response.scorecard_id].append(response)
    return [ScoredRow(s, _score(s, responses[s.pk])) for s in scorecards]


def _score(scorecard: Scorecard, responses: list[Response]) -> scoring.Result:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return scoring.score(
        (scoring.CategoryAnswer(r.category_key, r.level, supported=r.has_metric or r.has_evidence) for r in responses),
        threshold=content.scale.risk_threshold,
    )
