"""What lists of scorecards iterate over, fetched in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from assessments import framework, scoring
from assessments.organizations.models import Organization
from assessments.organizations.prepared import Prepared
from assessments.scorecards.models import Response, Scorecard


@dataclass(frozen=True, slots=True)
class ScoredRow:
    scorecard: Scorecard
    result: scoring.Result


_of_organization = Prepared(
    lambda organization, pk: Scorecard.objects.filter(organization=organization, pk=pk).order_by(), 0, 0
)
_answers = Prepared(
    lambda scorecard: (
        Response.objects.filter(scorecard=scorecard)
        .with_support()
        .values_list("category_key", "level", "metric_value", "metric_key", "metric_name", "has_evidence")
    ),
    0,
)


def get_scorecard(organization: Organization, pk: int) -> Scorecard:
    """A scorecard of an organization by its number, the quick way; DoesNotExist if there is none."""
    scorecard = _of_organization.first(organization.pk, pk)
    if scorecard is None:
        raise Scorecard.DoesNotExist
    scorecard.organization = organization
    return scorecard


def current_answers(scorecard: Scorecard) -> list[scoring.CategoryAnswer]:
    """What scoring reads of a scorecard, and nothing else: the quick way to its total."""
    return [
        scoring.CategoryAnswer(key, level, supported=bool(has_evidence or (value is not None and (metric or name))))
        for key, level, value, metric, name, has_evidence in _answers.rows(scorecard.pk)
    ]


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
