"""What is chosen for a token before it is made."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.organizations.models import Role
from assessments.organizations.tokens.models import AccessToken
from assessments.organizations.tokens.services import NAME_LENGTH

NEVER = "never"
LASTS = (
    ("30", _lazy("After 30 days")),
    ("90", _lazy("After 90 days")),
    ("365", _lazy("After a year")),
    (NEVER, _lazy("Never by itself")),
)
SAY_WHICH = format_lazy(_lazy("Say in at most {most} characters which program will use it."), most=NAME_LENGTH)


class TokenForm(forms.Form):
    """A name, what the token may do, and for how long."""

    name = forms.CharField(
        label=_lazy("Which program will use it"),
        max_length=NAME_LENGTH,
        error_messages={
            "required": SAY_WHICH,
            "max_length": SAY_WHICH,
        },
        widget=forms.TextInput(attrs={"placeholder": _lazy("Nightly dashboard"), "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_lazy("It may"),
        choices=[choice for choice in AccessToken.Scope.choices if choice[0] != AccessToken.Scope.SCIM],
        error_messages={"required": _lazy("Choose what it may do."), "invalid_choice": _lazy("Choose what it may do.")},
    )
    lasts = forms.ChoiceField(
        label=_lazy("It ends"),
        choices=LASTS,
        initial="90",
        error_messages={"required": _lazy("Choose when it ends."), "invalid_choice": _lazy("Choose when it ends.")},
    )

    def values(self) -> dict[str, Any]:
        """As the services take them."""
        data = self.cleaned_data
        expires_in = None if data["lasts"] == NEVER else timedelta(days=int(data["lasts"]))
        return {"name": data["name"], "scope": data["scope"], "expires_in": expires_in}


class ScimTokenForm(TokenForm):
    """For a directory, which may do but one thing."""

    scope = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["placeholder"] = "Entra ID"

    def values(self) -> dict[str, Any]:
        self.cleaned_data["scope"] = AccessToken.Scope.SCIM
        return {name: value for name, value in super().values().items() if name != "scope"}


class OrganizationTokenForm(TokenForm):
    """Also in which role, where it does more than send figures."""

    role = forms.TypedChoiceField(
        label=pgettext_lazy("in which role", "As"),
        choices=[(role.value, role.label) for role in (Role.VIEWER, Role.EDITOR)],
        coerce=int,
        initial=Role.VIEWER,
        help_text=_lazy("A viewer reads. An editor also sees what only editors see, and changes what they change."),
        error_messages={
            "required": _lazy("Choose viewer or editor."),
            "invalid_choice": _lazy("Choose viewer or editor."),
        },
    )
    field_order = ("name", "scope", "role", "lasts")

    def values(self) -> dict[str, Any]:
        return super().values() | {"role": self.cleaned_data["role"]}
