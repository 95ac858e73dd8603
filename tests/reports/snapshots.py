"""Snapshots to make documents and PDFs of, frozen from rows that were never saved: no database is touched."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.reports.snapshot import Snapshot, freeze
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import DeciderRow
from assessments.scorecards.readings import (
    CategoryReading,
    DeciderReading,
    FactReading,
    HistoryPoint,
    ProofReading,
    ScorecardReading,
)

KEYS = framework.current().category_keys
AT = datetime(2026, 9, 14, 9, 15, tzinfo=UTC)
EARLIER_AT = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
ANSWERS = ("p95 300 ms and p99 650 ms at the gateway.", "", "38% over four weeks.")
HISTORY = (HistoryPoint(1, "Q1", date(2026, 1, 12), 4, 4), HistoryPoint(2, "Q2", date(2026, 4, 6), 6, 5))


def make_snapshot(
    levels: Sequence[int | None] = (2, 1, 0, 1, 2, 1, 2, 0),
    *,
    was: Sequence[int | None] | None = None,
    notes: Mapping[str, str] | None = None,
    evidence: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    metrics: Mapping[str, tuple[str, str]] | None = None,
    answers: Sequence[str] = ANSWERS,
    history: Sequence[HistoryPoint] = (),
    name: str = "Kestrel Logistics",
    title: str = "Q3 assessment",
    by: str = "Ines Halvorsen",
    at: datetime = AT,
    signed_off_at: datetime | None = None,
) -> Snapshot:
    """`levels` and `was` in the framework's order, chosen as in 2026.1.

    Every 2 has a piece of evidence unless `evidence` says otherwise.
    """
    content = framework.load(version="2026.1")
    if evidence is None:
        evidence = {key: [("Register", "https://wiki.example.com/a")] for key in KEYS}
    rows = [
        CategoryReading(
            category,
            _response(category.key, level, notes or {}, metrics or {}),
            tuple(
                Evidence(pk=100 * place + n, kind="link", title=title, url=url)
                for n, (title, url) in enumerate(evidence.get(category.key, ()))
            ),
            was[place] if was else None,
            scoring.CategoryAnswer(
                category.key, level, supported=category.key in (metrics or {}) or bool(evidence.get(category.key))
            ),
        )
        for place, (category, level) in enumerate(zip(content.categories, levels, strict=True))
    ]
    facts = [
        FactReading(fact, FactAnswer(fact_key=fact.key, answer=answer))
        for fact, answer in zip(content.facts, answers, strict=True)
    ]
    earlier = [scoring.CategoryAnswer(key, level, supported=True) for key, level in zip(KEYS, was or (), strict=False)]
    reading = ScorecardReading(
        scorecard=Scorecard(
            pk=3,
            title=title,
            framework_key=content.key,
            framework_version=content.version,
            signed_off_at=signed_off_at,
            signed_off_name=by if signed_off_at else "",
        ),
        framework=content,
        categories=tuple(rows),
        facts=tuple(facts),
        result=scoring.score(
            [row.answer for row in rows], missing_facts=[fact.fact.key for fact in facts if not fact.answer.answer]
        ),
        earlier=Scorecard(pk=2, title="Q2", signed_off_at=EARLIER_AT) if was else None,
        earlier_result=scoring.score(earlier) if was else None,
    )
    organization = Organization(name=name, industry="Transport")
    return freeze(reading, history, organization=organization, actor=User(name=by), at=at)


def make_decided_snapshot(
    states: Mapping[str, Sequence[int | None]],
    *,
    proofs: Mapping[str, Sequence[Evidence]] | None = None,
    claims: Mapping[str, int] | None = None,
    notes: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    cannot: str = "",
    name: str = "Kestrel Logistics",
    signed_off_at: datetime | None = None,
) -> Snapshot:
    """By 2026.2: `states` of a category's three deciders, else not asked; `proofs` by decider."""
    content = framework.load(version="2026.2")
    day = (signed_off_at or AT).date()
    rows = []
    for category in content.categories:
        deciders = []
        for decider, state in zip(category.deciders, states.get(category.key, (None,) * 3), strict=True):
            found = tuple((proofs or {}).get(decider.key, ()))
            ages = [scoring.age_of(item.on, months=decider.months, as_of=day) for item in found]
            row = DeciderRow(0, category.key, None, decider.key, state, 0, None, None)
            answer = scoring.DeciderAnswer(decider.key, state, max(ages, default=scoring.Age.NONE))
            read = tuple(
                ProofReading(i, a, scoring.months_between(i.on, day)) for i, a in zip(found, ages, strict=True)
            )
            deciders.append(DeciderReading(decider, row, answer, read))
        claim = (claims or {}).get(category.key)
        response = Response(category_key=category.key, level=claim, note=(notes or {}).get(category.key, ""))
        answer = scoring.CategoryAnswer.by_deciders(category.key, [d.answer for d in deciders], claim=claim)
        rows.append(CategoryReading(category, response, (), None, answer, tuple(deciders)))
    facts = [
        FactReading(
            fact,
            FactAnswer(
                fact_key=fact.key, values=dict((values or {}).get(fact.key, {})), cannot_answer=fact.key == cannot
            ),
            is_structured=True,
        )
        for fact in content.facts
    ]
    reading = ScorecardReading(
        scorecard=Scorecard(pk=3, title="Q3 assessment", signed_off_at=signed_off_at, signed_off_name=""),
        framework=content,
        categories=tuple(rows),
        facts=tuple(facts),
        result=scoring.score(
            [row.answer for row in rows], missing_facts=[row.fact.key for row in facts if not row.is_answered]
        ),
        earlier=None,
        earlier_result=None,
    )
    organization = Organization(name=name, industry="Transport", currency="SEK")
    return freeze(reading, (), organization=organization, actor=User(name="Ines Halvorsen"), at=AT)


def _response(
    key: str, level: int | None, notes: Mapping[str, str], metrics: Mapping[str, tuple[str, str]]
) -> Response:
    response = Response(category_key=key, level=level, note=notes.get(key, ""))
    if key in metrics:
        name, value = metrics[key]
        response.metric_name, response.metric_value = name, Decimal(value)
        response.metric_unit, response.metric_on = "percent", date(2026, 8, 17)
    return response
