"""Assessments: the list, one whole with answers, facts, evidence and result, and saving one answer or fact."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from assessments import framework, scoring
from assessments.api import door, pages, versions
from assessments.api.door import ApiRequest
from assessments.api.problems import unknown_field
from assessments.api.resources.listed import Listed
from assessments.framework import Category, Framework
from assessments.organizations.models import Role
from assessments.saving.numbers import write_number
from assessments.saving.parts import Outcome, State
from assessments.scorecards.asking import asking
from assessments.scorecards.filling import facts as fact_fields
from assessments.scorecards.filling import saving
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import get_scorecard, score_all
from assessments.scorecards.readings import CategoryReading, FactReading, read_scorecard

router = Router(tags=["Scorecards"])
ONE = "/organizations/{slug:slug}/scorecards/{int:pk}"

# As documented; which of them fits is said by the service, in the words of the page.
Level = Annotated[int, Field(strict=True, json_schema_extra={"minimum": 0, "maximum": 2})]


class ResultOut(Schema):
    """What an assessment scores. While categories are open the claimed total is a range, `claimed` to `highest`.

    `verdict` is risk, word (clear only on its word), open (undecided) or clear; `headline` says it in a sentence.
    """

    proven: int
    claimed: int
    highest: int
    maximum: int
    threshold: int
    verdict: str
    headline: str
    is_complete: bool
    zeros: Annotated[list[str], Field(description="Keys of the categories at 0.")]
    missing_facts: Annotated[list[str], Field(description="Keys of the facts without an answer.")]


class ScorecardLine(Schema):
    """An assessment in the list."""

    id: int
    title: str
    framework: Annotated[str, Field(description="The version it was scored by.")]
    created_at: datetime
    signed_off_at: datetime | None
    signed_off_by: str | None
    result: ResultOut
    page: Annotated[str, Field(description="Its address for people.")]


class DeciderOut(Schema):
    """What was shown for a decider: 0 not shown, 1 in part, 2 shown, null not asked."""

    key: str
    name: str
    state: int | None
    version: int
    proofs: Annotated[list[int], Field(description="Evidence that proves it, by number.")]


class EvidenceOut(Schema):
    """What proves something: `kind` is link, file, figure or sighting; `deciders` are the keys of what it proves."""

    id: int
    kind: str
    title: str
    url: str
    filename: str
    value: str | None
    unit: str
    on: date
    in_force_until: date | None
    seen_by: str
    whose: str
    deciders: list[str]


class AnswerOut(Schema):
    """One category. `level` and `proven` are what its deciders and its claim make; `claim` a level said outright."""

    key: str
    name: str
    level: int | None
    proven: int
    claim: int | None
    claim_reason: str
    level_version: int
    note: str
    note_version: int
    deciders: list[DeciderOut]
    evidence: list[EvidenceOut]


class FactOut(Schema):
    """One of the three facts. `values` are its fields as texts, numbers exact."""

    key: str
    question: str
    answer: str
    values: dict[str, str]
    cannot_answer: bool
    who_will: str
    is_answered: bool
    version: int


class ScorecardOut(ScorecardLine):
    """An assessment whole."""

    answers: list[AnswerOut]
    facts: list[FactOut]


class DeciderIn(Schema):
    """What was shown: 0 not shown, 1 in part, 2 shown, null for not asked."""

    model_config = ConfigDict(extra="forbid")
    state: Level | None


class LevelIn(Schema):
    """A level said outright, 0 to 2, with why; null takes it back."""

    model_config = ConfigDict(extra="forbid")
    level: Level | None
    reason: str = ""


class NoteIn(Schema):
    model_config = ConfigDict(extra="forbid")
    note: str


class FactIn(Schema):
    """The answer to a fact: its fields, or that it cannot be answered and who will; words beside it, if any."""

    model_config = ConfigDict(extra="forbid")
    values: dict[str, str | Decimal] = {}
    cannot_answer: Annotated[bool, Field(strict=True)] = False
    who_will: str = ""
    answer: str = ""


class DeciderSaved(Schema):
    state: int | None
    version: int


class LevelSaved(Schema):
    level: int | None
    reason: str
    version: int


class NoteSaved(Schema):
    note: str
    version: int


class FactSaved(Schema):
    values: dict[str, str]
    cannot_answer: bool
    who_will: str
    answer: str
    version: int


@router.get(
    "/organizations/{slug:slug}/scorecards",
    auth=door.reading(Role.VIEWER),
    response=pages.Page[ScorecardLine],
)
def scorecard_list(request: ApiRequest, slug: str, listed: Query[Listed]) -> object:
    """The assessments of an organization, the newest first."""
    rows, following = pages.newest(request.organization.scorecards.all(), after=listed.after, limit=listed.limit)
    for scorecard in rows:
        scorecard.organization = request.organization
    return {"items": [_line(row.scorecard, row.result) for row in score_all(rows)], "next": following}


@router.get(ONE, auth=door.reading(Role.VIEWER), response=ScorecardOut)
def scorecard_detail(request: ApiRequest, slug: str, pk: int) -> object:
    """One assessment whole: answers, facts, evidence, and what they score."""
    reading = read_scorecard(find_scorecard(request, pk))
    return _line(reading.scorecard, reading.result) | {
        "answers": [_answer(row) for row in reading.categories],
        "facts": [_fact(row) for row in reading.facts],
    }


def find_scorecard(request: ApiRequest, pk: int) -> Scorecard:
    try:
        return get_scorecard(request.organization, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None


def _content(scorecard: Scorecard) -> Framework:
    return framework.load(scorecard.framework_key, scorecard.framework_version)


def _line(scorecard: Scorecard, result: scoring.Result) -> dict[str, object]:
    page = reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
    return {
        "id": scorecard.pk,
        "title": scorecard.title,
        "framework": scorecard.framework_version,
        "created_at": scorecard.created_at,
        "signed_off_at": scorecard.signed_off_at,
        "signed_off_by": scorecard.signed_off_name or None,
        "page": f"{settings.SITE_URL}{page}",
        "result": {
            "proven": result.proven_total,
            "claimed": result.total,
            "highest": result.high,
            "maximum": result.maximum,
            "threshold": result.threshold,
            "verdict": result.verdict.value,
            "headline": scoring.headline(result),
            "is_complete": result.is_complete,
            "zeros": list(result.zeros),
            "missing_facts": list(result.missing_facts),
        },
    }


def _answer(row: CategoryReading) -> dict[str, object]:
    proving: dict[int, list[str]] = {}
    for decider in row.deciders:
        for proof in decider.proofs:
            proving.setdefault(proof.evidence.pk, []).append(decider.decider.key)
    response = row.response
    return {
        "key": row.category.key,
        "name": row.category.name,
        "level": row.level,
        "proven": row.answer.proven,
        "claim": response.level,
        "claim_reason": response.claim_reason,
        "level_version": response.level_version,
        "note": response.note,
        "note_version": response.note_version,
        "deciders": [
            {
                "key": each.decider.key,
                "name": each.decider.name,
                "state": each.row.state,
                "version": each.row.version,
                "proofs": [proof.evidence.pk for proof in each.proofs],
            }
            for each in row.deciders
        ],
        "evidence": [evidence_out(item, proving.get(item.pk, [])) for item in row.evidence],
    }


def evidence_out(item: Evidence, deciders: list[str]) -> dict[str, object]:
    return {
        "id": item.pk,
        "kind": item.kind,
        "title": item.title,
        "url": item.url,
        "filename": item.filename,
        "value": None if item.value is None else write_number(item.value),
        "unit": item.unit,
        "on": item.on,
        "in_force_until": item.in_force_until,
        "seen_by": item.seen_by_name,
        "whose": item.whose,
        "deciders": deciders,
    }


def _fact(row: FactReading) -> dict[str, object]:
    about = {"key": row.fact.key, "question": row.fact.question, "is_answered": row.is_answered}
    return _fact_values(row.answer) | about | {"version": row.answer.version}


# One part at a time, each with its version


def find_category(scorecard: Scorecard, key: str) -> Category:
    content = _content(scorecard)
    if key not in content.category_keys:
        raise Http404
    return content.category(key)


def _response(scorecard: Scorecard, category: str) -> Response:
    find_category(scorecard, category)
    return scorecard.responses.get(category_key=category)


def _decider(scorecard: Scorecard, category: str, decider: str) -> Any:
    if decider not in {each.key for each in find_category(scorecard, category).deciders}:
        raise Http404
    return _response(scorecard, category).decider_answers.get(decider_key=decider)


def _decider_values(row: Any) -> dict[str, object]:
    return {"state": row.state}


def _level_values(row: Any) -> dict[str, object]:
    return {"level": row.level, "reason": row.claim_reason}


def _note_values(row: Any) -> dict[str, object]:
    return {"note": row.note}


def _fact_values(row: FactAnswer) -> dict[str, object]:
    values = {"values": row.values, "cannot_answer": row.cannot_answer, "who_will": row.who_will}
    return values | {"answer": row.answer}


def _with_version(response: HttpResponse, values: dict[str, object], version: int) -> dict[str, object]:
    versions.put_etag(response, version)
    return values | {"version": version}


def _posted(key: str, part: str, version: int, values: dict[str, object]) -> QueryDict:
    """What the page would post to save one part."""
    data = QueryDict(mutable=True)
    data.update({f"{key}-{part}_version": str(version)})
    data.update({f"{key}-{name}": "" if value is None else str(value) for name, value in values.items()})
    return data


@router.get(
    ONE + "/answers/{slug:category}/deciders/{slug:decider}",
    auth=door.reading(Role.VIEWER),
    response=DeciderSaved,
)
def decider_detail(
    request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str, decider: str
) -> object:
    """What was shown for one decider, with its version."""
    row = _decider(find_scorecard(request, pk), category, decider)
    return _with_version(response, _decider_values(row), row.version)


@router.put(
    ONE + "/answers/{slug:category}/deciders/{slug:decider}",
    auth=door.writing(Role.EDITOR),
    response=DeciderSaved,
    openapi_extra=versions.IN_SCHEMA,
)
def decider_update(
    request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str, decider: str, sent: DeciderIn
) -> object:
    """Say what was shown for one decider."""
    scorecard, version = find_scorecard(request, pk), versions.version_of(request)
    _decider(scorecard, category, decider)
    results: list[scoring.Result] = []
    data = _posted(decider, "state", version, {"state": sent.state})
    outcome = saving.save_decider(scorecard, category, decider, data, request.actor, scored=results.append)
    _refuse_unsaved(outcome, sent.model_dump(), _decider_values)
    if scorecard.is_asked and not results[-1].answer(category).unasked:
        asking.end_answered(scorecard, category=category)
    return _with_version(response, _decider_values(_decider(scorecard, category, decider)), outcome.version)


def _refuse_unsaved(outcome: Outcome, yours: dict[str, object], values: Any) -> None:
    theirs = values(outcome.current) if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours=yours, theirs=theirs)


@router.get(
    ONE + "/answers/{slug:category}/level",
    auth=door.reading(Role.VIEWER),
    response=LevelSaved,
)
def level_detail(request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str) -> object:
    """The level said outright of one category, with its version."""
    row = _response(find_scorecard(request, pk), category)
    return _with_version(response, _level_values(row), row.level_version)


@router.put(
    ONE + "/answers/{slug:category}/level",
    auth=door.writing(Role.EDITOR),
    response=LevelSaved,
    openapi_extra=versions.IN_SCHEMA,
)
def level_update(
    request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str, sent: LevelIn
) -> object:
    """Say the level of one category outright, or take that back."""
    scorecard, version = find_scorecard(request, pk), versions.version_of(request)
    about = find_category(scorecard, category)
    data = _posted(category, "level", version, {"level": sent.level, "claim_reason": sent.reason})
    outcome = saving.save_part(scorecard, about, "level", data, request.actor)
    _refuse_unsaved(outcome, sent.model_dump(), _level_values)
    return _with_version(response, _level_values(_response(scorecard, category)), outcome.version)


@router.get(
    ONE + "/answers/{slug:category}/note",
    auth=door.reading(Role.VIEWER),
    response=NoteSaved,
)
def note_detail(request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str) -> object:
    """What was found in one category, in words, with its version."""
    row = _response(find_scorecard(request, pk), category)
    return _with_version(response, _note_values(row), row.note_version)


@router.put(
    ONE + "/answers/{slug:category}/note",
    auth=door.writing(Role.EDITOR),
    response=NoteSaved,
    openapi_extra=versions.IN_SCHEMA,
)
def note_update(request: ApiRequest, response: HttpResponse, slug: str, pk: int, category: str, sent: NoteIn) -> object:
    """Write what was found in one category."""
    scorecard, version = find_scorecard(request, pk), versions.version_of(request)
    about = find_category(scorecard, category)
    data = _posted(category, "note", version, {"note": sent.note})
    outcome = saving.save_part(scorecard, about, "note", data, request.actor)
    _refuse_unsaved(outcome, sent.model_dump(), _note_values)
    return _with_version(response, _note_values(_response(scorecard, category)), outcome.version)


@router.get(ONE + "/facts/{slug:fact}", auth=door.reading(Role.VIEWER), response=FactSaved)
def fact_detail(request: ApiRequest, response: HttpResponse, slug: str, pk: int, fact: str) -> object:
    """The answer to one fact, with its version."""
    row = _fact_row(find_scorecard(request, pk), fact)
    return _with_version(response, _fact_values(row), row.version)


@router.put(
    ONE + "/facts/{slug:fact}",
    auth=door.writing(Role.EDITOR),
    response=FactSaved,
    openapi_extra=versions.IN_SCHEMA,
)
def fact_update(request: ApiRequest, response: HttpResponse, slug: str, pk: int, fact: str, sent: FactIn) -> object:
    """Answer one fact."""
    scorecard, version = find_scorecard(request, pk), versions.version_of(request)
    _fact_row(scorecard, fact)
    item = _content(scorecard).fact(fact)
    yours = sent.model_dump()
    if fact_fields.is_structured(_content(scorecard), fact):
        data = _posted(fact, "fact", version, _fact_posted(fact, sent))
        outcome = saving.save_fact(scorecard, item, data, request.actor, currency=request.organization.currency)
    else:
        data = _posted(fact, "fact", version, {"fact": sent.answer})
        outcome = saving.save_part(scorecard, item, "fact", data, request.actor)
    _refuse_unsaved(outcome, yours, _fact_values)
    return _with_version(response, _fact_values(_fact_row(scorecard, fact)), outcome.version)


def _fact_row(scorecard: Scorecard, fact: str) -> FactAnswer:
    try:
        _content(scorecard).fact(fact)
    except KeyError:
        raise Http404 from None
    return scorecard.fact_answers.get(fact_key=fact)


def _fact_posted(fact: str, sent: FactIn) -> dict[str, object]:
    """The fields of a fact as the page posts them; ProblemError for one that it does not have."""
    known = [field.name for field in fact_fields.FIELDS[fact]]
    if unknown := sorted(set(sent.values) - set(known)):
        raise unknown_field(f"values.{unknown[0]}", known)
    values = {name: write_number(each) if isinstance(each, Decimal) else each for name, each in sent.values.items()}
    return {**values, "cannot": "1" if sent.cannot_answer else "", "who_will": sent.who_will, "fact": sent.answer}
