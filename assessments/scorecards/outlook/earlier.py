"""Scores from before: written down with their date, told apart from what was assessed and signed off here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Category
from assessments.organizations.models import Organization
from assessments.platform.frameworks.keeping import keep
from assessments.saving.parts import clean_text
from assessments.scorecards.outlook.models import NOTE_MAX_LENGTH, EarlierAssessment
from assessments.scoring.words import number_word

SOURCE_MAX_LENGTH = 200
MOST = 40
OLDEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class EarlierLevel:
    category: Category
    level: int
    note: str


def enter_earlier(
    organization: Organization,
    *,
    on: date,
    levels: Mapping[str, int],
    notes: Mapping[str, str],
    source: str,
    actor: User,
) -> EarlierAssessment:
    """Write down a score from before, all levels of it; ValidationError in a sentence if it cannot be one."""
    content = organization.framework
    if on >= organization.today():
        raise ValidationError({"on": _("An earlier assessment lies in the past. Start one here for today.")})
    if on < OLDEST:
        raise ValidationError({"on": _("Give a day since the year 2000.")})
    if set(levels) != set(content.category_keys) or not all(level in (0, 1, 2) for level in levels.values()):
        raise ValidationError(
            ngettext(
                "Give a level from 0 to 2 for each of the {count} categories.",
                "Give a level from 0 to 2 for each of the {count} categories.",
                len(content.categories),
            ).format(count=number_word(len(content.categories)))
        )
    keep(content)
    earlier = EarlierAssessment(
        organization=organization,
        on=on,
        framework_key=content.key,
        framework_version=content.version,
        levels=dict(levels),
        notes={key: text for key in levels if (text := clean_text(notes.get(key, ""), NOTE_MAX_LENGTH, "note"))},
        source=clean_text(source, SOURCE_MAX_LENGTH, "source"),
        total=sum(levels.values()),
        entered_by=actor,
        entered_name=str(actor),
    )
    if organization.earlier_assessments.count() >= MOST:
        raise ValidationError(
            _("{most} earlier assessments are the most there can be. Remove one first.").format(most=MOST)
        )
    try:
        with transaction.atomic():
            earlier.save(force_insert=True)
            _record(
                Action.EARLIER_ENTERED,
                earlier,
                new=f"{earlier.total} of {content.scale.max_score}, entered later",
                actor=actor,
            )
    except IntegrityError:
        raise ValidationError({"on": _("There is an earlier assessment of that day already.")}) from None
    return earlier


def remove_earlier(earlier: EarlierAssessment, *, actor: User) -> None:
    """Take out a score that was entered later; one that is gone already is no error."""
    with transaction.atomic():
        deleted, _ = EarlierAssessment.objects.filter(pk=earlier.pk).delete()
        if deleted:
            _record(Action.EARLIER_REMOVED, earlier, old=f"{earlier.total}, entered later", actor=actor)


def levels_of(earlier: EarlierAssessment) -> tuple[EarlierLevel, ...]:
    """Its levels with their notes, in the framework's order."""
    content = framework.load(earlier.framework_key, earlier.framework_version)
    return tuple(
        EarlierLevel(category, earlier.levels[category.key], earlier.notes.get(category.key, ""))
        for category in content.categories
    )


def archived_earlier(organization: Organization) -> list[dict[str, object]]:
    """What the organization's export holds of them."""
    return [
        {
            "on": earlier.on.isoformat(),
            "levels": earlier.levels,
            "notes": earlier.notes,
            "source": earlier.source,
            "entered_at": earlier.entered_at.isoformat(),
            "entered_by": earlier.entered_name,
        }
        for earlier in organization.earlier_assessments.all()
    ]


def listed(earlier: Iterable[EarlierAssessment]) -> list[EarlierAssessment]:
    """Newest first, as lists of assessments are."""
    return sorted(earlier, key=lambda each: (each.on, each.pk), reverse=True)


def _record(action: Action, earlier: EarlierAssessment, *, old: str = "", new: str = "", actor: User) -> None:
    subject = f"Earlier assessment of {date_format(earlier.on, 'DAY')}"
    about = {"subject": subject, "old": old, "new": new}
    trail.record(action, organization=earlier.organization_id, actor=actor, **about)
