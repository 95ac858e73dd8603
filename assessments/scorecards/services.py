"""What can be done to a scorecard. Every change to one passes through here."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.formats import date_format

from assessments import framework
from assessments.framework import Category
from assessments.organizations import audit
from assessments.organizations.audit import Action
from assessments.organizations.models import Organization, User
from assessments.organizations.names import clean_name
from assessments.scorecards.immutability import MESSAGE as SIGNED_OFF
from assessments.scorecards.models import FACT_MAX_LENGTH, NOTE_MAX_LENGTH, Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.parts import clean_text, update_part, version_or_stale
from assessments.scorecards.proofs import file_fields, without_leftovers
from assessments.scorecards.uploads import CheckedUpload

EVIDENCE_MAX_ITEMS = 40
DELETED = "This assessment was deleted meanwhile."
PART_NAMES = {"level": "score", "metric": "measured figure", "note": "note"}
METRIC_FIELDS = ("metric_key", "metric_name", "metric_value", "metric_unit", "metric_on")


@contextmanager
def _change_to(scorecard: Scorecard) -> Iterator[None]:
    """What is signed off, or is signed off meanwhile and refused by the database, is refused in the same sentence."""
    if scorecard.is_signed_off:
        raise ValidationError(SIGNED_OFF)
    try:
        yield
    except IntegrityError as error:
        if SIGNED_OFF not in str(error):
            raise
        raise ValidationError(SIGNED_OFF) from error


def start_scorecard(organization: Organization, *, title: str, actor: User) -> Scorecard:
    """Open the organization's next scorecard as a copy of the last signed-off one.

    An organization has one open scorecard at a time: if there is one already, it is returned as it is.
    """
    title = _title(title)[:120] or default_title(timezone.localdate())
    content = framework.current()
    try:
        with transaction.atomic():
            last = organization.scorecards.signed_off().newest_first().first()
            scorecard = organization.scorecards.create(
                title=title,
                framework_key=content.key,
                framework_version=content.version,
                predecessor=last,
                created_by=actor,
            )
            _create_answers(scorecard, content, last)
            audit.record(Action.SCORECARD_STARTED, organization=organization, subject=scorecard.title, actor=actor)
    except IntegrityError:
        return organization.scorecards.open().get()
    return scorecard


def default_title(on: date) -> str:
    return f"Q{(on.month + 2) // 3} {on.year} assessment"


def _title(title: str) -> str:
    return clean_name(title)


def _create_answers(scorecard: Scorecard, content: framework.Framework, last: Scorecard | None) -> None:
    old = {r.category_key: r for r in last.responses.prefetch_related("evidence")} if last else {}
    responses = []
    for category in content.categories:
        response = Response(scorecard=scorecard, category_key=category.key)
        if was := old.get(category.key):
            for name in ("level", "note", *METRIC_FIELDS):
                setattr(response, name, getattr(was, name))
        responses.append(response)
    Response.objects.bulk_create(responses)
    Evidence.objects.bulk_create(
        Evidence(response=response, created_by_id=item.created_by_id, **_evidence_content(item))
        for response in responses
        if response.category_key in old
        for item in old[response.category_key].evidence.all()
    )
    facts = dict(last.fact_answers.values_list("fact_key", "answer")) if last else {}
    FactAnswer.objects.bulk_create(
        FactAnswer(scorecard=scorecard, fact_key=fact.key, answer=facts.get(fact.key, "")) for fact in content.facts
    )


def _evidence_content(item: Evidence) -> dict[str, object]:
    return {name: getattr(item, name) for name in ("title", "url", "file", "filename", "content_type", "size")}


def rename_scorecard(scorecard: Scorecard, *, title: str) -> Scorecard:
    title = _title(title)
    if not title or len(title) > 120:
        raise ValidationError("Give the assessment a title of at most 120 characters.")
    with transaction.atomic():
        if not Scorecard.objects.open().filter(pk=scorecard.pk).update(title=title):
            raise ValidationError(SIGNED_OFF)
        audit.record(
            Action.SCORECARD_RENAMED,
            organization=scorecard.organization_id,
            subject=title,
            old=scorecard.title,
            new=title,
        )
    scorecard.title = title
    return scorecard


def delete_scorecard(scorecard: Scorecard) -> None:
    """Throw an open scorecard away, with its answers and the files nothing else refers to."""
    with _change_to(scorecard), transaction.atomic():
        organization, title = scorecard.organization_id, scorecard.title
        _, gone = scorecard.delete()
        if gone.get(Scorecard._meta.label):  # else someone else was quicker
            audit.record(Action.SCORECARD_DELETED, organization=organization, subject=title)


def record_level(scorecard: Scorecard, *, category: str, level: int | None, actor: User, version: int) -> int:
    """Score a category 0, 1 or 2, or clear it with None. Returns the level's new version.

    Raises `StaleAnswerError` when `version` is not the level's current one, unless the level already is what is asked
    for: a save that was repeated after a lost answer is no conflict.
    """
    if level is not None and (isinstance(level, bool) or level not in (0, 1, 2)):
        raise ValidationError("Choose 0, 1 or 2.")
    return _record(scorecard, category, "level", {"level": level}, actor, version)


def record_note(scorecard: Scorecard, *, category: str, note: str, actor: User, version: int) -> int:
    """Replace the note of a category. Returns the note's new version; `StaleAnswerError` as in `record_level`."""
    return _record(scorecard, category, "note", {"note": clean_text(note, NOTE_MAX_LENGTH, "note")}, actor, version)


def record_metric(
    scorecard: Scorecard,
    *,
    category: Category,
    name: str,
    value: Decimal | None,
    unit: str,
    on: date | None,
    actor: User,
    version: int,
) -> int:
    """Replace the measured figure of a category. Returns its new version; `StaleAnswerError` as in `record_level`.

    A name of the framework is kept as its key, and brings its unit when none is given. `on` is the day of measurement.
    """
    known = next((m for m in category.metrics if m.name.casefold() == name.casefold()), None)
    values = {
        "metric_key": known.key if known else "",
        "metric_name": "" if known else name,
        "metric_value": value,
        "metric_unit": unit or (known.unit if known and value is not None else ""),
        "metric_on": on,
    }
    return _record(scorecard, category.key, "metric", values, actor, version)


def record_fact(scorecard: Scorecard, *, fact: str, answer: str, actor: User, version: int) -> int:
    """Answer one of the three facts. Returns the answer's new version; `StaleAnswerError` as in `record_level`."""
    values = {"answer": clean_text(answer, FACT_MAX_LENGTH, "answer")}
    rows = FactAnswer.objects.filter(scorecard=scorecard, fact_key=fact)
    subject = _content(scorecard).fact(fact).question
    return _update_or_explain(rows, scorecard, "version", values, actor, version, subject)


def _record(
    scorecard: Scorecard, category: str, part: str, values: dict[str, object], actor: User, version: int
) -> int:
    rows = Response.objects.filter(scorecard=scorecard, category_key=category)
    subject = f"{_content(scorecard).category(category).name}: {PART_NAMES[part]}"
    return _update_or_explain(rows, scorecard, f"{part}_version", values, actor, version, subject)


def _update_or_explain(
    rows: models.QuerySet[Response] | models.QuerySet[FactAnswer],
    scorecard: Scorecard,
    version_field: str,
    values: dict[str, object],
    actor: User,
    version: int,
    subject: str,
) -> int:
    """Update the row if its version is still `version`; otherwise say why not."""
    with _change_to(scorecard):
        new_version = update_part(
            rows,
            version_field=version_field,
            version=version,
            values=values,
            stamp={"updated_at": timezone.now(), "updated_by": actor},
            saved=lambda before: _record_answer(scorecard, subject, before, values, actor),
        )
    if new_version is not None:
        return new_version
    current = rows.select_related("updated_by", "scorecard").first()
    if current is None:
        raise ValidationError(DELETED)
    if current.scorecard.is_signed_off:
        raise ValidationError(SIGNED_OFF)
    return version_or_stale(current, version_field, values)


def _content(scorecard: Scorecard) -> framework.Framework:
    return framework.load(scorecard.framework_key, scorecard.framework_version)


def _record_answer(
    scorecard: Scorecard, subject: str, before: dict[str, object], values: dict[str, object], actor: User
) -> None:
    """Add the change to the audit trail: old and new as people would say them. What was only saved again is none."""
    old, new = (_in_words(each, _content(scorecard)) for each in (before, values))
    if old == new:
        return
    entry = {"organization": scorecard.organization_id, "subject": subject, "old": old, "new": new, "actor": actor}
    if "level" in values:
        audit.record(Action.ANSWER_CHANGED, **entry)
    else:
        audit.record_typing(Action.ANSWER_CHANGED, **entry)


def _in_words(values: dict[str, object], content: framework.Framework) -> str:
    if "level" in values:
        return "not scored" if values["level"] is None else str(values["level"])
    if "metric_value" in values:
        value, on = values["metric_value"], values["metric_on"]
        known = {metric.key: metric.name for category in content.categories for metric in category.metrics}
        name = values["metric_name"] or known.get(str(values["metric_key"]), values["metric_key"])
        figure = "" if value is None else f"{Decimal(str(value)).normalize():f} {values['metric_unit']}".strip()
        return ", ".join(str(part) for part in (name, figure, on and date_format(on, "j M Y")) if part)
    return str(next(iter(values.values())))


def add_link(scorecard: Scorecard, *, category: str, title: str, url: str, actor: User) -> Evidence:
    with _change_to(scorecard), transaction.atomic():
        response = _response_for_evidence(scorecard, category)
        evidence = response.evidence.create(title=title, url=url, created_by=actor)
        _record_evidence(Action.EVIDENCE_ADDED, scorecard, category, evidence, actor)
    return evidence


def add_file(scorecard: Scorecard, *, category: str, title: str, upload: CheckedUpload, actor: User) -> Evidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`, as evidence."""
    evidence = Evidence(**file_fields(upload, title), created_by=actor)
    with without_leftovers(evidence), _change_to(scorecard), transaction.atomic():
        evidence.response = _response_for_evidence(scorecard, category)
        evidence.save(force_insert=True)
        _record_evidence(Action.EVIDENCE_ADDED, scorecard, category, evidence, actor)
    return evidence


def _record_evidence(
    action: Action, scorecard: Scorecard, category: str, evidence: Evidence, actor: User | None = None
) -> None:
    name = _content(scorecard).category(category).name
    audit.record(
        action,
        organization=scorecard.organization_id,
        subject=f"{name}: {evidence.title}",
        new=evidence.url or evidence.filename,
        actor=actor,
    )


def record_download(scorecard: Scorecard, evidence: Evidence) -> None:
    """Note in the audit trail that a file of evidence was taken along."""
    _record_evidence(Action.EVIDENCE_DOWNLOADED, scorecard, evidence.response.category_key, evidence)


def _response_for_evidence(scorecard: Scorecard, category: str) -> Response:
    response = scorecard.responses.select_related("scorecard").filter(category_key=category).first()
    if response is None:
        raise ValidationError(DELETED)
    if response.evidence.count() >= EVIDENCE_MAX_ITEMS:
        raise ValidationError(f"A category holds at most {EVIDENCE_MAX_ITEMS} pieces of evidence. Remove one first.")
    return response


def remove_evidence(scorecard: Scorecard, evidence: Evidence) -> None:
    with _change_to(scorecard), transaction.atomic():
        number, _ = evidence.delete()
        if number:  # else someone else was quicker
            _record_evidence(Action.EVIDENCE_REMOVED, scorecard, evidence.response.category_key, evidence)


def answers_digest(scorecard: Scorecard) -> str:
    """A fingerprint of all answers, by which a sign-off knows that nothing changed since it was read."""
    rows = [
        list(scorecard.responses.order_by("pk").values_list("pk", "level_version", "metric_version", "note_version")),
        list(scorecard.fact_answers.order_by("pk").values_list("pk", "version")),
        list(Evidence.objects.filter(response__scorecard=scorecard).order_by("pk").values_list("pk", flat=True)),
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def sign_off(scorecard: Scorecard, *, actor: User, digest: str, at: datetime | None = None) -> Scorecard:
    """Freeze the scorecard for good. `digest` is the `answers_digest` of what the person has read and confirmed."""
    with transaction.atomic():
        locked = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
        if locked.is_signed_off:
            raise ValidationError(f"{locked.signed_off_name} has signed this scorecard off already.")
        if answers_digest(locked) != digest:
            raise ValidationError("An answer changed since you opened this page. Read it once more, then sign off.")
        locked.signed_off_at = at or timezone.now()
        locked.signed_off_by = actor
        locked.signed_off_name = str(actor)
        locked.save(update_fields=["signed_off_at", "signed_off_by", "signed_off_name"])
        audit.record(Action.SIGNED_OFF, organization=locked.organization_id, subject=locked.title, actor=actor)
    return locked
