"""The links by which vendors answer: made and revoked by the buyer, found by their token, opened with a passcode.

Whatever changes a link or what stands behind it locks the review first, so that nothing is answered after it ended.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.vendors.models import VendorLink, VendorLinkQuerySet, VendorReview
from assessments.vendors.services import COMPLETE, lock

Status = VendorReview.Status

DEFAULT_DAYS, MAX_DAYS = 14, 90
PASSCODE_MIN_LENGTH = 6
# Wrong passcodes in a row until the link is locked for a while, and in all until it is revoked.
WRONG_UNTIL_LOCKED, WRONG_UNTIL_REVOKED = 5, 20
LOCKED_FOR = timedelta(minutes=15)
LOCKED = "Too many wrong passcodes. Wait 15 minutes, then try again, or ask whoever sent you the link."
WRONG = "This is not the passcode. Ask whoever sent you the link."


def make_link(review: VendorReview, *, days: int, passcode: str = "", actor: User) -> str:
    """Make a link that is good for so many days, and end the one there was. Returns the token, which is kept nowhere.

    ValidationError for a review that is complete. The passcode is the vendor's to type; empty is none.
    """
    token, now = secrets.token_urlsafe(32), timezone.now()
    hashed = make_password(passcode) if passcode else ""
    with transaction.atomic():
        review = lock(review)
        if review.is_complete:
            raise ValidationError(COMPLETE)
        review.links.standing().update(revoked_at=now)
        link = review.links.create(
            token_sha256=_hashed(token), passcode=hashed, created_by=actor, expires_at=now + timedelta(days=days)
        )
        VendorReview.objects.filter(pk=review.pk).update(status=Status.WAITING)
        until = f"until {date_format(link.expires_at, 'j M Y')}"
        _record(Action.VENDOR_LINK_MADE, review, f"{until}, with a passcode" if passcode else until, actor=actor)
    return token


def revoke_link(review: VendorReview, *, actor: User) -> bool:
    """End the link of a review. False if there was none any more."""
    with transaction.atomic():
        return _revoke(lock(review), review.links.standing(), actor=actor)


def _revoke(review: VendorReview, links: VendorLinkQuerySet, reason: str = "", **who: object) -> bool:
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
    found = VendorLink.objects.standing().filter(
        token_sha256=_hashed(token),
        expires_at__gt=timezone.now(),
        review__vendor__organization__deleted_at=None,
    )
    return found.select_related("review__vendor__organization__brand").first()


def note_opening(link: VendorLink) -> None:
    VendorLink.objects.filter(pk=link.pk).update(opened_at=timezone.now())


def open_seal(link: VendorLink) -> str:
    """What a browser keeps once the passcode was right. It is worth nothing for another link or another passcode."""
    return salted_hmac("vendors.links", f"{link.pk} {link.passcode}", algorithm="sha256").hexdigest()


def check_passcode(link: VendorLink, passcode: str) -> None:
    """ValidationError unless this is the link's passcode.

    An attempt counts as a wrong one before it is looked at, in the database, so that trying at once gains nothing.
    """
    _count_attempt(link)
    if check_password(passcode, link.passcode):
        _attempt_of(link).update(wrong_passcodes=F("wrong_passcodes") - 1, wrong_in_a_row=0, locked_until=None)
        return
    with transaction.atomic():
        spent = link.review.links.standing().filter(pk=link.pk, wrong_passcodes__gte=WRONG_UNTIL_REVOKED)
        _revoke(lock(link.review), spent, f"{WRONG_UNTIL_REVOKED} wrong passcodes", actor_name=trail.NOBODY)
    if _attempt_of(link).filter(locked_until__gt=timezone.now()).exists():
        raise ValidationError(LOCKED, code="locked")
    raise ValidationError(WRONG)


def _attempt_of(link: VendorLink) -> VendorLinkQuerySet:
    return VendorLink.objects.filter(pk=link.pk)


def _count_attempt(link: VendorLink) -> None:
    now = timezone.now()
    with transaction.atomic():
        free = _attempt_of(link).standing().filter(Q(locked_until=None) | Q(locked_until__lte=now))
        if not free.update(wrong_passcodes=F("wrong_passcodes") + 1, wrong_in_a_row=F("wrong_in_a_row") + 1):
            raise ValidationError(LOCKED, code="locked")
        full = _attempt_of(link).filter(wrong_in_a_row__gte=WRONG_UNTIL_LOCKED)
        full.update(wrong_in_a_row=0, locked_until=now + LOCKED_FOR)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(action: Action, review: VendorReview, what: str, **who: object) -> None:
    trail.record(action, organization=review.vendor.organization_id, subject=review.vendor.name, new=what, **who)
