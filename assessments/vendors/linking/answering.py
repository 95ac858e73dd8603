"""What a vendor can do by his link: answer, attach evidence, remove his own, submit. Nothing else of the review is his.

Each change asks again, with the review locked, whether the link is still good; if not, the reason is a sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.figures.models import FigureDrop
from assessments.framework import VendorQuestion
from assessments.framework.translating import number
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
from assessments.vendors.linking import links, passing
from assessments.vendors.measured import files
from assessments.vendors.models import SAID_MAX_LENGTH, VendorAnswer, VendorEvidence, VendorLink, VendorReview
from assessments.vendors.services import EVIDENCE_MAX_ITEMS, lock_all, record_evidence, too_much_evidence, wording
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event

MAX_BYTES = 100 * 1024**2  # in all, attached by one link

ENDED = _lazy("This link has ended. Ask whoever sent it for a new one.")
SUBMITTED = _lazy("These answers were submitted already and no longer change.")
MOVED = _lazy("One of those who asked has ended this just now; the others have not. Save once more.")
CLOSED = _lazy("The answers were closed by whoever asked for them, and no longer change.")


def can_answer(link: VendorLink) -> bool:
    return link.submitted_at is None and not link.review.is_complete


@contextmanager
def _answering(link: VendorLink) -> Iterator[None]:
    """While something is changed: refuses what the link is no longer good for, and nobody ends it meanwhile.

    Of the `others` those stay whose reviews can still change.
    """
    with transaction.atomic():
        reviews = lock_all([link.review, *(other.review for other in link.others)])
        standing = VendorLink.objects.standing().filter(review__in=reviews, expires_at__gt=timezone.now())
        now = {each.pk: each for each in standing}
        link.others = tuple(
            other for other in link.others if other.pk in now and not reviews[other.review_id].is_complete
        )
        if link.pk not in now:
            raise ValidationError(MOVED if link.others else ENDED)
        if now[link.pk].submitted_at:
            raise ValidationError(SUBMITTED)
        if reviews[link.review_id].is_complete:
            raise ValidationError(MOVED if link.others else CLOSED)
        yield


def _who(link: VendorLink) -> dict[str, str]:
    return {"actor_name": f"{link.review.vendor}, by link"}


# ---- Answers


def record_answer(link: VendorLink, *, question: VendorQuestion, said: str, version: int) -> int:
    """Replace the vendor's answer. Returns its new version.

    Raises `StaleAnswerError` when `version` is not the current one, unless the answer already is what is written.
    """
    values, now = {"vendor_said": clean_text(said, SAID_MAX_LENGTH, "answer")}, timezone.now()
    rows = VendorAnswer.objects.filter(review=link.review_id, question_key=question.key)
    with _answering(link):
        new_version = update_part(
            rows,
            version_field="vendor_said_version",
            version=version,
            values=values,
            stamp={"vendor_at": now, "vendor_said_from": "", "vendor_offered": ""},
            saved=lambda before: _record_answer(link, question, before["vendor_said"], values["vendor_said"], now),
        )
        if new_version is not None:
            return new_version
        stored = rows.get()
        # Whoever of the vendor's people it was: the buyer's names are none of his business.
        return version_or_stale(stored, "vendor_said_version", values, by=SOMEONE, at=stored.vendor_at)


def _record_answer(link: VendorLink, question: VendorQuestion, old: str, new: str, at: datetime) -> None:
    passing.pass_words(link, question, new, at)
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
        passing.pass_evidence(link, evidence, _changed(evidence))
        record_evidence(Action.EVIDENCE_ADDED, link.review, evidence, **_who(link))
    return evidence


def _answer_for(link: VendorLink, question: str, size: int) -> VendorAnswer:
    """The row that evidence of so many bytes is added to; ValidationError if there is no room for it."""
    answer = VendorAnswer.objects.select_related("review__vendor").get(review=link.review_id, question_key=question)
    own = VendorEvidence.objects.filter(answer__review=link.review_id, by_vendor=True)
    if own.filter(answer=answer).count() >= EVIDENCE_MAX_ITEMS:
        raise ValidationError(too_much_evidence())
    kept = own.filter(created_at__gte=link.created_at).aggregate(bytes=Sum("size"))["bytes"] or 0
    waiting = dropped_by(link).exclude(vendor_answer=answer).aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + waiting + size > MAX_BYTES:
        said = _(
            "All files together may have {most} MB; {attached} MB are attached. "
            "Nothing was stored. Attach a link instead, or remove a file first."
        )
        attached = number((kept + waiting) / 1024**2, 0)
        raise ValidationError(said.format(most=MAX_BYTES // 1024**2, attached=attached))
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
            passing.take_back_evidence(link, evidence, _changed(evidence))
            record_evidence(Action.EVIDENCE_REMOVED, link.review, evidence, **_who(link))


def _changed(evidence: VendorEvidence) -> datetime:
    now = timezone.now()
    VendorAnswer.objects.filter(pk=evidence.answer_id).update(vendor_at=now)
    return now


# ---- Submitting


def submit(link: VendorLink, *, name: str = "", role: str = "", email: str = "") -> None:
    """Hand the answers in: by this link they no longer change, and nobody is waiting for them any longer.

    `name`, `role` and `email` say who answered.
    """
    with _answering(link):
        now = timezone.now()  # once nobody else writes: no answer is later
        passing.pass_all(link, asked_of(link.review).values(), now)
        fed = (link, *link.others)
        reviews = [each.review_id for each in fed]
        VendorLink.objects.filter(pk__in=[each.pk for each in fed]).update(submitted_at=now)
        VendorReview.objects.filter(pk__in=reviews).update(
            submitted_at=now, answered_by=name, answered_role=role, answered_email=email
        )
        who = ", ".join(filter(None, (name, role, email)))
        for each in fed:
            _submitted(each, who)
        submissions.tell(link, now)


def _submitted(link: VendorLink, who: str) -> None:
    links.no_longer_waiting(link.review)
    review, vendor = link.review, link.review.vendor
    answered, asked = count_answered(review), len(asked_of(review))
    said = f"{answered} of {asked} questions answered"
    trail.record(
        Action.VENDOR_SUBMITTED,
        organization=vendor.organization_id,
        subject=vendor.name,
        new=f"{said}, by {who}" if who else said,
        **_who(link),
    )
    announce(
        Event.VENDOR_SUBMITTED,
        vendor.organization_id,
        text=f"{vendor} has submitted the answers: {answered} of {asked} questions answered.",
        path=reverse("vendor_review_detail", args=[vendor.organization.slug, review.pk]),
        vendor={"name": vendor.name, "review_id": review.pk, "answered": answered, "asked": asked},
    )
