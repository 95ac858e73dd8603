"""The form by which a link or a file comes in as proof."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.names import clean_name
from assessments.saving.addresses import read_address
from assessments.saving.uploads import CheckedUpload, check_upload


class LinkOrFileForm(forms.Form):
    """One piece of evidence: a link or a file, and what to call it."""

    title = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _lazy("Name the evidence in at most 200 characters.")},
    )
    url = forms.CharField(required=False, strip=True)
    file = forms.FileField(required=False, max_length=1000, allow_empty_file=True)

    def clean_title(self) -> str:
        return clean_name(self.cleaned_data["title"])

    def clean_url(self) -> str:
        return read_address(self.cleaned_data["url"]) if self.cleaned_data["url"] else ""

    def clean_file(self) -> CheckedUpload | None:
        upload = self.cleaned_data["file"]
        return check_upload(upload) if upload else None

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("url")) == bool(data.get("file")):
            raise ValidationError(_("Give either a web address or a file: one piece of evidence at a time."))
        return data
