"""How accounts behave here: who may open one, and what people read when something is refused."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts import landing
from assessments.accounts.models import User, plain_address
from assessments.accounts.services import open_account, settle_address
from assessments.accounts.single_sign_on import OpenIDAdapter
from assessments.platform import encryption, mailing
from assessments.scoring.words import listing

log = logging.getLogger(__name__)

SAID_LENGTH = 300  # of what a provider gives as its reason, and whoever forges its answer
ANY_DOMAIN = "*"

ERRORS = {
    "account_inactive": _lazy("This account is switched off. An administrator can switch it on again."),
    "duplicate_email": _lazy("This is your email already."),
    "email_password_mismatch": _lazy("The email or the password is not right. Check both and try again."),
    "enter_current_password": _lazy("This is not your current password."),
    "incorrect_password": _lazy("This is not your password."),
    "rate_limited": _lazy("Too many attempts. Wait five minutes, then try again."),
    "too_many_login_attempts": _lazy("Too many attempts. Wait five minutes, then try again."),
    "too_many_anywhere": _lazy(
        "Too many wrong passwords for this account. Choose a new one by “Forgotten password”, or wait an hour."
    ),
}
TWO_FACTOR_ERRORS = {
    "cannot_generate_recovery_codes": _lazy(
        "Add an authenticator app or a passkey first. Recovery codes stand in for them."
    ),
    "incorrect_code": _lazy("This code is not right, or it was used already. Enter the one your app shows now."),
}
SINGLE_SIGN_ON_ERRORS = {
    "no_password": _lazy("Choose a password first. Without it, you could not sign in any more."),
}


class Notice(EmailMessage):
    """A mail that is sent later where the mail server does not take it."""

    def send(self, fail_silently: bool = False) -> int:
        for email in self.to:
            mailing.post(email, str(self.subject), str(self.body), kind="account")
        return len(self.to)


class Awaited(EmailMessage):
    """A mail that somebody waits for: it goes out at once or not at all."""

    def send(self, fail_silently: bool = False) -> int:
        with mailing.mail_server() as server:
            mailing.hand_over(self, server, kind="account")
        return 1


class AuthenticationBackend(AllauthBackend):
    """Knows people by their email alone: an address that somebody only wants to change to signs nobody in."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.filter(email=email.strip().lower()).first(), password)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator or an invitation, never by signing up."""

    error_messages = {**DefaultAccountAdapter.error_messages, **ERRORS}

    is_notice = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return plain_address(email)

    def is_safe_url(self, url: str) -> bool:
        """Whether an address from a request may be gone on to. One that cannot be read counts as none."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make a confirmed address the account's; one that has become someone else's meanwhile is refused."""
        try:
            with transaction.atomic():
                if not User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
                    return super().confirm_email(request, email_address)
        except IntegrityError:
            pass
        context = {"email": email_address.email}
        self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt", context)
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_detail")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_detail")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _of_the_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _of_the_site(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what somebody waits for; where the mail server does not take it, the page says so."""
        try:
            super().send_mail(template_prefix, email, context)
        except (mailing.ServerAwayError, mailing.RefusedError, mailing.CutOffError) as error:
            log.exception("The mail %s could not be sent.", template_prefix)
            again = self.request.get_full_path()
            page = render(self.request, "503_mail.html", {"again": again}, status=503)
            raise ImmediateHttpResponse(page) from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell a person by mail what was changed. It is changed by then: mail that fails goes out later."""
        self.is_notice = True
        try:
            super().send_notification_mail(*args, **kwargs)
        finally:
            self.is_notice = False

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        message = super().render_mail(*args, **kwargs)
        as_sent = Notice if self.is_notice else Awaited
        return as_sent(message.subject, message.body, message.from_email, message.to)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """However somebody signs in: on the way to the start page they may be led on from there."""
        response: HttpResponse = super().post_login(request, user, **details)
        if response.get("Location", "") == reverse(settings.LOGIN_REDIRECT_URL):
            landing.expect(request)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by network address and account: guessing from elsewhere must not lock a person out."""
        return f"{self.get_client_ip(request)}:{_account(credentials)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        key = _account(credentials)
        if not ratelimit.consume(request, action="login_failed_anywhere", key=key, dry_run=True):
            raise self.validation_error("too_many_anywhere")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        ratelimit.consume(request, action="login_failed_anywhere", key=_account(credentials))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A new password ends the count of wrong ones."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, action="login_failed_anywhere", key=_account(credentials))


def _of_the_site(url: str) -> str:
    """The address with the site's own name in front, whatever name and port the request was sent to."""
    return settings.SITE_URL + urlsplit(url).path


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).lower()


class TwoFactorAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, **TWO_FACTOR_ERRORS}

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey") if number == 1 else _("Passkey {number}").format(number=number)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whoever has an account here may sign in by the organization's provider.

    It opens accounts only for verified addresses of the domains that the operator has named (`OIDC_ACCOUNT_DOMAINS`).
    """

    error_messages = {**DefaultSocialAccountAdapter.error_messages, **SINGLE_SIGN_ON_ERRORS}

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = OpenIDAdapter
        return found

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account of an address that the provider has verified; one that only wants to change to it is none."""
        for address in sociallogin.email_addresses:
            if _is_verified(address):
                user = User.objects.filter(email=address.email).first()
                if user:
                    settle_address(user)
                    return user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") == AuthProcess.CONNECT or sociallogin.is_existing:
            return
        address = next(iter(sociallogin.email_addresses), None)
        is_verified = address is not None and _is_verified(address)
        domains = sociallogin.provider.app.settings.get("account_domains", [])
        if address is not None and is_verified and _is_of(address, domains):
            sociallogin.connect(request, _opened(sociallogin, address.email))
            return
        context = {
            "provider": sociallogin.provider,
            "address": address,
            "is_verified": is_verified,
            "domains": listing([domain for domain in domains if domain != ANY_DOMAIN]),
        }
        raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", context, status=403))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        said = " ".join(request.GET.get(name, "") for name in ("error", "error_description"))
        reasons = [str(error), " ".join(said.split())[:SAID_LENGTH], str(exception or "")]
        log.warning("Single sign-on failed: %s", "; ".join(filter(None, reasons)))


def _is_verified(address: EmailAddress) -> bool:
    """Some providers write the claim as a word."""
    return str(address.verified).lower() == "true"


def _is_of(address: EmailAddress, domains: Sequence[str]) -> bool:
    """Whether an address is one of mail, in plain letters, and of one of the domains."""
    try:
        validate_email(plain_address(address.email))
    except ValidationError:
        return False
    return ANY_DOMAIN in domains or address.email.rpartition("@")[2].lower() in domains


def _opened(sociallogin: SocialLogin, email: str) -> User:
    """An account for whoever signs in for the first time; the one that was opened at the same moment, if any."""
    told = sociallogin.provider.extract_common_fields(sociallogin.account.extra_data)
    name = told["name"] or " ".join(filter(None, (told["first_name"], told["last_name"])))
    try:
        return open_account(email=email, name=name, how="at the first single sign-on")
    except IntegrityError:
        return User.objects.get(email=plain_address(email))
