"""What is recorded by itself: changes of who belongs where, wherever they are made, and signing in.

Services and the administration write the same rows, so the rows' signals are the one place that cannot be forgotten.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as two_factor_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as single_sign_on_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import models
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from assessments.organizations import audit
from assessments.organizations.audit import Action
from assessments.organizations.models import Membership, Organization, Role, TeamGrant, TeamMembership, User

UNKNOWN = "An address without an account"


def _role(value: int) -> str:
    return str(Role(value).label).lower()


def _person(user: User) -> str:
    return f"{user.name} <{user.email}>" if user.name else user.email


def _ends_with_its_organization(origin: object) -> bool:
    """A row that goes because its organization goes for good: there is nothing left to record it in."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return model is Organization


@receiver(pre_save, sender=Membership)
@receiver(pre_save, sender=TeamGrant)
def remember_the_role(sender: type[models.Model], instance: Membership | TeamGrant, **kwargs: Any) -> None:
    known = sender._default_manager.filter(pk=instance.pk).values_list("role", flat=True) if instance.pk else ()
    instance.role_before = next(iter(known), None)  # type: ignore[union-attr]


@receiver(post_save, sender=Membership)
def record_membership(instance: Membership, created: bool, **kwargs: Any) -> None:
    before, now = instance.role_before, instance.role  # type: ignore[attr-defined]
    if created or before != now:
        audit.record(
            Action.MEMBER_ADDED if created else Action.MEMBER_CHANGED,
            organization=instance.organization_id,
            subject=_person(instance.user),
            about=instance.user,
            old="" if before is None else _role(before),
            new=_role(now),
        )


@receiver(post_delete, sender=Membership)
def record_end_of_membership(instance: Membership, origin: object, **kwargs: Any) -> None:
    if _ends_with_its_organization(origin):
        return
    actor = audit.current_actor()
    left = actor is not None and actor.pk == instance.user_id
    audit.record(
        Action.MEMBER_LEFT if left else Action.MEMBER_REMOVED,
        organization=instance.organization_id,
        subject=_person(instance.user),
        about=_still_there(instance.user, origin),
        old=_role(instance.role),
    )


@receiver(post_save, sender=TeamGrant)
def record_grant(instance: TeamGrant, created: bool, **kwargs: Any) -> None:
    before, now = instance.role_before, instance.role  # type: ignore[attr-defined]
    if created or before != now:
        audit.record(
            Action.TEAM_GRANTED if created else Action.TEAM_GRANT_CHANGED,
            organization=instance.organization_id,
            subject=str(instance.team),
            old="" if before is None else _role(before),
            new=_role(now),
        )


@receiver(post_delete, sender=TeamGrant)
def record_end_of_grant(instance: TeamGrant, origin: object, **kwargs: Any) -> None:
    if not _ends_with_its_organization(origin):
        audit.record(
            Action.TEAM_GRANT_WITHDRAWN,
            organization=instance.organization_id,
            subject=str(instance.team),
            old=_role(instance.role),
        )


@receiver(post_save, sender=TeamMembership)
def record_team_member(instance: TeamMembership, created: bool, **kwargs: Any) -> None:
    """One entry for each organization the team has been granted: there the person arrives."""
    if created:
        _record_in_all(Action.TEAM_MEMBER_ADDED, instance, about=instance.user)


@receiver(post_delete, sender=TeamMembership)
def record_end_of_team_membership(instance: TeamMembership, origin: object, **kwargs: Any) -> None:
    _record_in_all(Action.TEAM_MEMBER_REMOVED, instance, about=_still_there(instance.user, origin))


def _record_in_all(action: Action, instance: TeamMembership, *, about: User | None) -> None:
    organizations = list(TeamGrant.objects.filter(team=instance.team_id).values_list("organization", flat=True))
    for organization in organizations or [None]:
        audit.record(
            action, organization=organization, subject=_person(instance.user), about=about, new=str(instance.team)
        )


def _still_there(user: User, origin: object) -> User | None:
    """The person, unless it is the person's own row that goes."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return None if model is get_user_model() else user


@receiver(user_logged_in)
def record_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record(Action.SIGNED_IN, organization=None, actor=user)


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Only known addresses are kept: what else is typed there may be a password."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email=email.strip().lower()).first()
    audit.record(Action.SIGN_IN_FAILED, organization=None, subject=_person(user) if user else UNKNOWN, about=user)


@receiver(account_signals.password_changed)
@receiver(account_signals.password_reset)
@receiver(account_signals.password_set)
def record_password(user: User, **kwargs: Any) -> None:
    audit.record(Action.ACCOUNT_CHANGED, organization=None, actor=user, subject="Password")


@receiver(account_signals.email_changed)
def record_email(user: User, from_email_address: Any, to_email_address: Any, **kwargs: Any) -> None:
    audit.record(
        Action.ACCOUNT_CHANGED,
        organization=None,
        actor=user,
        subject="Email",
        about=user,
        old=str(getattr(from_email_address, "email", "") or ""),
        new=str(to_email_address.email),
    )


@receiver(two_factor_signals.authenticator_added)
def record_authenticator(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record_two_factor(user, new=_authenticator(authenticator))


@receiver(two_factor_signals.authenticator_removed)
def record_end_of_authenticator(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record_two_factor(user, old=_authenticator(authenticator))


@receiver(two_factor_signals.authenticator_reset)
def record_new_recovery_codes(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    name = _authenticator(authenticator)
    _record_two_factor(user, old=name, new=f"New {name.lower()}")


@receiver(two_factor_signals.authentication_failed)
def record_failed_code(user: User, **kwargs: Any) -> None:
    audit.record(Action.SIGN_IN_FAILED, organization=None, subject=_person(user), about=user, new="Wrong code")


def _record_two_factor(user: User, *, old: str = "", new: str = "") -> None:
    audit.record(Action.ACCOUNT_CHANGED, organization=None, actor=user, subject="Two-factor", old=old, new=new)


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
    audit.record(
        Action.ACCOUNT_CHANGED,
        organization=None,
        actor=user,
        subject="Single sign-on",
        old=old.uid if old else "",
        new=new.uid if new else "",
    )
