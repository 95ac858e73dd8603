"""What is asked of a file that does not say it, and a figure that is typed because no reader knows its file."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.names import clean_name
from assessments.saving.numbers import show_number
from assessments.scorecards.forms import FigureField, ProofDayField, ambiguous
from assessments.scorecards.sources import ENVIRONMENTS
from assessments.scoring.words import capitalized

MOST_COUNTED = 10**12
WHOLE = _lazy("Give a whole number, such as 17662.")


def _environments() -> list[tuple[str, str]]:
    return [("", _("Not known")), *((key, capitalized(str(words))) for key, words in ENVIRONMENTS.items())]


class CountField(FigureField):
    """A whole number of requests or tokens, as people write it."""

    def clean(self, value: str | None) -> Any:
        number = super().clean(value)
        if number is not None and (number != number.to_integral_value() or not 0 < number < MOST_COUNTED):
            raise ValidationError(WHOLE)
        return None if number is None else int(number)


class AskForm(forms.Form):
    """What a file leaves open. Whether an answer is needed depends on what is taken of it."""

    on = ProofDayField(required=False)
    environment = forms.ChoiceField(
        required=False,
        choices=_environments,
        error_messages={"invalid_choice": _lazy("Choose what it was run against.")},
    )
    service = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": _lazy("Name the service in at most 120 characters.")},
    )
    version = forms.CharField(
        required=False,
        max_length=40,
        error_messages={"max_length": _lazy("Write the version in at most 40 characters.")},
    )
    period = forms.CharField(
        required=False,
        max_length=60,
        error_messages={"max_length": _lazy("Write the period in at most 60 characters.")},
    )
    count = CountField(required=False)
    keep = forms.BooleanField(required=False)

    def clean_service(self) -> str:
        return clean_name(self.cleaned_data["service"])

    def clean_version(self) -> str:
        return clean_name(self.cleaned_data["version"])

    def clean_period(self) -> str:
        return clean_name(self.cleaned_data["period"])


class TypedForm(forms.Form):
    """A figure that was read by a person: nothing of it is given, or all that is needed."""

    name = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": _lazy("Name the figure in at most 120 characters.")},
    )
    value = FigureField(required=False)
    unit = forms.CharField(
        required=False, max_length=60, error_messages={"max_length": _lazy("Write the unit in at most 60 characters.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].unit = self.data.get(self.add_prefix("unit"), "")

    @property
    def is_given(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("name", "value"))

    @property
    def readings(self) -> tuple[str, ...]:
        """What the figure can mean, where that is more than one number."""
        found = ambiguous(self) if self.is_bound else None
        return tuple(show_number(reading) for reading in found[1].readings) if found else ()

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_unit(self) -> str:
        return clean_name(self.cleaned_data["unit"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_given and not self.errors:
            if not data["name"]:
                self.add_error("name", _("Say what was measured."))
            if not isinstance(data["value"], Decimal):
                self.add_error(
                    "value",
                    _("Give the figure in digits, such as {example}.").format(example=show_number(Decimal("1200.5"))),
                )
        return data
