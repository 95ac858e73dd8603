"""An assessment as one documented JSON object, `docs/exchange.md` and `static/schemas/scorecard-1.json` say how.

It is frozen into the snapshot of a report. Exact decimals are texts, days are ISO dates, and keys are those of the
framework's version. Names of people stand in it as they were said; where an account stands behind one, `people` says
which, so that the name can go with the account.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assessments.organizations.models import Organization
from assessments.reports.vendors import latest_reviews
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.scorecards.filling import facts
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.readings import CategoryReading, DeciderReading, FactReading, ScorecardReading
from assessments.scorecards.services import proof_name
from assessments.vendors.models import VendorReview
from assessments.vendors.readings import QuestionReading, read_reviews

Json = dict[str, Any]
Person = tuple[list[str | int], int]  # where in the document a name stands, and whose account it is

SCHEMA = "ai-infrastructure-scorecard/scorecard"
VERSION = 1


def freeze_exchange(reading: ScorecardReading, organization: Organization) -> Json:
    """The document and whose names stand in it, as the snapshot keeps them."""
    people: list[Person] = []
    scorecard = reading.scorecard
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "organization": {
            "name": organization.name,
            "industry": organization.industry,
            "hosting_model": organization.hosting_model,
            "currency": organization.currency,
        },
        "framework": {"key": scorecard.framework_key, "version": scorecard.framework_version},
        "scorecard": {
            "title": scorecard.title,
            "signed_off_on": _day(timezone.localdate(scorecard.signed_off_at) if scorecard.signed_off_at else None),
            "signed_off_by": scorecard.signed_off_name,
        },
        "result": {
            "proven": reading.result.proven_total,
            "claimed": reading.result.total,
            "highest": reading.result.high,
            "maximum": reading.result.maximum,
            "line": reading.result.threshold,
            "verdict": reading.result.verdict.value,
        },
        "categories": [_category(row, ["categories", place], people) for place, row in enumerate(reading.categories)],
        "facts": [_fact(row) for row in reading.facts],
        "vendors": [_review(review) for review in read_reviews(latest_reviews(organization))],
        "roadmap": _roadmap(scorecard, people),
    }
    if scorecard.signed_off_by_id:
        people.append((["scorecard", "signed_off_by"], scorecard.signed_off_by_id))
    return {"document": document, "people": [list(person) for person in people]}


def forget_person(frozen: Json, user_id: int, said: str, name: str) -> bool:
    """Put `name` in place of an erased person's, who was called `said`. Whether there was anything to replace.

    Something seen by another one than who noted it is somebody else's.
    """
    theirs = [place for place, person in frozen["people"] if person == user_id]
    for *path, last in theirs:
        holder = frozen["document"]
        for step in path:
            holder = holder[step]
        if last != "seen_by" or holder[last] == said:
            holder[last] = name
    frozen["people"] = [[place, person] for place, person in frozen["people"] if person != user_id]
    return bool(theirs)


def _category(row: CategoryReading, place: list[str | int], people: list[Person]) -> Json:
    response, proves = row.response, _proves(row.deciders)
    for number, item in enumerate(row.evidence):
        if item.kind == Evidence.Kind.SIGHTING and item.created_by_id:
            people.append(([*place, "proof", number, "seen_by"], item.created_by_id))
    if response.claimed_at and response.claimed_by_id:
        people.append(([*place, "claim", "by"], response.claimed_by_id))
    return {
        "key": row.category.key,
        "name": row.category.name,
        "level": row.level,
        "proven": row.answer.proven,
        "claim": _claim(row),
        "note": response.note,
        "metric": {
            "name": row.metric_name,
            "value": _number(response.metric_value),
            "unit": response.metric_unit,
            "on": _day(response.metric_on),
        }
        if response.has_metric
        else None,
        "deciders": [
            {"key": each.decider.key, "name": each.decider.name, "state": each.answer.state} for each in row.deciders
        ],
        "proof": [_proof(item, row, proves.get(item.pk, [])) for item in row.evidence],
    }


def _claim(row: CategoryReading) -> Json | None:
    """A level that was said outright: by the rule before 2026.2 every one, since then what the deciders do not say."""
    response = row.response
    if response.level is None:
        return None
    return {
        "level": response.level,
        "reason": response.claim_reason,
        "by": str(response.claimed_by or ""),
        "on": _day(timezone.localdate(response.claimed_at) if response.claimed_at else None),
    }


def _proves(deciders: Iterable[DeciderReading]) -> dict[int, list[str]]:
    proves: dict[int, list[str]] = {}
    for each in deciders:
        for proof in each.proofs:
            proves.setdefault(proof.evidence.pk, []).append(each.decider.key)
    return proves


def _proof(item: Evidence, row: CategoryReading, proves: list[str]) -> Json:
    is_figure = item.kind == Evidence.Kind.FIGURE
    known = next((m.name for m in row.category.metrics if m.key == item.metric_key), "")
    return {
        "kind": item.kind,
        "title": (item.title or known) if is_figure else proof_name(item, row.category),
        "link": item.url,
        "file": item.filename,
        "value": _number(item.value),
        "unit": item.unit,
        "seen_by": item.seen_by_name,
        "whose": item.whose,
        "on": _day(item.on),
        "in_force_until": _day(item.in_force_until),
        "proves": proves,
        "source": item.provenance or None,
    }


def _fact(row: FactReading) -> Json:
    answer = row.answer
    names = [field.name for field in facts.FIELDS[row.fact.key]] if row.is_structured else []
    return {
        "key": row.fact.key,
        "question": row.fact.question,
        "answer": answer.answer,
        "fields": {name: answer.values.get(name, "") for name in [*names, *sorted(set(answer.values) - set(names))]},
        "cannot_answer": answer.cannot_answer,
        "who_will": answer.who_will,
    }


def _review(reading: Any) -> Json:
    review: VendorReview = reading.review
    topics = [(topic.topic.name, row) for topic in reading.topics for row in topic.questions]
    return {
        "name": review.vendor.name,
        "is_own_team": review.vendor.is_own_team,
        "offer": review.offer,
        "reviewed_on": _day(review.reviewed_on),
        "is_complete": review.is_complete,
        "answers": [_vendor_answer(topic, row) for topic, row in topics],
    }


def _vendor_answer(topic: str, row: QuestionReading) -> Json:
    return {
        "key": row.key,
        "topic": topic,
        "question": row.ask,
        "critical": row.question.critical,
        "rating": row.answer.rating,
        "said": row.answer.said,
        "said_by_vendor": row.answer.vendor_said,
        "proof": [{"title": each.title, "link": each.url, "file": each.filename} for each in row.evidence],
    }


def _roadmap(scorecard: Scorecard, people: list[Person]) -> Json | None:
    """The plan that starts from this assessment, or from the one before, whose outcome it is."""
    whose = [pk for pk in (scorecard.pk, scorecard.predecessor_id) if pk]
    roadmaps = {each.scorecard_id: each for each in Roadmap.objects.filter(scorecard__in=whose)}
    roadmap = next((roadmaps[pk] for pk in whose if pk in roadmaps), None)
    if roadmap is None:
        return None
    items = list(roadmap.items.order_by("due_on", "position", "pk").select_related("owner"))
    for number, item in enumerate(items):
        if owner := item.owner_id or item.left_owner_id:
            people.append((["roadmap", "items", number, "owner"], owner))
    return {"starts_on": _day(roadmap.starts_on), "items": [_item(item) for item in items]}


def _item(item: RoadmapItem) -> Json:
    return {
        "title": item.title,
        "detail": item.detail,
        "deliverable": item.deliverable,
        "done_when": item.done_when,
        "phase": item.phase_key,
        "owner": item.owner_label,
        "due_on": _day(item.due_on),
        "effort": item.effort,
        "status": item.status,
        "done_on": _day(item.done_on),
        "dropped_reason": item.dropped_reason,
        "category": item.category_key,
        "leads_to_level": item.target_level,
        "earns": item.earns,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize() + 0:f}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
