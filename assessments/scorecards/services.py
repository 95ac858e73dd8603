"""What can be done to a scorecard. Every change to one passes through here."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Category
from assessments.framework.translating import ENGLISH
from assessments.organizations.models import Organization
from assessments.platform.frameworks.keeping import keep
from assessments.platform.names import clean_name
from assessments.saving.models import Proof
from assessments.saving.parts import clean_text, update_part, version_or_stale
from assessments.saving.proofs import file_fields, without_leftovers
from assessments.saving.uploads import CheckedUpload
from assessments.scorecards import sources, standings
from assessments.scorecards.filling import facts
from assessments.scorecards.models import (
    CLAIM_MAX_LENGTH,
    FACT_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    DeciderAnswer,
    DeciderProof,
    Evidence,
    FactAnswer,
    Response,
    Scorecard,
)
from assessments.scorecards.outlook import rhythm
from assessments.scorecards.queries import (
    DeciderRow,
    answers_by_deciders,
    as_of,
    current_answers_and_version,
    decider_answer,
    decider_rows_and_version,
    figure_with_unit,
    live_result,
    score_all,
)
from assessments.scorecards.signing.announced import announce_sign_off, announce_taken_back
from assessments.scorecards.signing.immutability import MESSAGE as SIGNED_OFF
from assessments.scorecards.signing.immutability import TAKE_BACK, refusal
from assessments.scorecards.signing.signals import before_sign_off
from assessments.scorecards.upgrading.fitting import category_of, decider_fits, level_fits

EVIDENCE_MAX_ITEMS = 40
EARLIEST_PROOF = date(2000, 1, 1)
NEXT_STARTED = _lazy("The next assessment has started from this one, so the sign-off stands.")
DELETED = _lazy("This assessment was deleted meanwhile.")
# As the activity keeps them.
DECIDER_WORDS = {None: "not asked", 0: "not shown", 1: "shown in part", 2: "shown"}
PART_NAMES = {"level": "score", "metric": "measured figure", "note": "note"}
METRIC_FIELDS = ("metric_key", "metric_name", "metric_value", "metric_unit", "metric_on")
CLAIM_FIELDS = ("claim_reason", "claimed_by_id", "claimed_at")
FACT_FIELDS = ("answer", "values", "cannot_answer", "who_will")


@contextmanager
def _change_to(scorecard: Scorecard) -> Iterator[None]:
    """What is signed off, or is signed off meanwhile and refused by the database, is refused in the same sentence."""
    if scorecard.is_signed_off:
        raise ValidationError(refusal())
    try:
        yield
    except IntegrityError as error:
        if SIGNED_OFF not in str(error):
            raise
        raise ValidationError(refusal()) from error


def start_scorecard(
    organization: Organization, *, title: str, actor: User, content: framework.Framework | None = None
) -> Scorecard:
    """Open the organization's next scorecard as a copy of the last signed-off one, by the newest framework.

    What has the same key in both versions is carried over, what is new is open (see `_create_answers`). An organization
    has one open scorecard at a time: if there is one already, it is returned as it is. An older `content` is for
    assessments that are entered late. ValidationError where the folder of the framework was changed.
    """
    title = _title(title)[:120] or default_title(timezone.localdate())
    content = content or organization.framework
    keep(content)
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
            standings.keep(scorecard, score_all([scorecard])[0].result, facts=True)
            trail.record(Action.SCORECARD_STARTED, organization=organization, subject=scorecard.title, actor=actor)
    except IntegrityError:
        return organization.scorecards.open().get()
    return scorecard


def start_blank(organization: Organization, *, title: str, actor: User, content: framework.Framework) -> Scorecard:
    """Open an assessment on which nothing is answered yet; ValidationError where one is open already."""
    keep(content)
    try:
        with transaction.atomic():
            scorecard = organization.scorecards.create(
                title=_title(title)[:120],
                framework_key=content.key,
                framework_version=content.version,
                predecessor=organization.scorecards.signed_off().newest_first().first(),
                created_by=actor,
            )
            _create_answers(scorecard, content, None)
            standings.keep(scorecard, score_all([scorecard])[0].result, facts=True)
    except IntegrityError:
        existing = organization.scorecards.open().first()
        said = (
            _("“{title}” is open. Sign it off or delete it first; nothing was changed.").format(title=existing.title)
            if existing
            else _("Another assessment is open. Sign it off or delete it first; nothing was changed.")
        )
        raise ValidationError(said) from None
    return scorecard


def default_title(on: date) -> str:
    return _("Q{quarter} {year} assessment").format(quarter=(on.month + 2) // 3, year=on.year)


def _title(title: str) -> str:
    return clean_name(title)


def _create_answers(scorecard: Scorecard, content: framework.Framework, last: Scorecard | None) -> None:
    """Rows for everything that is asked, with what the last scorecard answered under the same keys.

    What is asked otherwise by now is open again (see `upgrading.fitting`). A level that was chosen under a framework
    without deciders becomes a claim, and its measured figure a piece of evidence that proves no decider yet.
    """
    old = {r.category_key: r for r in last.responses.prefetch_related("evidence", "decider_answers")} if last else {}
    before = content_of(last) if last else None
    same_rules = before is not None and before.has_deciders == content.has_deciders
    responses = []
    for category in content.categories:
        response = Response(scorecard=scorecard, category_key=category.key)
        if was := old.get(category.key):
            for name in ("level", "note", *CLAIM_FIELDS, *(METRIC_FIELDS if same_rules else ())):
                setattr(response, name, getattr(was, name))
            asked = category_of(before, category.key)
            if not content.has_deciders and asked and not level_fits(asked, category):
                response.level = None
            if not same_rules and was.level is not None and last is not None:
                response.claim_reason = _("Carried over from {title}, scored by framework {version}").format(
                    title=last.title, version=last.framework_version
                )
                response.claimed_by_id, response.claimed_at = last.signed_off_by_id, last.signed_off_at
        responses.append(response)
    Response.objects.bulk_create(responses)
    _create_deciders(content, responses, old, before)
    _copy_evidence(responses, old, figures=not same_rules and content.has_deciders)
    facts = {answer.fact_key: answer for answer in last.fact_answers.all()} if last else {}
    FactAnswer.objects.bulk_create(_fact(scorecard, fact.key, facts.get(fact.key)) for fact in content.facts)


def _create_deciders(
    content: framework.Framework,
    responses: list[Response],
    old: dict[str, Response],
    before: framework.Framework | None,
) -> None:
    """With the states of before, where the same is asked."""
    states = {
        (key, answer.decider_key): answer.state
        for key, response in old.items()
        for answer in response.decider_answers.all()
        if key in content.category_keys
        and any(decider.key == answer.decider_key for decider in content.category(key).deciders)
        and decider_fits(category_of(before, key), content.category(key), answer.decider_key)
    }
    DeciderAnswer.objects.bulk_create(
        DeciderAnswer(response=response, decider_key=d.key, state=states.get((response.category_key, d.key)))
        for response in responses
        for d in content.category(response.category_key).deciders
    )


def _copy_evidence(responses: list[Response], old: dict[str, Response], *, figures: bool) -> None:
    """Copies of the evidence, each with its own days, and what it proves; `figures` turns old figures into evidence."""
    copies: list[tuple[int, Evidence]] = []
    for response in responses:
        was = old.get(response.category_key)
        for item in was.evidence.all() if was else ():
            copies.append((item.pk, Evidence(response=response, **_evidence_content(item))))
        if figures and was and was.has_metric:
            copies.append((0, _figure_of(was, response)))
    Evidence.objects.bulk_create(copy for _, copy in copies)
    new = {(d.response_id, d.decider_key): d.pk for d in DeciderAnswer.objects.filter(response__in=responses)}
    by_old = {pk: copy for pk, copy in copies if pk}
    proving = DeciderProof.objects.filter(evidence__in=list(by_old)).values_list(
        "evidence_id", "decider_answer__decider_key"
    )
    DeciderProof.objects.bulk_create(
        DeciderProof(decider_answer_id=new[by_old[pk].response_id, key], evidence=by_old[pk])
        for pk, key in proving
        if (by_old[pk].response_id, key) in new
    )


def _figure_of(was: Response, response: Response) -> Evidence:
    """An old figure without a date is as old as the last answer to its category, or as the copy that it came with."""
    measured = was.metric_on or timezone.localdate(was.updated_at or was.scorecard.created_at)
    return Evidence(
        response=response,
        kind=Evidence.Kind.FIGURE,
        metric_key=was.metric_key,
        title=was.metric_name,
        value=was.metric_value,
        unit=was.metric_unit,
        on=measured,
        created_by_id=was.updated_by_id,
    )


def _fact(scorecard: Scorecard, key: str, was: FactAnswer | None) -> FactAnswer:
    answer = FactAnswer(scorecard=scorecard, fact_key=key)
    for name in FACT_FIELDS if was else ():
        setattr(answer, name, getattr(was, name))
    return answer


def _evidence_content(item: Evidence) -> dict[str, object]:
    """Everything of a piece of evidence but where it stands."""
    return {
        field.attname: getattr(item, field.attname)
        for field in Evidence._meta.concrete_fields
        if field.name not in ("id", "response")
    }


def rename_scorecard(scorecard: Scorecard, *, title: str) -> Scorecard:
    title = _title(title)
    if not title or len(title) > 120:
        raise ValidationError(_("Give the assessment a title of at most 120 characters."))
    with transaction.atomic():
        if not Scorecard.objects.open().filter(pk=scorecard.pk).update(title=title):
            raise ValidationError(refusal())
        trail.record(
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
            trail.record(Action.SCORECARD_DELETED, organization=organization, subject=title)


def record_level(
    scorecard: Scorecard,
    *,
    category: str,
    level: int | None,
    actor: User,
    version: int,
    reason: str = "",
    scored: Callable[[scoring.Result], object] = lambda result: None,
) -> int:
    """Score a category 0, 1 or 2, or clear it with None. Returns the level's new version.

    Where a level follows from deciders this is a claim, which counts where it is the higher one; `reason` says why.
    `scored` is called with what the scorecard then scores. Raises `StaleAnswerError` when `version` is not the level's
    current one, unless the level already is what is asked for: a save that was repeated after a lost answer is no
    conflict.
    """
    if level is not None and (isinstance(level, bool) or level not in (0, 1, 2)):
        raise ValidationError(_("Choose 0, 1 or 2."))
    if not content_of(scorecard).category(category).deciders:
        return _choose_level(scorecard, category, level, actor, version, scored)
    values: dict[str, object] = {"level": level, "claim_reason": ""}
    stamp: dict[str, object] = {"claimed_by": None, "claimed_at": None}
    if level is not None:
        values["claim_reason"] = clean_text(reason, CLAIM_MAX_LENGTH, "reason")
        stamp = {"claimed_by": actor, "claimed_at": timezone.now()}
    with transaction.atomic():
        new_version = _record(scorecard, category, "level", values, actor, version, stamp)
        result = standings.keep_live(scorecard)
    scored(result)
    return new_version


def _choose_level(
    scorecard: Scorecard,
    category: str,
    level: int | None,
    actor: User,
    version: int,
    scored: Callable[[scoring.Result], object],
) -> int:
    """Choose a level by the rule before 2026.2, with one reading of all answers for what it was and what it makes."""
    content = content_of(scorecard)
    rows = Response.objects.filter(scorecard=scorecard, category_key=category)
    stamp = {"level_version": version + 1, "updated_at": timezone.now(), "updated_by": actor}
    with _change_to(scorecard), transaction.atomic():
        read, kept_version = current_answers_and_version(scorecard)
        answers = {answer.key: answer for answer in read}
        if category in answers and rows.filter(level_version=version).update(level=level, **stamp):
            was = answers[category]
            subject = _subject(scorecard, category, "level")
            _record_answer(scorecard, subject, {"level": was.level}, {"level": level}, actor)
            answers[category] = scoring.CategoryAnswer(category, level, supported=was.supported)
            result = scoring.score(answers.values(), threshold=content.scale.risk_threshold)
            scored(standings.keep_read(scorecard, result, kept_version))
            return version + 1
    now = _version_or_explain(rows, "level_version", {"level": level})
    scored(live_result(scorecard))
    return now


def record_decider(
    scorecard: Scorecard,
    *,
    category: str,
    decider: str,
    state: int | None,
    actor: User,
    version: int,
    scored: Callable[[scoring.Result], object] = lambda result: None,
) -> int:
    """Say what was shown for a decider: 0, 1 in part, 2, or None for not asked. Returns its new version.

    `scored` is called with what the scorecard then scores. `StaleAnswerError` as in `record_level`.
    """
    content = content_of(scorecard)
    try:
        about = content.category(category)
        about.decider(decider)
    except KeyError:
        raise ValidationError(
            _("This question belongs to another version of the framework. Reload the page.")
        ) from None
    if state is not None and (isinstance(state, bool) or state not in DeciderAnswer.State.values):
        raise ValidationError(_("Choose not shown, in part or shown."))
    with _change_to(scorecard), transaction.atomic():
        rows, kept_version = decider_rows_and_version(scorecard)
        place = next((n for n, row in enumerate(rows) if (row.category, row.key) == (category, decider)), None)
        if place is None:
            raise ValidationError(DELETED)
        row = rows[place]
        stamp = {"updated_at": timezone.now(), "updated_by": actor, "version": version + 1}
        unchanged = DeciderAnswer.objects.filter(pk=row.pk, version=version)
        if row.version == version and unchanged.update(state=state, **stamp):
            if row.state != state:
                old, new = (DECIDER_WORDS[s] for s in (row.state, state))
                with translation.override(ENGLISH):
                    named = content_of(scorecard).category(category)
                subject = f"{named.name}: {named.decider(decider).name}"
                entry = {"organization": scorecard.organization_id, "subject": subject, "old": old, "new": new}
                trail.record(Action.ANSWER_CHANGED, actor=actor, **entry)
            was = _category_scored(scorecard, about, rows)
            rows[place] = replace(row, state=state, version=version + 1)
            after = _scored(scorecard, content, rows)
            if was != after.answer(category):  # else the totals are what they were
                after = standings.keep_read(scorecard, after, kept_version)
            scored(after)
            return version + 1
    current = DeciderAnswer.objects.select_related("updated_by", "response__scorecard").filter(pk=row.pk).first()
    if current is None:
        raise ValidationError(DELETED)
    if current.response.scorecard.is_signed_off:
        raise ValidationError(refusal())
    now = version_or_stale(current, "version", {"state": state})
    scored(live_result(scorecard))
    return now


def _scored(scorecard: Scorecard, content: framework.Framework, rows: list[DeciderRow]) -> scoring.Result:
    answers = answers_by_deciders(content, rows, as_of(scorecard))
    return scoring.score(answers, threshold=content.scale.risk_threshold)


def _category_scored(scorecard: Scorecard, category: Category, rows: list[DeciderRow]) -> scoring.CategoryAnswer:
    own = {row.key: row for row in rows if row.category == category.key}
    claim, day = next(iter(own.values())).claim, as_of(scorecard)
    answers = (decider_answer(own.get(decider.key), decider, day) for decider in category.deciders)
    return scoring.CategoryAnswer.by_deciders(category.key, answers, claim=claim)


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
    with transaction.atomic():
        new_version = _record(scorecard, category.key, "metric", values, actor, version)
        standings.keep_live(scorecard)
    return new_version


def record_fact(
    scorecard: Scorecard,
    *,
    fact: str,
    answer: str,
    actor: User,
    version: int,
    values: Mapping[str, str] | None = None,
    cannot_answer: bool = False,
    who_will: str = "",
) -> int:
    """Answer one of the three facts. Returns the answer's new version; `StaleAnswerError` as in `record_level`.

    `values` are its fields as texts (numbers exact, as in 0.031), checked by `forms.FactForm`; `cannot_answer` is the
    answer that raises a red flag, `who_will` who is to find out.
    """
    stored: dict[str, object] = {"answer": clean_text(answer, FACT_MAX_LENGTH, "answer")}
    if facts.is_structured(content_of(scorecard), fact):
        known = facts.stored_names(fact)
        stored["values"] = {name: text for name, text in (values or {}).items() if name in known and text}
        stored["cannot_answer"] = cannot_answer
        stored["who_will"] = clean_text(who_will, 150, "name") if cannot_answer else ""
    rows = FactAnswer.objects.filter(scorecard=scorecard, fact_key=fact)
    with translation.override(ENGLISH):
        subject = content_of(scorecard).fact(fact).question
    with transaction.atomic():
        new_version = _update_or_explain(rows, scorecard, "version", stored, actor, version, subject)
        standings.keep_facts(scorecard)
    return new_version


def _record(
    scorecard: Scorecard,
    category: str,
    part: str,
    values: dict[str, object],
    actor: User,
    version: int,
    stamp: Mapping[str, object] | None = None,
) -> int:
    rows = Response.objects.filter(scorecard=scorecard, category_key=category)
    subject = _subject(scorecard, category, part)
    return _update_or_explain(rows, scorecard, f"{part}_version", values, actor, version, subject, stamp)


def _subject(scorecard: Scorecard, category: str, part: str) -> str:
    """What the activity calls a part of a category."""
    with translation.override(ENGLISH):
        return f"{content_of(scorecard).category(category).name}: {PART_NAMES[part]}"


def _update_or_explain(
    rows: models.QuerySet[Response] | models.QuerySet[FactAnswer],
    scorecard: Scorecard,
    version_field: str,
    values: dict[str, object],
    actor: User,
    version: int,
    subject: str,
    stamp: Mapping[str, object] | None = None,
) -> int:
    """Update the row if its version is still `version`; otherwise say why not."""
    with _change_to(scorecard):
        new_version = update_part(
            rows,
            version_field=version_field,
            version=version,
            values=values,
            stamp={"updated_at": timezone.now(), "updated_by": actor, **(stamp or {})},
            saved=lambda before: _record_answer(scorecard, subject, before, values, actor),
        )
    return _version_or_explain(rows, version_field, values) if new_version is None else new_version


def _version_or_explain(
    rows: models.QuerySet[Response] | models.QuerySet[FactAnswer], version_field: str, values: Mapping[str, object]
) -> int:
    """After nothing was updated: why, or the row's version where it holds `values` already."""
    current = rows.select_related("updated_by", "scorecard").first()
    if current is None:
        raise ValidationError(DELETED)
    if current.scorecard.is_signed_off:
        raise ValidationError(refusal())
    return version_or_stale(current, version_field, values)


def content_of(scorecard: Scorecard) -> framework.Framework:
    return framework.load(scorecard.framework_key, scorecard.framework_version)


def _record_answer(
    scorecard: Scorecard, subject: str, before: dict[str, object], values: dict[str, object], actor: User
) -> None:
    """Add the change to the audit trail: old and new as people would say them. What was only saved again is none."""
    with translation.override(ENGLISH):
        old, new = (_in_words(each, content_of(scorecard)) for each in (before, values))
    if old == new:
        return
    entry = {"organization": scorecard.organization_id, "subject": subject, "old": old, "new": new, "actor": actor}
    if "level" in values:
        trail.record(Action.ANSWER_CHANGED, **entry)
    else:
        trail.record_typing(Action.ANSWER_CHANGED, **entry)


def _in_words(values: dict[str, object], content: framework.Framework) -> str:
    if "level" in values:
        level = "not scored" if values["level"] is None else str(values["level"])
        return f"{level}: {values['claim_reason']}" if values.get("claim_reason") else level
    if "cannot_answer" in values:
        return facts.in_words(values)
    if "metric_value" in values:
        value, on = values["metric_value"], values["metric_on"]
        known = {metric.key: metric.name for category in content.categories for metric in category.metrics}
        name = values["metric_name"] or known.get(str(values["metric_key"]), values["metric_key"])
        figure = "" if value is None else f"{Decimal(str(value)).normalize():f} {values['metric_unit']}".strip()
        return ", ".join(str(part) for part in (name, figure, on and date_format(on, "DAY")) if part)
    return str(next(iter(values.values())))


def add_link(
    scorecard: Scorecard,
    *,
    category: str,
    title: str,
    url: str,
    actor: User,
    deciders: Collection[str] = (),
    on: date | None = None,
    in_force_until: date | None = None,
) -> Evidence:
    """Attach a web address. `deciders` are the keys of those it proves, `on` the last day it covers, else today."""
    evidence = Evidence(kind=Evidence.Kind.LINK, title=title, url=url, in_force_until=in_force_until)
    return _add(scorecard, category, evidence, deciders, on, actor)


def add_file(
    scorecard: Scorecard,
    *,
    category: str,
    title: str,
    upload: CheckedUpload,
    actor: User,
    deciders: Collection[str] = (),
    on: date | None = None,
    in_force_until: date | None = None,
) -> Evidence:
    """Keep an uploaded file, already checked by `uploads.check_upload`, as evidence; the rest as in `add_link`."""
    fields = file_fields(upload, title)
    evidence = Evidence(kind=Evidence.Kind.FILE, in_force_until=in_force_until, **fields)
    return _add(scorecard, category, evidence, deciders, on, actor)


def add_kept_file(scorecard: Scorecard, *, category: str, proof: Proof, actor: User) -> Evidence:
    """Take the file of another row over as evidence: both refer to the one file, which goes with the last of them."""
    content = {name: getattr(proof, name) for name in ("title", "filename", "content_type", "size")}
    evidence = Evidence(kind=Evidence.Kind.FILE, file=proof.file.name, **content)
    return _keep(scorecard, category, evidence, (), None, actor)


def add_figure(
    scorecard: Scorecard,
    *,
    category: str,
    name: str,
    value: Decimal,
    unit: str,
    actor: User,
    deciders: Collection[str] = (),
    on: date | None = None,
    metric_key: str = "",
    provenance: Mapping[str, object] | None = None,
) -> Evidence:
    """Add a measured figure. A name of the framework is kept as its key and brings its unit; the rest: `add_link`.

    One with `provenance` was read out of a file: it keeps its own name and unit, also where it is one of the
    framework's figures, which `metric_key` says.
    """
    if provenance:
        evidence = Evidence(kind=Evidence.Kind.FIGURE, metric_key=metric_key, title=name, value=value, unit=unit)
        evidence.provenance = dict(provenance)
        return _add(scorecard, category, evidence, deciders, on, actor)
    metrics = content_of(scorecard).category(category).metrics
    known = next((m for m in metrics if m.name.casefold() == name.casefold()), None)
    evidence = Evidence(
        kind=Evidence.Kind.FIGURE,
        metric_key=known.key if known else "",
        title="" if known else name,
        value=value,
        unit=unit or (known.unit if known else ""),
    )
    return _add(scorecard, category, evidence, deciders, on, actor)


def add_sighting(
    scorecard: Scorecard,
    *,
    category: str,
    actor: User,
    deciders: Collection[str] = (),
    on: date | None = None,
    what: str = "",
    whose: str = "",
    seen_by_name: str = "",
) -> Evidence:
    """Note that something was seen, which stays with its owner: on which day, by whom, what, and whose it is."""
    evidence = Evidence(kind=Evidence.Kind.SIGHTING, title=what, whose=whose, seen_by_name=seen_by_name or str(actor))
    return _add(scorecard, category, evidence, deciders, on, actor)


def _add(
    scorecard: Scorecard, category: str, evidence: Evidence, deciders: Collection[str], on: date | None, actor: User
) -> Evidence:
    with without_leftovers(evidence):
        return _keep(scorecard, category, evidence, deciders, on, actor)


def _keep(
    scorecard: Scorecard, category: str, evidence: Evidence, deciders: Collection[str], on: date | None, actor: User
) -> Evidence:
    today = timezone.localdate()
    evidence.on, evidence.created_by = on or today, actor
    if not EARLIEST_PROOF <= evidence.on <= today:
        raise ValidationError(_("A proof has a date between 1 January 2000 and today."))
    with _change_to(scorecard), transaction.atomic():
        evidence.response = _response_for_evidence(scorecard, category)
        evidence.save(force_insert=True)
        _prove(evidence, deciders)
        standings.keep_live(scorecard)
        _record_evidence(Action.EVIDENCE_ADDED, scorecard, category, evidence, actor)
    return evidence


def _prove(evidence: Evidence, deciders: Collection[str]) -> None:
    """Say which deciders of its category a piece of evidence proves."""
    answers = {a.decider_key: a for a in evidence.response.decider_answers.all()} if deciders else {}
    if not set(deciders) <= answers.keys():
        raise ValidationError(_("A proof belongs to the questions of its own category. Reload the page and try again."))
    DeciderProof.objects.bulk_create(
        DeciderProof(decider_answer=answers[key], evidence=evidence) for key in dict.fromkeys(deciders)
    )


def set_proven_deciders(scorecard: Scorecard, evidence: Evidence, *, deciders: Collection[str], actor: User) -> None:
    """Say anew which deciders a piece of evidence proves."""
    with _change_to(scorecard), transaction.atomic():
        DeciderProof.objects.filter(evidence=evidence).delete()
        _prove(evidence, deciders)
        standings.keep_live(scorecard)
        with translation.override(ENGLISH):
            category = content_of(scorecard).category(evidence.response.category_key)
            names = ", ".join(category.decider(key).name for key in deciders) or "nothing yet"
            subject = f"{category.name}: {proof_name(evidence, category)}"
        trail.record(
            Action.EVIDENCE_ADDED,
            organization=scorecard.organization_id,
            subject=subject,
            new=f"Proves {names}",
            actor=actor,
        )


def _record_evidence(
    action: Action, scorecard: Scorecard, category: str, evidence: Evidence, actor: User | None = None
) -> None:
    with translation.override(ENGLISH):
        about = content_of(scorecard).category(category)
        subject = f"{about.name}: {proof_name(evidence, about)}"
    trail.record(
        action,
        organization=scorecard.organization_id,
        subject=subject,
        new=evidence.url or evidence.filename or evidence.whose,
        actor=actor,
    )


def proof_name(evidence: Evidence, category: Category) -> str:
    """What a piece of evidence is called: its title, a figure with its unit, or that something was seen."""
    if evidence.kind == Evidence.Kind.FIGURE:
        known = next((m.name for m in category.metrics if m.key == evidence.metric_key), "")
        return f"{evidence.title or known}: {figure_text(evidence, evidence.unit)}"
    return evidence.title or pgettext("proof", "Seen")


def figure_text(evidence: Evidence, unit: str) -> str:
    """A figure with its unit: what was typed as it was, what was read out of a file to three digits."""
    if evidence.provenance:
        return sources.value_words(evidence.value or Decimal(0), evidence.unit, evidence.provenance)
    return figure_with_unit(evidence.value, unit)


def record_download(scorecard: Scorecard, evidence: Evidence) -> None:
    """Note in the audit trail that a file of evidence was taken along."""
    _record_evidence(Action.EVIDENCE_DOWNLOADED, scorecard, evidence.response.category_key, evidence)


def _response_for_evidence(scorecard: Scorecard, category: str) -> Response:
    """The row that evidence is added to, locked, so that two at once do not both take the last place."""
    rows = scorecard.responses.select_related("scorecard").select_for_update(of=("self",))
    response = rows.filter(category_key=category).first()
    if response is None:
        raise ValidationError(DELETED)
    if response.evidence.count() >= EVIDENCE_MAX_ITEMS:
        raise ValidationError(
            _("A category holds at most {most} pieces of evidence. Remove one first.").format(most=EVIDENCE_MAX_ITEMS)
        )
    return response


def remove_evidence(scorecard: Scorecard, evidence: Evidence) -> None:
    with _change_to(scorecard), transaction.atomic():
        number, _ = evidence.delete()
        if number:  # else someone else was quicker
            standings.keep_live(scorecard)
            _record_evidence(Action.EVIDENCE_REMOVED, scorecard, evidence.response.category_key, evidence)


def answers_digest(scorecard: Scorecard) -> str:
    """A fingerprint of all answers, by which a sign-off knows that nothing changed since it was read."""
    deciders = DeciderAnswer.objects.filter(response__scorecard=scorecard)
    proofs = DeciderProof.objects.filter(evidence__response__scorecard=scorecard)
    rows = [
        list(scorecard.responses.order_by("pk").values_list("pk", "level_version", "metric_version", "note_version")),
        list(deciders.order_by("pk").values_list("pk", "version")),
        list(scorecard.fact_answers.order_by("pk").values_list("pk", "version")),
        list(Evidence.objects.filter(response__scorecard=scorecard).order_by("pk").values_list("pk", flat=True)),
        list(proofs.order_by("pk").values_list("pk", flat=True)),
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def sign_off(
    scorecard: Scorecard, *, actor: User, digest: str, at: datetime | None = None, override: str = ""
) -> Scorecard:
    """Freeze the scorecard for good. `digest` is the `answers_digest` of what the person has read and confirmed.

    What stands against it says so by `before_sign_off`; `override` is the reason to sign off all the same.
    """
    with transaction.atomic():
        locked = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
        if locked.is_signed_off:
            raise ValidationError(
                _("{name} has signed this scorecard off already.").format(name=locked.signed_off_name)
            )
        if answers_digest(locked) != digest:
            raise ValidationError(_("An answer changed since you opened this page. Read it once more, then sign off."))
        before_sign_off.send(sender=Scorecard, scorecard=locked, actor=actor, digest=digest, override=override)
        locked.signed_off_at = at or timezone.now()
        locked.signed_off_by = actor
        locked.signed_off_name = str(actor)
        standings.keep(locked, score_all([locked])[0].result, facts=True)
        locked.save(update_fields=["signed_off_at", "signed_off_by", "signed_off_name"])
        rhythm.keep_due(locked.organization)
        trail.record(Action.SIGNED_OFF, organization=locked.organization_id, subject=locked.title, actor=actor)
        announce_sign_off(locked)
    return locked


def take_back_reason(scorecard: Scorecard, actor: User) -> str:
    """Why a person may not take the sign-off back; empty if they may: its signer, in a day, if nothing rests on it."""
    if scorecard.signed_off_at is None:
        return _("This assessment is not signed off.")
    if scorecard.signed_off_by_id != actor.pk:
        return _("Only {name}, who signed it off, can take that back.").format(name=scorecard.signed_off_name)
    if scorecard.signed_off_at <= timezone.now() - TAKE_BACK:
        return _("A sign-off can be taken back for 24 hours. Start the next assessment instead.")
    own = Scorecard.objects.filter(organization=scorecard.organization_id)
    rests = Scorecard.objects.filter(pk=scorecard.pk).values(
        next=models.Exists(own.filter(models.Q(predecessor=scorecard) | models.Q(signed_off_at=None))),
        plan=models.Exists(own.filter(pk=scorecard.pk, roadmaps__isnull=False)),
    )
    found = rests.get()
    if found["next"]:
        return str(NEXT_STARTED)
    if found["plan"]:
        return _("A roadmap has started from this assessment, so the sign-off stands.")
    return ""


def take_back_sign_off(scorecard: Scorecard, *, actor: User) -> Scorecard:
    """Open a scorecard again that its signer signed off less than a day ago."""
    try:
        with transaction.atomic():
            locked = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
            if reason := take_back_reason(locked, actor):
                raise ValidationError(reason)
            locked.signed_off_at, locked.signed_off_by, locked.signed_off_name = None, None, ""
            locked.save(update_fields=["signed_off_at", "signed_off_by", "signed_off_name"])
            standings.keep(locked, score_all([locked])[0].result, facts=True)
            rhythm.keep_due(locked.organization)
            organization, subject = locked.organization_id, locked.title
            trail.record(Action.SIGN_OFF_TAKEN_BACK, organization=organization, subject=subject, actor=actor)
            announce_taken_back(locked)
    except IntegrityError:  # the next one was started in the same moment
        raise ValidationError(NEXT_STARTED) from None
    return locked
