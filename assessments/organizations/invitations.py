"""Inviting people by mail: a link with a random token, of which only the hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User, plain_address
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.branding.queries import brand_of
from assessments.organizations.branding.shown import signature
from assessments.organizations.memberships import add_member
from assessments.organizations.models import Invitation, Membership, Organization, Role
from assessments.platform import mailing
from assessments.platform.languages import language_of_address
from assessments.platform.mails.kinds import MailKind, register

LIFETIME = timedelta(days=14)
ABOUT = "invitation:"
register(
    MailKind("invitation", _lazy("Invitation"), _lazy("You get this because somebody gave your address to invite you."))
)
MOST_AN_HOUR = 40  # by one person: each is a mail to an address of their choice
# What a link says that cannot be used, whatever the reason: it tells nothing about what it once was.
NOT_VALID = _lazy("This invitation cannot be used.")


def invite_all(
    organization: Organization, *, emails: Sequence[str], role: Role, actor: User, base_url: str, message: str = ""
) -> list[Invitation]:
    """Invite several people, all of them or none. ValidationError with a sentence for each address that stops it."""
    invited, problems = [], []
    with transaction.atomic():
        for email in emails:
            try:
                each = invite(organization, email=email, role=role, actor=actor, base_url=base_url, message=message)
                invited.append(each)
            except ValidationError as error:
                problems += error.messages
        if problems:
            nobody = [_("Nobody was invited.")] if len(emails) > 1 else []
            raise ValidationError([*dict.fromkeys(problems), *nobody])
    return invited


def invite(
    organization: Organization, *, email: str, role: Role, actor: User, base_url: str, message: str = ""
) -> Invitation:
    """Send an invitation. `base_url` is the site's address that the link begins with, without a slash at its end.

    What comes back has its `sent_at` if the mail is out; without, the invitation stands, and `is_mail_waiting` says
    whether the mail goes out by itself.
    ValidationError for an address that is none, that belongs to a member, or that is invited already.
    """
    email = plain_address(email)
    validate_email(email)
    if Membership.objects.filter(organization=organization, user__email=email).exists():
        raise ValidationError({"email": _("{email} is a member already.").format(email=email)})
    trail.refuse_too_many(Action.INVITED, actor=actor, most=MOST_AN_HOUR, what=_("invitations"))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organization=organization,
        email=email,
        role=role,
        token_sha256=_hashed(token),
        invited_by=actor,
        message=message,
        expires_at=timezone.now() + LIFETIME,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
            with trail.acting(actor):
                _record(Action.INVITED, invitation)
            transaction.on_commit(partial(_send, invitation, base_url + reverse("invitation_accept", args=[token])))
    except IntegrityError:
        refused = _("{email} is invited already. Send that invitation again instead.")
        raise ValidationError({"email": refused.format(email=email)}) from None
    return invitation


def send_again(invitation: Invitation, *, base_url: str) -> Invitation:
    """Send a new link, good for another two weeks; the old one ends."""
    trail.refuse_too_many(Action.INVITED, actor=trail.current_actor(), most=MOST_AN_HOUR, what=_("invitations"))
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        renewed = Invitation.objects.waiting().filter(pk=invitation.pk)
        if not renewed.update(token_sha256=_hashed(token), expires_at=timezone.now() + LIFETIME, sent_at=None):
            raise ValidationError(_("This invitation was accepted or withdrawn meanwhile."))
        invitation.refresh_from_db()
        _record(Action.INVITED, invitation)
        transaction.on_commit(partial(_send, invitation, base_url + reverse("invitation_accept", args=[token])))
    return invitation


def withdraw(invitation: Invitation) -> None:
    """End an invitation; ValidationError if it was accepted meanwhile."""
    with transaction.atomic():
        if Invitation.objects.waiting().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
            _record(Action.INVITATION_WITHDRAWN, invitation)
        elif Invitation.objects.filter(pk=invitation.pk).exclude(accepted_at=None).exists():
            raise ValidationError(_("This invitation was accepted meanwhile. Remove the member instead."))


def find(token: str) -> Invitation | None:
    """The invitation that a link stands for, if it can still be used."""
    found = Invitation.objects.waiting().filter(token_sha256=_hashed(token), organization__deleted_at=None)
    invitation = found.select_related("organization", "invited_by").first()
    return None if invitation is None or invitation.is_expired else invitation


def accept(invitation: Invitation, *, user: User) -> Membership:
    """Make the person a member with the role that was offered. Only the address it was sent to may accept."""
    if user.email != invitation.email:
        raise ValidationError(_("This invitation was sent to another address."))
    with transaction.atomic():
        usable = Invitation.objects.waiting().filter(pk=invitation.pk, expires_at__gt=timezone.now())
        if not usable.update(accepted_at=timezone.now(), accepted_by=user):
            raise ValidationError(NOT_VALID)
        with trail.acting(user):
            return add_member(invitation.organization, user, role=Role(invitation.role))


def accept_as_new(invitation: Invitation, *, name: str, password: str) -> User:
    """Open the account of an invited person and accept. The address is proven: the link came to it."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            accept(invitation, user=user)
    except IntegrityError:
        raise ValidationError(_("This address has an account by now. Sign in to accept.")) from None
    return user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(action: Action, invitation: Invitation) -> None:
    role = Role(invitation.role).word
    trail.record(action, organization=invitation.organization_id, subject=invitation.email, new=role)


def _send(invitation: Invitation, link: str) -> None:
    """Send the mail, now or once the mail server takes it; the members page offers to send it again."""
    lines = signature(brand_of(invitation.organization))
    context = {"invitation": invitation, "link": link, "days": LIFETIME.days, "signature": lines}
    inviter = invitation.invited_by
    with translation.override(language_of_address(invitation.email)):
        subject = _("You are invited to {organization} on AI Infrastructure Scorecard")
        state = mailing.post(
            invitation.email,
            " ".join(subject.format(organization=invitation.organization.name).split()),
            render_to_string("organizations/mail/invitation.txt", context),
            about=f"{ABOUT}{invitation.pk}",
            reply_to=inviter.email if inviter and inviter.is_active else "",
        )
    invitation.is_mail_waiting = state == mailing.State.WAITING
    if state == "sent":
        invitation.sent_at = timezone.now()
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=invitation.sent_at)


def _about(about: str):  # type: ignore[no-untyped-def]  # a queryset of its own
    return Invitation.objects.waiting().filter(pk=about.removeprefix(ABOUT)) if about.startswith(ABOUT) else None


@receiver(mailing.is_still_true)
def _can_be_used(about: str, **kwargs: object) -> bool | None:
    """Whether a mail that waits still leads to an invitation."""
    found = _about(about)
    usable = {"expires_at__gt": timezone.now(), "organization__deleted_at": None}
    return None if found is None else found.filter(**usable).exists()


@receiver(mailing.has_gone_out)
def _note_sent(about: str, **kwargs: object) -> None:
    if (found := _about(about)) is not None:
        found.update(sent_at=timezone.now())
