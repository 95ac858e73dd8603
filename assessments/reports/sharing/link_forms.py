"""What is said about a link to a report."""

from django import forms
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _lazy

from assessments.organizations.models import Organization
from assessments.organizations.secret_link_pages import NewPasscodeField
from assessments.platform.names import clean_name
from assessments.reports.models import Report
from assessments.reports.sharing.links import DEFAULT_DAYS, MAX_DAYS

DAYS = format_lazy(_lazy("Use a whole number of days from 1 to {most}."), most=MAX_DAYS)
LIVE = "live"
LIVE_LABEL = _lazy("Where it stands, live: the newest assessment, whenever the link is opened")
MOST_LISTED = 200
CHOOSE = _lazy("Choose one of the reports in the list.")


class DaysField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            min_value=1,
            max_value=MAX_DAYS,
            initial=DEFAULT_DAYS,
            label=_lazy("Days it stays open"),
            help_text=format_lazy(_lazy("From 1 to {most}."), most=MAX_DAYS),
            error_messages={"required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
        )


def ready_choices(organization: Organization) -> list[tuple[str, str]]:
    """The reports that can be handed on, the newest first."""
    ready = organization.reports.filter(status=Report.Status.DONE).order_by("-requested_at", "-pk")
    rows = ready.values_list("pk", "title", "finished_at")[:MOST_LISTED]
    return [(str(pk), f"{title}, {date_format(localtime(at), 'DAY') if at else ''}") for pk, title, at in rows]


class ReportLinkForm(forms.Form):
    what = forms.ChoiceField(
        label=_lazy("What it shows"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE}
    )
    recipient = forms.CharField(
        required=False,
        max_length=120,
        label=_lazy("Who it is for"),
        help_text=_lazy("A name, so that you know whose link was opened."),
        error_messages={"max_length": _lazy("Use at most 120 characters.")},
    )
    days = DaysField()
    passcode = NewPasscodeField()
    is_watermarked = forms.BooleanField(required=False, label=_lazy("Show their name on every page, as a watermark"))

    def __init__(self, organization: Organization, data: object = None, *, initial: object = None) -> None:
        super().__init__(data, initial=initial)
        self.organization = organization
        self.fields["what"].choices = [*ready_choices(organization), (LIVE, LIVE_LABEL)]

    def clean_recipient(self) -> str:
        return clean_name(self.cleaned_data["recipient"])

    @property
    def report(self) -> Report | None:
        what = self.cleaned_data["what"]
        return None if what == LIVE else self.organization.reports.defer("snapshot").filter(pk=what).first()
