"""Vendor reviews: the list, one whole with answers, ratings and result, and changing one part of one answer."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from assessments.api import door, pages, versions
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.organizations.models import Role
from assessments.saving.parts import State
from assessments.scoring import ChecklistResult, Tally, percent
from assessments.vendors import saving, services
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorReview
from assessments.vendors.readings import QuestionReading, TopicReading, read_review, tally_reviews, topics_of

router = Router(tags=["Vendor reviews"])
ALL = "/organizations/{slug:slug}/vendor-reviews"
ONE = ALL + "/{int:review}"
ANSWER = ONE + "/answers/{slug:question}"

Rating = Literal["", "0", "1", "2", "na"]


class TallyOut(Schema):
    """Points of the questions that apply; `lowest` to `highest` is their share in percent, whatever is still open."""

    points: int
    maximum: int
    applicable: int
    rated: int
    lowest: int | None
    highest: int | None


class ReviewResult(TallyOut):
    red_flags: Annotated[list[str], Field(description="Keys of the critical questions without a 2.")]


class ReviewLine(Schema):
    """A review in the list. `status` is open, waiting (for the vendor) or complete."""

    id: int
    vendor: str
    is_own_team: bool
    framework: str
    kind: str
    offer: str
    contact: str
    hosting_model: str
    reviewed_on: date
    status: str
    created_at: datetime
    submitted_at: datetime | None
    completed_at: datetime | None
    news: Annotated[int, Field(description="Answers of the vendor's that nobody has read yet.")]
    result: ReviewResult
    page: Annotated[str, Field(description="Its address for people.")]


class VendorProofOut(Schema):
    """A link, or a file by its name."""

    id: int
    title: str
    url: str
    filename: str
    by_vendor: bool
    at: datetime


class FollowUpOut(Schema):
    what: str
    owner: str
    on: date | None
    is_done: bool


class QuestionOut(Schema):
    """A question with its answer. `said` is in the buyer's words, `vendor_said` in the vendor's own.

    `rating` is 0 (no answer), 1 (claimed or partial), 2 (specific and evidenced), na, or empty while it is not rated.
    """

    key: str
    ask: str
    is_critical: bool
    is_red_flag: bool
    rating: str
    rating_version: int
    said: str
    said_version: int
    vendor_said: str
    vendor_at: datetime | None
    is_new: bool
    was: Annotated[str | None, Field(description="The rating in the review before; null where there was none.")]
    follow_up: FollowUpOut
    evidence: list[VendorProofOut]


class TopicOut(Schema):
    key: str
    name: str
    result: TallyOut
    questions: list[QuestionOut]


class ReviewOut(ReviewLine):
    """A review whole."""

    topics: list[TopicOut]


class RatingIn(Schema):
    """0, 1 or 2, na, or empty to clear it. What the vendor wrote there counts as read from then on."""

    model_config = ConfigDict(extra="forbid")
    rating: Rating


class SaidIn(Schema):
    model_config = ConfigDict(extra="forbid")
    said: str


class RatingSaved(Schema):
    rating: str
    version: int


class SaidSaved(Schema):
    said: str
    version: int


@router.get(ALL, auth=door.reading(Role.VIEWER), response=pages.Page[ReviewLine])
def vendor_review_list(request: ApiRequest, slug: str, listed: Query[Listed]) -> object:
    """The vendor reviews of an organization, what was begun last first."""
    found = VendorReview.objects.of(request.organization)
    rows, following = pages.newest(found, after=listed.after, limit=listed.limit)
    items = [_line(request, row.review, row.result, row.news) for row in tally_reviews(rows)]
    return {"items": items, "next": following}


@router.get(ONE, auth=door.reading(Role.VIEWER), response=ReviewOut)
def vendor_review_detail(request: ApiRequest, slug: str, review: int) -> object:
    """One review whole: answers, ratings, evidence, and what they add up to."""
    reading = read_review(_review(request, review))
    topics = [_topic(topic) for topic in reading.topics]
    return _line(request, reading.review, reading.result, reading.news) | {"topics": topics}


def _review(request: ApiRequest, pk: int) -> VendorReview:
    found = VendorReview.objects.of(request.organization).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.vendor.organization = request.organization
    return found


def _line(request: ApiRequest, review: VendorReview, result: ChecklistResult, news: int) -> dict[str, object]:
    names = ("kind", "offer", "contact", "hosting_model", "reviewed_on", "status")
    times = ("created_at", "submitted_at", "completed_at")
    page = reverse("vendor_review_detail", args=[request.organization.slug, review.pk])
    return {name: getattr(review, name) for name in (*names, *times)} | {
        "id": review.pk,
        "vendor": review.vendor.name,
        "is_own_team": review.vendor.is_own_team,
        "framework": review.framework_version,
        "news": news,
        "result": _tally(result) | {"red_flags": list(result.red_flags)},
        "page": f"{settings.SITE_URL}{page}",
    }


def _tally(result: Tally) -> dict[str, Any]:
    about = {name: getattr(result, name) for name in ("points", "maximum", "applicable", "rated")}
    return about | {"lowest": percent(result.low), "highest": percent(result.high)}


def _topic(topic: TopicReading) -> dict[str, object]:
    questions = [_question(row) for row in topic.questions]
    return {
        "key": topic.topic.key,
        "name": topic.topic.name,
        "result": _tally(topic.tally),
        "questions": questions,
    }


def _question(row: QuestionReading) -> dict[str, object]:
    answer = row.answer
    names = ("rating", "rating_version", "said", "said_version", "vendor_said", "vendor_at", "is_new")
    return {name: getattr(answer, name) for name in names} | {
        "key": row.key,
        "ask": row.ask,
        "is_critical": row.question.critical,
        "is_red_flag": row.is_red_flag,
        "was": row.was.rating if row.was else None,
        "follow_up": {
            "what": answer.follow_up,
            "owner": answer.follow_up_owner,
            "on": answer.follow_up_on,
            "is_done": answer.follow_up_done,
        },
        "evidence": [_proof(proof) for proof in row.evidence],
    }


def _proof(proof: VendorEvidence) -> dict[str, object]:
    names = ("title", "url", "filename", "by_vendor")
    return {name: getattr(proof, name) for name in names} | {"id": proof.pk, "at": proof.created_at}


# One part at a time, each with its version


def _answer(review: VendorReview, question: str) -> VendorAnswer:
    """The answer to a question that is put in this review."""
    topics = topics_of(services.content_of(review), review.hosting_model)
    if question not in {each.key for topic in topics for each in topic.questions}:
        raise Http404
    return review.answers.get(question_key=question)


def _read(response: HttpResponse, answer: VendorAnswer, part: str) -> dict[str, object]:
    version = getattr(answer, f"{part}_version")
    versions.put_etag(response, version)
    return {part: getattr(answer, part), "version": version}


def _save(
    request: ApiRequest, response: HttpResponse, pk: int, question: str, part: str, sent: Schema
) -> dict[str, object]:
    review, version = _review(request, pk), versions.version_of(request)
    _answer(review, question)
    yours = sent.model_dump()
    data = QueryDict(mutable=True)
    data.update({f"{question}-{part}_version": str(version), f"{question}-{part}": yours[part]})
    outcome = saving.save_part(review, question, part, data, request.actor)
    theirs = {part: getattr(outcome.current, part)} if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours=yours, theirs=theirs)
    return _read(response, _answer(review, question), part)


@router.get(ANSWER + "/rating", auth=door.reading(Role.VIEWER), response=RatingSaved)
def vendor_rating_detail(request: ApiRequest, response: HttpResponse, slug: str, review: int, question: str) -> object:
    """How an answer is rated, with its version."""
    return _read(response, _answer(_review(request, review), question), "rating")


@router.put(ANSWER + "/rating", auth=door.writing(Role.EDITOR), response=RatingSaved, openapi_extra=versions.IN_SCHEMA)
def vendor_rating_update(
    request: ApiRequest, response: HttpResponse, slug: str, review: int, question: str, sent: RatingIn
) -> object:
    """Rate an answer, or take the rating back."""
    return _save(request, response, review, question, "rating", sent)


@router.get(ANSWER + "/said", auth=door.reading(Role.VIEWER), response=SaidSaved)
def vendor_said_detail(request: ApiRequest, response: HttpResponse, slug: str, review: int, question: str) -> object:
    """What they said, in the buyer's words, with its version."""
    return _read(response, _answer(_review(request, review), question), "said")


@router.put(ANSWER + "/said", auth=door.writing(Role.EDITOR), response=SaidSaved, openapi_extra=versions.IN_SCHEMA)
def vendor_said_update(
    request: ApiRequest, response: HttpResponse, slug: str, review: int, question: str, sent: SaidIn
) -> object:
    """Note what they said, in the buyer's words."""
    return _save(request, response, review, question, "said", sent)
