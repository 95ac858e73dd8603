"""The two forms that begin something: a roadmap and an item of one's own."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.organizations.models import Organization
from assessments.roadmaps import services
from assessments.roadmaps.models import DETAIL_MAX_LENGTH, LINE_MAX_LENGTH, Roadmap, RoadmapItem
from assessments.roadmaps.plan.suggestions import Suggestion
from assessments.roadmaps.queries import plannable
from assessments.roadmaps.saving import BY_NAME, NOT_A_DATE, Choices, clean_owner, clean_target
from assessments.roadmaps.services import Start, content_of, phase_label


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NOT_A_DATE, "required": _lazy("Give a date.")},
        **options,
    )


class RoadmapForm(forms.Form):
    """The first day, and what the plan begins with: `offered` has the items of each choice."""

    scorecard: forms.ModelChoiceField = forms.ModelChoiceField(  # type: ignore[type-arg]
        None,
        label=_lazy("Assessment it starts from"),
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _lazy("Choose a signed-off assessment that has no roadmap yet."),
            "required": _lazy("Choose the assessment the plan starts from."),
        },
    )
    starts_on = day_field(label=_lazy("First day"), help_text=_lazy("Day 1 of 90, usually a Monday."))

    shortest = forms.BooleanField(required=False)
    gaps = forms.BooleanField(required=False)
    general = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        today: date,
        offered: Mapping[Start, Sequence[Suggestion]],
        way: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["scorecard"].queryset = plannable(organization)  # type: ignore[attr-defined]
        labels = {Start.SHORTEST: way, Start.GAPS: _("Every gap"), Start.GENERAL: _("The general ninety-day program")}
        for start, label in labels.items():
            number = len(offered.get(start, ()))
            words = ngettext("{label} ({number} item)", "{label} ({number} items)", number)
            self.fields[start].label = words.format(label=label, number=number)

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[start] for start in Start]

    @property
    def begin_with(self) -> list[Start]:
        return [start for start in Start if self.cleaned_data[start]]

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        services.check_start(starts_on, self.today)
        return starts_on


class RoadmapItemForm(forms.Form):
    title = forms.CharField(
        label=_lazy("Title"), max_length=200, error_messages={"required": _lazy("Give the item a title.")}
    )
    phase = forms.ChoiceField(
        label=_lazy("Phase"), error_messages={"invalid_choice": _lazy("Choose one of the three phases.")}
    )
    due_on = day_field(label=_lazy("Due"), required=False, help_text=_lazy("The last day of the phase if left empty."))
    owner = forms.ChoiceField(
        label=_lazy("Owner"),
        required=False,
        error_messages={"invalid_choice": _lazy("Choose a member, or write a name.")},
    )
    owner_name = forms.CharField(
        label=_lazy("Owner's name"),
        required=False,
        max_length=150,
        help_text=_lazy("For somebody who is not a member."),
    )
    category = forms.ChoiceField(label=_lazy("Category"), required=False)
    level = forms.ChoiceField(
        label=_lazy("Raises the category to"),
        required=False,
        choices=[("", _lazy("None")), ("1", "1"), ("2", "2")],
        help_text=_lazy("What the projection counts once the item is done."),
    )
    effort = forms.ChoiceField(
        label=_lazy("Effort"), required=False, choices=[("", _lazy("Not estimated")), *RoadmapItem.Effort.choices]
    )
    detail = forms.CharField(
        required=False,
        max_length=DETAIL_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=_lazy("What to do"),
    )
    deliverable = forms.CharField(
        label=_lazy("Deliverable"),
        required=False,
        max_length=LINE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    done_when = forms.CharField(
        required=False, max_length=LINE_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), label=_lazy("Done when")
    )

    def __init__(self, *args: Any, roadmap: Roadmap, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roadmap, self.choices = roadmap, choices
        content = content_of(roadmap)
        self._choose("phase", [(phase.key, phase_label(content, phase.key)) for phase in content.phases])
        self._choose("category", [("", _("None")), *((c.key, c.name) for c in content.categories)])
        members = [(str(user.pk), str(user)) for user in choices.members]
        self._choose("owner", [("", _("No owner")), *members, (BY_NAME, _("Someone without an account"))])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_title(self) -> str:
        return services.clean_title(self.cleaned_data["title"])

    def clean_due_on(self) -> date | None:
        due_on = self.cleaned_data["due_on"]
        return services.check_due(self.roadmap, due_on) if due_on else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for field, clean in (("level", self._target), ("owner_name", self._owner)):
            try:
                data.update(clean(data))
            except ValidationError as error:
                self.add_error(field, error)
        return data

    def _target(self, data: dict[str, Any]) -> dict[str, Any]:
        return clean_target(data.get("category", ""), data.get("level", ""), self.choices.content)

    def _owner(self, data: dict[str, Any]) -> dict[str, Any]:
        """A name that is typed counts, though nobody chose "by name"; beside a member it would get lost."""
        owner, name = data.get("owner", ""), data.get("owner_name", "")
        if name and owner not in ("", BY_NAME):
            raise ValidationError(_("Choose a member or write a name, not both."))
        return clean_owner(RoadmapItem(), BY_NAME if name else owner, name, self.choices)

    def fields_of_item(self) -> dict[str, Any]:
        """What `services.add_item` takes."""
        names = ("title", "due_on", "effort", "detail", "deliverable", "done_when", "category_key", "target_level")
        values = {name: self.cleaned_data[name] for name in (*names, "owner_id", "owner_name")}
        return {**values, "phase_key": self.cleaned_data["phase"]}
