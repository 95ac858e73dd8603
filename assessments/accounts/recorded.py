"""What is recorded by itself of signing in and of changes to an account."""

import logging
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as two_factor_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as single_sign_on_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from assessments.accounts.models import User
from assessments.accounts.services import end_other_sessions
from assessments.audit import trail
from assessments.audit.trail import Action

log = logging.getLogger(__name__)

UNKNOWN = "An address without an account"


def described(user: User) -> str:
    """A person as the trail names them."""
    return f"{user.name} <{user.email}>" if user.name else user.email


@receiver(user_logged_in)
def record_sign_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    trail.record(Action.SIGNED_IN, organization=None, actor=user, new=_whence(request))
    log.info("Signed in: account %s, %s.", user.pk, _whence(request) or "from nowhere known")


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Only known addresses are kept: what else is typed there may be a password."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email=email.strip().lower()).first()
    subject, new = described(user) if user else UNKNOWN, _whence(request)
    trail.record(Action.SIGN_IN_FAILED, organization=None, subject=subject, about=user, new=new)
    account = f"account {user.pk}" if user else "an address without an account"
    log.warning("Failed to sign in: %s, %s.", account, new or "from nowhere known")


def _whence(request: HttpRequest | None) -> str:
    """The network address a request came from, behind whatever proxies the site trusts."""
    if request is None or "REMOTE_ADDR" not in request.META:
        return ""
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        address = request.META["REMOTE_ADDR"]
    return f"from {address}"


@receiver(account_signals.password_changed)
@receiver(account_signals.password_reset)
@receiver(account_signals.password_set)
def record_password(user: User, **kwargs: Any) -> None:
    trail.record(Action.ACCOUNT_CHANGED, organization=None, actor=user, subject="Password")


@receiver(account_signals.email_changed)
def record_email(user: User, from_email_address: Any, to_email_address: Any, **kwargs: Any) -> None:
    trail.record(
        Action.ACCOUNT_CHANGED,
        organization=None,
        actor=user,
        subject="Email",
        about=user,
        old=str(getattr(from_email_address, "email", "") or ""),
        new=str(to_email_address.email),
    )


@receiver(two_factor_signals.authenticator_added)
def record_authenticator(
    user: User, authenticator: Authenticator, request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Note it, and end the other sessions: they got in without the second step, whoever has them."""
    _record_two_factor(user, new=_authenticator(authenticator))
    if request is not None and authenticator.type != Authenticator.Type.RECOVERY_CODES:
        end_other_sessions(user, keep=request.session.session_key)


@receiver(two_factor_signals.authenticator_removed)
def record_end_of_authenticator(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record_two_factor(user, old=_authenticator(authenticator))


@receiver(two_factor_signals.authenticator_reset)
def record_new_recovery_codes(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    name = _authenticator(authenticator)
    _record_two_factor(user, old=name, new=f"New {name.lower()}")


@receiver(two_factor_signals.authentication_failed)
def record_failed_code(user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    new = ", ".join(filter(None, ("Wrong code", _whence(request))))
    trail.record(Action.SIGN_IN_FAILED, organization=None, subject=described(user), about=user, new=new)
    log.warning("Failed to sign in: account %s, %s.", user.pk, new[0].lower() + new[1:])


def _record_two_factor(user: User, *, old: str = "", new: str = "") -> None:
    trail.record(Action.ACCOUNT_CHANGED, organization=None, actor=user, subject="Two-factor", old=old, new=new)


def _authenticator(authenticator: Authenticator) -> str:
    """What it is called, and nothing of what it keeps."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        return f"Passkey “{authenticator}”"
    return "Authenticator app" if authenticator.type == Authenticator.Type.TOTP else "Recovery codes"


@receiver(single_sign_on_signals.social_account_added)
def record_connection(sociallogin: SocialLogin, **kwargs: Any) -> None:
    _record_connection(sociallogin.account.user, new=sociallogin.account)


@receiver(single_sign_on_signals.social_account_removed)
def record_end_of_connection(socialaccount: SocialAccount, **kwargs: Any) -> None:
    _record_connection(socialaccount.user, old=socialaccount)


def _record_connection(user: User, *, old: SocialAccount | None = None, new: SocialAccount | None = None) -> None:
    trail.record(
        Action.ACCOUNT_CHANGED,
        organization=None,
        actor=user,
        subject="Single sign-on",
        old=old.uid if old else "",
        new=new.uid if new else "",
    )
