"""What is said about an item and what proves it: comments, links and files."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.roadmaps.models import COMMENT_MAX_LENGTH, RoadmapComment, RoadmapEvidence, RoadmapItem
from assessments.saving.parts import clean_text
from assessments.saving.proofs import file_fields, without_leftovers
from assessments.saving.uploads import CheckedUpload

COMMENTS_MAX = 200
EVIDENCE_MAX = 40


def add_comment(item: RoadmapItem, *, text: str, actor: User) -> RoadmapComment:
    text = clean_text(text, COMMENT_MAX_LENGTH, _("comment"))
    if not text:
        raise ValidationError(_("Write something first."))
    with transaction.atomic():
        _lock(item)
        if item.comments.count() >= COMMENTS_MAX:
            raise ValidationError(_("An item holds at most {number} comments.").format(number=COMMENTS_MAX))
        comment = item.comments.create(text=text, created_by=actor, created_name=str(actor))
        trail.record(
            Action.ROADMAP_COMMENTED,
            organization=item.roadmap.organization_id,
            subject=item.title,
            new=text,
            actor=actor,
        )
    return comment


def add_link(item: RoadmapItem, *, title: str, url: str, actor: User) -> RoadmapEvidence:
    with transaction.atomic():
        _check_room(item)
        evidence = item.evidence.create(title=title, url=url, created_by=actor)
        _record_evidence(Action.EVIDENCE_ADDED, evidence, actor)
    return evidence


def add_file(item: RoadmapItem, *, title: str, upload: CheckedUpload, actor: User) -> RoadmapEvidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`, as evidence."""
    evidence = RoadmapEvidence(item=item, created_by=actor, **file_fields(upload, title))
    with without_leftovers(evidence), transaction.atomic():
        _check_room(item)
        evidence.save(force_insert=True)
        _record_evidence(Action.EVIDENCE_ADDED, evidence, actor)
    return evidence


def remove_evidence(evidence: RoadmapEvidence) -> None:
    with transaction.atomic():
        number, _gone = evidence.delete()
        if number:  # else someone else was quicker
            _record_evidence(Action.EVIDENCE_REMOVED, evidence)


def record_download(evidence: RoadmapEvidence) -> None:
    """Note in the audit trail that a file was taken along."""
    _record_evidence(Action.EVIDENCE_DOWNLOADED, evidence)


def _lock(item: RoadmapItem) -> None:
    """Until the transaction ends nobody else adds to the item: what is counted stays so."""
    RoadmapItem.objects.select_for_update().filter(pk=item.pk).values_list("pk").first()


def _check_room(item: RoadmapItem) -> None:
    _lock(item)
    if item.evidence.count() >= EVIDENCE_MAX:
        words = _("An item holds at most {number} pieces of evidence. Remove one first.")
        raise ValidationError(words.format(number=EVIDENCE_MAX))


def _record_evidence(action: Action, evidence: RoadmapEvidence, actor: User | None = None) -> None:
    trail.record(
        action,
        organization=evidence.item.roadmap.organization_id,
        subject=f"{evidence.item.title}: {evidence.title}",
        new=evidence.url or evidence.filename,
        actor=actor,
    )
