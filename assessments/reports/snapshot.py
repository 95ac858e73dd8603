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

from assessments import framework, scoring
from assessments.organizations.models import Organization, User
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.readings import CategoryReading, FactReading, HistoryPoint, ScorecardReading
from assessments.scorecards.saving import measured_text

Snapshot = dict[str, Any]

FORMAT = 1
MAX_LEVEL = 2


def freeze(
    reading: ScorecardReading,
    history: Sequence[HistoryPoint],
    *,
    organization: Organization,
    actor: User,
    at: datetime,
    vendors: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
) -> Snapshot:
    """Everything the report shows. Of the time it keeps the date only: a double click is one report."""
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
        "history": [_point(point) for point in _up_to(reading.scorecard, history)],
        "categories": [_category(reading, row) for row in reading.categories],
        "facts": [_fact(row) for row in reading.facts],
        **({"vendors": vendors} if vendors else {}),
        **({"plan": plan} if plan else {}),
    }
    return {**frozen, "glossary": _glossary(reading.framework, frozen)}


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
    projected = scoring.project(result, raised)
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
        "unsupported": list(result.claims),
        "gaps": [gap.key for gap in result.gaps],
        "projected": {"total": projected.total, "high": projected.high},
    }


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
    return [point for point in history if point.on < scorecard.signed_off_at.date()]


def _point(point: HistoryPoint) -> dict[str, Any]:
    return {"title": point.title, "on": point.on.isoformat(), "total": point.total}


def _category(reading: ScorecardReading, row: CategoryReading) -> dict[str, Any]:
    category, response = row.category, row.response
    level = response.level
    return {
        "key": category.key,
        "name": category.name,
        "short_name": category.short_name,
        "question": category.question,
        "level": level,
        "was": row.was,
        "statements": [category.statement(each.level) for each in reading.framework.scale.levels],
        "note": response.note,
        "metric": _metric(row) if response.has_metric else None,
        "evidence": [_evidence(item) for item in row.evidence],
        "next": None if level in (None, MAX_LEVEL) else _next(reading.framework, category, level + 1),
    }


def _metric(row: CategoryReading) -> dict[str, str | None]:
    on = row.response.metric_on
    return {"name": row.metric_name, "value": measured_text(row.response), "on": on.isoformat() if on else None}


def _evidence(item: Evidence) -> dict[str, str]:
    """A piece of evidence by its title, and where it lies: the host of a link, or the name of the file."""
    where = item.filename or (urlsplit(item.url).hostname or "")
    return {"title": item.title, "where": "" if where == item.title else where}


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


def _fact(row: FactReading) -> dict[str, str]:
    return {"key": row.fact.key, "question": row.fact.question, "why": row.fact.why, "answer": row.answer.answer}


def _glossary(content: framework.Framework, frozen: Snapshot) -> list[dict[str, str]]:
    """The handbook's terms that occur in what the report shows."""
    shown = " ".join(_texts([frozen["categories"], frozen["facts"], frozen["result"], frozen.get("vendors")])).lower()
    return [
        {"term": entry.term, "definition": entry.definition}
        for entry in content.handbook.glossary
        if any(re.search(rf"\b{re.escape(word)}s?\b", shown) for word in entry.term.lower().split(" and "))
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
