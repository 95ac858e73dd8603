"""What lists of scorecards iterate over, fetched in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from assessments import framework, scoring
from assessments.framework import Decider, Framework
from assessments.framework.translating import is_english, number
from assessments.organizations.models import Organization
from assessments.platform.prepared import Prepared
from assessments.scorecards.filling.facts import is_answered, is_structured
from assessments.scorecards.models import AnswerRequest, DeciderAnswer, FactAnswer, Response, Scorecard


@dataclass(frozen=True, slots=True)
class ScoredRow:
    scorecard: Scorecard
    result: scoring.Result


@dataclass(frozen=True, slots=True)
class DeciderRow:
    """One decider as scoring reads it, with the days of its newest proof."""

    pk: int
    category: str
    claim: int | None
    key: str
    state: int | None
    version: int
    proof_on: date | None
    in_force_until: date | None


_asked = AnswerRequest.objects.filter(response__scorecard=OuterRef("pk"), ending="")
_of_organization = Prepared(
    lambda organization, pk: (
        Scorecard.objects.filter(organization=organization, pk=pk).annotate(is_asked=Exists(_asked)).order_by()
    ),
    0,
    0,
)
ANSWER_COLUMNS = (
    *("category_key", "level", "metric_value", "metric_key", "metric_name", "has_evidence"),
    "scorecard__standing__version",
)
_answers = Prepared(
    lambda scorecard: Response.objects.filter(scorecard=scorecard).with_support().values_list(*ANSWER_COLUMNS),
    0,
)
DECIDER_COLUMNS = ("pk", "response__category_key", "response__level", "decider_key", "state", "version")


def _with_proof(rows: QuerySet[DeciderAnswer], *more: str) -> QuerySet[DeciderAnswer, tuple[Any, ...]]:
    """The rows as `DeciderRow` has them, in the framework's order, and `more` columns behind."""
    newest = {"proof_on": Max("decider_proofs__evidence__on"), "until": Max("decider_proofs__evidence__in_force_until")}
    return rows.order_by("pk").annotate(**newest).values_list(*DECIDER_COLUMNS, *newest, *more)


KEPT_VERSION = "response__scorecard__standing__version"
_deciders = Prepared(
    lambda scorecard: _with_proof(DeciderAnswer.objects.filter(response__scorecard=scorecard), KEPT_VERSION), 0
)


def decider_rows(scorecard: Scorecard) -> list[DeciderRow]:
    """All deciders of a scorecard, the quick way."""
    return decider_rows_and_version(scorecard)[0]


def decider_rows_and_version(scorecard: Scorecard) -> tuple[list[DeciderRow], int | None]:
    """All deciders of a scorecard, and which version of its kept totals they were read with."""
    rows = _deciders.rows(scorecard.pk)
    return [_decider_row(*row) for *row, _ in rows], next((row[-1] for row in rows), None)


def _decider_row(*values: Any) -> DeciderRow:
    *columns, proof_on, until = values
    return DeciderRow(*columns, _day(proof_on), _day(until))


def _day(value: date | str | None) -> date | None:
    """A day as SQLite gives it, a text, or as PostgreSQL does."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def get_scorecard(organization: Organization, pk: int) -> Scorecard:
    """A scorecard of an organization by its number, with whether colleagues are asked, the quick way.

    DoesNotExist if there is none.
    """
    scorecard = _of_organization.first(organization.pk, pk)
    if scorecard is None:
        raise Scorecard.DoesNotExist
    scorecard.organization = organization
    return scorecard


def as_of(scorecard: Scorecard) -> date:
    """The day a scorecard is scored on where its organization is, from which the age of its proof is counted back."""
    at = scorecard.signed_off_at or timezone.now()
    is_at_hand = Scorecard.organization.is_cached(scorecard)  # else it is the zone of the page, which is the same
    return timezone.localdate(at, scorecard.organization.zone if is_at_hand else None)


def answers_by_deciders(
    content: Framework, rows: Iterable[DeciderRow], day: date
) -> tuple[scoring.CategoryAnswer, ...]:
    """What scoring reads, from the deciders' rows, on the day `day`. What the framework does not know is left out."""
    by_key = {(row.category, row.key): row for row in rows}
    claims = {row.category: row.claim for row in by_key.values()}
    return tuple(
        scoring.CategoryAnswer.by_deciders(
            category.key,
            (decider_answer(by_key.get((category.key, d.key)), d, day) for d in category.deciders),
            claim=claims.get(category.key),
        )
        for category in content.categories
    )


def decider_answer(row: DeciderRow | None, decider: Decider, day: date) -> scoring.DeciderAnswer:
    if row is None:
        return scoring.DeciderAnswer(decider.key, None)
    age = scoring.age_of(row.proof_on, months=decider.months, as_of=day, in_force_until=row.in_force_until)
    return scoring.DeciderAnswer(decider.key, row.state, age)


def current_answers(scorecard: Scorecard) -> list[scoring.CategoryAnswer]:
    """What scoring reads of a scorecard, and nothing else, in one query: the quick way to its totals."""
    return current_answers_and_version(scorecard)[0]


def current_answers_and_version(scorecard: Scorecard) -> tuple[list[scoring.CategoryAnswer], int | None]:
    """The same, and which version of its kept totals the answers were read with."""
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    if content.has_deciders:
        deciders, kept_version = decider_rows_and_version(scorecard)
        return list(answers_by_deciders(content, deciders, as_of(scorecard))), kept_version
    rows = _answers.rows(scorecard.pk)
    answers = [
        scoring.CategoryAnswer(key, level, supported=bool(has_evidence or (value is not None and (metric or name))))
        for key, level, value, metric, name, has_evidence, _ in rows
    ]
    return answers, next((row[-1] for row in rows), None)


def live_result(scorecard: Scorecard) -> scoring.Result:
    """Score a scorecard in one query, without its facts."""
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return scoring.score(current_answers(scorecard), threshold=content.scale.risk_threshold)


def list_scorecards(organization: Organization) -> list[ScoredRow]:
    """All of an organization's scorecards with their results, the open one first, then the newest."""
    return score_all(organization.scorecards.newest_first())


def latest_scorecards(organizations: Iterable[Organization], *, facts: bool = True) -> dict[int, ScoredRow]:
    """Per organization id its newest signed-off scorecard, or the open one where nothing is signed off yet."""
    newest: dict[int, Scorecard] = {}
    at_hand = {organization.pk: organization for organization in organizations}
    for scorecard in Scorecard.objects.filter(organization__in=organizations).order_by("signed_off_at", "pk"):
        scorecard.organization = at_hand[scorecard.organization_id]
        standing = newest.get(scorecard.organization_id)
        if standing is None or scorecard.is_signed_off:
            newest[scorecard.organization_id] = scorecard
    return {row.scorecard.organization_id: row for row in score_all(newest.values(), facts=facts)}


def score_all(scorecards: Iterable[Scorecard], *, facts: bool = True) -> list[ScoredRow]:
    """Each with its result in three queries however many there are; one more for the facts that are missing."""
    scorecards = list(scorecards)
    responses: dict[int, list[Response]] = defaultdict(list)
    for response in Response.objects.filter(scorecard__in=scorecards).with_support():
        responses[response.scorecard_id].append(response)
    deciders: dict[int, list[DeciderRow]] = defaultdict(list)
    found = DeciderAnswer.objects.filter(response__scorecard__in=scorecards)
    for *row, scorecard_id in _with_proof(found, "response__scorecard_id"):
        deciders[scorecard_id].append(_decider_row(*row))
    answers: dict[int, list[FactAnswer]] = defaultdict(list)
    for answer in FactAnswer.objects.filter(scorecard__in=scorecards) if facts else ():
        answers[answer.scorecard_id].append(answer)
    return [ScoredRow(s, _score(s, responses[s.pk], deciders[s.pk], answers[s.pk], facts)) for s in scorecards]


def _score(
    scorecard: Scorecard,
    responses: list[Response],
    deciders: list[DeciderRow],
    facts: list[FactAnswer],
    with_facts: bool,
) -> scoring.Result:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    answers: Iterable[scoring.CategoryAnswer]
    if content.has_deciders:
        answers = answers_by_deciders(content, deciders, as_of(scorecard))
    else:
        answers = (
            scoring.CategoryAnswer(r.category_key, r.level, supported=r.has_metric or r.has_evidence) for r in responses
        )
    missing = missing_facts(content, facts) if with_facts else ()
    return scoring.score(answers, missing_facts=missing, threshold=content.scale.risk_threshold)


def missing_facts(content: Framework, answers: Iterable[FactAnswer]) -> tuple[str, ...]:
    """The keys of the facts without an answer, in the framework's order."""
    answered = {
        answer.fact_key for answer in answers if is_answered(answer, structured=is_structured(content, answer.fact_key))
    }
    return tuple(fact.key for fact in content.facts if fact.key not in answered)


# How a unit of the content begins that is a share, in each of its languages.
PERCENT_WORDS = ("percent", "Prozent", "pour cent", "%")


def figure_with_unit(value: Decimal | None, unit: str) -> str:
    """A measured value with its unit, as people write it: 38%, 14.2 GB/s, 1,200 USD."""
    return with_unit(written(value or Decimal(0)), unit)


def written(value: Decimal) -> str:
    """A number as the language writes it, exact and without zeros at its end."""
    return number(value, max(0, -int(Decimal(value).normalize().as_tuple().exponent)))


def with_unit(text: str, unit: str) -> str:
    """Only English has no space before the sign for per cent."""
    return f"{text}{'' if unit.startswith('%') and is_english() else ' '}{unit}".strip()


def count_missing_facts(scorecard: Scorecard) -> int:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return len(missing_facts(content, FactAnswer.objects.filter(scorecard=scorecard)))


def are_facts_missing(scorecard: Scorecard) -> bool:
    return bool(count_missing_facts(scorecard))
