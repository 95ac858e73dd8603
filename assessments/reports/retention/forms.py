"""How long reports are kept, as it is said on the page."""

from django import forms
from django.conf import settings

from assessments.reports.retention.services import FOREVER, MAX_DAYS, MIN_DAYS

DAYS = f"Use a whole number of days from {MIN_DAYS} to {MAX_DAYS:,}."


class ReportRetentionForm(forms.Form):
    how = forms.ChoiceField(label="Reports are kept")
    days = forms.IntegerField(
        required=False,
        min_value=MIN_DAYS,
        max_value=MAX_DAYS,
        label="Days",
        help_text=f"From {MIN_DAYS} to {MAX_DAYS:,}, where a number of days was chosen.",
        error_messages={"invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )

    def __init__(self, data: object = None, *, days: int | None = None) -> None:
        how = "site" if days is None else "days" if days else "always"
        super().__init__(data, initial={"how": how, "days": days or None})
        site = f"{settings.REPORT_KEEP_DAYS:,} days" if settings.REPORT_KEEP_DAYS else "for good"
        self.fields["how"].choices = [
            ("site", f"As this site does: {site}"),
            ("always", "For good"),
            ("days", "For a number of days"),
        ]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("how") == "days" and not given.get("days") and "days" not in self.errors:
            self.add_error("days", DAYS)
        return given

    @property
    def chosen(self) -> int | None:
        how = self.cleaned_data["how"]
        return None if how == "site" else FOREVER if how == "always" else self.cleaned_data["days"]
