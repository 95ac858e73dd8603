"""The house's wording of the account forms, and what it asks of an address, a code and a passkey beyond allauth."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa import app_settings as two_factor_settings
from allauth.mfa.adapter import get_adapter as get_two_factor_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User, plain_address
from assessments.accounts.services import settle_address
from assessments.platform.names import clean_name, has_words

PASSWORD_HINT = _lazy("At least 10 characters, not a common password, not your name or email.")
EMAIL = _lazy("Email")
NO_EMAIL = _lazy("Enter your email.")
PASSKEY_NAME_LENGTH = 60
PASSKEY_UNKNOWN = _lazy("This passkey did not work here. Try again, or use another way.")


def visible_name(name: str, *, missing: str | Promise) -> str:
    """The name without what cannot be seen in it. One of which nothing is left is refused as `missing`."""
    name = clean_name(name)
    if not has_words(name):
        raise forms.ValidationError(missing, code="required")
    return name


def _plain(form: forms.Form) -> None:
    """Take out the placeholders that only repeat the labels."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class AddressField(forms.EmailField):
    """An address in plain letters, lower case: read before anything else can turn a foreign letter into a plain one."""

    def __init__(
        self, *, label: str | Promise = EMAIL, missing: str | Promise = NO_EMAIL, autocomplete: str = "email"
    ) -> None:
        errors = {"required": missing, "invalid": _lazy("Enter the email as name@example.com.")}
        widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, max_length=254, error_messages=errors, widget=widget)

    def clean(self, value: str) -> str:
        return plain_address(super().clean(value))


class OptionalAddressField(AddressField):
    def __init__(self, *, help_text: str | Promise = "", **options: Any) -> None:
        super().__init__(**options)
        self.required, self.help_text = False, help_text


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        error_messages = {
            "name": {"required": _lazy("Enter your name."), "max_length": _lazy("Use at most 150 characters.")}
        }

    def clean_name(self) -> str:
        return visible_name(self.cleaned_data["name"], missing=self.fields["name"].error_messages["required"])


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"] = AddressField(autocomplete="username")
        self.fields["password"].help_text = ""
        self.fields["password"].error_messages["required"] = _("Enter your password.")
        self.fields["remember"].label = _("Keep me signed in for 14 days")
        self.fields["remember"].initial = True


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password"].help_text = ""
        self.fields["password"].error_messages["required"] = _("Enter your password.")


class EmailForm(account_forms.AddEmailForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(label=_("New email"), missing=_("Enter the new email."))


class PasswordResetForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField()

    def clean_email(self) -> str:
        """The account of this address; one that only wants to change to it does not count."""
        self.users = list(User.objects.filter(email=self.cleaned_data["email"], is_active=True))
        return self.cleaned_data["email"]


class _NewPasswordMixin:
    """The house's labels on the two fields for a new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = PASSWORD_HINT
        self.fields["password1"].error_messages["required"] = _("Enter a new password.")
        self.fields["password2"].label = _("The same password again")
        self.fields["password2"].error_messages["required"] = _("Enter the new password a second time.")


class PasswordChangeForm(_NewPasswordMixin, account_forms.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].error_messages["required"] = _("Enter your current password.")


class PasswordSetForm(_NewPasswordMixin, account_forms.SetPasswordForm):
    """Gives a password to an account that has only signed in otherwise."""


class NewPasswordForm(_NewPasswordMixin, account_forms.ResetPasswordKeyForm):
    """Sets the password after a reset link was followed."""

    def save(self) -> None:
        super().save()
        settle_address(self.user)  # the link came to it


class _CodeMixin:
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "20"}
        self.fields["code"].error_messages["required"] = _("Enter the code.")


class _CodeOnceMixin(_CodeMixin):
    """A code of the app works once in all the time it is good for, which the tolerance makes longer than a period."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            digits = "".join(filter(str.isdigit, code))
            good_for = two_factor_settings.TOTP_PERIOD * (2 * two_factor_settings.TOTP_TOLERANCE + 1)
            if not cache.add(f"two-factor-code-used:{self.user.pk}:{digits}", True, good_for):
                raise get_two_factor_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_CodeOnceMixin, code_forms.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_CodeOnceMixin, code_forms.ReauthenticateForm):
    """Confirms a change to the account."""


class FirstCodeForm(_CodeMixin, ActivateTOTPForm):
    """Shows that the app has the secret."""


class _PasskeyNameMixin:
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.max_length = _("Name of this passkey"), PASSKEY_NAME_LENGTH
        name.widget.attrs |= {"maxlength": str(PASSKEY_NAME_LENGTH), "autocomplete": "off"}
        name.error_messages["required"] = _("Give the passkey a name, such as the device it is on.")

    def clean_name(self) -> str:
        given = self.cleaned_data["name"]
        name = super().clean_name() if hasattr(super(), "clean_name") else given
        return name[:PASSKEY_NAME_LENGTH]


class PasskeyForm(_PasskeyNameMixin, passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": PASSKEY_UNKNOWN, "invalid": PASSKEY_UNKNOWN}
        self.fields["passwordless"].label = _("Sign in with it alone, without email and password")
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError):
            raise ValidationError(_("The passkey could not be added. Nothing was changed. Try once more.")) from None


class PasskeyNameForm(_PasskeyNameMixin, passkey_forms.EditWebAuthnForm):
    """Renames a passkey."""


class _PasskeyMixin:
    """What the browser sends is taken apart by the library, which meets nonsense with errors of many kinds."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": PASSKEY_UNKNOWN, "invalid": PASSKEY_UNKNOWN}

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                raise
        except (AttributeError, KeyError, TypeError, ValueError):
            pass
        raise ValidationError(PASSKEY_UNKNOWN)


class PasskeySignInForm(_PasskeyMixin, passkey_forms.LoginWebAuthnForm):
    """Signs in by a passkey alone."""


class PasskeySecondForm(_PasskeyMixin, passkey_forms.AuthenticateWebAuthnForm):
    """The second step of signing in."""


class PasskeyAgainForm(_PasskeyMixin, passkey_forms.ReauthenticateWebAuthnForm):
    """Confirms a change to the account."""
