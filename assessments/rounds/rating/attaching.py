"""Links and files by which a rater shows what they say of a category.

Nothing of it goes into the activity, as nothing of what raters say does; nobody else has it before the round is closed.
"""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import number
from assessments.rounds.models import Rater, RaterEvidence, Rating, Round
from assessments.rounds.rating.answering import NOT_ASKED, while_asked
from assessments.rounds.services import DELETED, name_of_category
from assessments.saving.proofs import file_fields, without_leftovers
from assessments.saving.uploads import CheckedUpload

ITEMS_MAX = 20
BYTES_MAX = 100 * 1024**2  # in all, attached by one rater
STAYS = _lazy("What was attached before the round was closed stays.")


def add_link(rater: Rater, *, category: str, title: str, url: str) -> RaterEvidence:
    return _add(rater, category, RaterEvidence(title=title, url=url))


def add_file(rater: Rater, *, category: str, title: str, upload: CheckedUpload) -> RaterEvidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`."""
    return _add(rater, category, RaterEvidence(**file_fields(upload, title)))


def _add(rater: Rater, category: str, evidence: RaterEvidence) -> RaterEvidence:
    with without_leftovers(evidence), while_asked(rater) as now:
        evidence.rating = _with_room(rater, category, evidence.size)
        evidence.rating.rater = rater
        evidence.is_late, evidence.created_by = now.is_closed, rater.user
        evidence.save(force_insert=True)
        Rating.objects.filter(pk=evidence.rating_id).update(updated_at=timezone.now())
    return evidence


def _with_room(rater: Rater, category: str, size: int) -> Rating:
    """The row that evidence of so many bytes is added to."""
    if not rater.is_asked(category):
        raise ValidationError(NOT_ASKED)
    rating = Rating.objects.filter(rater=rater.pk, category_key=category).first()
    if rating is None:
        raise ValidationError(DELETED)
    if rating.evidence.count() >= ITEMS_MAX:
        words = _("A category holds at most {number} links and files. Remove one first.")
        raise ValidationError(words.format(number=ITEMS_MAX))
    kept = evidence_of(rater).aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + size > BYTES_MAX:
        words = _(
            "All files together may have {most} MB; {number} MB are attached. "
            "Nothing was stored. Attach a link instead, or remove a file first."
        )
        raise ValidationError(words.format(most=BYTES_MAX // 1024**2, number=number(kept / 1024**2, 0)))
    return rating


def evidence_of(rater: Rater) -> QuerySet[RaterEvidence]:
    return RaterEvidence.objects.filter(rating__rater=rater.pk)


def may_remove(evidence: RaterEvidence, asked: Round) -> bool:
    """What was shown in the round stays as it was said; what came late may go again, until the sign-off."""
    return evidence.is_late or not asked.is_closed


def remove(rater: Rater, evidence: RaterEvidence) -> None:
    with while_asked(rater) as now:
        if not may_remove(evidence, now):
            raise ValidationError(STAYS)
        evidence.delete()


def visible_to(asked: Round, user: User) -> QuerySet[RaterEvidence]:
    """One's own; once the round is closed, that of all raters who count."""
    found = RaterEvidence.objects.filter(rating__rater__round=asked, rating__rater__removed_at=None)
    found = found.select_related("rating__rater")
    return found if asked.is_closed else found.filter(rating__rater__user=user)


def record_download(asked: Round, evidence: RaterEvidence) -> None:
    """Note in the audit trail that what a rater attached was taken along by somebody else."""
    trail.record(
        Action.EVIDENCE_DOWNLOADED,
        organization=asked.scorecard.organization_id,
        subject=f"{name_of_category(asked, evidence.rating.category_key)}: {evidence.title}",
        new=evidence.filename,
    )
