"""Taking an assessment in from a file: looked through first, then taken whole or not at all."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import number
from assessments.organizations.models import Organization
from assessments.platform.spreadsheets import without_unwritable
from assessments.reports.exchange.checking import check
from assessments.reports.exchange.json_text import MAX_BYTES, read_json
from assessments.reports.exchange.models import ScorecardImport
from assessments.reports.exchange.sheets import Book
from assessments.scorecards import standings
from assessments.scorecards.models import (
    CLAIM_MAX_LENGTH,
    DeciderAnswer,
    DeciderProof,
    Evidence,
    FactAnswer,
    Response,
    Scorecard,
)
from assessments.scorecards.queries import score_all
from assessments.scorecards.services import start_blank

Json = dict[str, Any]

KEPT = timedelta(days=1)
MOST_LINES = 2_000


def look_through(
    organization: Organization, upload: IO[bytes], *, filename: str, size: int, actor: User
) -> ScorecardImport:
    """Read a file and keep what it holds until somebody takes it. ValidationError where it is no assessment."""
    if size == 0:
        raise ValidationError(_("The file is empty."))
    if size > MAX_BYTES:
        said = _("The file is {size} MB; {most} MB is the most.")
        raise ValidationError(said.format(size=number(size / 1024**2, 1), most=MAX_BYTES // 1024**2))
    upload.seek(0)
    head = upload.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    upload.seek(0)
    if head.startswith((b"{", b"[")) or filename.lower().endswith(".json"):
        done = check(read_json(upload.read()))
    else:
        book = Book(upload, filename=filename, size=size)
        done = check(book.document, book.places, book.lines)
    if len(done.lines) > MOST_LINES:
        raise ValidationError(_("The file holds more than an assessment can. Nothing of it was taken."))
    if not any(line.outcome != "left" for line in done.lines):
        raise ValidationError(_("The file holds no answer that could be taken."))
    return ScorecardImport.objects.create(
        organization=organization,
        filename=without_unwritable(filename),
        title=done.title,
        contents=done.contents,
        lines=[[line.place, line.about, line.outcome, line.words] for line in done.lines],
        refused=done.refused,
        created_by=actor,
    )


def take_import(draft: ScorecardImport, *, actor: User) -> Scorecard:
    """Make the open assessment that a file holds, with everything in it, or refuse in a sentence and change nothing."""
    with transaction.atomic():
        locked = ScorecardImport.objects.select_for_update().filter(pk=draft.pk).first()
        if locked is None:
            raise ValidationError(_("This file was taken or thrown away meanwhile."))
        if locked.refused:
            raise ValidationError(_("Nothing was taken: mend what is refused in the file, and import it again."))
        contents = locked.contents
        content = framework.load(contents["framework"]["key"], contents["framework"]["version"])
        scorecard = start_blank(locked.organization, title=locked.title, actor=actor, content=content)
        _fill(scorecard, content, contents, actor)
        standings.keep(scorecard, score_all([scorecard])[0].result, facts=True)
        trail.record(
            Action.SCORECARD_IMPORTED,
            organization=locked.organization,
            subject=scorecard.title,
            new=locked.filename,
            actor=actor,
        )
        locked.delete()
    return scorecard


def throw_away(draft: ScorecardImport) -> None:
    draft.delete()


def purge() -> int:
    """Throw away what nobody took within a day; returns how many files that were."""
    return ScorecardImport.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _fill(scorecard: Scorecard, content: framework.Framework, contents: Json, actor: User) -> None:
    people = _people(scorecard.organization)
    responses = {each.category_key: each for each in scorecard.responses.all()}
    for key, taken in contents["categories"].items():
        _answer(responses[key], content.category(key), taken, people)
    stamp = {"updated_at": timezone.now(), "updated_by": actor}
    for response in responses.values():
        response.updated_at, response.updated_by = stamp.values()
    names = ("level", "claim_reason", "claimed_by", "claimed_at", "note", "updated_at", "updated_by")
    metric = ("metric_key", "metric_name", "metric_value", "metric_unit", "metric_on")
    Response.objects.bulk_update(responses.values(), [*names, *metric])
    answers = list(DeciderAnswer.objects.filter(response__in=responses.values()).select_related("response"))
    for answer in answers:
        states = contents["categories"].get(answer.response.category_key, {"states": {}})["states"]
        answer.state = states.get(answer.decider_key)
    DeciderAnswer.objects.bulk_update(answers, ["state"])
    _prove(responses, content, contents, answers, actor)
    facts = list(scorecard.fact_answers.all())
    for fact in facts:
        for name, value in contents["facts"].get(fact.fact_key, {}).items():
            setattr(fact, name, value)
    FactAnswer.objects.bulk_update(facts, ["answer", "values", "cannot_answer", "who_will"])


def _answer(response: Response, category: framework.Category, taken: Json, people: dict[str, User]) -> None:
    response.note = taken["note"]
    if claim := taken["claim"]:
        response.level, response.claim_reason = claim["level"], claim["reason"]
        response.claimed_by = people.get(claim["by"])
        if category.deciders or claim["on"]:
            response.claimed_at = _noon(claim["on"])
        if claim["by"] and response.claimed_by is None and category.deciders:
            response.claim_reason = f"{claim['reason']} (claimed by {claim['by']})".strip()[:CLAIM_MAX_LENGTH]
    if metric := taken["metric"]:
        known = next((m.key for m in category.metrics if m.name.casefold() == metric["name"].casefold()), "")
        response.metric_key, response.metric_name = known, "" if known else metric["name"]
        response.metric_value, response.metric_unit = Decimal(metric["value"]), metric["unit"]
        response.metric_on = _date(metric["on"])


def _prove(
    responses: dict[str, Response],
    content: framework.Framework,
    contents: Json,
    answers: list[DeciderAnswer],
    actor: User,
) -> None:
    made: list[tuple[Evidence, list[str]]] = []
    for key, taken in contents["categories"].items():
        metrics = {metric.name.casefold(): metric.key for metric in content.category(key).metrics}
        for proof in taken["proof"]:
            made.append((_evidence(responses[key], proof, metrics, actor), proof["proves"]))
    Evidence.objects.bulk_create(evidence for evidence, _ in made)
    by_key = {(answer.response_id, answer.decider_key): answer for answer in answers}
    DeciderProof.objects.bulk_create(
        DeciderProof(decider_answer=by_key[evidence.response_id, key], evidence=evidence)
        for evidence, proves in made
        for key in proves
    )


def _evidence(response: Response, proof: Json, metrics: dict[str, str], actor: User) -> Evidence:
    """A figure of the framework's is known by its key, unless it keeps a name of its own from the file it came from."""
    known = metrics.get(proof["title"].casefold(), "") if proof["kind"] == Evidence.Kind.FIGURE else ""
    return Evidence(
        response=response,
        kind=proof["kind"],
        title="" if known and not proof["source"] else proof["title"],
        url=proof["link"],
        metric_key=known,
        value=Decimal(proof["value"]) if proof["value"] else None,
        unit=proof["unit"],
        seen_by_name=proof["seen_by"],
        whose=proof["whose"],
        on=_date(proof["on"]),
        in_force_until=_date(proof["in_force_until"]),
        provenance=proof["source"],
        created_by=actor,
    )


def _people(organization: Organization) -> dict[str, User]:
    """Who may open the organization, by name; a name that two people have is nobody's."""
    direct = User.objects.filter(memberships__organization=organization)
    through = User.objects.filter(team_memberships__team__grants__organization=organization)
    found = {user.pk: user for user in (*direct, *through)}
    often = Counter(str(user) for user in found.values())
    return {str(user): user for user in found.values() if often[str(user)] == 1}


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _noon(iso: str | None) -> datetime:
    """Of a day, the noon; without one, now."""
    day = _date(iso)
    return timezone.make_aware(datetime.combine(day, time(12))) if day else timezone.now()
