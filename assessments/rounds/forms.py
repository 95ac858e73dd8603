"""What people who run a round may type into it."""

from collections.abc import Sequence

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.forms import OptionalAddressField
from assessments.accounts.models import User
from assessments.framework import Framework
from assessments.organizations.secret_link_pages import NewPasscodeField
from assessments.rounds.rating.links import DEFAULT_DAYS, MAX_DAYS

DAYS = format_lazy(_lazy("Use a whole number of days from 1 to {number}."), number=MAX_DAYS)
DAY = _lazy("Write the date as 2026-09-14.")
NAME_LONG, ROLE_LONG = _lazy("Use at most 150 characters."), _lazy("Use at most 120 characters.")


class RoundForm(forms.Form):
    """The day, whether it is blind, and which of the people who may open the organization are asked."""

    due_on = forms.DateField(
        required=False,
        label=_lazy("Needed by"),
        help_text=_lazy("Raters are reminded two days before, and the day after. Empty for no reminder."),
        error_messages={"invalid": DAY},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    is_shown = forms.BooleanField(required=False)
    people = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": _lazy("One of these people may not open this organization any more.")},
    )

    def __init__(self, *args: object, people: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.users = {str(person.pk): person for person in people}
        self.fields["people"].choices = [(pk, str(person)) for pk, person in self.users.items()]

    def clean_people(self) -> list[User]:
        return [self.users[pk] for pk in self.cleaned_data["people"]]


class DueForm(forms.Form):
    due_on = forms.DateField(required=False, error_messages={"invalid": DAY})


class RaterForm(forms.Form):
    """What the rater does, in words, and which categories they are asked; none chosen is all."""

    role = forms.CharField(
        required=False,
        max_length=120,
        label=_lazy("What they do"),
        help_text=_lazy("Shown beside their name, or in its place in a report: Head of platform."),
        error_messages={"max_length": ROLE_LONG},
    )
    categories = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": _lazy("This category belongs to another version. Reload the page.")},
    )

    def __init__(self, *args: object, content: Framework, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [(each.key, each.name) for each in content.categories]

    @property
    def chosen(self) -> list[str]:
        """The keys that stand ticked."""
        given = self["categories"].value()
        return [str(key) for key in given] if isinstance(given, list) else []


class NewRaterForm(RaterForm):
    """Who is asked: a member, somebody by mail, or somebody by a link."""

    how = forms.ChoiceField(
        choices=[("member", _lazy("A member")), ("mail", _lazy("By invitation")), ("link", _lazy("By link"))],
        error_messages={
            "required": _lazy("Choose how they are asked."),
            "invalid_choice": _lazy("Choose how they are asked."),
        },
    )
    member = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _lazy("Choose somebody who may open this organization.")}
    )
    email = OptionalAddressField(label=_lazy("E-mail"), autocomplete="off")
    name = forms.CharField(
        required=False, max_length=150, label=_lazy("Name"), error_messages={"max_length": NAME_LONG}
    )

    def __init__(self, *args: object, people: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.users = {str(person.pk): person for person in people}
        self.fields["member"].choices = [("", _("Choose")), *((pk, str(person)) for pk, person in self.users.items())]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        how = data.get("how")
        if how == "member" and not data.get("member") and not self.has_error("member"):
            self.add_error("member", _("Choose whom to ask."))
        if how == "mail" and not data.get("email") and not self.has_error("email"):
            self.add_error("email", _("Give the address that the invitation goes to."))
        if how == "link" and not data.get("name") and not self.has_error("name"):
            self.add_error("name", _("Give the name of whoever scores by the link."))
        return data


class RaterLinkForm(forms.Form):
    days = forms.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        label=_lazy("Days it stays open"),
        help_text=format_lazy(_lazy("From 1 to {number}."), number=MAX_DAYS),
        error_messages={"required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    email = OptionalAddressField(
        label=_lazy("E-mail"),
        autocomplete="off",
        help_text=_lazy("Where reminders go. The link itself is never mailed."),
    )
    passcode = NewPasscodeField()


class SettleForm(forms.Form):
    level = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    dissent = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _lazy("One of these raters was taken out. Reload the page.")}
    )
    version = forms.IntegerField(min_value=0, max_value=2**31, error_messages={"required": _lazy("Reload the page.")})
    accept = forms.BooleanField(required=False)

    def __init__(self, *args: object, raters: Sequence[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dissent"].choices = [(str(pk), name) for pk, name in raters]

    def clean_level(self) -> int | None:
        level = self.cleaned_data["level"]
        return int(level) if level in ("0", "1", "2") else None

    def clean_dissent(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["dissent"]]
