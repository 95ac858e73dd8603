"""Asking for a review, giving one, and how a sign-off waits for it; an owner may override with a reason."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization, Role
from assessments.rounds.reviewing.models import WORD_MAX_LENGTH, ReviewSetting, SignOffReview
from assessments.saving.parts import clean_text
from assessments.scorecards.models import Scorecard
from assessments.scorecards.services import answers_digest
from assessments.scorecards.signing.immutability import MESSAGE as SIGNED_OFF
from assessments.scorecards.signing.immutability import refusal
from assessments.scorecards.signing.signals import before_sign_off

State = SignOffReview.State

NOT_REVIEWED = _lazy("{organization} asks for a review before a sign-off. Ask somebody to read this assessment first.")
WAITING = _lazy("The sign-off waits for {name}, who is reading the answers.")
RETURNED = _lazy("{name} sent the answers back. Change what the comments say, then ask for another review.")
CHANGED = _lazy("An answer changed since {name} approved them. Ask for another review.")
OWN = _lazy("You reviewed these answers yourself. Somebody else signs them off.")
DECIDED = _lazy("This review is decided already, or the assessment was deleted meanwhile.")
# The subject and the text of each mail.
ASKED = (
    _lazy("You are asked to read it before it is signed off: {title}, {organization}"),
    _lazy("{person} asks you to read “{title}” of {organization}."),
)
SAID_YES = (
    _lazy("Review approved: {title}, {organization}"),
    _lazy("{person} has approved “{title}” of {organization}."),
)
SAID_NO = (
    _lazy("Review sent back: {title}, {organization}"),
    _lazy("{person} has sent back “{title}” of {organization}."),
)


def set_required(organization: Organization, *, required: bool, actor: User) -> None:
    """Whether an organization asks for a review before every sign-off."""
    with transaction.atomic():
        was = is_required(organization)
        if required == was:
            return
        if required:
            ReviewSetting.objects.get_or_create(organization=organization)
        else:
            ReviewSetting.objects.filter(organization=organization).delete()
        old, new = (("required" if each else "not required") for each in (was, required))
        subject = "Review before sign-off"
        entry = {"organization": organization, "subject": subject, "old": old, "new": new}
        trail.record(Action.ORGANIZATION_CHANGED, actor=actor, **entry)


def is_required(organization: Organization) -> bool:
    return ReviewSetting.objects.filter(organization=organization).exists()


def ask_review(scorecard: Scorecard, *, reviewer: User, actor: User) -> SignOffReview:
    """Ask somebody who may open the organization, and is not who asks."""
    if reviewer.pk == actor.pk:
        raise ValidationError(_("A second pair of eyes is somebody else's. Choose another reviewer."))
    if not Organization.objects.filter(pk=scorecard.organization_id).opened_by(reviewer).exists():
        raise ValidationError(_("{person} may not open this organization any more.").format(person=reviewer))
    try:
        with transaction.atomic():
            review = SignOffReview.objects.create(
                scorecard=scorecard, reviewer=reviewer, reviewer_name=str(reviewer)[:150], asked_by=actor
            )
            _record(review, f"asked {review.reviewer_name}", actor)
            _tell(review, [reviewer], ASKED, str(actor))
    except IntegrityError as error:
        if SIGNED_OFF in str(error):
            raise ValidationError(refusal()) from None
        raise ValidationError(_("Somebody is asked already. Wait for their word.")) from None
    return review


def decide(
    review: SignOffReview, *, approved: bool, actor: User, digest: str, word: str, comments: Mapping[str, str]
) -> None:
    """Approve what was read, whose `answers_digest` is `digest`, or send it back with at least one word why."""
    if review.reviewer_id != actor.pk:
        raise ValidationError(_("Only {name} can decide this review.").format(name=review.reviewer_name))
    scorecard = review.scorecard
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    values: dict[str, Any] = {
        "word": clean_text(word, WORD_MAX_LENGTH, _("word")),
        "comments": {
            key: text
            for key in content.category_keys
            if (text := clean_text(comments.get(key, ""), WORD_MAX_LENGTH, _("comment")))
        },
    }
    if not approved and not (values["word"] or values["comments"]):
        raise ValidationError(_("Say what should change: by category, or in a word on all of it."))
    state = State.APPROVED if approved else State.RETURNED
    with transaction.atomic():
        locked = Scorecard.objects.select_for_update(no_key=True).filter(pk=scorecard.pk).first()
        if locked is None:
            raise ValidationError(DECIDED)
        if locked.is_signed_off:
            raise ValidationError(refusal())
        if approved and answers_digest(locked) != digest:
            raise ValidationError(_("An answer changed since you opened this page. Read it once more, then approve."))
        waiting = SignOffReview.objects.filter(pk=review.pk, state=State.WAITING)
        if not waiting.update(state=state, decided_at=timezone.now(), digest=digest if approved else "", **values):
            raise ValidationError(DECIDED)
        _record(review, "approved" if approved else "sent back", actor)
        if review.asked_by:
            _tell(review, [review.asked_by], SAID_YES if approved else SAID_NO, review.reviewer_name)


def obstacle(scorecard: Scorecard, actor: User, digest: str) -> str:
    """What keeps a person from signing off these very answers; empty where nothing does."""
    if not is_required(scorecard.organization):
        return ""
    review = scorecard.sign_off_reviews.first()
    if review is None:
        return NOT_REVIEWED.format(organization=scorecard.organization)
    if review.state == State.WAITING:
        return WAITING.format(name=review.reviewer_name)
    if review.state == State.RETURNED:
        return RETURNED.format(name=review.reviewer_name)
    if review.digest != digest:
        return CHANGED.format(name=review.reviewer_name)
    return str(OWN) if review.reviewer_id == actor.pk else ""


@receiver(before_sign_off)
def wait_for_review(scorecard: Scorecard, actor: User, digest: str, override: str, **kwargs: object) -> None:
    """The sign-off waits. An owner who gives a reason goes on without, which the activity keeps."""
    found = obstacle(scorecard, actor, digest)
    if not found:
        return
    reason = clean_text(" ".join(override.split()), 500, _("reason"))
    if not reason:
        raise ValidationError(found)
    through = Organization.objects.filter(pk=scorecard.organization_id).opened_by(actor).first()
    if through is None or through.role < Role.OWNER:
        alone = _("Only an owner can sign off without it.")
        raise ValidationError(f"{found} {alone}")
    with translation.override("en"):  # as the activity is kept
        found = obstacle(scorecard, actor, digest)
    trail.record(
        Action.SIGN_OFF_OVERRIDDEN,
        organization=scorecard.organization_id,
        subject=scorecard.title,
        old=found,
        new=reason,
        actor=actor,
    )


def _record(review: SignOffReview, what: str, actor: User) -> None:
    scorecard = review.scorecard
    about = {"organization": scorecard.organization_id, "subject": scorecard.title, "new": what, "actor": actor}
    trail.record(Action.SIGN_OFF_REVIEWED, **about)


def _tell(review: SignOffReview, people: list[User], words: tuple[Promise, Promise], person: str) -> None:
    scorecard = review.scorecard
    about = {"title": scorecard.title, "organization": scorecard.organization, "person": person}
    subject, text = (format_lazy(each, **about) for each in words)
    notices.tell(
        people,
        subject=subject,
        text=text,
        path=reverse("sign_off_review_update", args=[scorecard.organization.slug, review.pk]),
        foot=_lazy("You get this because a sign-off waits for it."),
    )
