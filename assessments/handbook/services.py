"""What can be done with a team's checks. Every change to one passes through here."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import is_english
from assessments.handbook import answers
from assessments.handbook.models import TeamCheck
from assessments.organizations.models import Organization
from assessments.roadmaps.models import TITLE_MAX_LENGTH, Roadmap, RoadmapItem
from assessments.roadmaps.plan.suggestions import Suggestion
from assessments.roadmaps.services import content_of, take_suggestion
from assessments.saving.parts import update_part, version_or_stale

Kind = TeamCheck.Kind
NO_ROADMAP = gettext_noop("Start a roadmap first: it begins with a signed-off assessment.")


def record_check(
    organization: Organization, *, kind: str, key: str, values: Mapping[str, Any], actor: User, version: int
) -> int:
    """Save one check. Returns its new version; `StaleAnswerError` where somebody else changed it since `version`."""
    row, _is_new = TeamCheck.objects.get_or_create(organization=organization, kind=kind, key=key)
    new_version = update_part(
        TeamCheck.objects.filter(pk=row.pk),
        version_field="version",
        version=version,
        values={"values": dict(values)},
        stamp={"updated_at": timezone.now(), "updated_by": actor},
        saved=lambda before: _record(organization, kind, key, before["values"], values, actor),
    )
    if new_version is not None:
        return new_version
    current = TeamCheck.objects.select_related("updated_by").get(pk=row.pk)
    return version_or_stale(current, "version", {"values": dict(values)})


def _record(
    organization: Organization, kind: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any], actor: User
) -> None:
    with translation.override("en"):  # as the activity is kept
        old, new = (answers.in_words(kind, key, values) for values in (before, after))
        subject = f"Team checks: {answers.name_of(kind, key)}"
    if old != new:
        trail.record_typing(
            Action.ANSWER_CHANGED, organization=organization, subject=subject, old=old, new=new, actor=actor
        )


def plan_check(organization: Organization, *, kind: str, key: str, actor: User) -> RoadmapItem:
    """Make a pitfall's remedy, or the search for who shows a role's signals, an item of the newest roadmap, once."""
    roadmap = organization.roadmaps.select_related("scorecard").newest_first().first()
    if roadmap is None:
        raise ValidationError(_(NO_ROADMAP))
    return take_suggestion(roadmap, suggestion(roadmap, kind, key), actor=actor)


def source_key(kind: str, key: str) -> str:
    """What an item made from a check is known by: a roadmap holds one of each."""
    return f"{kind}:{key}"


def suggestion(roadmap: Roadmap, kind: str, key: str) -> Suggestion:
    phase = content_of(roadmap).phases[0].key
    handbook = framework.current().handbook
    if kind == Kind.PITFALL:
        pitfall = handbook.pitfall(key)
        return Suggestion(
            key=source_key(kind, key),
            title=_title(pitfall.remedy),
            detail=f"{pitfall.remedy}\n\n{pitfall.consequence}",
            phase_key=phase,
            category_key=pitfall.category,
            done_when=_("This sign no longer fits us: {sign}").format(sign=_within(pitfall.sign)),
        )
    role = handbook.role(key)
    return Suggestion(
        key=source_key(kind, key),
        title=_("Find or train somebody for {role}").format(role=_within(role.name)),
        detail="\n".join(role.signals),
        phase_key=phase,
        done_when=_("Somebody here shows all {number} signals, and is named.").format(number=len(role.signals)),
    )


def _within(text: str) -> str:
    """A text as it goes on within a sentence: without its capital, in English."""
    return f"{text[:1].lower()}{text[1:]}" if is_english() else text


def _title(remedy: str) -> str:
    """The first sentence of a remedy, as far as a title holds it."""
    sentence = remedy.partition(". ")[0].rstrip(".")
    return sentence if len(sentence) <= TITLE_MAX_LENGTH else f"{sentence[: TITLE_MAX_LENGTH - 1].rstrip()}…"
