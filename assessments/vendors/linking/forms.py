"""What the buyer says about a link."""

from django import forms

from assessments.organizations.secret_link_pages import NewPasscodeField
from assessments.vendors.linking.links import DEFAULT_DAYS, MAX_DAYS

DAYS = f"Use a whole number of days from 1 to {MAX_DAYS}."


class LinkForm(forms.Form):
    days = forms.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        label="Days it stays open",
        help_text=f"From 1 to {MAX_DAYS}.",
        error_messages={"required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    passcode = NewPasscodeField()
