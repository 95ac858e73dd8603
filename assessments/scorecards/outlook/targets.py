"""What is aimed at: a level by category with its day, what that comes to, and how far it is from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework import Category, Framework
from assessments.framework.translating import ENGLISH
from assessments.organizations.models import Organization
from assessments.scorecards.outlook.models import CategoryTarget
from assessments.scoring.words import capitalized, number_word


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A category with what is aimed at and what is proven; `gap` is how many levels are missing."""

    category: Category
    proven: int
    target: int | None
    due_on: date | None

    @property
    def gap(self) -> int:
        return max(0, (self.target or 0) - self.proven)


@dataclass(frozen=True, slots=True)
class TargetReading:
    """All targets of an organization against a result. A category without one is to keep what it has proven."""

    rows: tuple[TargetRow, ...]
    proven_total: int
    threshold: int
    today: date

    @property
    def total(self) -> int:
        """What the proven total is once every target is reached; a category beyond its target keeps what it has."""
        return sum(max(row.proven, row.target or 0) for row in self.rows)

    @property
    def points(self) -> int:
        return self.total - self.proven_total

    @property
    def by(self) -> date:
        """The day of the last one."""
        return max(row.due_on for row in self.rows if row.due_on)

    @property
    def missing(self) -> tuple[TargetRow, ...]:
        """The categories below their target, the first due on top."""
        below = (row for row in self.rows if row.gap and row.due_on)
        return tuple(sorted(below, key=lambda row: (row.due_on or date.max, -row.gap)))

    @property
    def overdue(self) -> tuple[TargetRow, ...]:
        return tuple(row for row in self.missing if row.due_on and row.due_on < self.today)

    @property
    def label(self) -> str:
        return _("Target {total}").format(total=self.total)

    def level(self, category_key: str) -> int | None:
        return next((row.target for row in self.rows if row.category.key == category_key), None)

    @property
    def gap_words(self) -> str:
        """How far it is, as a sentence."""
        by = date_format(self.by, "MONTH")
        if not self.points:
            return _("The target of {total} is reached and proven.").format(total=self.total)
        missing, overdue = len(self.missing), len(self.overdue)
        points = ngettext("{count} point", "{count} points", self.points).format(count=number_word(self.points))
        words = ngettext(
            "{points} to the target of {total} by {month}, in {count} category.",
            "{points} to the target of {total} by {month}, in {count} categories.",
            missing,
        ).format(points=points, total=self.total, month=by, count=number_word(missing))
        if not overdue:
            return capitalized(words)
        late = ngettext("{count} of them overdue.", "{count} of them overdue.", overdue)
        return f"{capitalized(words)} {capitalized(late.format(count=number_word(overdue)))}"


def targets_and_earlier(
    organization: Organization, framework_key: str
) -> tuple[dict[str, tuple[int, date]], list[tuple[date, int]]]:
    """The targets, level and day by category key, and the scores from before, day and total; one query for both.

    The scores are those by this framework.
    """
    earlier = (
        organization.earlier_assessments.filter(framework_key=framework_key)
        .order_by()
        .values_list(Value("", CharField()), "total", "on")
    )
    targets = organization.targets.order_by().values_list("category_key", "level", "due_on")
    rows = list(targets.union(earlier, all=True))
    return (
        {key: (level, day) for key, level, day in rows if key},
        [(day, total) for key, total, day in rows if not key],
    )


def read_targets(organization: Organization, content: Framework, result: scoring.Result) -> TargetReading | None:
    """The targets against a result, in one query; None where nothing is aimed at."""
    targets = {target.category_key: (target.level, target.due_on) for target in organization.targets.all()}
    return targets_against(targets, content, result, organization.today())


def targets_against(
    targets: Mapping[str, tuple[int, date]], content: Framework, result: scoring.Result, today: date
) -> TargetReading | None:
    """Targets that are there already, level and day by category key, against a result."""
    rows = []
    for category in content.categories:
        level, due_on = targets.get(category.key, (None, None))
        rows.append(TargetRow(category, result.answer(category.key).proven, level, due_on))
    if not any(row.target for row in rows):
        return None
    return TargetReading(tuple(rows), result.proven_total, result.threshold, today)


def frozen_target(organization: Organization, content: Framework, result: scoring.Result) -> dict[str, Any] | None:
    """What a report's snapshot keeps of the targets, under its key `target`; None where nothing is aimed at."""
    reading = read_targets(organization, content, result)
    if reading is None:
        return None
    return {
        "total": reading.total,
        "points": reading.points,
        "by": reading.by.isoformat(),
        "words": reading.gap_words,
        "levels": {
            row.category.key: {"level": row.target, "by": row.due_on.isoformat()} for row in reading.rows if row.due_on
        },
    }


def set_targets(organization: Organization, targets: Mapping[str, tuple[int, date]], *, actor: User) -> None:
    """Aim at exactly these, level and day by category key; a category left out has no target any more."""
    content = organization.framework
    for key, (level, _day) in targets.items():
        if key not in content.category_keys:
            raise ValidationError(_("A category that was aimed at is not one of the framework's. Open the page again."))
        if level not in (1, 2):
            raise ValidationError(
                _("The target of {category} must be 1 or 2.").format(category=content.category(key).name)
            )
    with transaction.atomic():
        Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)  # two saves, one after the other
        before = {target.category_key: target for target in organization.targets.all()}
        organization.targets.exclude(category_key__in=targets).delete()
        CategoryTarget.objects.bulk_create(
            [
                CategoryTarget(organization=organization, category_key=key, level=level, due_on=due_on)
                for key, (level, due_on) in targets.items()
            ],
            update_conflicts=True,
            unique_fields=["organization", "category_key"],
            update_fields=["level", "due_on"],
        )
        with translation.override(ENGLISH):
            for category in organization.framework.categories:
                _record(organization, category, before.get(category.key), targets.get(category.key), actor)


def _record(
    organization: Organization,
    category: Category,
    before: CategoryTarget | None,
    now: tuple[int, date] | None,
    actor: User,
) -> None:
    old = _words(before.level, before.due_on) if before else ""
    new = _words(*now) if now else ""
    if old != new:
        about = {"subject": f"Target of {category.name}", "old": old, "new": new}
        trail.record(Action.TARGET_CHANGED, organization=organization, actor=actor, **about)


def _words(level: int, due_on: date) -> str:
    return f"{level} by {date_format(due_on, 'DAY')}"
