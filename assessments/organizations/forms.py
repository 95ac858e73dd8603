"""Forms for organizations, and the house's wording of the account forms."""

from allauth.account import forms as account_forms
from django import forms

from assessments.organizations.models import Organization

PASSWORD_HINT = "At least 10 characters, not a common password, not your name or email."  # noqa: S105


class CurrencyField(forms.CharField):
    """A currency's three-letter code, in capitals however it was typed."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).upper()


class OrganizationForm(forms.ModelForm):
    currency = CurrencyField(
        max_length=3,
        initial="USD",
        help_text="The three-letter code in which money is written, such as USD or EUR.",
        validators=Organization._meta.get_field("currency").validators,
        error_messages={"required": "Give the three-letter code of the currency, such as USD or EUR."},
    )

    class Meta:
        model = Organization
        fields = ["name", "industry", "hosting_model", "currency"]
        labels = {"hosting_model": "Where the hardware stands"}
        help_texts = {"name": "A client, a business unit or your own company."}
        error_messages = {
            "name": {
                "required": "Give the organization a name.",
                "max_length": "Use at most 120 characters for the name.",
            },
            "industry": {"max_length": "Use at most 80 characters for the industry."},
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "organization"
        self.fields["currency"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isprintable() for character in name):
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name


def _plain(form: forms.Form) -> None:
    """Take out the placeholders that only repeat the labels."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].error_messages |= {
            "required": "Enter your email.",
            "invalid": "Enter the email as name@example.com.",
        }
        self.fields["password"].help_text = ""
        self.fields["password"].error_messages["required"] = "Enter your password."
        self.fields["remember"].label = "Keep me signed in for 14 days"
        self.fields["remember"].initial = True


class PasswordResetForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["email"].error_messages |= {
            "required": "Enter your email.",
            "invalid": "Enter the email as name@example.com.",
        }


class _NewPasswordMixin:
    """The house's labels on the two fields for a new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HINT
        self.fields["password1"].error_messages["required"] = "Enter a new password."
        self.fields["password2"].label = "The same password again"
        self.fields["password2"].error_messages["required"] = "Enter the new password a second time."


class PasswordChangeForm(_NewPasswordMixin, account_forms.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].error_messages["required"] = "Enter your current password."


class NewPasswordForm(_NewPasswordMixin, account_forms.ResetPasswordKeyForm):
    """Sets the password after a reset link was followed."""
