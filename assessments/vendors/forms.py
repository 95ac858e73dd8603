"""What people may type into a vendor's review, and the sentence they read when it cannot be taken."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.forms import visible_name
from assessments.organizations.models import Organization
from assessments.vendors.models import VendorReview

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
DATE_ERROR = _lazy("Write the date as 2026-09-14.")


def sane_date(day: date | None) -> date | None:
    if day and not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Use a date between 2000 and 2100."))
    return day


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"min": EARLIEST.isoformat(), "max": LATEST.isoformat()})


class VendorReviewForm(forms.ModelForm):
    """Who is asked, about which offer, when, and where its compute is hosted."""

    name = forms.CharField(
        label=_lazy("Name"),
        max_length=120,
        error_messages={
            "required": _lazy("Give the vendor's name."),
            "max_length": _lazy("Use at most 120 characters for the name."),
        },
    )
    reviewed_on = forms.DateField(
        label=_lazy("Date"),
        widget=DayInput(),
        validators=[sane_date],
        error_messages={"invalid": DATE_ERROR, "required": _lazy("Give the date of the review.")},
    )
    hosting_model = forms.ChoiceField(
        label=_lazy("Where the compute would stand"),
        choices=Organization.HostingModel,
        help_text=_lazy("Cloud skips the questions about power and cooling."),
    )

    class Meta:
        model = VendorReview
        fields = ("kind", "offer", "contact", "reviewed_on", "hosting_model")
        labels = {"kind": _lazy("Kind of offer"), "offer": _lazy("Offer"), "contact": _lazy("Contact")}
        help_texts = {
            "kind": _lazy("It decides which topics are asked first; the others follow, folded."),
            "offer": _lazy("What they would sell you, such as managed inference."),
            "contact": _lazy("Who answers for them, and how to reach them."),
        }

    field_order = ("name", "kind", "offer", "contact", "reviewed_on", "hosting_model")

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])


class NewVendorReviewForm(VendorReviewForm):
    is_own_team = forms.TypedChoiceField(
        label=_lazy("Who is asked"),
        choices=(("", _lazy("A vendor")), ("team", _lazy("Our own team"))),
        required=False,
        coerce=bool,
        empty_value=False,
        help_text=_lazy("Your own team is asked the same questions, in words of its own."),
    )

    field_order = ("is_own_team", "name", "kind", "offer", "contact", "reviewed_on", "hosting_model")


class FollowUpForm(forms.Form):
    follow_up = forms.CharField(required=False)
    follow_up_owner = forms.CharField(
        required=False,
        max_length=150,
        error_messages={"max_length": _lazy("Name the owner in at most 150 characters.")},
    )
    follow_up_on = forms.DateField(required=False, validators=[sane_date], error_messages={"invalid": DATE_ERROR})
    follow_up_done = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["follow_up"] and (data["follow_up_owner"] or data["follow_up_on"]):
            raise ValidationError(_("Say what is to follow up on, then by whom and by when."))
        return data
