"""What the buyer says about a link, and what the vendor types to open it."""

from django import forms

from assessments.vendors.links import DEFAULT_DAYS, MAX_DAYS, PASSCODE_MIN_LENGTH

DAYS = f"Use a whole number of days from 1 to {MAX_DAYS}."
PASSCODE = f"Use at least {PASSCODE_MIN_LENGTH} characters, or none."
PLAIN_TYPING = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class LinkForm(forms.Form):
    days = forms.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        label="Days it stays open",
        help_text=f"From 1 to {MAX_DAYS}.",
        error_messages={"required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    passcode = forms.CharField(
        required=False,
        min_length=PASSCODE_MIN_LENGTH,
        max_length=100,
        label="Passcode",
        help_text="Asked for when the link is opened. Tell it by phone, not in the same message as the link.",
        error_messages={"min_length": PASSCODE, "max_length": "Use at most 100 characters."},
        widget=forms.TextInput(attrs=PLAIN_TYPING),
    )


class PasscodeForm(forms.Form):
    passcode = forms.CharField(
        max_length=100,
        label="Passcode",
        error_messages={"required": "Enter the passcode.", "max_length": "A passcode has at most 100 characters."},
        widget=forms.PasswordInput(attrs={**PLAIN_TYPING, "autofocus": True}),
    )
