"""What is typed on the members page, on the activity page, and by someone who was invited."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from assessments.accounts.forms import PASSWORD_HINT, visible_name
from assessments.accounts.models import User, plain_address
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization, Role
from assessments.platform.names import clean_name, fold

ROLE_ERRORS = {"required": "Choose a role.", "invalid_choice": "Choose viewer, editor or owner."}


def role_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=Role.choices, coerce=lambda value: Role(int(value)), error_messages=ROLE_ERRORS
    )


class RoleForm(forms.Form):
    role = role_field()


class InvitationForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Enter the email of the person to invite.",
            "invalid": "Enter the email as name@example.com.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = role_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.EDITOR
        self.fields["role"].help_text = "Viewers read. Editors score, sign off and make reports. Owners also invite."

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])


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


class ActivityForm(forms.Form):
    """What the activity page is narrowed to. What makes no sense narrows nothing."""

    action = forms.ChoiceField(choices=[("", "Everything"), *AuditEvent.Action.choices], required=False)
    who = forms.CharField(required=False, max_length=254)
    q = forms.CharField(required=False, max_length=120)

    @property
    def narrowing(self) -> dict[str, str]:
        self.full_clean()
        data = self.cleaned_data
        return {"action": data.get("action", ""), "who": data.get("who", ""), "search": data.get("q", "")}


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
