"""Forms for organizations."""

from django import forms

from assessments.organizations.models import Organization

PASSWORD_HINT = "At least 10 characters, not a common password, not your name or email."  # noqa: S105


def visible_name(name: str, *, missing: str) -> str:
    """The name with its spaces tidied. One of which nothing would be seen is refused as `missing`."""
    name = " ".join(name.split())
    if not any(character.isprintable() for character in name):
        raise forms.ValidationError(missing, code="required")
    return name


class CurrencyField(forms.CharField):
    """A currency's three-letter code, in capitals however it was typed."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).upper()


class OrganizationForm(forms.ModelForm):
    currency = CurrencyField(
        max_length=3,
        initial="USD",
        help_text="The three-letter code in which money is written, such as USD or EUR.",
        validators=Organization._meta.get_field("currency").validators,
        error_messages={"required": "Give the three-letter code of the currency, such as USD or EUR."},
    )

    class Meta:
        model = Organization
        fields = ["name", "industry", "size_band", "hosting_model", "currency"]
        labels = {"hosting_model": "Where the hardware stands"}
        help_texts = {"name": "A client, a business unit or your own company."}
        error_messages = {
            "name": {
                "required": "Give the organization a name.",
                "max_length": "Use at most 120 characters for the name.",
            },
            "industry": {"max_length": "Use at most 80 characters for the industry."},
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "organization"
        self.fields["size_band"].choices = [("", "Not said"), *Organization.SizeBand.choices]
        self.fields["currency"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])
