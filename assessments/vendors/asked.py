"""The questions that are put to a vendor, and how many of them the vendor has answered."""

from django.db.models import Exists, OuterRef, Q

from assessments.framework import VendorQuestion
from assessments.vendors.models import VendorEvidence, VendorReview
from assessments.vendors.readings import topics_of
from assessments.vendors.services import content_of


def asked_of(review: VendorReview) -> dict[str, VendorQuestion]:
    """The questions that are put, by key: those of the topics that the hosting model makes one of."""
    topics = topics_of(content_of(review), review.hosting_model)
    return {question.key: question for topic in topics for question in topic.questions}


def count_answered(review: VendorReview) -> int:
    """How many of the questions that are put have words or evidence of the vendor's."""
    by_vendor = VendorEvidence.objects.filter(answer=OuterRef("pk"), by_vendor=True)
    answers = review.answers.filter(question_key__in=asked_of(review))
    return answers.filter(Q(vendor_said__gt="") | Exists(by_vendor)).count()
