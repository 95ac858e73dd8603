"""What is typed on the members page, on the activity page, and by someone who was invited."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from email.utils import parseaddr

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.forms import PASSWORD_HINT, visible_name
from assessments.accounts.models import User, plain_address
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization, Role, Team
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, fold

MOST_AT_ONCE = 20  # addresses in one form
NO_ADDRESS = _lazy("Enter the email as name@example.com.")
LINK = re.compile(r"https?:|www\.", re.I)  # a mail in the site's name leads nowhere else
WHAT_ROLES_DO = {
    Role.VIEWER: _lazy("Viewers read."),
    Role.EDITOR: _lazy("Editors score, sign off and make reports."),
    Role.LEAD: _lazy("Client leads also invite and remove people, owners and teams excepted."),
    Role.OWNER: _lazy("Owners do everything."),
}


def what_roles_do(roles: Iterable[Role] = Role) -> str:
    """What each of the roles may do, as the hint of where one is chosen."""
    return " ".join(str(WHAT_ROLES_DO[role]) for role in roles)


def role_field(roles: Sequence[Role] = tuple(Role)) -> forms.TypedChoiceField:
    *others, last = (str(role.word) for role in roles)
    choose = _("Choose {roles} or {last}.").format(roles=", ".join(others), last=last)
    return forms.TypedChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in roles],
        coerce=lambda value: Role(int(value)),
        error_messages={"required": _("Choose a role."), "invalid_choice": choose},
        help_text=what_roles_do(roles),
    )


class RoleForm(forms.Form):
    """A role, one of those that may be given."""

    def __init__(self, roles: Sequence[Role], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field(roles)


class OwnTeamForm(forms.Form):
    """Which of the teams that somebody is in may open the organization, too."""

    team = forms.TypedChoiceField(
        label=_lazy("Team"),
        coerce=int,
        error_messages={
            "required": _lazy("Choose a team."),
            "invalid_choice": _lazy("Choose one of the teams you are in."),
        },
    )

    def __init__(self, teams: Sequence[Team], *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="id_team_%s", **kwargs)
        self.fields["team"].choices = [(team.pk, str(team)) for team in teams]
        self.fields["role"] = role_field()
        self.fields["role"].initial = Role.EDITOR
        self.by_key = {team.pk: team for team in teams}

    def clean_team(self) -> Team:
        return self.by_key[self.cleaned_data["team"]]


class InvitationForm(forms.Form):
    """One address or several, parted in any way that mail programs and spreadsheets part them."""

    email = forms.CharField(
        max_length=10_000,
        label=_lazy("Email"),
        error_messages={"required": _lazy("Enter the email of the person to invite.")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        max_length=500,
        required=False,
        label=_lazy("A word from you"),
        error_messages={"max_length": _lazy("Use at most 500 characters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, roles: Sequence[Role], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Several are parted by commas or lines, at most {most}.").format(
            most=MOST_AT_ONCE
        )
        self.fields["role"] = role_field(roles)
        self.fields["role"].initial = Role.EDITOR
        self.fields["message"].help_text = _("Stands in the mail, whose answers come to you.")

    def clean_email(self) -> list[str]:
        """The addresses, each once, in the order they were written."""
        parts = re.split(r"[\n;,\t]", self.cleaned_data["email"])
        written = [address for part in parts for address in ([parseaddr(part)[1]] if "<" in part else part.split())]
        emails = list(dict.fromkeys(map(plain_address, written)))
        if not emails:
            raise forms.ValidationError(self.fields["email"].error_messages["required"])
        for email in emails:
            try:
                validate_email(email)
            except forms.ValidationError:
                if len(emails) == 1:
                    raise forms.ValidationError(NO_ADDRESS) from None
                refused = _("{email} is no email address. Enter the email as name@example.com.")
                raise forms.ValidationError(refused.format(email=email[:80])) from None
        if len(emails) > MOST_AT_ONCE:
            refused = _("These are {count} addresses. Invite at most {most} at once.")
            raise forms.ValidationError(refused.format(count=len(emails), most=MOST_AT_ONCE))
        return emails

    def clean_message(self) -> str:
        text = self.cleaned_data["message"].strip()
        if LINK.search(text):
            raise forms.ValidationError(_("Leave addresses of pages out: the mail has the one that leads here."))
        return text


class JoinForm(forms.Form):
    """The account of someone who was invited and has none yet."""

    name = forms.CharField(
        max_length=150,
        label=_lazy("Your name"),
        error_messages={"required": _lazy("Enter your name."), "max_length": _lazy("Use at most 150 characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        label=_lazy("Choose a password"),
        help_text=PASSWORD_HINT,
        error_messages={"required": _lazy("Choose a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, email: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if "password" in data:
            try:
                validate_password(data["password"], User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


MOST_ALIKE = 20  # organizations of one name that are looked at


# A day and the next one exist wherever the reader is.
DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(9000, 1, 1))]


class ActivityForm(forms.Form):
    """What the activity page is narrowed to. What makes no sense narrows nothing."""

    action = forms.ChoiceField(choices=[("", _lazy("Everything")), *AuditEvent.Action.choices], required=False)
    who = forms.CharField(required=False, max_length=254)
    q = forms.CharField(required=False, max_length=120)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=DAYS)

    @property
    def narrowing(self) -> dict[str, str | date | None]:
        self.full_clean()
        data = self.cleaned_data
        narrowing = {"action": data.get("action", ""), "who": data.get("who", ""), "search": data.get("q", "")}
        return {**narrowing, "day": data.get("day")}


class OverviewForm(ActivityForm):
    """The same of many organizations: one of them by its name, or by the part of its address."""

    organization = forms.CharField(required=False, max_length=200)

    @property
    def asked(self) -> str:
        """The organization that was asked for, as it was typed."""
        self.full_clean()
        return str(self.cleaned_data.get("organization", "")).strip()

    def among(self, organizations: QuerySet[Organization]) -> Organization | None:
        """The one of these that was asked for. None if none was, or if it is not one that is called so."""
        if not self.asked:
            return None
        found = list(organizations.filter(Q(slug=self.asked) | Q(name_key=name_key(self.asked)))[:MOST_ALIKE])
        exact = [one for one in found if one.slug == self.asked] or found
        return exact[0] if len(exact) == 1 else None


class DeletionForm(forms.Form):
    """The organization's name, typed once more by whoever means to delete it."""

    name = forms.CharField(
        max_length=200,
        error_messages={"required": _lazy("Type the organization’s name. Nothing was deleted.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, organization: Organization, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["name"].label = _("Type “{name}” to confirm").format(name=organization.name)

    def clean_name(self) -> str:
        typed = clean_name(self.cleaned_data["name"])
        if fold(typed) != fold(self.organization.name):
            raise forms.ValidationError(_("This is not the organization’s name. Nothing was deleted."))
        return typed
