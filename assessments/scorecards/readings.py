"""Rows and framework put together and scored: what the pages, the charts and the report read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments import framework, scoring
from assessments.framework import Category, Decider, Fact, Framework
from assessments.organizations.models import Organization
from assessments.scorecards.filling import facts
from assessments.scorecards.models import DeciderProof, Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import DeciderRow, as_of, decider_answer, decider_rows, live_result, missing_facts


@dataclass(frozen=True, slots=True)
class ProofReading:
    """A piece of evidence beside a decider it proves: how far it carries on the day of scoring."""

    evidence: Evidence
    age: scoring.Age
    months_old: int


@dataclass(frozen=True, slots=True)
class DeciderReading:
    """A decider with what was answered; `answer` is what scoring makes of it, `row` who said so and when."""

    decider: Decider
    row: DeciderRow
    answer: scoring.DeciderAnswer
    proofs: tuple[ProofReading, ...]

    @property
    def newest(self) -> ProofReading | None:
        """The proof that carries furthest, the newest of those."""
        return max(self.proofs, key=lambda p: (p.age, p.evidence.on), default=None)

    @property
    def is_stale(self) -> bool:
        """Said to be shown, and what proves it is too old to carry that."""
        return bool(self.answer.state) and bool(self.proofs) and self.answer.proof < scoring.Age.CURRENT


@dataclass(frozen=True, slots=True)
class CategoryReading:
    """One category with its answer; `answer` is what scoring makes of it, `was` the level claimed last time."""

    category: Category
    response: Response
    evidence: tuple[Evidence, ...]
    was: int | None
    answer: scoring.CategoryAnswer
    deciders: tuple[DeciderReading, ...] = ()

    @property
    def level(self) -> int | None:
        """The level claimed; None while the category is not settled."""
        return self.answer.level

    @property
    def is_unsupported(self) -> bool:
        """By the rule before 2026.2: a 2 with neither a figure nor evidence."""
        return not self.category.deciders and self.answer.is_claim

    @property
    def metric_name(self) -> str:
        metric = next((m for m in self.category.metrics if m.key == self.response.metric_key), None)
        return metric.name if metric else self.response.metric_name

    @property
    def loose_evidence(self) -> tuple[Evidence, ...]:
        """What is attached and said to prove none of the deciders."""
        proving = {proof.evidence.pk for decider in self.deciders for proof in decider.proofs}
        return tuple(item for item in self.evidence if item.pk not in proving)


@dataclass(frozen=True, slots=True)
class FactReading:
    fact: Fact
    answer: FactAnswer
    is_structured: bool = False

    @property
    def is_answered(self) -> bool:
        return facts.is_answered(self.answer, structured=self.is_structured)


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
        return tuple(f.fact for f in self.facts if not f.is_answered)

    def category(self, key: str) -> CategoryReading:
        return next(c for c in self.categories if c.category.key == key)


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One assessment on the trend. Of a score that was entered later nothing is proven, and it is no scorecard."""

    scorecard_id: int | None
    title: str
    on: date
    total: int  # claimed
    proven: int
    is_entered_later: bool = False
    framework_key: str = framework.DEFAULT_KEY


def read_scorecard(scorecard: Scorecard, *, with_proofs: bool = True) -> ScorecardReading:
    """Read one scorecard whole, in a number of queries that does not depend on what is on it.

    Without the proofs it is two queries less, and says as exactly what is proven, only not by what.
    """
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    answered = scorecard.responses.with_support().select_related("claimed_by")
    responses = {r.category_key: r for r in (answered.prefetch_related("evidence") if with_proofs else answered)}
    rows = {(row.category, row.key): row for row in decider_rows(scorecard)}
    proving: dict[int, list[int]] = defaultdict(list)
    proofs = DeciderProof.objects.filter(evidence__response__scorecard=scorecard)
    for decider, evidence in proofs.values_list("decider_answer_id", "evidence_id") if with_proofs else ():
        proving[decider].append(evidence)
    fact_answers = {a.fact_key: a for a in scorecard.fact_answers.all()}
    earlier = _earlier(scorecard)
    earlier_result = live_result(earlier) if earlier else None
    day = as_of(scorecard)
    categories = []
    for category in content.categories:
        response = responses[category.key]
        evidence = tuple(response.evidence.all()) if with_proofs else ()
        deciders = _deciders(category, rows, evidence, proving, day)
        answer = _answer(category, response, deciders)
        was = earlier_result.levels.get(category.key) if earlier_result else None
        categories.append(CategoryReading(category, response, evidence, was, answer, deciders))
    return ScorecardReading(
        scorecard=scorecard,
        framework=content,
        categories=tuple(categories),
        facts=tuple(FactReading(f, fact_answers[f.key], facts.is_structured(content, f.key)) for f in content.facts),
        result=scoring.score(
            (row.answer for row in categories),
            missing_facts=missing_facts(content, fact_answers.values()),
            threshold=content.scale.risk_threshold,
        ),
        earlier=earlier,
        earlier_result=earlier_result,
    )


def _earlier(scorecard: Scorecard) -> Scorecard | None:
    """The predecessor, which scores by its own version and on its own day; none by another framework."""
    was = scorecard.predecessor
    return was if was and was.framework_key == scorecard.framework_key else None


def _deciders(
    category: Category,
    rows: Mapping[tuple[str, str], DeciderRow],
    evidence: tuple[Evidence, ...],
    proving: Mapping[int, list[int]],
    day: date,
) -> tuple[DeciderReading, ...]:
    by_pk = {item.pk: item for item in evidence}
    readings = []
    for decider in category.deciders:
        row = rows[category.key, decider.key]
        proofs = tuple(_proof(by_pk[pk], decider, day) for pk in proving.get(row.pk, ()) if pk in by_pk)
        readings.append(DeciderReading(decider, row, decider_answer(row, decider, day), proofs))
    return tuple(readings)


def _proof(evidence: Evidence, decider: Decider, day: date) -> ProofReading:
    until = evidence.in_force_until
    age = scoring.age_of(evidence.on, months=decider.months, as_of=day, in_force_until=until)
    return ProofReading(evidence, age, scoring.months_between(evidence.on, day))


def _answer(category: Category, response: Response, deciders: tuple[DeciderReading, ...]) -> scoring.CategoryAnswer:
    if not category.deciders:
        supported = response.has_metric or response.has_evidence
        return scoring.CategoryAnswer(category.key, response.level, supported=supported)
    answers = (decider.answer for decider in deciders)
    return scoring.CategoryAnswer.by_deciders(category.key, answers, claim=response.level)


def entered_later(on: date, total: int, framework_key: str) -> HistoryPoint:
    """A score from before as a point of the trend."""
    return HistoryPoint(None, _("Entered later"), on, total, total, is_entered_later=True, framework_key=framework_key)


def of_framework(history: Iterable[HistoryPoint], key: str) -> tuple[HistoryPoint, ...]:
    """The points that one framework's scale holds."""
    return tuple(point for point in history if point.framework_key == key)


def with_earlier(history: Iterable[HistoryPoint], earlier: Iterable[HistoryPoint]) -> tuple[HistoryPoint, ...]:
    """The trend with scores from before among it, oldest first."""
    return tuple(sorted((*earlier, *history), key=lambda point: (point.on, not point.is_entered_later)))


def score_history(organization: Organization) -> tuple[HistoryPoint, ...]:
    """The signed-off, complete scorecards of an organization with the totals kept of them, oldest first."""
    signed_off = organization.scorecards.signed_off().select_related("standing").order_by("signed_off_at", "pk")
    return history_of(signed_off)


def history_of(signed_off: Iterable[Scorecard]) -> tuple[HistoryPoint, ...]:
    """The same of scorecards that are there already with their standings, oldest first."""
    return tuple(
        HistoryPoint(s.pk, s.title, as_of(s), s.standing.claimed, s.standing.proven, framework_key=s.framework_key)
        for s in signed_off
        if s.standing.claimed == s.standing.highest
    )
