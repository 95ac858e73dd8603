"""The form of what a person wants to be reminded of."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.roadmaps.reminding.models import DAYS_BEFORE_MAX, ReminderSetting


def _days() -> list[tuple[int, str]]:
    return [
        (days, ngettext("{number} day before", "{number} days before", days).format(number=days))
        for days in range(1, DAYS_BEFORE_MAX + 1)
    ]


class ReminderSettingForm(forms.ModelForm):  # type: ignore[type-arg]  # only Django's stubs know arguments
    days_before = forms.TypedChoiceField(
        label=_lazy("How early"),
        choices=_days,
        coerce=int,
        error_messages={
            "required": _lazy("Choose from 1 to 7 days before."),
            "invalid_choice": _lazy("Choose from 1 to 7 days before."),
        },
    )

    class Meta:
        model = ReminderSetting
        fields = ["due_notes", "days_before", "weekly_digest"]
        labels = {
            "due_notes": _lazy("A note before an item of mine is due, and once when it is overdue"),
            "weekly_digest": _lazy("My week, every Monday morning: what is overdue, what is due, what got done"),
        }
