"""Forms for organizations."""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.forms import visible_name
from assessments.accounts.models import User
from assessments.organizations.models import Organization, Team
from assessments.organizations.tags import read_tags, written
from assessments.platform.frameworks.keeping import choices as framework_choices
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


def framework_field(known: Sequence[tuple[str, str]], chosen: str) -> forms.ChoiceField:
    """What its next assessment is scored by. One that is there no more stays chosen until another one is."""
    house, others = known[0][1], known[1:]
    choices = [("", house), *others]
    if chosen and chosen not in dict(choices):
        retired = _("{framework}, retired: the next assessment is by {house}")
        choices.append((chosen, retired.format(framework=chosen, house=house)))
    return forms.ChoiceField(
        label=_("Framework"),
        required=False,
        choices=choices,
        help_text=_("What its next assessment is scored by. Assessments that have begun stay with theirs."),
        error_messages={"invalid_choice": _("Choose one of the frameworks that are listed.")},
    )


class OrganizationForm(forms.ModelForm):
    currency = CurrencyField(
        label=_lazy("Currency"),
        max_length=3,
        initial="USD",
        help_text=_lazy("The three-letter code in which money is written, such as USD or EUR."),
        validators=Organization._meta.get_field("currency").validators,
        error_messages={"required": _lazy("Give the three-letter code of the currency, such as USD or EUR.")},
    )

    time_zone = TimeZoneField(label=_lazy("Time zone"), required=False, max_length=64)

    class Meta:
        model = Organization
        fields = [
            "name",
            "industry",
            "size_band",
            "hosting_model",
            "currency",
            "time_zone",
            "language",
            "framework_key",
        ]
        labels = {
            "industry": _lazy("Industry"),
            "hosting_model": _lazy("Where the hardware runs"),
            "language": _lazy("Language"),
        }
        help_texts = {"name": _lazy("A client, a business unit or your own company.")}
        error_messages = {
            "name": {
                "required": _lazy("Give the organization a name."),
                "max_length": _lazy("Use at most 120 characters for the name."),
            },
            "industry": {"max_length": _lazy("Use at most 80 characters for the industry.")},
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "organization"
        self.fields["size_band"].choices = [("", _("Not said")), *Organization.SizeBand.choices]
        self.fields["currency"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.fields["language"].required = False  # what a form without it says nothing of stays
        if self.instance._state.adding:
            self.instance.language = self.initial["language"] = get_language()
        known = framework_choices()
        if self.instance.framework_key or len(known) > 1:
            self.fields["framework_key"] = framework_field(known, self.instance.framework_key)
        else:
            del self.fields["framework_key"]
        zone = self.fields["time_zone"]
        zone.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        zone.help_text = _(
            "Used for due dates and reminders. Type a city, such as Berlin. Left empty, it is the site's own: {zone}."
        ).format(zone=settings.TIME_ZONE)

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or self.instance.language

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])


class TagsField(forms.CharField):
    """Tags with commas between them."""

    def clean(self, value: object) -> tuple[str, ...]:
        return read_tags(super().clean(value))


def tags_field() -> TagsField:
    field = TagsField(label=_lazy("Tags"), required=False, max_length=600)
    field.help_text = _lazy(
        "With commas between them, such as Nordics, board 15 Dec. The portfolio is found and narrowed by them."
    )
    field.widget.attrs["autocomplete"] = "off"
    return field


class NewOrganizationForm(OrganizationForm):
    """Adds tags and, for whoever is in a team, which team may open it: that nobody else does is a choice, too."""

    ONLY_ONESELF = "none"

    team = forms.ChoiceField(
        label=_lazy("Team"),
        error_messages={
            "required": _lazy("Choose a team, or that only you can open it."),
            "invalid_choice": _lazy("Choose a team that you are in."),
        },
        help_text=_lazy("Everyone in the team can open and edit it."),
    )
    tags = tags_field()

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in Team.objects.filter(memberships__user=user)}
        if not self.teams:
            del self.fields["team"]
            return
        choices = [*((key, str(team)) for key, team in self.teams.items()), (self.ONLY_ONESELF, _("No team: only you"))]
        self.fields["team"].choices = choices if len(self.teams) == 1 else [("", _("Choose a team")), *choices]

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])


class SettingsForm(OrganizationForm):
    """Adds who leads the work, one of those who may open it, and tags."""

    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_lazy("Lead"),
        required=False,
        empty_label=_lazy("Nobody"),
        error_messages={"invalid_choice": _lazy("Choose somebody who may open the organization.")},
        help_text=_lazy("Who leads the work on it. The portfolio can be sorted and narrowed by this."),
    )
    tags = tags_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        here = Q(memberships__organization=self.instance.pk) | Q(teams__grants__organization=self.instance.pk)
        self.fields["lead"].queryset = User.objects.filter(here, is_active=True).distinct()
        self.initial |= {"lead": self.instance.lead_id, "tags": written(self.instance)}
