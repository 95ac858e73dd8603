"""Reviews and framework put together and added up: what the pages, the comparison and the report read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.framework import Framework, VendorQuestion, VendorTopic
from assessments.organizations.models import Organization
from assessments.platform.prepared import Prepared
from assessments.scoring import ChecklistResult, RatedQuestion, Tally, tally
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorReview
from assessments.vendors.offers import in_order, is_first
from assessments.vendors.services import content_of, wording

# Why a critical question is a red flag, by its rating.
WITHOUT_PROOF = {
    "": _lazy("Not answered yet"),
    "0": _lazy("No answer"),
    "1": _lazy("Claimed, not proven"),
}


@dataclass(frozen=True, slots=True)
class QuestionReading:
    """One question with its answer. `was` is the answer of the review before, if there was one, with its evidence."""

    number: int
    question: VendorQuestion
    ask: str
    answer: VendorAnswer
    evidence: tuple[VendorEvidence, ...]
    was: VendorAnswer | None
    was_evidence: tuple[VendorEvidence, ...]

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def is_red_flag(self) -> bool:
        return self.question.critical and self.answer.rating not in ("2", "na")

    @property
    def reason(self) -> str:
        """Why it is a red flag."""
        return str(WITHOUT_PROOF[self.answer.rating])

    @property
    def is_claim(self) -> bool:
        """A 2 stands for something that was shown; this one has neither a link nor a file."""
        return self.answer.rating == "2" and not self.evidence

    @property
    def is_unproven(self) -> bool:
        """Critical, applies, and nothing proves a 2: there is none, or it is only claimed."""
        return self.is_red_flag or (self.question.critical and self.is_claim)

    @property
    def changed(self) -> str:
        """What differs from the review before, as a phrase; empty if nothing does or there was none."""
        if self.was is None:
            return ""
        if self.has_new_rating:
            return _("was {rating}").format(rating=spoken(self.was.rating))
        if (self.was.said, self.was.vendor_said) != (self.answer.said, self.answer.vendor_said):
            return _("new words")
        before, now = ({(item.url, item.file.name) for item in each} for each in (self.was_evidence, self.evidence))
        return _("new evidence") if now - before else _("less evidence") if before - now else ""

    @property
    def has_new_rating(self) -> bool:
        return self.was is not None and self.was.rating != self.answer.rating

    @property
    def direction(self) -> str:
        """Whether the rating went up or down since the review before."""
        if self.was is None or not (self.was.rating.isdecimal() and self.answer.rating.isdecimal()):
            return ""
        was, now = int(self.was.rating), int(self.answer.rating)
        return "up" if now > was else "down" if now < was else ""


def spoken(rating: str) -> str:
    return {"": _("not rated"), "na": _("n/a")}.get(rating, rating)


@dataclass(frozen=True, slots=True)
class TopicReading:
    """A topic with its answers; `is_first` where the kind of offer makes it one of those that decide."""

    topic: VendorTopic
    questions: tuple[QuestionReading, ...]
    tally: Tally
    is_first: bool = True

    @property
    def is_skipped(self) -> bool:
        """Every question of it is marked as not applicable."""
        return all(row.answer.rating == "na" for row in self.questions)

    @property
    def rated(self) -> int:
        return self.tally.rated


@dataclass(frozen=True, slots=True)
class ReviewReading:
    review: VendorReview
    framework: Framework
    topics: tuple[TopicReading, ...]
    result: ChecklistResult

    @property
    def questions(self) -> tuple[QuestionReading, ...]:
        return tuple(row for topic in self.topics for row in topic.questions)

    @property
    def red_flags(self) -> tuple[QuestionReading, ...]:
        return tuple(row for row in self.questions if row.is_red_flag)

    @property
    def news(self) -> int:
        """Answers of the vendor's that the buyer has not read yet."""
        return sum(row.answer.is_new for row in self.questions)

    @property
    def not_applicable(self) -> int:
        return len(self.result.questions) - self.result.applicable

    @property
    def left_out(self) -> tuple[VendorTopic, ...]:
        """Topics that the hosting model does not make a question of."""
        return tuple(t for t in self.framework.vendor.topics if self.review.hosting_model not in t.applies_when)

    def question(self, key: str) -> QuestionReading:
        return next(row for row in self.questions if row.key == key)


def topics_of(content: Framework, hosting_model: str) -> tuple[VendorTopic, ...]:
    """The topics that are put where compute is hosted like this."""
    return tuple(topic for topic in content.vendor.topics if hosting_model in topic.applies_when)


def questions_of_any(readings: Iterable[ReviewReading]) -> list[tuple[VendorTopic, tuple[VendorQuestion, ...]]]:
    """Every topic and question of the reviews' frameworks, each once: of several versions, what only one has, too."""
    topics: dict[str, VendorTopic] = {}
    questions: dict[str, dict[str, VendorQuestion]] = defaultdict(dict)
    for reading in readings:
        for topic in reading.framework.vendor.topics:
            topics.setdefault(topic.key, topic)
            for question in topic.questions:
                questions[topic.key].setdefault(question.key, question)
    return [(topic, tuple(questions[key].values())) for key, topic in topics.items()]


def read_review(review: VendorReview) -> ReviewReading:
    return read_reviews([review])[0]


def read_reviews(reviews: Iterable[VendorReview]) -> list[ReviewReading]:
    """Read reviews whole, in a number of queries that does not depend on how many they are or what they hold."""
    reviews = list(reviews)
    answers: dict[int, dict[str, VendorAnswer]] = defaultdict(dict)
    earlier: dict[int, dict[str, VendorAnswer]] = defaultdict(dict)
    for answer in VendorAnswer.objects.filter(review__in=reviews):
        answers[answer.review_id][answer.question_key] = answer
    # Asked even where there is none: a page takes the same queries for a vendor's first review as for any later one.
    for answer in VendorAnswer.objects.filter(review__successors__in=reviews):
        earlier[answer.review_id][answer.question_key] = answer
    evidence: dict[int, list[VendorEvidence]] = defaultdict(list)
    of = {pk for review in reviews for pk in (review.pk, review.predecessor_id) if pk}
    for item in VendorEvidence.objects.filter(answer__review__in=of):
        evidence[item.answer_id].append(item)
    return [_read(review, answers[review.pk], earlier[review.predecessor_id], evidence) for review in reviews]


def _read(
    review: VendorReview,
    answers: dict[str, VendorAnswer],
    earlier: dict[str, VendorAnswer],
    evidence: dict[int, list[VendorEvidence]],
) -> ReviewReading:
    content, number, topics = content_of(review), 0, []
    for topic in in_order(review.kind, topics_of(content, review.hosting_model)):
        rows = []
        for question in topic.questions:
            number += 1
            answer, was = answers[question.key], earlier.get(question.key)
            shown, was_shown = (tuple(evidence[each.pk]) if each else () for each in (answer, was))
            ask = wording(question, review.vendor)
            rows.append(QuestionReading(number, question, ask, answer, shown, was, was_shown))
        rated = tally(_rated(topic, row.question, row.answer.rating) for row in rows)
        topics.append(TopicReading(topic, tuple(rows), rated, is_first(review.kind, topic.key)))
    result = tally(question for topic in topics for question in topic.tally.questions)
    return ReviewReading(review, content, tuple(topics), result)


def _rated(topic: VendorTopic, question: VendorQuestion, rating: str) -> RatedQuestion:
    return RatedQuestion(question.key, topic.key, rating, question.critical)


@dataclass(frozen=True, slots=True)
class TalliedReview:
    """A review as lists show it; `news` counts the answers of the vendor's that the buyer has not read yet."""

    review: VendorReview
    result: ChecklistResult
    news: int


def list_reviews(organization: Organization) -> list[TalliedReview]:
    """All reviews of an organization with their points, the newest first, in two queries."""
    return tally_reviews(VendorReview.objects.of(organization).newest_first())


def tally_reviews(reviews: Iterable[VendorReview]) -> list[TalliedReview]:
    """Reviews with their points, in one query beyond the reviews themselves."""
    reviews = list(reviews)
    ratings: dict[int, dict[str, str]] = defaultdict(dict)
    news: dict[int, int] = defaultdict(int)
    asked = {
        review.pk: {
            question.key
            for topic in topics_of(content_of(review), review.hosting_model)
            for question in topic.questions
        }
        for review in reviews
    }
    rows = VendorAnswer.objects.filter(review__in=reviews)
    for review_id, key, rating, vendor_at, seen_at in rows.values_list(
        "review_id", "question_key", "rating", "vendor_at", "seen_at"
    ):
        ratings[review_id][key] = rating
        is_new = vendor_at is not None and (seen_at is None or seen_at < vendor_at)
        news[review_id] += is_new and key in asked[review_id]
    return [TalliedReview(review, live_result(review, ratings[review.pk]), news[review.pk]) for review in reviews]


def current_ratings(review: VendorReview) -> dict[str, str]:
    """The ratings of a review by question, and nothing else: the quick way to its points."""
    return dict(VendorAnswer.objects.filter(review=review).values_list("question_key", "rating"))


def live_result(review: VendorReview, ratings: dict[str, str]) -> ChecklistResult:
    """The points of a review from the ratings by question, and nothing else."""
    return tally(
        _rated(topic, question, ratings.get(question.key, ""))
        for topic in topics_of(content_of(review), review.hosting_model)
        for question in topic.questions
    )


@dataclass(frozen=True, slots=True)
class VendorRedFlag:
    """A critical question that a vendor has not answered with a 2; it bears on a category of the scorecard."""

    review_id: int
    vendor_id: int
    vendor: str
    is_own_team: bool
    question: str
    ask: str
    proof: str
    rating: str
    category: str

    @property
    def reason(self) -> str:
        return str(WITHOUT_PROOF[self.rating])


def _critical() -> set[str]:
    """The keys of every question that is critical in any version of the framework."""
    contents = [framework.load(*version) for version in framework.released()]
    return {q.key for content in contents for topic in content.vendor.topics for q in topic.questions if q.critical}


def _latest() -> models.QuerySet[VendorReview]:
    """The latest review of a vendor, for a subquery in the answers."""
    same = VendorReview.objects.filter(vendor=models.OuterRef("review__vendor"))
    return same.order_by("-reviewed_on", "-pk").values("pk")[:1]


_without_a_two = Prepared(
    lambda organization: (
        VendorAnswer.objects.filter(review__vendor__organization=organization, review=models.Subquery(_latest()))
        .filter(question_key__in=_critical())
        .exclude(rating__in=["2", "na"])
        .exclude(~models.Q(review__status=VendorReview.Status.COMPLETE), rating="")
        .order_by("review__vendor__name_sort", "pk")
        .values_list(
            *("review_id", "review__vendor_id", "review__vendor__name", "review__vendor__is_own_team"),
            *("question_key", "rating"),
            *("review__framework_key", "review__framework_version", "review__hosting_model"),
        )
    ),
    0,
)


def vendor_red_flags(organization: Organization) -> dict[str, list[VendorRedFlag]]:
    """By category key, the red flags in the latest review of each vendor, in one query.

    Until a review is complete, a question that is not rated yet is no flag on the scorecard: nobody may have asked it.
    """
    flags: dict[str, list[VendorRedFlag]] = defaultdict(list)
    for row in _without_a_two.rows(organization.pk):
        review, vendor, name, is_own_team, key, rating, *version, hosting_model = row
        for topic in topics_of(framework.load(*version), hosting_model):
            for question in topic.questions:
                if question.key == key and question.critical:
                    ask = question.ask_team if is_own_team else question.ask_vendor
                    flag = VendorRedFlag(
                        *(review, vendor, name, bool(is_own_team)),
                        *(key, ask, question.evidence, rating, topic.category),
                    )
                    flags[topic.category].append(flag)
    return dict(flags)
