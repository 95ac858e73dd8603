"""Rows and framework put together and scored: what the pages, the charts and the report read."""

from dataclasses import dataclass
from datetime import date

from assessments import framework, scoring
from assessments.framework import Category, Fact, Framework
from assessments.organizations.models import Organization
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard


@dataclass(frozen=True, slots=True)
class CategoryReading:
    category: Category
    response: Response
    evidence: tuple[Evidence, ...]
    was: int | None

    @property
    def is_unsupported(self) -> bool:
        return self.response.level == 2 and not self.response.has_metric and not self.evidence

    @property
    def metric_name(self) -> str:
        metric = next((m for m in self.category.metrics if m.key == self.response.metric_key), None)
        return metric.name if metric else self.response.metric_name


@dataclass(frozen=True, slots=True)
class FactReading:
    fact: Fact
    answer: FactAnswer


@dataclass(frozen=True, slots=True)
class ScorecardReading:
    scorecard: Scorecard
    framework: Framework
    categories: tuple[CategoryReading, ...]
    facts: tuple[FactReading, ...]
    result: scoring.Result
    earlier: Scorecard | None
    earlier_result: scoring.Result | None

    @property
    def names(self) -> dict[str, str]:
        return {category.key: category.name for category in self.framework.categories}

    @property
    def missing_facts(self) -> tuple[Fact, ...]:
        return tuple(f.fact for f in self.facts if not f.answer.answer)

    def category(self, key: str) -> CategoryReading:
        return next(c for c in self.categories if c.category.key == key)


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    scorecard_id: int
    title: str
    on: date
    total: int


def read_scorecard(scorecard: Scorecard) -> ScorecardReading:
    """Read one scorecard whole, in a number of queries that does not depend on what is on it."""
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    responses = {r.category_key: r for r in scorecard.responses.prefetch_related("evidence")}
    answers = {a.fact_key: a for a in scorecard.fact_answers.all()}
    earlier = scorecard.predecessor
    # Asked even where there is none: a page takes the same queries for the first assessment as for any later one.
    earlier_responses = Response.objects.filter(scorecard=scorecard.predecessor_id)
    earlier_levels = dict(earlier_responses.values_list("category_key", "level"))
    return ScorecardReading(
        scorecard=scorecard,
        framework=content,
        categories=tuple(
            CategoryReading(c, responses[c.key], tuple(responses[c.key].evidence.all()), earlier_levels.get(c.key))
            for c in content.categories
        ),
        facts=tuple(FactReading(fact, answers[fact.key]) for fact in content.facts),
        result=_score(content, responses.values(), answers.values()),
        earlier=earlier,
        earlier_result=scoring.score(
            scoring.CategoryAnswer(c.key, earlier_levels.get(c.key)) for c in content.categories
        )
        if earlier
        else None,
    )


def _score(content: Framework, responses, answers) -> scoring.Result:  # type: ignore[no-untyped-def]
    by_key = {r.category_key: r for r in responses}
    return scoring.score(
        (
            scoring.CategoryAnswer(
                category.key,
                by_key[category.key].level,
                supported=by_key[category.key].has_metric or bool(by_key[category.key].evidence.all()),
            )
            for category in content.categories
        ),
        missing_facts=[a.fact_key for a in answers if not a.answer],
        threshold=content.scale.risk_threshold,
    )


def score_history(organization: Organization) -> tuple[HistoryPoint, ...]:
    """The signed-off, complete scorecards of an organization with their totals (of 16), oldest first."""
    levels: dict[int, list[int | None]] = {}
    scorecards = {s.pk: s for s in organization.scorecards.signed_off().order_by("signed_off_at", "pk")}
    rows = Response.objects.filter(scorecard__in=scorecards).values_list("scorecard_id", "level")
    for scorecard_id, level in rows:
        levels.setdefault(scorecard_id, []).append(level)
    return tuple(
        HistoryPoint(pk, scorecard.title, scorecard.signed_off_at.date(), sum(levels[pk]))
        for pk, scorecard in scorecards.items()
        if None not in levels[pk]
    )
