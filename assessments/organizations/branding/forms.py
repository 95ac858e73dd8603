"""The form for how a firm looks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.organizations.branding.colors import read_color
from assessments.organizations.branding.logos import MOST_BYTES, TOO_LARGE, Logo, read_logo
from assessments.organizations.branding.models import Brand
from assessments.platform.names import clean_name
from assessments.platform.spreadsheets import without_unwritable


class ColorField(forms.CharField):
    """A color by its hex digits, with or without the sign before them."""

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return read_color(text)
        except ValueError:
            raise ValidationError(_("Give the color by its hex digits, such as #1b4b78.")) from None


class LogoField(forms.FileField):
    widget = forms.FileInput

    def to_python(self, data: Any) -> Logo | None:
        upload = super().to_python(data)
        return read_logo(upload) if upload else None


class BrandForm(forms.ModelForm):
    logo = LogoField(
        required=False,
        allow_empty_file=True,
        max_length=1000,
        label=_lazy("Logo"),
        help_text=format_lazy(
            _lazy("PNG, JPEG or SVG, at most {most} MB. Best on a clear background."), most=MOST_BYTES // 1024**2
        ),
    )
    remove_logo = forms.BooleanField(required=False, label=_lazy("Take the logo away"))
    color = ColorField(
        required=False,
        max_length=20,
        label=_lazy("Color of headings"),
        help_text=_lazy("Six hex digits, such as #1b4b78."),
    )
    second_color = ColorField(
        required=False, max_length=20, label=_lazy("Color of lines"), help_text=_lazy("Left empty, it is the first.")
    )

    class Meta:
        model = Brand
        fields = ["firm", "address", "footer", "disclaimer", "color", "second_color"]
        labels = {
            "firm": _lazy("Name of the firm"),
            "address": _lazy("Address line"),
            "footer": _lazy("Line at the foot of pages"),
            "disclaimer": _lazy("Disclaimer"),
        }
        help_texts = {
            "firm": _lazy("As it stands in the commercial register. Left empty, it is the name here."),
            "address": _lazy("One line, such as a street, a city and a website."),
            "footer": _lazy("Stands at the foot of every page of a report."),
            "disclaimer": _lazy("Stands at the end of a report, at most 600 characters."),
        }
        error_messages = {
            "firm": {"max_length": _lazy("Use at most 120 characters for the name.")},
            "address": {"max_length": _lazy("Use at most 160 characters for the address line.")},
            "footer": {"max_length": _lazy("Use at most 120 characters: it is one line.")},
            "disclaimer": {"max_length": _lazy("Use at most 600 characters for the disclaimer.")},
        }

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        self.fields["disclaimer"].widget.attrs |= {"rows": 3}
        self.fields["logo"].widget.attrs |= {"accept": ".png,.jpg,.jpeg,.svg,image/png,image/jpeg,image/svg+xml"}
        for name in ("color", "second_color"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "placeholder": "#"}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("address", "footer"):
            data[name] = clean_name(data.get(name) or "")
        data["disclaimer"] = without_unwritable((data.get("disclaimer") or "").replace("\r\n", "\n")).strip()
        if self.is_too_large:
            self.add_error("logo", TOO_LARGE)
        return data

    def _post_clean(self) -> None:
        """The service sets the fields: until then the row stays what it is, so that the preview shows what is saved."""
