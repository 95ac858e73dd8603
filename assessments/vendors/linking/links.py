"""The links by which vendors answer: made and revoked by the buyer, found by their token, opened with a passcode.

Whatever changes a link or what stands behind it locks the review first, so that nothing is answered after it ended.
"""

from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import secret_links
from assessments.organizations.secret_links import SecretLinkQuerySet
from assessments.vendors.models import VendorLink, VendorReview
from assessments.vendors.services import COMPLETE, lock

Status = VendorReview.Status

DEFAULT_DAYS, MAX_DAYS = 14, 90


def make_link(review: VendorReview, *, days: int, passcode: str = "", actor: User) -> str:
    """Make a link that is good for so many days, and end the one there was. Returns the token, which is kept nowhere.

    ValidationError for a review that is complete. The passcode is the vendor's to type; empty is none.
    """
    token, now = secret_links.new_token(), timezone.now()
    hashed = make_password(passcode) if passcode else ""
    with transaction.atomic():
        review = lock(review)
        if review.is_complete:
            raise ValidationError(COMPLETE)
        review.links.standing().update(revoked_at=now)
        link = review.links.create(
            token_sha256=secret_links.hashed(token),
            passcode=hashed,
            created_by=actor,
            expires_at=now + timedelta(days=days),
        )
        VendorReview.objects.filter(pk=review.pk).update(status=Status.WAITING)
        until = f"until {date_format(link.expires_at, 'j M Y')}"
        _record(Action.VENDOR_LINK_MADE, review, f"{until}, with a passcode" if passcode else until, actor=actor)
    return token


def revoke_link(review: VendorReview, *, actor: User) -> bool:
    """End the link of a review. False if there was none any more."""
    with transaction.atomic():
        return _revoke(lock(review), review.links.standing(), actor=actor)


def _revoke(review: VendorReview, links: SecretLinkQuerySet, reason: str = "", **who: object) -> bool:
    if not links.update(revoked_at=timezone.now()):
        return False
    no_longer_waiting(review)
    _record(Action.VENDOR_LINK_REVOKED, review, reason, **who)
    return True


def no_longer_waiting(review: VendorReview) -> None:
    VendorReview.objects.filter(pk=review.pk, status=Status.WAITING).update(status=Status.OPEN)


def current(review: VendorReview) -> VendorLink | None:
    """The link that the buyer sees on the review: it may have expired or been submitted."""
    return review.links.standing().first()


def find(token: str) -> VendorLink | None:
    """The link that a token stands for, with its review, vendor and organization, if it can still be opened."""
    found = VendorLink.objects.of_token(token).filter(review__vendor__organization__deleted_at=None)
    return found.select_related("review__vendor__organization__brand").first()


def note_opening(link: VendorLink) -> None:
    VendorLink.objects.filter(pk=link.pk).update(opened_at=timezone.now())


def check_passcode(link: VendorLink, passcode: str) -> None:
    """ValidationError unless this is the link's passcode; after too many wrong ones in all the link is revoked."""
    secret_links.check_passcode(link, passcode, revoke=partial(_revoke_guessed, link))


def _revoke_guessed(link: VendorLink, spent: SecretLinkQuerySet) -> None:
    _revoke(lock(link.review), spent, secret_links.TOO_MANY_WRONG, actor_name=trail.NOBODY)


def _record(action: Action, review: VendorReview, what: str, **who: object) -> None:
    trail.record(action, organization=review.vendor.organization_id, subject=review.vendor.name, new=what, **who)
