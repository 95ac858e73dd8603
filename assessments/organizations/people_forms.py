"""What is typed on the members page, on the activity page, and by someone who was invited."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from email.utils import parseaddr

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db.models import Q, QuerySet

from assessments.accounts.forms import PASSWORD_HINT, visible_name
from assessments.accounts.models import User, plain_address
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization, Role, Team
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, fold

MOST_AT_ONCE = 20  # addresses in one form
NO_ADDRESS = "Enter the email as name@example.com."
LINK = re.compile(r"https?:|www\.", re.I)  # a mail in the site's name leads nowhere else
WHAT_ROLES_DO = {
    Role.VIEWER: "Viewers read.",
    Role.EDITOR: "Editors score, sign off and make reports.",
    Role.LEAD: "Client leads also invite and remove people, owners and teams excepted.",
    Role.OWNER: "Owners do everything.",
}


def what_roles_do(roles: Iterable[Role] = Role) -> str:
    """What each of the roles may do, as the hint of where one is chosen."""
    return " ".join(WHAT_ROLES_DO[role] for role in roles)


def role_field(roles: Sequence[Role] = tuple(Role)) -> forms.TypedChoiceField:
    *others, last = (str(role.label).lower() for role in roles)
    return forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in roles],
        coerce=lambda value: Role(int(value)),
        error_messages={"required": "Choose a role.", "invalid_choice": f"Choose {', '.join(others)} or {last}."},
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
        coerce=int,
        error_messages={"required": "Choose a team.", "invalid_choice": "Choose one of the teams you are in."},
    )
    role = role_field()

    def __init__(self, teams: Sequence[Team], *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="id_team_%s", **kwargs)
        self.fields["team"].choices = [(team.pk, str(team)) for team in teams]
        self.fields["role"].initial = Role.EDITOR
        self.by_key = {team.pk: team for team in teams}

    def clean_team(self) -> Team:
        return self.by_key[self.cleaned_data["team"]]


class InvitationForm(forms.Form):
    """One address or several, parted in any way that mail programs and spreadsheets part them."""

    email = forms.CharField(
        max_length=10_000,
        label="Email",
        error_messages={"required": "Enter the email of the person to invite."},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        max_length=500,
        required=False,
        label="A word from you",
        error_messages={"max_length": "Use at most 500 characters."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, roles: Sequence[Role], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = f"Several are parted by commas or lines, at most {MOST_AT_ONCE}."
        self.fields["role"] = role_field(roles)
        self.fields["role"].initial = Role.EDITOR
        self.fields["message"].help_text = "Stands in the mail, whose answers come to you."

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
                several = f"{email[:80]} is no email address. " if len(emails) > 1 else ""
                raise forms.ValidationError(f"{several}{NO_ADDRESS}") from None
        if len(emails) > MOST_AT_ONCE:
            raise forms.ValidationError(f"These are {len(emails)} addresses. Invite at most {MOST_AT_ONCE} at once.")
        return emails

    def clean_message(self) -> str:
        text = self.cleaned_data["message"].strip()
        if LINK.search(text):
            raise forms.ValidationError("Leave addresses of pages out: the mail has the one that leads here.")
        return text


class JoinForm(forms.Form):
    """The account of someone who was invited and has none yet."""

    name = forms.CharField(
        max_length=150,
        label="Your name",
        error_messages={"required": "Enter your name.", "max_length": "Use at most 150 characters."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        label="Choose a password",
        help_text=PASSWORD_HINT,
        error_messages={"required": "Choose a password."},
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

    action = forms.ChoiceField(choices=[("", "Everything"), *AuditEvent.Action.choices], required=False)
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
        error_messages={"required": "Type the organization’s name. Nothing was deleted."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, organization: Organization, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["name"].label = f"Type “{organization.name}” to confirm"

    def clean_name(self) -> str:
        typed = clean_name(self.cleaned_data["name"])
        if fold(typed) != fold(self.organization.name):
            raise forms.ValidationError("This is not the organization’s name. Nothing was deleted.")
        return typed
