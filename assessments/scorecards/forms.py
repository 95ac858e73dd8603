"""What people may type into a scorecard, and the sentence they read when it cannot be taken."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.organizations.names import clean_name
from assessments.scorecards.addresses import read_address
from assessments.scorecards.uploads import CheckedUpload, check_upload

EARLIEST_MEASUREMENT = date(2000, 1, 1)
MAX_PLACES, MAX_SIGNIFICANT, LIMIT_DIGITS = 8, 15, 12
TOO_FINE = "Round the figure to at most 8 decimals and 15 digits."


class FigureField(forms.Field):
    """A decimal number as people write it: 1200.5, 1,200.5 or 1 200.5."""

    def clean(self, value: str | None) -> Decimal | None:
        text = re.sub(r"[\s_]", "", value or "").replace("\u2212", "-")
        if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", text):
            text = text.replace(",", "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError("Write the figure in digits, with a point for decimals, such as 1200.5.") from None
        # Compared by its size in digits: arithmetic with an exponent of a million overflows, or silently becomes 0.
        if not number.is_finite() or (number and number.adjusted() >= LIMIT_DIGITS):
            raise ValidationError("The figure must be an ordinary number below 1,000,000,000,000.")
        if number and number.adjusted() < -MAX_PLACES:
            raise ValidationError(TOO_FINE)
        number = number.normalize()
        if -int(number.as_tuple().exponent) > MAX_PLACES or len(number.as_tuple().digits) > MAX_SIGNIFICANT:
            raise ValidationError(TOO_FINE)
        return number


class MeasuredOnField(forms.DateField):
    default_error_messages = {"invalid": "Write the date as 2026-09-14."}

    def clean(self, value: str | None) -> date | None:
        day = super().clean(value)
        if day and not EARLIEST_MEASUREMENT <= day <= timezone.localdate():
            raise ValidationError("A measurement has a date between 1 January 2000 and today.")
        return day


class LevelForm(forms.Form):
    level = forms.CharField(required=False)

    def clean_level(self) -> int | None:
        level = self.cleaned_data["level"]
        if level not in {"", "0", "1", "2"}:
            raise ValidationError("Choose 0, 1 or 2.")
        return int(level) if level else None


class MetricForm(forms.Form):
    metric_name = forms.CharField(
        required=False, max_length=120, error_messages={"max_length": "Name the figure in at most 120 characters."}
    )
    metric_value = FigureField(required=False)
    metric_unit = forms.CharField(
        required=False, max_length=60, error_messages={"max_length": "Write the unit in at most 60 characters."}
    )
    metric_on = MeasuredOnField(required=False)


class LinkOrFileForm(forms.Form):
    """One piece of evidence: a link or a file, and what to call it."""

    title = forms.CharField(
        required=False, max_length=200, error_messages={"max_length": "Name the evidence in at most 200 characters."}
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
        data = super().clean()
        if not self.errors and bool(data.get("url")) == bool(data.get("file")):
            raise ValidationError("Give either a web address or a file: one piece of evidence at a time.")
        return data
