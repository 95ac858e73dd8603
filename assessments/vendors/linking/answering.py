"""What a vendor can do by his link: answer, attach evidence, remove his own, submit. Nothing else of the review is his.

Each change asks again, with the review locked, whether the link is still good; if not, the reason is a sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.figures.models import FigureDrop
from assessments.framework import VendorQuestion
from assessments.saving.parts import (
    SOMEONE,
    Outcome,
    attempt,
    clean_text,
    is_posted,
    plain,
    update_part,
    version_or_stale,
)
from assessments.saving.proofs import file_fields, without_leftovers
from assessments.saving.uploads import CheckedUpload
from assessments.vendors import submissions
from assessments.vendors.asked import asked_of, count_answered
from assessments.vendors.linking import links
from assessments.vendors.measured import files
from assessments.vendors.models import SAID_MAX_LENGTH, VendorAnswer, VendorEvidence, VendorLink, VendorReview
from assessments.vendors.services import EVIDENCE_MAX_ITEMS, lock, record_evidence, wording
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event

MAX_BYTES = 100 * 1024**2  # in all, attached by one link

ENDED = "This link has ended. Ask whoever sent it for a new one."
SUBMITTED = "These answers were submitted already and no longer change."
CLOSED = "The answers were closed by whoever asked for them, and no longer change."


def can_answer(link: VendorLink) -> bool:
    return link.submitted_at is None and not link.review.is_complete


@contextmanager
def _answering(link: VendorLink) -> Iterator[None]:
    """While something is changed: refuses what the link is no longer good for, and nobody ends it meanwhile."""
    with transaction.atomic():
        review = lock(link.review)
        now = VendorLink.objects.standing().filter(pk=link.pk).first()
        if now is None or now.is_expired:
            raise ValidationError(ENDED)
        if now.submitted_at:
            raise ValidationError(SUBMITTED)
        if review.is_complete:
            raise ValidationError(CLOSED)
        yield


def _who(link: VendorLink) -> dict[str, str]:
    return {"actor_name": f"{link.review.vendor}, by link"}


# ---- Answers


def record_answer(link: VendorLink, *, question: VendorQuestion, said: str, version: int) -> int:
    """Replace the vendor's answer. Returns its new version.

    Raises `StaleAnswerError` when `version` is not the current one, unless the answer already is what is written.
    """
    values = {"vendor_said": clean_text(said, SAID_MAX_LENGTH, "answer")}
    rows = VendorAnswer.objects.filter(review=link.review_id, question_key=question.key)
    with _answering(link):
        new_version = update_part(
            rows,
            version_field="vendor_said_version",
            version=version,
            values=values,
            stamp={"vendor_at": timezone.now(), "vendor_said_from": ""},
            saved=lambda before: _record_answer(link, question, before["vendor_said"], values["vendor_said"]),
        )
        if new_version is not None:
            return new_version
        now = rows.get()
        # Whoever of the vendor's people it was: the buyer's names are none of his business.
        return version_or_stale(now, "vendor_said_version", values, by=SOMEONE, at=now.vendor_at)


def _record_answer(link: VendorLink, question: VendorQuestion, old: str, new: str) -> None:
    if old == new:
        return
    vendor = link.review.vendor
    subject = f"{vendor}: {wording(question, vendor)}"
    entry = {"organization": vendor.organization_id, "subject": subject, "old": old, "new": new}
    trail.record_typing(Action.VENDOR_ANSWERED, **entry, **_who(link))


def save_answer(link: VendorLink, question: VendorQuestion, data: QueryDict) -> Outcome:
    """Save one answer of what was posted and say what became of it; never raises for bad input."""
    said = data.get(f"{question.key}-said", "")
    return attempt(
        *(question.key, "said", data),
        lambda version: record_answer(link, question=question, said=said, version=version),
    )


def save_page(link: VendorLink, data: QueryDict) -> list[Outcome]:
    """Save every answer of a whole posted page that differs from what is stored: how it works without JavaScript."""
    stored = dict(link.review.answers.values_list("question_key", "vendor_said"))
    return [
        save_answer(link, question, data)
        for key, question in asked_of(link.review).items()
        if is_posted(key, "said", data) and plain(data.get(f"{key}-said", "")) != stored[key]
    ]


# ---- Evidence


def add_link(link: VendorLink, *, question: str, title: str, url: str) -> VendorEvidence:
    return _add(link, question, VendorEvidence(title=title, url=url, by_vendor=True))


def add_file(link: VendorLink, *, question: str, title: str, upload: CheckedUpload) -> VendorEvidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`, as evidence."""
    return _add(link, question, VendorEvidence(**file_fields(upload, title), by_vendor=True))


def _add(link: VendorLink, question: str, evidence: VendorEvidence) -> VendorEvidence:
    with without_leftovers(evidence), _answering(link):
        evidence.answer = _answer_for(link, question, evidence.size)
        evidence.save(force_insert=True)
        _changed(link, evidence)
        record_evidence(Action.EVIDENCE_ADDED, link.review, evidence, **_who(link))
    return evidence


def _answer_for(link: VendorLink, question: str, size: int) -> VendorAnswer:
    """The row that evidence of so many bytes is added to; ValidationError if there is no room for it."""
    answer = VendorAnswer.objects.select_related("review__vendor").get(review=link.review_id, question_key=question)
    own = VendorEvidence.objects.filter(answer__review=link.review_id, by_vendor=True)
    if own.filter(answer=answer).count() >= EVIDENCE_MAX_ITEMS:
        raise ValidationError(f"A question holds at most {EVIDENCE_MAX_ITEMS} pieces of evidence. Remove one first.")
    kept = own.filter(created_at__gte=link.created_at).aggregate(bytes=Sum("size"))["bytes"] or 0
    waiting = dropped_by(link).exclude(vendor_answer=answer).aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + waiting + size > MAX_BYTES:
        attached = f"{(kept + waiting) / 1024**2:,.0f} MB are attached"
        raise ValidationError(
            f"All files together may have {MAX_BYTES // 1024**2} MB; {attached}. "
            "Nothing was stored. Attach a link instead, or remove a file first."
        )
    return answer


def dropped_by(link: VendorLink) -> models.QuerySet[FigureDrop]:
    """The files of tools that the vendor dropped on the questions that are put to him, and did not take yet."""
    return FigureDrop.objects.filter(
        vendor_answer__review=link.review_id, vendor_answer__question_key__in=asked_of(link.review), by_vendor=True
    )


def drop_file(link: VendorLink, *, question: str, upload: CheckedUpload) -> UUID:
    """Read the file of a tool and keep what it says until it is taken; returns the batch of its page."""
    with _answering(link):
        return files.drop_on(_answer_for(link, question, upload.size), upload, actor=None)


def take_file(link: VendorLink, preview: files.Preview, *, question: str) -> bool:
    """Keep what is ticked of a tool's file as evidence, as `files.take` has it."""

    def add(evidence: VendorEvidence) -> None:
        evidence.by_vendor = True
        _add(link, question, evidence)

    return files.take(preview, add)


def evidence_of(link: VendorLink) -> models.QuerySet[VendorEvidence]:
    """The vendor's own evidence on the questions that are put to him."""
    return VendorEvidence.objects.filter(
        answer__review=link.review_id, answer__question_key__in=asked_of(link.review), by_vendor=True
    )


def remove_evidence(link: VendorLink, evidence: VendorEvidence) -> None:
    with _answering(link):
        number, _ = evidence.delete()
        if number:  # else someone else was quicker
            _changed(link, evidence)
            record_evidence(Action.EVIDENCE_REMOVED, link.review, evidence, **_who(link))


def _changed(link: VendorLink, evidence: VendorEvidence) -> None:
    VendorAnswer.objects.filter(pk=evidence.answer_id).update(vendor_at=timezone.now())


# ---- Submitting


def submit(link: VendorLink) -> None:
    """Hand the answers in: by this link they no longer change, and the buyer is no longer waiting."""
    with _answering(link):
        now = timezone.now()  # once nobody else writes: no answer is later
        VendorLink.objects.filter(pk=link.pk).update(submitted_at=now)
        VendorReview.objects.filter(pk=link.review_id).update(submitted_at=now)
        links.no_longer_waiting(link.review)
        vendor = link.review.vendor
        trail.record(
            Action.VENDOR_SUBMITTED,
            organization=vendor.organization_id,
            subject=vendor.name,
            new=f"{count_answered(link.review)} of {len(asked_of(link.review))} questions answered",
            **_who(link),
        )
        submissions.tell(link, now)
        _announce(link)


def _announce(link: VendorLink) -> None:
    review, vendor = link.review, link.review.vendor
    answered, asked = count_answered(review), len(asked_of(review))
    announce(
        Event.VENDOR_SUBMITTED,
        vendor.organization_id,
        text=f"{vendor} has submitted the answers: {answered} of {asked} questions answered.",
        path=reverse("vendor_review_detail", args=[vendor.organization.slug, review.pk]),
        vendor={"name": vendor.name, "review_id": review.pk, "answered": answered, "asked": asked},
    )
