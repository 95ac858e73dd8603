"""Rounds of raters: the list, one as far as whoever asks may read it, and closing one.

While a round is open nobody reads what was said in it, and its owners alone read who has finished.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from assessments.api import door, pages
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.organizations.models import Role
from assessments.rounds import services
from assessments.rounds.models import RaterEvidence, Round, Settlement
from assessments.rounds.progress import Progress, read_progress
from assessments.rounds.settling.readings import CategoryDivergence, Divergence, RaterReading, Said, divergence

router = Router(tags=["Rounds"])
ALL = "/organizations/{slug:slug}/rounds"
ONE = ALL + "/{int:asked}"


class RoundLine(Schema):
    """A round in the list. One `is_blind` whose raters do not see each other's scores before it is closed."""

    id: int
    scorecard: Annotated[int, Field(description="The assessment that is scored.")]
    due_on: date | None
    is_blind: bool
    is_closed: bool
    created_at: datetime
    closed_at: Annotated[datetime | None, Field(description="Null also where the sign-off ended it.")]
    page: Annotated[str, Field(description="Its address for people.")]


class ProgressOut(Schema):
    """How far a rater of an open round is: never what they said."""

    id: int
    name: str
    role: str
    how: Annotated[str, Field(description="How the rater comes to their page, where that needs a word.")]
    answered: int
    asked: int
    finished_at: datetime | None


class RaterOut(Schema):
    """A rater of a closed round. `mean` is to one decimal, empty where nothing was rated."""

    id: int
    name: str
    role: str
    rated: int
    asked: int
    mean: str
    finished_at: datetime | None


class ShownOut(Schema):
    title: str
    url: str
    filename: str


class WordsOut(Schema):
    """Why somebody gave their level, and by what they show it."""

    note: str
    link: str
    late: Annotated[str, Field(description="What they said after the round was closed.")]
    evidence: list[ShownOut]


class SaidOut(Schema):
    """What one rater said of one category; `words` is null where only editors read them."""

    rater: int
    level: int | None
    cannot_judge: bool
    words: WordsOut | None


class SettledOut(Schema):
    """What was agreed; `dissent` has the names of who does not, and is null where only editors read it."""

    level: int
    reason: str
    was_proposed: bool
    is_taken: Annotated[bool, Field(description="Whether the assessment has taken the level over.")]
    dissent: list[str] | None


class SpreadOut(Schema):
    """How the levels of a category lie. With many raters, only editors read who gave which: `said` is null then."""

    key: str
    name: str
    points: Annotated[int, Field(description="From the lowest level to the highest.")]
    median: int | None
    counts: Annotated[list[int], Field(description="How many gave a 0, a 1, a 2.")]
    said: list[SaidOut] | None
    settled: SettledOut | None


class DivergenceOut(Schema):
    """What a closed round says, the widest disagreement first. `alpha` is Krippendorff's, exact, if defined."""

    headline: str
    agreement: str
    figures: str
    alpha: str | None
    raters: list[RaterOut]
    removed: Annotated[list[str], Field(description="Who was taken out.")]
    categories: list[SpreadOut]


class RoundOut(RoundLine):
    """A round. `progress` is for owners while it is open, `result` for everybody once it is closed; else null."""

    progress: list[ProgressOut] | None
    result: DivergenceOut | None


class Narrowed(Listed):
    """Which rounds."""

    scorecard: Annotated[int | None, Field(ge=1, lt=2**63, description="Of one assessment only.")] = None


@router.get(ALL, auth=door.reading(Role.VIEWER), response=pages.Page[RoundLine])
def round_list(request: ApiRequest, slug: str, asked: Query[Narrowed]) -> object:
    """The rounds of an organization, the newest first."""
    found = _rounds(request)
    if asked.scorecard is not None:
        found = found.filter(scorecard=asked.scorecard)
    rows, following = pages.newest(found, after=asked.after, limit=asked.limit)
    return {"items": [_line(request, row) for row in rows], "next": following}


@router.get(ONE, auth=door.reading(Role.VIEWER), response=RoundOut)
def round_detail(request: ApiRequest, slug: str, asked: int) -> object:
    """One round: who has finished while it is open, what was said once it is closed."""
    return _out(request, _round(request, asked))


@router.post(ONE + "/close", auth=door.writing(Role.OWNER), response=RoundOut)
def round_close(request: ApiRequest, slug: str, asked: int) -> object:
    """Close a round: from now on everybody reads what was said in it."""
    services.close_round(_round(request, asked), actor=request.actor)
    return _out(request, _round(request, asked))


def _rounds(request: ApiRequest) -> Any:
    return Round.objects.filter(scorecard__organization=request.organization).select_related("scorecard")


def _round(request: ApiRequest, pk: int) -> Round:
    found: Round | None = _rounds(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.scorecard.organization = request.organization
    return found


def _line(request: ApiRequest, asked: Round) -> dict[str, object]:
    names = ("due_on", "is_blind", "is_closed", "created_at", "closed_at")
    page = reverse("round_detail", args=[request.organization.slug, asked.pk])
    return {name: getattr(asked, name) for name in names} | {
        "id": asked.pk,
        "scorecard": asked.scorecard_id,
        "page": f"{settings.SITE_URL}{page}",
    }


def _out(request: ApiRequest, asked: Round) -> dict[str, object]:
    """As on the page: `divergence` refuses an open round whoever asks."""
    progress, result = None, None
    if asked.is_closed:
        result = _divergence(divergence(asked), can_edit=request.role.can_edit)
    elif request.role.can_manage:
        progress = [_progress(row) for row in read_progress(asked)]
    return _line(request, asked) | {"progress": progress, "result": result}


def _progress(row: Progress) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("how", "answered", "asked")} | {
        "id": row.rater.pk,
        "name": row.rater.rater_name,
        "role": row.rater.role,
        "finished_at": row.rater.finished_at,
    }


def _divergence(reading: Divergence, *, can_edit: bool) -> dict[str, object]:
    alpha = reading.agreement.alpha
    return {
        "headline": reading.headline,
        "agreement": reading.agreement_words,
        "figures": reading.agreement_figures,
        "alpha": None if alpha is None else str(alpha),
        "raters": [_rater(rater) for rater in reading.raters],
        "removed": [rater.rater_name for rater in reading.removed],
        "categories": [_category(reading, row, can_edit=can_edit) for row in reading.categories],
    }


def _rater(reading: RaterReading) -> dict[str, object]:
    return {
        "id": reading.rater.pk,
        "name": reading.name,
        "role": reading.role,
        "rated": len(reading.levels),
        "asked": reading.asked,
        "mean": reading.mean,
        "finished_at": reading.rater.finished_at,
    }


def _category(reading: Divergence, row: CategoryDivergence, *, can_edit: bool) -> dict[str, object]:
    """What the page of the round shows to everybody, and to editors what that of the category does."""
    reads_words = can_edit or row.spread.points == 2
    reads_levels = reads_words or reading.has_columns
    return {
        "key": row.key,
        "name": row.category.name,
        "points": row.spread.points,
        "median": row.spread.median,
        "counts": [len(dots.raters) for dots in row.dots],
        "said": [_said(said, reads_words=reads_words) for said in row.said] if reads_levels else None,
        "settled": _settled(row, row.settlement, reads_words=reads_words) if row.settlement else None,
    }


def _said(said: Said, *, reads_words: bool) -> dict[str, object]:
    rating = said.rating
    return {
        "rater": said.rater.rater.pk,
        "level": rating.level,
        "cannot_judge": rating.cannot_judge,
        "words": {
            "note": rating.note,
            "link": rating.link,
            "late": ", ".join(part for part in (said.late_words, rating.late_link) if part),
            "evidence": [_shown(item) for item in said.evidence],
        }
        if reads_words
        else None,
    }


def _shown(item: RaterEvidence) -> dict[str, object]:
    return {name: getattr(item, name) for name in ("title", "url", "filename")}


def _settled(row: CategoryDivergence, settlement: Settlement, *, reads_words: bool) -> dict[str, object]:
    return {
        "level": settlement.level,
        "reason": settlement.reason,
        "was_proposed": settlement.was_proposed,
        "is_taken": settlement.taken_at is not None,
        "dissent": [rater.name for rater in row.dissent] if reads_words else None,
    }
