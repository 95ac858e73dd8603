"""The links by which raters score without an account: made by whoever runs the round, found by their token."""

from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import secret_links
from assessments.organizations.secret_links import SecretLinkQuerySet
from assessments.rounds.models import Rater, RaterLink
from assessments.rounds.rating.answering import TAKEN_OUT
from assessments.rounds.services import CLOSED, changing

DEFAULT_DAYS, MAX_DAYS = 30, 90


def make_link(rater: Rater, *, days: int, actor: User, passcode: str = "", email: str = "") -> str:
    """Make a link good for so many days, and end the one there was. Returns the token, which is kept nowhere."""
    token, now = secret_links.new_token(), timezone.now()
    hashed = make_password(passcode) if passcode else ""
    with changing(rater.round) as asked:
        if asked.is_closed:
            raise ValidationError(CLOSED)
        if not Rater.objects.standing().filter(pk=rater.pk, user=None, invitation=None).exists():
            raise ValidationError(TAKEN_OUT if rater.removed_at else _("Whoever has an account scores with it."))
        rater.links.standing().update(revoked_at=now)
        link = rater.links.create(
            token_sha256=secret_links.hashed(token),
            passcode=hashed,
            created_by=actor,
            expires_at=now + timedelta(days=days),
            email=email,
        )
        with translation.override("en"):  # as the activity is kept
            until = f"until {date_format(link.expires_at, 'DAY')}"
        _record(Action.RATER_LINK_MADE, rater, f"{until}, with a passcode" if passcode else until, actor=actor)
    return token


def revoke_link(rater: Rater, *, actor: User) -> bool:
    """End the link of a rater. False if there was none any more."""
    with transaction.atomic():
        return _revoke(rater, rater.links.standing(), actor=actor)


def _revoke(rater: Rater, links: SecretLinkQuerySet, reason: str = "", **who: object) -> bool:
    if not links.update(revoked_at=timezone.now()):
        return False
    _record(Action.RATER_LINK_REVOKED, rater, reason, **who)
    return True


def current(rater: Rater) -> RaterLink | None:
    return rater.links.standing().first()


def find(token: str) -> RaterLink | None:
    """The link that a token stands for, with its rater, round and organization, if it can still be opened."""
    found = RaterLink.objects.of_token(token).filter(
        rater__round__scorecard__organization__deleted_at=None, rater__removed_at=None
    )
    return found.select_related("rater__round__scorecard__organization__brand").first()


def note_opening(link: RaterLink) -> None:
    RaterLink.objects.filter(pk=link.pk).update(opened_at=timezone.now())


def check_passcode(link: RaterLink, passcode: str) -> None:
    """ValidationError unless this is the link's passcode; after too many wrong ones in all the link is revoked."""
    secret_links.check_passcode(link, passcode, revoke=partial(_revoke_guessed, link))


def _revoke_guessed(link: RaterLink, spent: SecretLinkQuerySet) -> None:
    _revoke(link.rater, spent, secret_links.TOO_MANY_WRONG, actor_name=trail.NOBODY)


def _record(action: Action, rater: Rater, what: str, **who: object) -> None:
    organization = rater.round.scorecard.organization_id
    trail.record(action, organization=organization, subject=rater.rater_name, new=what, **who)
