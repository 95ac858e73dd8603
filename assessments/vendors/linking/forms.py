"""What the buyer says about a link, and what the vendor says about himself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.forms import OptionalAddressField, visible_name
from assessments.framework.translating import number
from assessments.organizations.models import Organization
from assessments.organizations.secret_link_pages import NewPasscodeField
from assessments.vendors.linking.links import DEFAULT_DAYS, MAX_DAYS
from assessments.vendors.models import VendorReview

DAYS = format_lazy(_lazy("Use a whole number of days from 1 to {most}."), most=MAX_DAYS)
REMIND_AFTER = 7
MESSAGE_MAX_LENGTH = 2_000
MOST = 100  # organizations by one link
NOT_YOURS = _lazy("One of these organizations can no longer be asked for by you. Look at the list once more.")


def _too_long(most: int) -> str:
    return _("Use at most {most} characters.").format(most=number(most))


class LinkForm(forms.Form):
    """How long a link is good, whom it reaches, and for which other organizations the answers are as well."""

    days = forms.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        label=_lazy("Days it stays open"),
        help_text=format_lazy(_lazy("From 1 to {most}."), most=MAX_DAYS),
        error_messages={"required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    passcode = NewPasscodeField()
    email = OptionalAddressField(
        label=_lazy("Mail it to"),
        autocomplete="off",
        help_text=_lazy("The link goes there by itself, with your name and address. Empty, you send it yourself."),
    )
    message = forms.CharField(
        required=False,
        max_length=MESSAGE_MAX_LENGTH,
        label=_lazy("A word from you"),
        help_text=_lazy("Stands in the mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": lazy(_too_long, str)(MESSAGE_MAX_LENGTH)},
    )
    remind_after = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_DAYS,
        initial=REMIND_AFTER,
        label=_lazy("Days until one reminder"),
        help_text=_lazy("Of what was mailed, where nothing was submitted. Empty for none by itself."),
        error_messages={"invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    language = forms.ChoiceField(
        required=False,
        choices=settings.LANGUAGES,
        label=_lazy("Language"),
        help_text=_lazy("In which the questions are put. The vendor can choose another one."),
    )
    organizations = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": NOT_YOURS})

    def __init__(self, *args: Any, organizations: Sequence[Organization] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(organization.pk): organization for organization in organizations}
        self.fields["organizations"].choices = [(pk, str(each)) for pk, each in self.offered.items()]

    def clean_language(self) -> str:
        return str(
            self.cleaned_data["language"] or self.get_initial_for_field(self.fields["language"], "language") or ""
        )

    def clean_organizations(self) -> list[Organization]:
        chosen = [self.offered[pk] for pk in self.cleaned_data["organizations"]]
        if len(chosen) > MOST:
            raise ValidationError(_("At most {most} organizations by one link.").format(most=MOST))
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("email"):
            data["remind_after"] = None
        elif "days" in data and (data.get("remind_after") or 0) >= data["days"]:
            self.add_error("remind_after", _("Remind before the link ends, or not at all."))
        return data

    @property
    def picked(self) -> list[str]:
        """The organizations that stand ticked."""
        given = self["organizations"].value()
        return [str(pk) for pk in given] if isinstance(given, list) else []


class RequestForm(LinkForm):
    """A vendor who is asked for several organizations by one link."""

    name = forms.CharField(
        label=_lazy("Vendor"),
        max_length=120,
        error_messages={
            "required": _lazy("Give the vendor's name."),
            "max_length": _lazy("Use at most 120 characters for the name."),
        },
    )
    kind = forms.ChoiceField(
        label=_lazy("Kind of offer"), required=False, choices=[("", "---------"), *VendorReview.Kind.choices]
    )
    offer = forms.CharField(
        required=False,
        max_length=200,
        label=_lazy("Offer"),
        help_text=_lazy("What they would sell, such as managed inference."),
        error_messages={"max_length": _lazy("Use at most 200 characters for the offer.")},
    )

    field_order = ("name", "kind", "offer")

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])

    def clean_organizations(self) -> list[Organization]:
        chosen = super().clean_organizations()
        if not chosen:
            raise ValidationError(_("Tick at least one organization."))
        return chosen


class AnsweredByForm(forms.Form):
    """Who answered for the vendor."""

    name = forms.CharField(
        max_length=150,
        label=_lazy("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _lazy("Say who you are."),
            "max_length": _lazy("Use at most 150 characters for the name."),
        },
    )
    role = forms.CharField(
        required=False,
        max_length=120,
        label=_lazy("Your role"),
        help_text=_lazy("Such as Head of platform."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"max_length": _lazy("Use at most 120 characters for the role.")},
    )
    email = OptionalAddressField(label=_lazy("Your email"), help_text=_lazy("For questions about an answer."))

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])

    def clean_role(self) -> str:
        return " ".join(self.cleaned_data["role"].split())
