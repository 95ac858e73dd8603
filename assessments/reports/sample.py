"""A finished report to look at before the work is done: the demo's main organization, without a row in the database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.framework import Category, Framework
from assessments.framework.translating import kept_by_language, language
from assessments.organizations.models import Organization
from assessments.reports.snapshot import Snapshot, freeze
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import DeciderRow
from assessments.scorecards.readings import CategoryReading, DeciderReading, FactReading, ProofReading, ScorecardReading

DATA = Path(__file__).parent.parent / "management" / "demo.yaml"
AT = datetime(2026, 8, 31, 9, tzinfo=UTC)


@kept_by_language(maxsize=8)
def sample_snapshot() -> Snapshot:
    """What the sample shows: an organization below the line, as it was signed off on a day in the past."""
    demo = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    entry, content = demo["main"], framework.current()
    signer = demo["people"]["leader"]["name"]
    rows = tuple(_category(category, entry["answers"].get(category.key, {}), signer) for category in content.categories)
    facts = tuple(_fact(content, fact.key, entry["facts"].get(fact.key, {})) for fact in content.facts)
    missing = [row.fact.key for row in facts if not row.is_answered]
    scorecard = Scorecard(title=_("Sample assessment"), signed_off_at=AT, signed_off_name=signer)
    result = scoring.score((row.answer for row in rows), missing_facts=missing)
    reading = ScorecardReading(scorecard, content, rows, facts, result, earlier=None, earlier_result=None)
    organization = Organization(
        name=entry["name"], industry=entry["industry"], currency=entry["currency"], language=language()
    )
    actor = User(name=demo["people"]["consultant"]["name"])
    return freeze(reading, (), organization=organization, actor=actor, at=AT)


def _category(category: Category, answer: dict[str, Any], signer: str) -> CategoryReading:
    given = answer.get("deciders", {})
    deciders = []
    for decider in category.deciders:
        state, *proofs = given.get(decider.key, [None])
        rows = [_evidence(category, proof, signer) for proof in proofs]
        ages = [scoring.age_of(row.on, months=decider.months, as_of=AT.date()) for row in rows]
        read = tuple(ProofReading(row, age, 0) for row, age in zip(rows, ages, strict=True))
        answered = scoring.DeciderAnswer(decider.key, state, max(ages, default=scoring.Age.NONE))
        row = DeciderRow(0, category.key, None, decider.key, state, 0, None, None)
        deciders.append(DeciderReading(decider, row, answered, read))
    response = Response(category_key=category.key, note=answer.get("note", ""))
    scored = scoring.CategoryAnswer.by_deciders(category.key, (decider.answer for decider in deciders))
    return CategoryReading(category, response, (), None, scored, tuple(deciders))


def _evidence(category: Category, proof: dict[str, Any], signer: str) -> Evidence:
    on = AT.date() - timedelta(days=proof.get("days", 9))
    if "link" in proof:
        return Evidence(kind=Evidence.Kind.LINK, title=proof["link"][0], url=proof["link"][1], on=on)
    if "seen" in proof:
        what, whose = proof["seen"]
        return Evidence(kind=Evidence.Kind.SIGHTING, title=what, whose=whose, seen_by_name=signer, on=on)
    name, value, unit = proof["figure"]
    known = next((metric.key for metric in category.metrics if metric.name == name), "")
    kind = Evidence.Kind.FIGURE
    return Evidence(kind=kind, metric_key=known, title=name, value=Decimal(value), unit=unit, on=on)


def _fact(content: Framework, key: str, given: dict[str, Any]) -> FactReading:
    return FactReading(content.fact(key), FactAnswer(fact_key=key, **given), is_structured=True)
