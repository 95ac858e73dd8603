"""What the buyer can do to a vendor's review. Every change of hers passes here; the vendor's, through `answering`.

A complete review no longer changes: reopen it to correct it, or repeat it to ask again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Framework, VendorQuestion
from assessments.organizations.models import Organization
from assessments.platform.frameworks.keeping import keep
from assessments.platform.name_fields import derived, name_key
from assessments.saving.parts import clean_text, update_part, version_or_stale
from assessments.saving.proofs import file_fields, without_leftovers
from assessments.saving.uploads import CheckedUpload
from assessments.vendors.measured import files
from assessments.vendors.models import (
    FOLLOW_UP_MAX_LENGTH,
    MAX_WEIGHT,
    SAID_MAX_LENGTH,
    TopicWeight,
    Vendor,
    VendorAnswer,
    VendorEvidence,
    VendorReview,
)

Rating = VendorAnswer.Rating
Status = VendorReview.Status

EVIDENCE_MAX_ITEMS = 20
LOGGED = "en"  # the language of what is recorded
COMPLETE = _lazy("This review is complete and no longer changes. Reopen it, or repeat it to ask again.")
DELETED = _lazy("This review was deleted meanwhile.")
CHANGED_MEANWHILE = _lazy("The vendor's words have changed meanwhile. Look at both once more.")
WEIGHT_ERROR = format_lazy(_lazy("A weight is a whole number from 0 to {most}."), most=MAX_WEIGHT)
RATED = {"": "not rated", "na": "n/a"}
# What a repeated review takes over from the one before it.
COPIED = ("rating", "said", "vendor_said", "follow_up", "follow_up_owner", "follow_up_on", "follow_up_done")
COPIED_EVIDENCE = ("title", "url", "file", "filename", "content_type", "size", "by_vendor", "figures")


def too_much_evidence() -> str:
    said = _("A question holds at most {most} pieces of evidence. Remove one first.")
    return said.format(most=EVIDENCE_MAX_ITEMS)


def content_of(review: VendorReview) -> Framework:
    return framework.load(review.framework_key, review.framework_version)


def questions_of(content: Framework) -> dict[str, VendorQuestion]:
    return {question.key: question for topic in content.vendor.topics for question in topic.questions}


def wording(question: VendorQuestion, vendor: Vendor) -> str:
    """The question as it is put to a vendor, or to the organization's own team."""
    return question.ask_team if vendor.is_own_team else question.ask_vendor


# ---- Reviews


def lock(review: VendorReview) -> VendorReview:
    """The review as it stands, which nobody else changes until the transaction ends."""
    return lock_all([review])[review.pk]


def lock_all(reviews: Iterable[VendorReview]) -> dict[int, VendorReview]:
    """Several reviews as they stand, always locked in one order; ValidationError where the first one was deleted."""
    keys = [review.pk for review in reviews]
    rows = VendorReview.objects.select_for_update(no_key=True, of=("self",)).select_related("vendor")
    locked = {review.pk: review for review in rows.filter(pk__in=keys).order_by("pk")}
    if keys[0] not in locked:
        raise ValidationError(DELETED)
    return locked


def start_review(
    organization: Organization,
    *,
    name: str,
    is_own_team: bool = False,
    kind: str = "",
    offer: str = "",
    contact: str = "",
    reviewed_on: date | None = None,
    hosting_model: str = "",
    actor: User,
) -> VendorReview:
    """Begin a review of a vendor, known by name or new. A vendor that was reviewed before starts from the last answers.

    ValidationError while another review of the same vendor is under way.
    """
    details = {
        "kind": kind,
        "offer": offer,
        "contact": contact,
        "reviewed_on": reviewed_on or timezone.localdate(),
        "hosting_model": hosting_model or organization.hosting_model,
    }
    try:
        with transaction.atomic():
            vendor = organization.vendors.filter(name_key=name_key(name)).first()
            vendor = vendor or organization.vendors.create(name=name, is_own_team=is_own_team)
            vendor.organization = organization
            return _create_review(vendor, details, actor)
    except IntegrityError:
        raise ValidationError(
            {"name": _("A review of {name} is under way already. Continue that one.").format(name=name)}
        ) from None


def repeat_review(review: VendorReview, *, actor: User) -> VendorReview:
    """Ask again: a new review that starts from the answers of this vendor's last one. One under way is returned.

    ValidationError if the vendor was deleted meanwhile.
    """
    vendor = review.vendor
    details = {name: getattr(review, name) for name in ("kind", "offer", "contact", "hosting_model")}
    try:
        with transaction.atomic():
            return _create_review(vendor, {**details, "reviewed_on": timezone.localdate()}, actor)
    except IntegrityError:
        under_way = vendor.reviews.exclude(status=Status.COMPLETE).first()
        if under_way is None:
            raise ValidationError(DELETED) from None
        return under_way


def _create_review(vendor: Vendor, details: dict[str, Any], actor: User) -> VendorReview:
    content = vendor.organization.vendor_framework
    keep(content)
    last = vendor.reviews.filter(status=Status.COMPLETE).newest_first().first()
    review = vendor.reviews.create(
        framework_key=content.key,
        framework_version=content.version,
        predecessor=last,
        created_by=actor,
        **details,
    )
    old = {answer.question_key: answer for answer in last.answers.prefetch_related("evidence")} if last else {}
    answers = [VendorAnswer(review=review, question_key=key) for key in questions_of(content)]
    for answer in answers:
        if was := old.get(answer.question_key):
            for name in COPIED:
                setattr(answer, name, getattr(was, name))
    VendorAnswer.objects.bulk_create(answers)
    VendorEvidence.objects.bulk_create(
        VendorEvidence(
            answer=answer,
            created_by_id=item.created_by_id,
            **{name: getattr(item, name) for name in COPIED_EVIDENCE},
        )
        for answer in answers
        if answer.question_key in old
        for item in old[answer.question_key].evidence.all()
    )
    trail.record(Action.VENDOR_REVIEW_STARTED, organization=vendor.organization_id, subject=vendor.name, actor=actor)
    return review


def change_details(review: VendorReview, *, name: str, actor: User, **details: Any) -> None:
    """Change the vendor's name and the review's offer, contact, date or hosting model."""
    vendor, old = review.vendor, _details(review)
    try:
        with _change_to(review), transaction.atomic():
            Vendor.objects.filter(pk=vendor.pk).update(**derived(name))
            rows = VendorReview.objects.filter(pk=review.pk)
            if not rows.exclude(status=Status.COMPLETE).update(**details):
                raise ValidationError(COMPLETE if rows.exists() else DELETED)
            vendor.name = name
            for field, value in details.items():
                setattr(review, field, value)
            if old != _details(review):
                trail.record(
                    Action.VENDOR_REVIEW_CHANGED,
                    organization=vendor.organization_id,
                    subject=vendor.name,
                    old=old,
                    new=_details(review),
                    actor=actor,
                )
    except IntegrityError:
        raise ValidationError({"name": _("There is a vendor called {name} already.").format(name=name)}) from None


@translation.override(LOGGED)
def _details(review: VendorReview) -> str:
    on = date_format(review.reviewed_on, "DAY")
    parts = (
        review.vendor.name,
        review.get_kind_display(),
        review.offer,
        review.contact,
        on,
        review.get_hosting_model_display(),
    )
    return ", ".join(part for part in parts if part)


def complete_review(review: VendorReview, *, actor: User) -> None:
    """Close the review: its answers no longer change, and the vendor's link shows them only."""
    under_way = VendorReview.objects.filter(pk=review.pk).exclude(status=Status.COMPLETE)
    with transaction.atomic():
        list(under_way.select_for_update(no_key=True).values_list("pk"))  # no answer is later than the time below
        if under_way.update(status=Status.COMPLETE, completed_at=timezone.now()):
            _record_status(review, Status.COMPLETE, actor)


def reopen_review(review: VendorReview, *, actor: User) -> None:
    """Let a complete review change again; ValidationError if a later one is under way.

    It waits for the vendor again where he has a link by which he can still answer.
    """
    answerable = review.links.standing().filter(submitted_at=None, expires_at__gt=timezone.now())
    try:
        with transaction.atomic():
            status = Status.WAITING if answerable.exists() else Status.OPEN
            complete = VendorReview.objects.filter(pk=review.pk, status=Status.COMPLETE)
            if complete.update(status=status, completed_at=None):
                _record_status(review, status, actor)
    except IntegrityError:
        raise ValidationError(
            _("A later review of {vendor} is under way. Continue that one.").format(vendor=review.vendor)
        ) from None


@translation.override(LOGGED)
def _record_status(review: VendorReview, status: Status, actor: User) -> None:
    old, review.status = review.get_status_display(), status
    trail.record(
        Action.VENDOR_REVIEW_CHANGED,
        organization=review.vendor.organization_id,
        subject=review.vendor.name,
        old=old,
        new=str(status.label),
        actor=actor,
    )


def delete_review(review: VendorReview, *, actor: User) -> None:
    """Delete a review with its answers, files and link; the vendor goes with its last review. Reports keep theirs."""
    vendor = review.vendor
    with transaction.atomic():
        _, gone = review.delete()
        if not gone.get(VendorReview._meta.label):
            return
        if not vendor.reviews.exists():
            vendor.delete()
        trail.record(
            Action.VENDOR_REVIEW_DELETED, organization=vendor.organization_id, subject=vendor.name, actor=actor
        )


@contextmanager
def _change_to(review: VendorReview) -> Iterator[None]:
    """Refuses what is complete, in a sentence. Conditional updates ask again, for what was completed meanwhile."""
    if review.is_complete:
        raise ValidationError(COMPLETE)
    yield


# ---- Answers


def record_rating(
    review: VendorReview, *, question: str, rating: str, actor: User, version: int, read_at: datetime | None = None
) -> int:
    """Rate an answer 0, 1 or 2, not applicable, or clear the rating. Returns the rating's new version.

    Raises `StaleAnswerError` when `version` is not the current one, unless the rating already is what is asked for.
    What the vendor had written there when the buyer read it, `read_at` or now, counts as read from then on.
    """
    if rating not in ("", *Rating.values):
        raise ValidationError(_("Choose 0, 1, 2 or n/a."))
    return _update(
        review, question, "rating", {"rating": rating}, actor, version, {"seen_at": read_at or timezone.now()}
    )


def record_said(review: VendorReview, *, question: str, said: str, actor: User, version: int) -> int:
    """Replace what they said, in the buyer's words. Returns its new version; `StaleAnswerError` as for a rating."""
    return _update(review, question, "said", {"said": clean_text(said, SAID_MAX_LENGTH, "answer")}, actor, version)


def record_follow_up(
    review: VendorReview,
    *,
    question: str,
    follow_up: str,
    owner: str,
    on: date | None,
    done: bool,
    actor: User,
    version: int,
) -> int:
    """Replace what is to follow, by whom and by when. Returns its new version; `StaleAnswerError` as for a rating."""
    values = {
        "follow_up": clean_text(follow_up, FOLLOW_UP_MAX_LENGTH, "follow-up"),
        "follow_up_owner": owner,
        "follow_up_on": on,
        "follow_up_done": done,
    }
    return _update(review, question, "follow_up", values, actor, version)


def _update(
    review: VendorReview,
    question: str,
    part: str,
    values: dict[str, Any],
    actor: User,
    version: int,
    stamp: dict[str, Any] | None = None,
) -> int:
    rows = VendorAnswer.objects.filter(review=review, question_key=question)
    with _change_to(review):
        new_version = update_part(
            rows.exclude(review__status=Status.COMPLETE),
            version_field=f"{part}_version",
            version=version,
            values=values,
            stamp={"updated_at": timezone.now(), "updated_by": actor, **(stamp or {})},
            saved=lambda before: _record_answer(review, question, before, values, actor),
        )
    if new_version is not None:
        return new_version
    current = rows.select_related("updated_by", "review").first()
    if current is None:
        raise ValidationError(DELETED)
    if current.review.is_complete:
        raise ValidationError(COMPLETE)
    return version_or_stale(current, f"{part}_version", values)


def _record_answer(
    review: VendorReview, question: str, before: dict[str, Any], values: dict[str, Any], actor: User
) -> None:
    old, new = _in_words(before), _in_words(values)
    if old == new:
        return
    known = questions_of(content_of(review)).get(question)
    subject = f"{review.vendor}: {wording(known, review.vendor) if known else question}"
    entry = {"organization": review.vendor.organization_id, "subject": subject, "old": old, "new": new, "actor": actor}
    if "rating" in values:
        trail.record(Action.VENDOR_RATED, **entry)
    else:
        trail.record_typing(Action.VENDOR_ANSWER_NOTED, **entry)


@translation.override(LOGGED)
def _in_words(values: dict[str, Any]) -> str:
    if "rating" in values:
        return RATED.get(values["rating"], values["rating"])
    if "follow_up" in values:
        on = values["follow_up_on"]
        due = f"due {date_format(on, 'DAY')}" if on else ""
        done = "done" if values["follow_up_done"] else ""
        return ", ".join(part for part in (values["follow_up"], values["follow_up_owner"], due, done) if part)
    return str(next(iter(values.values())))


def rate_topic(review: VendorReview, *, topic: str, applies: bool, actor: User) -> int:
    """Mark every question of a topic that is not rated yet as not applicable, or take that back for the whole topic.

    Returns the number of questions that changed.
    """
    keys = [q.key for t in content_of(review).vendor.topics if t.key == topic for q in t.questions]
    rows = VendorAnswer.objects.filter(review=review, question_key__in=keys).exclude(review__status=Status.COMPLETE)
    rating_from, rating_to = (Rating.NOT_APPLICABLE, "") if applies else ("", Rating.NOT_APPLICABLE)
    with _change_to(review), transaction.atomic():
        changed = list(rows.filter(rating=rating_from).values_list("question_key", flat=True))
        rows.filter(rating=rating_from).update(
            rating=rating_to,
            rating_version=models.F("rating_version") + 1,
            updated_at=timezone.now(),
            updated_by=actor,
        )
        for key in changed:
            _record_answer(review, key, {"rating": rating_from}, {"rating": rating_to}, actor)
    return len(changed)


def mark_seen(review: VendorReview, *, read_at: datetime) -> None:
    """Everything the vendor had written when the buyer read it counts as read."""
    review.answers.filter(vendor_at__lte=read_at).update(seen_at=read_at)


def take_offered(review: VendorReview, *, question: str, read_at: datetime, actor: User) -> None:
    """Let the words of a link for several clients take the place of those that came in a file.

    ValidationError if they changed since the buyer read them.
    """
    with _change_to(review), transaction.atomic():
        lock(review)
        rows = review.answers.filter(question_key=question).exclude(vendor_offered="")
        answer = rows.exclude(review__status=Status.COMPLETE).first()
        if answer is None or (answer.vendor_at and answer.vendor_at > read_at):
            raise ValidationError(CHANGED_MEANWHILE)
        old = answer.vendor_said
        answer.vendor_said, answer.vendor_offered, answer.vendor_said_from = answer.vendor_offered, "", ""
        answer.vendor_said_version += 1
        answer.save(update_fields=["vendor_said", "vendor_offered", "vendor_said_from", "vendor_said_version"])
        known = questions_of(content_of(review))[question]
        trail.record(
            Action.VENDOR_ANSWERS_IMPORTED,
            organization=review.vendor.organization_id,
            subject=f"{review.vendor}: {wording(known, review.vendor)}",
            old=old,
            new=answer.vendor_said,
            actor=actor,
        )


# ---- Evidence


def add_link(review: VendorReview, *, question: str, title: str, url: str, actor: User) -> VendorEvidence:
    evidence = VendorEvidence(title=title, url=url, created_by=actor)
    return _add(review, question, evidence, actor)


def add_file(review: VendorReview, *, question: str, title: str, upload: CheckedUpload, actor: User) -> VendorEvidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`, as evidence."""
    return _add(review, question, VendorEvidence(**file_fields(upload, title), created_by=actor), actor)


def drop_file(review: VendorReview, *, question: str, upload: CheckedUpload, actor: User) -> UUID:
    """Read the file of a tool and keep what it says until it is taken; returns the batch of its page."""
    with _change_to(review):
        return files.drop_on(answer_for_evidence(review, question), upload, actor=actor)


def take_file(review: VendorReview, preview: files.Preview, *, question: str, actor: User) -> bool:
    """Keep what is ticked of a tool's file as evidence, as `files.take` has it."""

    def add(evidence: VendorEvidence) -> None:
        evidence.created_by = actor
        _add(review, question, evidence, actor)

    return files.take(preview, add)


def _add(review: VendorReview, question: str, evidence: VendorEvidence, actor: User) -> VendorEvidence:
    with without_leftovers(evidence), _change_to(review), transaction.atomic():
        lock(review)
        evidence.answer = answer_for_evidence(review, question)
        evidence.save(force_insert=True)
        record_evidence(Action.EVIDENCE_ADDED, review, evidence, actor=actor)
    return evidence


def answer_for_evidence(review: VendorReview, question: str) -> VendorAnswer:
    """The row that evidence is added to; ValidationError if it holds too many or the review is gone or complete."""
    rows = VendorAnswer.objects.select_related("review__vendor").filter(review=review, question_key=question)
    answer = rows.exclude(review__status=Status.COMPLETE).first()
    if answer is None:
        raise ValidationError(COMPLETE if rows.exists() else DELETED)
    if answer.evidence.filter(by_vendor=False).count() >= EVIDENCE_MAX_ITEMS:  # the vendor has as many of his own
        raise ValidationError(too_much_evidence())
    return answer


def remove_evidence(review: VendorReview, evidence: VendorEvidence, *, actor: User) -> None:
    row = VendorEvidence.objects.filter(pk=evidence.pk)
    with _change_to(review), transaction.atomic():
        number, _ = row.exclude(answer__review__status=Status.COMPLETE).delete()
        if number:
            record_evidence(Action.EVIDENCE_REMOVED, review, evidence, actor=actor)
        elif row.exists():  # else someone else was quicker
            raise ValidationError(COMPLETE)


def record_evidence(action: Action, review: VendorReview, evidence: VendorEvidence, **who: Any) -> None:
    trail.record(
        action,
        organization=review.vendor.organization_id,
        subject=f"{review.vendor}: {evidence.title}",
        new=evidence.url or evidence.filename,
        **who,
    )


# ---- Weights


def set_weights(organization: Organization, weights: dict[str, int], *, actor: User) -> None:
    """How much each topic counts when vendors are compared: 0 leaves it out, 1 is as usual, 5 is the most.

    Weights are shared by everyone in the organization. ValidationError for what is no whole number from 0 to 5.
    """
    if any(not 0 <= weight <= MAX_WEIGHT for weight in weights.values()):
        raise ValidationError(WEIGHT_ERROR)
    with transaction.atomic():
        old = dict(organization.topic_weights.values_list("topic_key", "weight"))
        TopicWeight.objects.bulk_create(
            [TopicWeight(organization=organization, topic_key=key, weight=weight) for key, weight in weights.items()],
            update_conflicts=True,
            unique_fields=["organization", "topic_key"],
            update_fields=["weight"],
        )
        before, after = ({key: each.get(key, 1) for key in weights} for each in (old, weights))
        if before != after:
            said = [", ".join(f"{key} {weight}" for key, weight in each.items()) for each in (before, after)]
            trail.record(Action.TOPIC_WEIGHTS_CHANGED, organization=organization, old=said[0], new=said[1], actor=actor)
