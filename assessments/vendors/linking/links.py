"""The links by which vendors answer: made and revoked by the buyer, found by their token, opened with a passcode.

Whatever changes a link or what stands behind it locks the review first, so that nothing is answered after it ended.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import secret_links
from assessments.organizations.models import Organization
from assessments.organizations.secret_links import SecretLinkQuerySet
from assessments.vendors.asked import asked_of
from assessments.vendors.linking import mails
from assessments.vendors.models import VendorLink, VendorReview
from assessments.vendors.services import COMPLETE, DELETED, LOGGED, lock, lock_all

Status = VendorReview.Status

DEFAULT_DAYS, MAX_DAYS = 14, 90
OTHER_CHECKLIST = _lazy(
    "These reviews follow different versions of the checklist. Complete the older one and ask again, or make a link of "
    "its own for it."
)
OTHER_FRAMEWORK = _lazy(
    "These organizations ask their vendors by different frameworks. Make a link of its own for each."
)


def make_link(
    review: VendorReview,
    *,
    days: int,
    passcode: str = "",
    also: Sequence[VendorReview] = (),
    email: str = "",
    message: str = "",
    remind_after: int | None = None,
    language: str = "",
    actor: User,
) -> str:
    """Make a link that is good for so many days, and end those there were. Returns the token.

    The answers reach the reviews in `also`, too, which are of other clients. With an `email` the address is mailed
    there, with the message; after so many days the vendor is reminded once. Pages and mails speak the `language`.
    ValidationError for a review that is complete. The passcode is the vendor's to type; empty is none.
    """
    token, now = secret_links.new_token(), timezone.now()
    hashed = make_password(passcode) if passcode else ""
    expires_at = now + timedelta(days=days)
    with transaction.atomic():
        reviews = _to_be_linked([review, *also])
        request = mails.start(token, email=email, remind_after=remind_after, actor=actor)
        VendorLink.objects.standing().filter(review__in=reviews).update(revoked_at=now)
        VendorLink.objects.bulk_create(
            VendorLink(
                review=each,
                request=request,
                token_sha256=secret_links.hashed(secret_links.new_token()),  # of its own, which nobody has
                passcode=hashed,
                created_by=actor,
                expires_at=expires_at,
                language=language,
            )
            for each in reviews
        )
        VendorReview.objects.filter(pk__in=[each.pk for each in reviews]).update(status=Status.WAITING)
        with translation.override(LOGGED):
            said = [f"until {date_format(expires_at, 'DAY')}"]
        said += ["with a passcode"] if passcode else []
        said += [f"mailed to {email}"] if email else []
        for each in reviews:
            _record(Action.VENDOR_LINK_MADE, each, ", ".join(said), actor=actor)
        if email:
            mails.send(request, token, message=message)
    return token


def _to_be_linked(reviews: Sequence[VendorReview]) -> list[VendorReview]:
    locked = list(lock_all(reviews).values())
    if len(locked) < len(reviews):
        raise ValidationError(DELETED)
    if any(review.is_complete for review in locked):
        raise ValidationError(COMPLETE)
    if len({review.framework_key for review in locked}) > 1:
        raise ValidationError(OTHER_FRAMEWORK)
    if len({(review.framework_key, review.framework_version) for review in locked}) > 1:
        raise ValidationError(OTHER_CHECKLIST)
    return locked


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
    return review.links.standing().select_related("request").first()


def find(token: str) -> VendorLink | None:
    """The link that a token stands for, with its review, vendor and organization, if it can still be opened.

    Of several it is one whose review can still change and asks the most; the rest are its `others`.
    """
    hashed = secret_links.hashed(token)
    found = VendorLink.objects.standing().filter(Q(token_sha256=hashed) | Q(request__token_sha256=hashed))
    found = found.filter(expires_at__gt=timezone.now(), review__vendor__organization__deleted_at=None)
    related = ("review__vendor__organization__brand", "request", "created_by")
    standing = list(found.select_related(*related).order_by("pk"))
    fed = mails.still_theirs(standing)
    if not fed:
        return None
    first, *others = sorted(fed, key=lambda link: (link.review.is_complete, -len(asked_of(link.review)), link.pk))
    first.others = tuple(others)
    return first


def note_opening(link: VendorLink) -> None:
    VendorLink.objects.filter(pk__in=[link.pk, *(other.pk for other in link.others)]).update(opened_at=timezone.now())


def shared_with(link: VendorLink | None, user: User) -> list[Organization]:
    """The other organizations that the answers reach as well, as far as the person may open them."""
    if link is None or link.request_id is None:
        return []
    others = VendorLink.objects.standing().filter(request=link.request_id).exclude(pk=link.pk)
    at = others.values("review__vendor__organization")
    return list(Organization.objects.filter(pk__in=at).opened_by(user).order_by("name_sort", "pk"))


def check_passcode(link: VendorLink, passcode: str) -> None:
    """ValidationError unless this is the link's passcode; after too many wrong ones in all the link is revoked."""
    secret_links.check_passcode(link, passcode, revoke=partial(_revoke_guessed, link))


def _revoke_guessed(link: VendorLink, spent: SecretLinkQuerySet) -> None:
    if not spent.exists():
        return
    for each in (link, *link.others):
        guessed = VendorLink.objects.standing().filter(pk=each.pk)
        _revoke(lock(each.review), guessed, secret_links.TOO_MANY_WRONG, actor_name=trail.NOBODY)


def _record(action: Action, review: VendorReview, what: str, **who: object) -> None:
    trail.record(action, organization=review.vendor.organization_id, subject=review.vendor.name, new=what, **who)
