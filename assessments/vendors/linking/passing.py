"""What a vendor does by one link for several clients, done in the reviews of the others, too.

The pages and the saving component know one review, that of the link itself. From there everything is passed on, within
the same transaction, to the `others`; whoever calls has locked all of them. Words that came to another client in a file
are not overwritten: what the link says is offered beside them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from assessments.audit import trail
from assessments.audit.trail import Action, Entry
from assessments.framework import VendorQuestion
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorLink
from assessments.vendors.services import COPIED_EVIDENCE, wording

IDENTITY = ("title", "url", "file")  # what makes two pieces of evidence the same


def pass_words(link: VendorLink, question: VendorQuestion, said: str, at: datetime) -> None:
    """Write what was answered into the other reviews; what is empty erases no words that came in a file."""
    if not link.others:
        return
    rows = VendorAnswer.objects.filter(review__in=_reviews(link), question_key=question.key)
    before = {row.review_id: row for row in rows.only("review_id", "vendor_said", "vendor_said_from")}
    changed = [other for other in link.others if _takes(before[other.review_id], said)]
    rows.filter(review__in=[other.review_id for other in changed]).update(
        vendor_said=said, vendor_said_version=F("vendor_said_version") + 1, vendor_offered="", vendor_at=at
    )
    rows.exclude(vendor_said_from="").update(vendor_offered=said, vendor_at=at)
    trail.record_typing_each(
        Action.VENDOR_ANSWERED,
        [_entry(other, question, old=before[other.review_id].vendor_said) for other in changed],
        new=said,
        actor_name=_who(link),
    )


def _takes(answer: VendorAnswer, said: str) -> bool:
    return not answer.vendor_said_from and answer.vendor_said != said


def _reviews(link: VendorLink) -> list[int]:
    return [other.review_id for other in link.others]


def _who(link: VendorLink) -> str:
    return f"{link.review.vendor}, by link"


def _entry(link: VendorLink, question: VendorQuestion, **values: str) -> Entry:
    vendor = link.review.vendor
    return Entry(vendor.organization_id, f"{vendor}: {wording(question, vendor)}", **values)


# ---- Evidence


def pass_evidence(link: VendorLink, evidence: VendorEvidence, at: datetime) -> None:
    """Attach the same evidence in the other reviews; a file is stored once."""
    if not link.others:
        return
    answers = VendorAnswer.objects.filter(review__in=_reviews(link), question_key=evidence.answer.question_key)
    VendorEvidence.objects.bulk_create(_copy(evidence, answer) for answer in answers)
    answers.update(vendor_at=at)
    _record_evidence(Action.EVIDENCE_ADDED, link, evidence)


def _copy(evidence: VendorEvidence, answer: VendorAnswer) -> VendorEvidence:
    return VendorEvidence(answer=answer, **{name: getattr(evidence, name) for name in COPIED_EVIDENCE})


def take_back_evidence(link: VendorLink, evidence: VendorEvidence, at: datetime) -> None:
    """Remove the same evidence from the other reviews."""
    if not link.others:
        return
    answers = VendorAnswer.objects.filter(review__in=_reviews(link), question_key=evidence.answer.question_key)
    same = {name: getattr(evidence, name) for name in IDENTITY}
    copies = VendorEvidence.objects.filter(answer__in=answers, by_vendor=True, **same)
    one_each = dict(copies.order_by("pk").values_list("answer_id", "pk"))
    VendorEvidence.objects.filter(pk__in=one_each.values()).delete()
    answers.filter(pk__in=one_each).update(vendor_at=at)
    _record_evidence(Action.EVIDENCE_REMOVED, link, evidence)


def _record_evidence(action: Action, link: VendorLink, evidence: VendorEvidence) -> None:
    entries = [
        Entry(vendor.organization_id, f"{vendor}: {evidence.title}", new=evidence.url or evidence.filename)
        for vendor in (other.review.vendor for other in link.others)
    ]
    trail.record_each(action, entries, actor_name=_who(link))


# ---- Submitting


def pass_all(link: VendorLink, questions: Iterable[VendorQuestion], at: datetime) -> None:
    """What the vendor sees on the page when submitting reaches every client, also what stood there before."""
    if not link.others:
        return
    keys = {question.key for question in questions}
    rows = VendorAnswer.objects.filter(review__in=[link.review_id, *_reviews(link)], question_key__in=keys)
    answers = list(rows.only("review_id", "question_key", "vendor_said", "vendor_said_version", "vendor_said_from"))
    own = {answer.question_key: answer for answer in answers if answer.review_id == link.review_id}
    theirs = [answer for answer in answers if answer.review_id != link.review_id]
    _pass_all_words(own, theirs, at)
    _pass_all_evidence(own, theirs, at)


def _pass_all_words(own: dict[str, VendorAnswer], theirs: list[VendorAnswer], at: datetime) -> None:
    differing = [answer for answer in theirs if own[answer.question_key].vendor_said not in ("", answer.vendor_said)]
    for answer in differing:
        said, answer.vendor_at = own[answer.question_key].vendor_said, at
        if answer.vendor_said_from:
            answer.vendor_offered = said
        else:
            answer.vendor_said, answer.vendor_offered = said, ""
            answer.vendor_said_version += 1
    VendorAnswer.objects.bulk_update(
        differing, ["vendor_said", "vendor_said_version", "vendor_offered", "vendor_at"], batch_size=100
    )


def _pass_all_evidence(own: dict[str, VendorAnswer], theirs: list[VendorAnswer], at: datetime) -> None:
    attached = VendorEvidence.objects.filter(by_vendor=True)
    by_key = {answer.pk: key for key, answer in own.items()}
    there = {
        (item.answer_id, *(getattr(item, name) for name in IDENTITY)) for item in attached.filter(answer__in=theirs)
    }
    missing = [
        _copy(item, answer)
        for item in attached.filter(answer__in=own.values())
        for answer in theirs
        if answer.question_key == by_key[item.answer_id]
        and (answer.pk, *(getattr(item, name) for name in IDENTITY)) not in there
    ]
    VendorEvidence.objects.bulk_create(missing)
    VendorAnswer.objects.filter(pk__in={item.answer_id for item in missing}).update(vendor_at=at)
