"""What is recorded by itself: changes of who belongs where, wherever they are made, and signing in.

Services and the administration write the same rows, so the rows' signals are the one place that cannot be forgotten.
"""

import logging
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as two_factor_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as single_sign_on_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from assessments.organizations import audit, notices
from assessments.organizations.accounts import end_other_sessions
from assessments.organizations.audit import Action
from assessments.organizations.models import Membership, Organization, Role, TeamGrant, TeamMembership, User

log = logging.getLogger(__name__)

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
def record_membership(instance: Membership, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaded from a dump, which has the entries, too
        return
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
    if not created and before != now:
        tell_of_membership(instance, before, now)


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
    if not left and _still_there(instance.user, origin):
        tell_of_membership(instance, instance.role, None)


@receiver(post_save, sender=TeamGrant)
def record_grant(instance: TeamGrant, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaded from a dump, which has the entries, too
        return
    before, now = instance.role_before, instance.role  # type: ignore[attr-defined]
    if created or before != now:
        audit.record(
            Action.TEAM_GRANTED if created else Action.TEAM_GRANT_CHANGED,
            organization=instance.organization_id,
            subject=str(instance.team),
            old="" if before is None else _role(before),
            new=_role(now),
        )
    if not created and before != now:
        tell_of_grant(instance, before, now)


@receiver(post_delete, sender=TeamGrant)
def record_end_of_grant(instance: TeamGrant, origin: object, **kwargs: Any) -> None:
    if not _ends_with_its_organization(origin):
        audit.record(
            Action.TEAM_GRANT_WITHDRAWN,
            organization=instance.organization_id,
            subject=str(instance.team),
            old=_role(instance.role),
        )
        tell_of_grant(instance, instance.role, None)


def tell_of_membership(membership: Membership, before: int, now: int | None) -> None:
    """Mail whose role was changed or taken; the other owners, too, where an owner loses that role."""
    organization, person = membership.organization, membership.user
    change = "removed you from" if now is None else f"made you {_article(now)} of"
    notices.tell([person], subject=f"Your access to {organization}", text=f"{notices.who()} {change} {organization}.")
    if before == Role.OWNER:
        change = "removed" if now is None else f"made {_article(now)} of"
        text = f"{notices.who()} {change} {person}, who was an owner of {organization}."
        _tell_owners(organization, text, but={person})


def tell_of_grant(grant: TeamGrant, before: int, now: int | None) -> None:
    """Mail the people of a team whose role was changed or taken; the owners, too, where it could own."""
    organization, team = grant.organization, grant.team
    change = "took away the access of your team" if now is None else "changed the role of your team"
    role = "" if now is None else f" Everyone in it is {_article(now)} now."
    text = f"{notices.who()} {change} {team} to {organization}.{role}"
    members = set(User.objects.filter(team_memberships__team=team))
    notices.tell(members, subject=f"The access of {team} to {organization}", text=text)
    if before == Role.OWNER:
        change = "took away the access of" if now is None else f"made {_article(now)} of everyone in"
        _tell_owners(organization, f"{notices.who()} {change} {team}, which owned {organization}.", but=members)


def _tell_owners(organization: Organization, text: str, *, but: set[User]) -> None:
    owners = notices.owners_of(organization) - but
    people = reverse("membership_list", args=[organization.slug])
    notices.tell(owners, subject=f"Who owns {organization}", text=text, path=people)


def _article(role: int) -> str:
    word = _role(role)
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


@receiver(post_save, sender=TeamMembership)
def record_team_member(instance: TeamMembership, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """One entry for each organization the team has been granted: there the person arrives."""
    if raw:  # loaded from a dump, which has the entries, too
        return
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
def record_sign_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    audit.record(Action.SIGNED_IN, organization=None, actor=user, new=_whence(request))
    log.info("Signed in: account %s, %s.", user.pk, _whence(request) or "from nowhere known")


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Only known addresses are kept: what else is typed there may be a password."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email=email.strip().lower()).first()
    subject, new = _person(user) if user else UNKNOWN, _whence(request)
    audit.record(Action.SIGN_IN_FAILED, organization=None, subject=subject, about=user, new=new)
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
    audit.record(Action.SIGN_IN_FAILED, organization=None, subject=_person(user), about=user, new=new)
    log.warning("Failed to sign in: account %s, %s.", user.pk, new[0].lower() + new[1:])


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
