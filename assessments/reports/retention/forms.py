"""How long reports are kept, as it is said on the page."""

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext_lazy

from assessments.framework.translating import number
from assessments.reports.retention.services import FOREVER, MAX_DAYS, MIN_DAYS

_number_lazy = lazy(number, str)
DAYS = format_lazy(
    _lazy("Use a whole number of days from {least} to {most}."), least=MIN_DAYS, most=_number_lazy(MAX_DAYS)
)


class ReportRetentionForm(forms.Form):
    how = forms.ChoiceField(label=_lazy("Reports are kept"))
    days = forms.IntegerField(
        required=False,
        min_value=MIN_DAYS,
        max_value=MAX_DAYS,
        label=pgettext_lazy("how long", "Days"),
        help_text=format_lazy(
            _lazy("From {least} to {most}, where a number of days was chosen."),
            least=MIN_DAYS,
            most=_number_lazy(MAX_DAYS),
        ),
        error_messages={"invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )

    def __init__(self, data: object = None, *, days: int | None = None) -> None:
        how = "site" if days is None else "days" if days else "always"
        super().__init__(data, initial={"how": how, "days": days or None})
        site = _("As this site does: for good")
        if kept := settings.REPORT_KEEP_DAYS:
            said = ngettext("As this site does: {count} day", "As this site does: {count} days", kept)
            site = said.format(count=number(kept))
        self.fields["how"].choices = [
            ("site", site),
            ("always", _("For good")),
            ("days", _("For a number of days")),
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
