"""What people may type into a scorecard, and the sentence they read when it cannot be taken."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.framework import Category, Metric
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.numbers import AmbiguousNumberError, read_number, show_number, write_number
from assessments.saving.parts import clean_text
from assessments.saving.uploads import CheckedUpload
from assessments.scorecards.filling import facts
from assessments.scorecards.models import CLAIM_MAX_LENGTH, Evidence

EARLIEST_MEASUREMENT = date(2000, 1, 1)
FACT_FIELD_MAX_LENGTH = 300


class FigureField(forms.Field):
    """A decimal number as people write it; AmbiguousNumberError, with both readings, where it can mean two."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def clean(self, value: str | None) -> Decimal | None:
        return read_number(value or "", unit=self.unit)


def ambiguous(form: forms.Form) -> tuple[str, AmbiguousNumberError] | None:
    """The first field of a form whose number can be read in two ways, with the error that has both."""
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if isinstance(error, AmbiguousNumberError):
                return name, error
    return None


class MeasuredOnField(forms.DateField):
    default_error_messages = {"invalid": _lazy("Write the date as 2026-09-14.")}

    def clean(self, value: str | None) -> date | None:
        day = super().clean(value)
        if day and not EARLIEST_MEASUREMENT <= day <= timezone.localdate():
            raise ValidationError(_("A measurement has a date between 1 January 2000 and today."))
        return day


class ProofDayField(forms.DateField):
    default_error_messages = {"invalid": _lazy("Write the date as 2026-09-14.")}

    def clean(self, value: str | None) -> date | None:
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError(_("This day lies ahead. Give the day it was seen or measured, or the date it bears."))
        if day and day < EARLIEST_MEASUREMENT:
            raise ValidationError(
                _("A proof from before 2000 carries nothing. Give the day it was last seen or checked.")
            )
        return day


class LevelForm(forms.Form):
    level = forms.CharField(required=False)

    def clean_level(self) -> int | None:
        level = self.cleaned_data["level"]
        if level not in {"", "0", "1", "2"}:
            raise ValidationError(_("Choose 0, 1 or 2."))
        return int(level) if level else None


class MetricForm(forms.Form):
    metric_name = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": _lazy("Name the figure in at most 120 characters.")},
    )
    metric_value = FigureField(required=False)
    metric_unit = forms.CharField(
        required=False, max_length=60, error_messages={"max_length": _lazy("Write the unit in at most 60 characters.")}
    )
    metric_on = MeasuredOnField(required=False)


STATE_CHOICES = {"": None, "0": 0, "1": 1, "2": 2}


class DeciderForm(forms.Form):
    state = forms.CharField(required=False)

    def clean_state(self) -> int | None:
        state = self.cleaned_data["state"]
        if state not in STATE_CHOICES:
            raise ValidationError(_("Choose not asked, not shown, in part or shown."))
        return STATE_CHOICES[state]


class ClaimForm(LevelForm):
    """A level claimed outright, with a word of reason that is asked for and not demanded."""

    claim_reason = forms.CharField(
        required=False,
        max_length=CLAIM_MAX_LENGTH,
        error_messages={
            "max_length": format_lazy(_lazy("Give the reason in at most {most} characters."), most=CLAIM_MAX_LENGTH)
        },
    )


PER_CENT = Decimal(100)


def fact_values(fact_key: str, data: Mapping[str, str]) -> dict[str, str]:
    """The fields of a fact as they are stored, numbers exact; ValidationError with a sentence for what cannot be.

    `data` has the posted texts by field name, and the organization's currency. An AmbiguousNumberError names its
    field as `control`.
    """
    values: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    for field in facts.FIELDS[fact_key]:
        text = data.get(field.name, "")
        if field.kind != "number":
            values[field.name] = clean_text(" ".join(text.split()), FACT_FIELD_MAX_LENGTH, "answer")
            continue
        try:
            number = read_number(text, unit=data.get("currency", "") if field.unit == "currency" else field.unit)
        except AmbiguousNumberError as error:
            error.control = field.name
            raise
        if number is None:
            values[field.name] = ""
            continue
        if number < 0:
            raise ValidationError(_("{field} cannot be below 0.").format(field=field.label))
        if field.unit == "%" and number > PER_CENT:
            raise ValidationError(
                _("{field} is a share of what you pay for: from 0 to 100%.").format(field=field.label)
            )
        numbers[field.name] = number
        values[field.name] = write_number(number)
    if numbers.get("p95", 0) > numbers.get("p99", Decimal("Infinity")):
        raise ValidationError(
            _(
                "p95 ({p95} ms) is above p99 ({p99} ms). The slowest 1% cannot be faster than the slowest 5%: correct"
                " one of them."
            ).format(p95=values["p95"], p99=values["p99"])
        )
    return values


class ProofForm(LinkOrFileForm):
    """One proof of a category: a link, a file, a measured figure or a sighting, and the deciders it proves."""

    kind = forms.CharField(required=False)
    metric = forms.CharField(required=False)
    name = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": _lazy("Name the figure in at most 120 characters.")},
    )
    value = FigureField(required=False)
    unit = forms.CharField(
        required=False, max_length=60, error_messages={"max_length": _lazy("Write the unit in at most 60 characters.")}
    )
    what = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _lazy("Say what you saw in at most 200 characters.")},
    )
    whose = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _lazy("Say whose it is in at most 200 characters.")},
    )
    seen_by = forms.CharField(
        required=False, max_length=150, error_messages={"max_length": _lazy("Give a name of at most 150 characters.")}
    )
    on = ProofDayField(required=False)
    in_force_until = forms.DateField(required=False, error_messages={"invalid": _lazy("Write the date as 2026-09-14.")})
    deciders = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _lazy("A proof belongs to the questions of its own category. Reload the page.")
        },
    )

    def __init__(self, *args: Any, category: Category, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category, self.currency = category, currency
        known = next((m for m in category.metrics if m.key == self.data.get("metric")), None)
        self.fields["value"].unit = _written_unit(known, currency) if known else self.data.get("unit", "")
        self.fields["deciders"].choices = [(d.key, d.name) for d in category.deciders]

    @property
    def readings(self) -> tuple[str, ...]:
        """What the figure can mean, where that is more than one number."""
        found = ambiguous(self) if self.is_bound else None
        return tuple(show_number(reading) for reading in found[1].readings) if found else ()

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"] or Evidence.Kind.LINK
        if kind not in Evidence.Kind.values:
            raise ValidationError(_("Choose a link, a file, a figure or a sighting."))
        return kind

    def clean_url(self) -> str:
        return super().clean_url() if self.data.get("kind") in (None, "", Evidence.Kind.LINK) else ""

    def clean_file(self) -> CheckedUpload | None:
        return super().clean_file() if self.data.get("kind") in (None, "", Evidence.Kind.FILE) else None

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self)
        if self.errors:
            return data
        kind = data["kind"]
        if kind == Evidence.Kind.LINK and not data["url"]:
            self.add_error("url", _("Give the web address that proves it."))
        elif kind == Evidence.Kind.FILE and not data["file"]:
            self.add_error("file", _("Choose the file that proves it."))
        elif kind == Evidence.Kind.FIGURE:
            self._clean_figure(data)
        until = data["in_force_until"]
        if until and until < (data["on"] or timezone.localdate()):
            self.add_error("in_force_until", _("“In force until” lies before the date of the proof."))
        return data

    def _clean_figure(self, data: dict[str, Any]) -> None:
        known = next((m for m in self.category.metrics if m.key == data["metric"]), None)
        if data["metric"] and known is None:
            self.add_error("metric", _("This figure belongs to another category. Choose one of the list."))
        if known:
            data["name"], data["unit"] = known.name, unit_of(known, self.currency)
        elif not data["name"]:
            self.add_error("name", _("Say what was measured."))
        if data["value"] is None:
            self.add_error("value", _("Give the figure in digits, such as 1200.5."))


def unit_of(metric: Metric, currency: str) -> str:
    """The fixed unit of one of the framework's figures; a cost is in the organization's currency."""
    return f"{currency}{metric.unit.removeprefix('currency')}" if metric.unit.startswith("currency") else metric.unit


def _written_unit(metric: Metric, currency: str) -> str:
    """What people write behind the figure itself: % for a share, the currency for a cost."""
    if metric.unit.startswith("percent"):
        return "%"
    return currency if metric.unit.startswith("currency") else unit_of(metric, currency)


class DeciderChoiceForm(forms.Form):
    """Which deciders of its category a piece of evidence proves."""

    deciders = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _lazy("A proof belongs to the questions of its own category. Reload the page.")
        },
    )

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deciders"].choices = [(d.key, d.name) for d in category.deciders]


class AskForm(forms.Form):
    """Whom to ask for a category, with a word and a day."""

    asked = forms.ChoiceField(
        error_messages={
            "required": _lazy("Choose whom to ask."),
            "invalid_choice": _lazy("Choose someone who may edit here."),
        }
    )
    word = forms.CharField(
        required=False, max_length=500, error_messages={"max_length": _lazy("Write at most 500 characters.")}
    )
    due_on = forms.DateField(required=False, error_messages={"invalid": _lazy("Write the date as 2026-09-14.")})

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["asked"].choices = [(pk, str(person)) for pk, person in self.people.items()]

    def clean_asked(self) -> User:
        return self.people[self.cleaned_data["asked"]]
