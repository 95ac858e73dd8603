"""What a report shows, frozen as plain JSON when it is asked for: wording, names, answers and the result.

The worker reads nothing else, so the same snapshot gives the same bytes, whatever has become of the rows since.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import pgettext

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.handbook.nist import freeze_nist
from assessments.organizations.models import Organization
from assessments.reports.choices import FULL, Choices, cleaned, default_language, defaults, speaking
from assessments.reports.people import without_names
from assessments.reports.plan import action_roles
from assessments.reports.words import Words, draft_words
from assessments.scorecards import steps
from assessments.scorecards.filling import facts
from assessments.scorecards.filling.saving import measured_text
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.queries import as_of
from assessments.scorecards.readings import (
    CategoryReading,
    DeciderReading,
    FactReading,
    HistoryPoint,
    ScorecardReading,
    of_framework,
)
from assessments.scorecards.services import proof_name
from assessments.scorecards.sources import source_words
from assessments.scorecards.steps import PlannedStep

Snapshot = dict[str, Any]

FORMAT = 3
MAX_LEVEL = 2
SEEN = "Seen"  # what a sighting without a name is called, in whatever language the report is


def freeze(
    reading: ScorecardReading,
    history: Sequence[HistoryPoint],
    *,
    organization: Organization,
    actor: User,
    at: datetime,
    vendors: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
    economics: dict[str, str] | None = None,
    planned: Iterable[PlannedStep] = (),
    use_cases: Sequence[dict[str, str]] = (),
    brand: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
    raters: dict[str, Any] | None = None,
    choices: Choices | None = None,
    words: Words | None = None,
) -> Snapshot:
    """Everything the report shows. Of the time it keeps the date only: a double click is one report.

    What an organization has none of, and the annex that was not asked for, leave no trace. `words` are what a person
    wrote; without any, they are drafted. A scorecard that is not signed off makes a draft, whatever was chosen. Its
    texts are in the language that was chosen, if the reading is.
    """
    chosen = cleaned(choices) if choices else defaults(language=default_language(organization))
    with speaking(chosen):
        chosen["is_draft"] = chosen["is_draft"] or reading.scorecard.signed_off_at is None
        frozen = {
            "format": FORMAT,
            "made": {"on": timezone.localdate(at).isoformat(), "by": str(actor)},
            "organization": {
                "name": organization.name,
                "industry": organization.industry,
                "hosting": organization.get_hosting_model_display(),
            },
            "framework": _framework(reading.framework),
            "scorecard": {"title": reading.scorecard.title, **_sign_off(reading.scorecard)},
            "result": _result(reading),
            "earlier": _earlier(reading),
            "history": [
                _point(point)
                for point in _up_to(reading.scorecard, of_framework(history, reading.scorecard.framework_key))
            ],
            "categories": [_category(reading, row) for row in reading.categories],
            "steps": _steps(reading, planned),
            "facts": [_fact(row, organization.currency) for row in reading.facts],
            **({"vendors": vendors} if vendors else {}),
            **({"plan": plan} if plan else {}),
            **({"economics": economics} if economics else {}),
            **({"use_cases": list(use_cases)} if use_cases else {}),
            **({"brand": brand} if brand else {}),
            **({"target": target} if target else {}),
            **({"raters": raters} if raters and "raters" in chosen["sections"] else {}),
            **({"nist": freeze_nist(reading)} if "nist" in chosen["sections"] else {}),
            "choices": chosen,
        }
        frozen = without_names(frozen, chosen["people"])
        frozen["words"] = words or draft_words(frozen)
        return {**frozen, "glossary": _glossary(reading.framework, frozen)}


def upgraded(snapshot: Snapshot) -> Snapshot:
    """A snapshot as this version reads it, step by step from the version that froze it."""
    if snapshot["format"] < 2:
        snapshot = _with_proof(snapshot)
    if snapshot["format"] < 3:
        snapshot = _with_choices(snapshot)
    return snapshot


def _with_choices(snapshot: Snapshot) -> Snapshot:
    """Frozen before anything could be chosen or written: the full report, its words drafted by the rule."""
    annexes = [key for key, is_there in (("answers", "vendors" in snapshot), ("nist", "nist" in snapshot)) if is_there]
    chosen = cleaned({"sections": [*FULL, *annexes], "is_draft": snapshot["scorecard"]["signed_off_on"] is None})
    upgraded = {**snapshot, "format": 3, "choices": chosen}
    with speaking(chosen):
        return {**upgraded, "words": draft_words(upgraded)}


def _with_proof(snapshot: Snapshot) -> Snapshot:
    """One that was frozen before there were deciders keeps its rule of proof."""
    result = snapshot["result"]
    unproven = result["unsupported"]
    levels = {category["key"]: category["level"] for category in snapshot["categories"]}
    facts = [{"is_answered": bool(fact["answer"]), "written": "", **fact} for fact in snapshot["facts"]]
    proven_total = result["evidenced_total"]
    return {
        **snapshot,
        "format": 2,
        "result": {
            **result,
            "proven_total": proven_total,
            "claims": unproven,
            "zeros": [key for key, level in levels.items() if level == 0],
            "is_untouched": len(result["unscored"]) == len(levels),
            "projected": {"proven_total": result["projected"]["total"], **result["projected"]},
        },
        "history": [{"proven": point["total"], **point} for point in snapshot["history"]],
        "categories": [
            {
                "proven": (c["level"] or 0) - (c["key"] in unproven),
                "low": c["level"] or 0,
                "high": MAX_LEVEL if c["level"] is None else c["level"],
                "claim": None,
                "deciders": [],
                **c,
            }
            for c in snapshot["categories"]
        ],
        "facts": facts,
    }


def digest(snapshot: Snapshot) -> str:
    """The SHA-256 of the snapshot's canonical JSON."""
    canonical = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _framework(content: framework.Framework) -> dict[str, Any]:
    return {
        "title": content.title,
        "version": content.version,
        "risk_label": content.scale.risk_label,
        "seen_not_said": content.scale.seen_not_said,
        "levels": [
            {"level": level.level, "label": level.label, "meaning": level.meaning} for level in content.scale.levels
        ],
        "phases": [
            {"key": phase.key, "name": phase.name, "first_day": phase.first_day, "last_day": phase.last_day}
            for phase in content.phases
        ],
    }


def _sign_off(scorecard: Scorecard) -> dict[str, str | None]:
    on = timezone.localdate(scorecard.signed_off_at).isoformat() if scorecard.signed_off_at else None
    return {"signed_off_on": on, "signed_off_by": scorecard.signed_off_name}


def _result(reading: ScorecardReading) -> dict[str, Any]:
    result = reading.result
    raised = {gap.key: gap.level + 1 for gap in result.gaps}
    projected = scoring.project(result, raised, _next_earned(reading))
    return {
        "total": result.total,
        "high": result.high,
        "maximum": result.maximum,
        "threshold": result.threshold,
        "verdict": result.verdict.value,
        "headline": scoring.headline(result),
        "cause": scoring.cause(result, reading.names),
        "proven_total": result.proven_total,
        "unscored": list(result.unscored),
        "claims": list(result.claims),
        "zeros": list(result.zeros),
        "is_untouched": result.is_untouched,
        "gaps": [gap.key for gap in result.gaps],
        "projected": {"total": projected.total, "high": projected.high, "proven_total": projected.proven_total},
    }


def _next_earned(reading: ScorecardReading) -> dict[str, dict[str, int]]:
    """What the actions that the report names next earn, by category and decider."""
    earned: dict[str, dict[str, int]] = {}
    for row in reading.categories:
        if row.deciders and row.level is not None and row.level < MAX_LEVEL:
            state = row.level + 1
            for action in {1: row.category.to_1, 2: row.category.to_2}[state]:
                earned.setdefault(row.category.key, {}).update(dict.fromkeys(action.deciders, state))
    return earned


def _earlier(reading: ScorecardReading) -> dict[str, Any] | None:
    if reading.earlier is None or reading.earlier_result is None:
        return None
    earlier = reading.earlier_result
    return {
        "title": reading.earlier.title,
        "on": _sign_off(reading.earlier)["signed_off_on"],
        "total": earlier.total,
        "high": earlier.high,
        "change": scoring.compare(reading.result, earlier).total,
    }


def _up_to(scorecard: Scorecard, history: Sequence[HistoryPoint]) -> Iterable[HistoryPoint]:
    """The history as it stood with this scorecard: a report on an old one does not show what came after it."""
    if scorecard.signed_off_at is None:
        return history
    ids = [point.scorecard_id for point in history]
    if scorecard.pk in ids:
        return history[: ids.index(scorecard.pk) + 1]
    return [point for point in history if point.on < as_of(scorecard)]


def _point(point: HistoryPoint) -> dict[str, Any]:
    return {"title": point.title, "on": point.on.isoformat(), "total": point.total, "proven": point.proven}


def _category(reading: ScorecardReading, row: CategoryReading) -> dict[str, Any]:
    category, response = row.category, row.response
    level, answer = row.level, row.answer
    return {
        "key": category.key,
        "name": category.name,
        "short_name": category.short_name,
        "question": category.question,
        "level": level,
        "low": answer.low,
        "high": answer.high,
        "proven": answer.proven,
        "was": row.was,
        "claim": _claim(row),
        "deciders": [_decider(decider, category) for decider in row.deciders],
        "statements": [category.statement(each.level) for each in reading.framework.scale.levels],
        "note": response.note,
        "metric": _metric(row) if response.has_metric else None,
        "evidence": [_evidence(item, category) for item in row.loose_evidence],
        "next": None if level in (None, MAX_LEVEL) else _next(reading.framework, category, level + 1),
    }


def _metric(row: CategoryReading) -> dict[str, str | None]:
    on = row.response.metric_on
    return {"name": row.metric_name, "value": measured_text(row.response), "on": on.isoformat() if on else None}


def _steps(reading: ScorecardReading, planned: Iterable[PlannedStep]) -> dict[str, Any]:
    """The one list of first steps, as the result and the roadmap show it, and the whole way that they begin."""
    found = steps.first_steps(reading, planned, shown=None)
    roles = action_roles(reading.framework)
    names = reading.names
    way = [
        {
            "title": step.title,
            "gain": step.gain_text,
            "owner": step.owner,
            "role": roles.get(step.source_key, ""),
            "due": step.due_on.isoformat() if step.due_on else None,
            "category": names.get(step.category_key, ""),
            "total": step.total,
        }
        for step in found
    ]
    first = way[: steps.SHOWN]
    return {"heading": steps.heading(reading, found[: steps.SHOWN]), "items": first, "all": way}


def _claim(row: CategoryReading) -> dict[str, str | int | None] | None:
    """A level that was claimed outright and is higher than the deciders carry: who claimed it, when and why."""
    if not row.deciders or row.answer.claim is None or row.answer.claim <= row.answer.carried:
        return None
    at = row.response.claimed_at
    return {
        "level": row.answer.claim,
        "by": str(row.response.claimed_by or ""),
        "by_id": row.response.claimed_by_id,
        "on": timezone.localdate(at).isoformat() if at else None,
        "reason": row.response.claim_reason,
    }


def _decider(reading: DeciderReading, category: framework.Category) -> dict[str, Any]:
    return {
        "key": reading.decider.key,
        "name": reading.decider.name,
        "short": reading.decider.short,
        "goal": reading.decider.goal,
        "months": reading.decider.months,
        "state": reading.answer.state,
        "proof": reading.answer.proof.name.lower(),
        "proofs": [_evidence(proof.evidence, category) for proof in reading.proofs],
    }


def _evidence(item: Evidence, category: framework.Category) -> dict[str, Any]:
    """A piece of evidence by what it is called, the day it covers, and where it lies or who saw it."""
    where = item.whose or item.filename or urlsplit(item.url).hostname or ""
    is_unnamed = item.kind == Evidence.Kind.SIGHTING and not item.title
    title = SEEN if is_unnamed else proof_name(item, category)
    source = source_words(item.provenance, on=item.on)
    return {
        "kind": item.kind or Evidence.Kind.LINK,
        "title": title,
        "where": source or ("" if where in title else where),
        "seen_by": item.seen_by_name,
        "seen_by_id": item.created_by_id if item.kind == Evidence.Kind.SIGHTING else None,
        "on": item.on.isoformat() if item.on else None,
        "until": item.in_force_until.isoformat() if item.in_force_until else None,
    }


def _next(content: framework.Framework, category: framework.Category, level: int) -> dict[str, Any]:
    roles = {role.key: role.name for role in content.handbook.roles}
    actions = {1: category.to_1, 2: category.to_2}[level]
    return {
        "level": level,
        "actions": [
            {
                "title": action.title,
                "detail": action.detail,
                "phase": action.phase,
                "owner": roles[action.owner_role],
                "done_when": action.done_when,
            }
            for action in actions
        ],
    }


def _fact(row: FactReading, currency: str) -> dict[str, Any]:
    return {
        "key": row.fact.key,
        "question": row.fact.question,
        "why": row.fact.why,
        "answer": row.answer.answer,
        "written": facts.written(row.answer, currency=currency) if row.is_structured else "",
        "is_answered": row.is_answered,
        "who_will": row.answer.who_will if row.answer.cannot_answer else "",
        "cannot": row.answer.cannot_answer,
    }


def _glossary(content: framework.Framework, frozen: Snapshot) -> list[dict[str, str]]:
    """The handbook's terms that occur in what the report shows."""
    keys = ("categories", "facts", "result", "vendors", "words")
    shown = " ".join(_texts([frozen.get(key) for key in keys])).lower()
    between = pgettext("between the last two of a list", "and")
    return [
        {"term": entry.term, "definition": entry.definition}
        for entry in content.handbook.glossary
        if any(
            word in shown and re.search(rf"\b{re.escape(word)}s?\b", shown)
            for word in entry.term.lower().split(f" {between} ")
        )
    ]


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
