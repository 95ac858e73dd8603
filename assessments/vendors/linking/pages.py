"""What the vendor's page shows: texts of his own and the questions, never a row with the buyer's ratings."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.names import sort_key
from assessments.saving.parts import Outcome, PartSlot, State, part_slot
from assessments.vendors.linking import links, mails
from assessments.vendors.linking.answering import can_answer
from assessments.vendors.models import VendorEvidence, VendorLink, VendorReview
from assessments.vendors.offers import in_order
from assessments.vendors.readings import topics_of
from assessments.vendors.services import content_of, wording


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is put, with what would prove the answer. `said` is the text as stored or as just typed."""

    number: int
    key: str
    ask: str
    proof: str
    said: str
    slot: PartSlot
    evidence: tuple[VendorEvidence, ...]

    @property
    def is_answered(self) -> bool:
        return bool(self.slot.theirs["said"] or self.evidence)

    @property
    def is_refused(self) -> bool:
        return self.slot.outcome is not None and self.slot.outcome.state != State.SAVED


@dataclass(frozen=True, slots=True)
class AskedTopic:
    key: str
    name: str
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class AnsweringPage:
    topics: tuple[AskedTopic, ...]
    can_answer: bool

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        return tuple(question for topic in self.topics for question in topic.questions)

    @property
    def unanswered(self) -> tuple[AskedQuestion, ...]:
        return tuple(question for question in self.questions if not question.is_answered)

    @property
    def answered(self) -> int:
        return len(self.questions) - len(self.unanswered)

    @property
    def problems(self) -> int:
        """How many answers were sent and not saved."""
        return sum(question.is_refused for question in self.questions)


def read_page(link: VendorLink, outcomes: list[Outcome] | None = None, data: QueryDict | None = None) -> AnsweringPage:
    """The page in two queries. `outcomes` is what became of the posted `data`; what was not saved is still shown."""
    review, by_key = link.review, {outcome.key: outcome for outcome in outcomes or ()}
    own = Prefetch("evidence", VendorEvidence.objects.filter(by_vendor=True), to_attr="own_evidence")
    rows = review.answers.only("review_id", "question_key", "vendor_said", "vendor_said_version").prefetch_related(own)
    answers = {answer.question_key: answer for answer in rows}
    topics, number = [], 0
    for topic in in_order(review.kind, topics_of(content_of(review), review.hosting_model)):
        questions = []
        for question in topic.questions:
            number += 1
            answer, key = answers[question.key], question.key
            stored = {"said": answer.vendor_said}
            slot = part_slot(key, "said", answer.vendor_said_version, stored, outcome=by_key.get(key), data=data)
            ask = wording(question, review.vendor)
            row = (number, key, ask, question.evidence, slot.yours["said"], slot, tuple(answer.own_evidence))
            questions.append(AskedQuestion(*row))
        topics.append(AskedTopic(topic.key, topic.name, tuple(questions)))
    return AnsweringPage(tuple(topics), can_answer(link))


def link_panel(review: VendorReview, user: User) -> dict[str, Any]:
    """What the buyer sees of the link of a review, as `vendors/_link.html` takes it."""
    link = links.current(review)
    return {
        "link": link,
        "shared_with": links.shared_with(link, user),
        "can_remind": mails.can_remind(link),
        "has_failed": mails.has_failed(link),
    }


def clients_of(link: VendorLink) -> list[Organization]:
    """The organizations that the answers go to, by name."""
    found = [each.review.vendor.organization for each in (link, *link.others)]
    return sorted(found, key=lambda organization: sort_key(organization.name))


def answered_slot(outcome: Outcome, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    stored = {"said": outcome.current.vendor_said}
    return part_slot(outcome.key, outcome.part, outcome.version, stored, outcome=outcome, data=data)
