"""What is said when a report is sent."""

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.framework.translating import number
from assessments.organizations.models import Organization
from assessments.organizations.secret_link_pages import NewPasscodeField
from assessments.reports.models import Report
from assessments.reports.sharing.link_forms import CHOOSE, DaysField, ready_choices
from assessments.reports.sharing.models import MESSAGE_MAX_LENGTH
from assessments.reports.sharing.recipients import HOW, TEXT_LENGTH, Recipient, read_recipients


class RecipientsField(forms.CharField):
    """The people a message goes to, as `Recipient`s."""

    def __init__(self, *, most: int = 50) -> None:
        self.most = most
        super().__init__(
            max_length=TEXT_LENGTH,
            label=pgettext_lazy("readers", "To"),
            help_text=format_lazy("{} {}", HOW, format_lazy(_lazy("At most {most}."), most=most)),
            error_messages={
                "required": format_lazy("{} {}", _lazy("Say who it is for."), HOW),
                "max_length": _lazy("This is too long for addresses."),
            },
            widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
        )

    def clean(self, value: str) -> list[Recipient]:
        return read_recipients(super().clean(value), most=self.most)


class MessageField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=MESSAGE_MAX_LENGTH,
            label=_lazy("Message"),
            error_messages={
                "max_length": format_lazy(
                    _lazy("Use at most {count} characters."), count=lazy(number, str)(MESSAGE_MAX_LENGTH)
                )
            },
            widget=forms.Textarea(attrs={"rows": 4}),
        )


class ReportSendingForm(forms.Form):
    what = forms.ChoiceField(label=_lazy("Report"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})
    to = RecipientsField()
    message = MessageField()
    how = forms.ChoiceField(
        choices=[
            ("link", _lazy("A link, one for each: you see who opened it")),
            ("file", _lazy("The PDF itself, attached")),
        ],
        initial="link",
        label=pgettext_lazy("how it is sent", "As"),
    )
    days = DaysField()
    passcode = NewPasscodeField()
    is_watermarked = forms.BooleanField(
        required=False, label=_lazy("Show each reader's name on every page, as a watermark")
    )

    def __init__(self, organization: Organization, data: object = None, *, initial: object = None) -> None:
        super().__init__(data, initial=initial)
        self.organization = organization
        self.fields["what"].choices = ready_choices(organization)

    @property
    def report(self) -> Report:
        return self.organization.reports.defer("snapshot").get(pk=self.cleaned_data["what"])
