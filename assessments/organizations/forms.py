"""Forms for organizations."""

from django import forms
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assessments.accounts.forms import visible_name
from assessments.organizations.models import Organization
from assessments.platform.time_zones import find_time_zone, listed


class CurrencyField(forms.CharField):
    """A currency's three-letter code, in capitals however it was typed."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).upper()


class TimeZoneInput(forms.TextInput):
    """A text field that offers the names of the time zones while one types."""

    def render(self, name: str, value: object, attrs: dict[str, object] | None = None, renderer: object = None) -> str:
        listing = f"{name}-names"
        control = super().render(name, value, {**(attrs or {}), "list": listing}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', control, listing, _options())


def _options() -> SafeString:
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in listed()))


class TimeZoneField(forms.CharField):
    """The name of a time zone, however it was typed; empty for the site's own."""

    widget = TimeZoneInput

    def to_python(self, value: str | None) -> str:
        return find_time_zone(super().to_python(value))


class OrganizationForm(forms.ModelForm):
    currency = CurrencyField(
        max_length=3,
        initial="USD",
        help_text="The three-letter code in which money is written, such as USD or EUR.",
        validators=Organization._meta.get_field("currency").validators,
        error_messages={"required": "Give the three-letter code of the currency, such as USD or EUR."},
    )

    time_zone = TimeZoneField(required=False, max_length=64)

    class Meta:
        model = Organization
        fields = ["name", "industry", "size_band", "hosting_model", "currency", "time_zone"]
        labels = {"hosting_model": "Where the hardware runs"}
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
        zone = self.fields["time_zone"]
        zone.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        zone.help_text = (
            "Used for due dates and reminders. Type a city, such as Berlin. "
            f"Left empty, it is the site's own: {settings.TIME_ZONE}."
        )

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])
