"""What is said about a schedule."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.accounts.models import User
from assessments.organizations.models import Team
from assessments.reports.schedules.models import LAST, ReportSchedule
from assessments.reports.schedules.services import MOST_RECIPIENTS
from assessments.reports.sharing.sending_forms import MessageField, RecipientsField

DAYS = [(str(day), str(day)) for day in range(1, LAST)] + [(str(LAST), _lazy("the last one"))]


class ReportScheduleForm(forms.Form):
    every = forms.ChoiceField(choices=ReportSchedule.Every, label=_lazy("How often"))
    day = forms.TypedChoiceField(
        choices=DAYS,
        coerce=int,
        initial="1",
        label=_lazy("On day"),
        help_text=_lazy("Of the month, or of the first month of the quarter, at 8 in the morning."),
    )
    to = RecipientsField(most=MOST_RECIPIENTS)
    message = MessageField()
    how = forms.ChoiceField(
        choices=[
            ("link", _lazy("A link, one for each: you see who opened it")),
            ("file", _lazy("The PDF itself, attached")),
        ],
        initial="link",
        label=pgettext_lazy("how it is sent", "As"),
    )

    @property
    def values(self) -> dict[str, object]:
        given = self.cleaned_data
        return {
            "every": given["every"],
            "day": given["day"],
            "recipients": given["to"],
            "message": given["message"],
            "as_attachment": given["how"] == "file",
        }


class TeamScheduleForm(ReportScheduleForm):
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        empty_label=None,
        label=_lazy("Team"),
        help_text=_lazy("Its organizations where something is signed off and you may report."),
        error_messages={"required": _lazy("Choose a team."), "invalid_choice": _lazy("Choose one of your teams.")},
    )
    field_order = ("team", "every", "day", "to", "message", "how")

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)
        self.fields["team"].queryset = Team.objects.filter(members=user).order_by("name_sort", "pk")
        day = self.fields["day"]
        day.help_text = format_lazy("{} {}", day.help_text, _lazy("It goes by the site's time zone."))
        self.fields["how"].initial = "link"
