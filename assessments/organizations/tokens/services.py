"""Making tokens, ending them, and letting in whoever brings one."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization, Role
from assessments.organizations.tokens.models import AccessToken
from assessments.platform.names import clean_name
from assessments.platform.prepared import Prepared

Scope = AccessToken.Scope

PREFIX = "sct_"
LIKE_ONE = re.compile(r"(?:sct|fig)_[A-Za-z0-9_-]{20,120}")  # fig_ is what those began with that only sent figures
MOST_TOKENS = 20  # of a person, and of an organization
NAME_LENGTH = 80
USED_EVERY = timedelta(minutes=1)  # how exactly it is known when a token was last used
YOURS = _lazy("A token for your account")
# Within a sentence.
MAY = {
    Scope.READ: pgettext_lazy("what a token may do", "read"),
    Scope.WRITE: pgettext_lazy("what a token may do", "read and write"),
    Scope.FIGURES: pgettext_lazy("what a token may do", "send figures only"),
    Scope.SCIM: pgettext_lazy("what a token may do", "keep accounts and teams (scim)"),
}
UNKNOWN = "This token is none of this site. Send one as Authorization: Bearer sct_..."
MACHINE_ADDRESS = "machine.invalid"  # a domain that no mail ever reaches (RFC 2606)


class TokenRefusedError(Exception):
    """Why a token lets nobody in, as a sentence."""


def make_personal(user: User, *, name: str, scope: str, expires_in: timedelta | None) -> tuple[AccessToken, str]:
    """A token that acts as a person. Returns it beside its row, which does not hold it."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row, token = _make(user.tokens.all(), name, scope, expires_in, created_by=user, user=user)
        _record(row, actor=user, new=_kept(row))
        said = _lazy("A token named {name} was made. Whoever has it acts as you: {may}.")
        text = format_lazy(said, name=row.name, may=MAY[Scope(row.scope)])
        notices.tell([user], subject=YOURS, text=text, path="/accounts/tokens/", but_actor=False)
    return row, token


def make_for_organization(
    organization: Organization, *, name: str, scope: str, role: int, expires_in: timedelta | None, actor: User
) -> tuple[AccessToken, str]:
    """A token by which a program acts on its own in one organization. Returns it beside its row."""
    role = Role.EDITOR if scope == Scope.FIGURES else role
    if role not in (Role.VIEWER, Role.EDITOR):
        raise ValidationError(_("A token is a viewer or an editor."))
    if scope == Scope.WRITE and role < Role.EDITOR:
        raise ValidationError(_("A viewer changes nothing. Make it an editor, or let it read only."))
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        about = {"organization": organization, "role": role, "created_by": actor}
        row, token = _make(organization.tokens.all(), name, scope, expires_in, **about)
        if scope != Scope.FIGURES:
            row.machine = _make_machine(row)
            row.save(update_fields=["machine"])
        _record(row, actor=actor, new=_kept(row))
    return row, token


def make_for_scim(*, name: str, expires_in: timedelta | None, actor: User) -> tuple[AccessToken, str]:
    """A token by which a directory keeps accounts and teams, beside its row. The other administrators are told."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        others = AccessToken.objects.filter(scope=Scope.SCIM)
        row, token = _make(others, name, Scope.SCIM, expires_in, created_by=actor)
        row.machine = _make_machine(row)
        row.save(update_fields=["machine"])
        _record(row, actor=actor, new=_kept(row))
        said = _lazy(
            "{actor} made a token named {name}. Whoever has it opens accounts, switches them off and fills teams."
        )
        text = format_lazy(said, actor=str(actor), name=row.name)
        administrators = User.objects.filter(is_superuser=True, is_active=True)
        subject = _lazy("A token for accounts and teams")
        notices.tell(administrators, subject=subject, text=text, path=reverse("admin:index"))
    return row, token


def _make(
    others: QuerySet[AccessToken], name: str, scope: str, expires_in: timedelta | None, **values: object
) -> tuple[AccessToken, str]:
    name = clean_name(name)
    if not name or len(name) > NAME_LENGTH:
        refused = _("Say in at most {most} characters which program will use it.")
        raise ValidationError(refused.format(most=NAME_LENGTH))
    if scope not in Scope.values:
        raise ValidationError(_("Choose what it may do."))
    if others.filter(ended_at=None).count() >= MOST_TOKENS:
        refused = _("There are {most} tokens, and no more can be. End one first.")
        raise ValidationError(refused.format(most=MOST_TOKENS))
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    expires_at = timezone.now() + expires_in if expires_in else None
    row = AccessToken.objects.create(
        name=name, scope=scope, token_sha256=hashed(token), expires_at=expires_at, **values
    )
    return row, token


def _make_machine(row: AccessToken) -> User:
    """The account in whose name a program acts. Nobody signs in to it: it is switched off and has no password.

    Its address cannot be known before, so that nobody takes it.
    """
    address = f"token-{row.pk}-{secrets.token_hex(8)}@{MACHINE_ADDRESS}"
    return User.objects.create_user(address, None, name=row.actor_name, is_active=False)


def end(token: AccessToken, *, actor: User) -> bool:
    """End a token for good. False if it was ended already."""
    with transaction.atomic():
        if not AccessToken.objects.standing().filter(pk=token.pk).update(ended_at=timezone.now()):
            return False
        _record(token, actor=actor, old=_kept(token), new="Ended")
        if token.user is not None and token.user_id != actor.pk:
            said = _lazy("{actor} ended the token {name}, which acted as you.")
            text = format_lazy(said, actor=str(actor), name=token.name)
            notices.tell([token.user], subject=YOURS, text=text, path="/accounts/tokens/")
    return True


def end_all_of(user: User, *, actor: User) -> int:
    """End every token of a person, who can no longer sign in. Returns how many there were."""
    return sum(end(token, actor=actor) for token in user.tokens.standing())


def _record(row: AccessToken, *, actor: User, old: str = "", new: str = "") -> None:
    entry = {"subject": f"Token: {row.name}", "old": old, "new": new, "actor": actor}
    if row.organization_id is None:
        trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)
    else:
        trail.record(Action.ORGANIZATION_CHANGED, organization=row.organization_id, **entry)


def described(row: AccessToken) -> str:
    """What a token may do and until when."""
    told = {
        "may": row.get_scope_display(),
        "role": Role(row.role).phrase if row.role is not None else "",
        "day": date_format(timezone.localtime(row.expires_at), "DAY") if row.expires_at else "",
    }
    if row.role is not None and row.scope != Scope.FIGURES:
        said = _("{may}, as {role}, until {day}") if row.expires_at else _("{may}, as {role}")
    else:
        said = _("{may}, until {day}") if row.expires_at else "{may}"
    return said.format(**told)


def _kept(row: AccessToken) -> str:
    """As the activity keeps it."""
    with translation.override("en"):
        return described(row)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# On the way of every request of a program. Who acts is looked up where a name is needed.
_of_hash = Prepared(
    lambda digest: (
        AccessToken.objects.filter(token_sha256=digest)
        .annotate(may_sign_in=F("user__is_active"), gone_at=F("organization__deleted_at"))
        .order_by()
    ),
    "",
)


def find(token: str) -> AccessToken:
    """The row of a token that lets in; TokenRefusedError, with the reason, for any other. One query."""
    if not LIKE_ONE.fullmatch(token):
        raise TokenRefusedError(UNKNOWN)
    row = _of_hash.first(hashed(token))
    if row is None:
        raise TokenRefusedError(UNKNOWN)
    if row.ended_at is not None:
        raise TokenRefusedError("This token was ended. Make another one.")
    if row.is_expired:
        day = date_format(timezone.localtime(row.expires_at), "DAY")
        raise TokenRefusedError(f"This token expired on {day}. Make another one.")
    if row.user_id is not None and not row.may_sign_in:  # type: ignore[attr-defined]  # annotated
        raise TokenRefusedError("The account of this token is switched off.")
    if row.gone_at is not None:  # type: ignore[attr-defined]  # annotated
        raise TokenRefusedError("The organization of this token was deleted.")
    return row


def note_use(row: AccessToken) -> None:
    """Keep when a token was last used, to the minute."""
    now = timezone.now()
    if row.used_at is None or row.used_at <= now - USED_EVERY:
        AccessToken.objects.filter(pk=row.pk).update(used_at=now)
