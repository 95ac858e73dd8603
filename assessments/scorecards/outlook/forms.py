"""The forms for targets, the rhythm of assessments, and a score from before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from assessments.accounts.models import User
from assessments.framework import Category
from assessments.organizations.models import Organization
from assessments.scorecards.outlook.earlier import SOURCE_MAX_LENGTH
from assessments.scorecards.outlook.models import NOTE_MAX_LENGTH, Rhythm
from assessments.scorecards.outlook.rhythm import months_after

NOT_A_DAY = _lazy("Write the day as year, month and day, such as 2027-03-31.")
FURTHEST = 120  # months


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NOT_A_DAY, "required": _lazy("Give a day.")},
        **options,
    )


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """The controls of one category; `aside` is its day or its note."""

    category: Category
    level: forms.BoundField
    aside: forms.BoundField
    proven: int | None = None


class TargetForm(forms.Form):
    """A level for each category that is aimed at, all by one day, or one by a day of its own."""

    due_on = day_field(label=_lazy("To be reached by"), required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.categories = organization.today(), organization.framework.categories
        stored = {target.category_key: target for target in organization.targets.all()}
        self.known_days = {target.due_on for target in stored.values()}
        common = max(self.known_days, key=lambda d: sum(t.due_on == d for t in stored.values()), default=None)
        self.initial["due_on"] = common or months_after(self.today, 6)
        for category in self.categories:
            target = stored.get(category.key)
            self.fields[f"level-{category.key}"] = forms.ChoiceField(
                label=_("Target of {category}").format(category=category.name),
                required=False,
                choices=[
                    ("", pgettext("target", "None")),
                    ("1", _("1, partially defined")),
                    ("2", _("2, disciplined and measurable")),
                ],
                error_messages={
                    "invalid_choice": _("Choose 1, 2 or no target for {category}.").format(category=category.name)
                },
            )
            label = _("Day of its own for {category}").format(category=category.name)
            self.fields[f"due-{category.key}"] = day_field(label=label, required=False)
            if target:
                self.initial[f"level-{category.key}"] = str(target.level)
                self.initial[f"due-{category.key}"] = target.due_on if target.due_on != common else None

    def lines(self, proven: dict[str, int]) -> Iterator[CategoryLine]:
        for category in self.categories:
            yield CategoryLine(
                category, self[f"level-{category.key}"], self[f"due-{category.key}"], proven.get(category.key)
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for category in self.categories:
            if not data.get(f"level-{category.key}") or f"due-{category.key}" in self.errors:
                continue
            own = data.get(f"due-{category.key}")
            if own is None and data.get("due_on") is None and "due_on" not in self.errors:
                self.add_error("due_on", _("Say by when the targets are to be reached."))
            elif own:
                self._check(f"due-{category.key}", own)
        if data.get("due_on") and any(self._by_common_day(data)):
            self._check("due_on", data["due_on"])
        return data

    def _by_common_day(self, data: dict[str, Any]) -> Iterator[bool]:
        return (bool(data.get(f"level-{c.key}") and not data.get(f"due-{c.key}")) for c in self.categories)

    def _check(self, name: str, day: date) -> None:
        """A day that passed stays one that was aimed at; nobody aims at one anew."""
        if day < self.today and day not in self.known_days:
            self.add_error(name, _("That day has passed. Choose one that lies ahead."))
        if day > months_after(self.today, FURTHEST):
            self.add_error(name, _("Choose a day within the next ten years."))

    @property
    def targets(self) -> dict[str, tuple[int, date]]:
        """What `set_targets` takes."""
        data = self.cleaned_data
        return {
            category.key: (int(level), data[f"due-{category.key}"] or data["due_on"])
            for category in self.categories
            if (level := data[f"level-{category.key}"])
        }


class RhythmForm(forms.Form):
    months = forms.TypedChoiceField(
        label=_lazy("How often it is assessed"),
        choices=[("", _lazy("No rhythm")), *Rhythm.Months.choices],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _lazy("Choose every quarter, every half-year, every year, or no rhythm.")},
    )
    first_due_on = day_field(
        label=_lazy("First one due"),
        required=False,
        help_text=_lazy("Counts until an assessment is signed off; then the rhythm does."),
    )
    reminded = forms.ModelChoiceField(
        None,
        label=_lazy("Who is reminded"),
        required=False,
        empty_label=_lazy("Its owners"),
        help_text=_lazy("By mail two weeks before, and once when it is overdue."),
        error_messages={"invalid_choice": _lazy("Choose somebody who may open this organization.")},
    )

    def __init__(self, *args: Any, organization: Organization, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = organization.today()
        stored = Rhythm.objects.filter(organization=organization).first()
        self.known = stored.first_due_on if stored else None
        self.fields["reminded"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        if stored:
            self.initial |= {
                "months": stored.months,
                "first_due_on": stored.first_due_on,
                "reminded": stored.reminded_id,
            }

    def clean_first_due_on(self) -> date | None:
        day = self.cleaned_data["first_due_on"]
        if day and day != self.known and day < self.today:
            raise forms.ValidationError(_("That day has passed. Choose one that lies ahead."))
        if day and day > months_after(self.today, FURTHEST):
            raise forms.ValidationError(_("Choose a day within the next ten years."))
        return day


class EarlierAssessmentForm(forms.Form):
    on = day_field(label=_lazy("Day of the assessment"))
    source = forms.CharField(
        label=_lazy("Where it comes from"),
        required=False,
        max_length=SOURCE_MAX_LENGTH,
        help_text=_lazy("A workshop, a spreadsheet, an earlier report."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = organization.framework.categories
        for category in self.categories:
            self.fields[f"level-{category.key}"] = forms.TypedChoiceField(
                label=_("Level of {category}").format(category=category.name),
                choices=[
                    ("", _("Choose")),
                    ("0", _("0, unclear")),
                    ("1", _("1, partially defined")),
                    ("2", _("2, disciplined")),
                ],
                coerce=int,
                error_messages={
                    "required": _("Give the level of {category}.").format(category=category.name),
                    "invalid_choice": _("The level of {category} must be 0, 1 or 2.").format(category=category.name),
                },
            )
            self.fields[f"note-{category.key}"] = forms.CharField(
                label=_("Note on {category}").format(category=category.name), required=False, max_length=NOTE_MAX_LENGTH
            )

    def lines(self) -> Iterator[CategoryLine]:
        for category in self.categories:
            yield CategoryLine(category, self[f"level-{category.key}"], self[f"note-{category.key}"])

    @property
    def levels(self) -> dict[str, int]:
        return {category.key: self.cleaned_data[f"level-{category.key}"] for category in self.categories}

    @property
    def notes(self) -> dict[str, str]:
        return {category.key: self.cleaned_data[f"note-{category.key}"] for category in self.categories}
