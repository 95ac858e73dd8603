"""The form of what a person wants to be reminded of."""

from django import forms

from assessments.roadmaps.reminding.models import DAYS_BEFORE_MAX, ReminderSetting

DAYS = [(days, f"{days} day{'s' * (days > 1)} before") for days in range(1, DAYS_BEFORE_MAX + 1)]


class ReminderSettingForm(forms.ModelForm):  # type: ignore[type-arg]  # only Django's stubs know arguments
    days_before = forms.TypedChoiceField(
        label="How early",
        choices=DAYS,
        coerce=int,
        error_messages={
            "required": "Choose from 1 to 7 days before.",
            "invalid_choice": "Choose from 1 to 7 days before.",
        },
    )

    class Meta:
        model = ReminderSetting
        fields = ["due_notes", "days_before", "weekly_digest"]
        labels = {
            "due_notes": "A note before an item of mine is due, and once when it is overdue",
            "weekly_digest": "My week, every Monday morning: what is overdue, what is due, what got done",
        }
