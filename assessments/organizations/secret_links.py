"""Secret addresses that let in whoever has them, without an account: hashed, ending, with a passcode if one was chosen.

Each kind of link is a model of its own; what protects them all stands here.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _lazy

PASSCODE_MIN_LENGTH = 6
# Wrong passcodes in a row until the link is locked for a while, and in all until it is revoked.
WRONG_UNTIL_LOCKED, WRONG_UNTIL_REVOKED = 5, 20
LOCKED_FOR = timedelta(minutes=15)
LOCKED = _lazy("Too many wrong passcodes. Wait 15 minutes, then try again, or ask whoever sent you the link.")
WRONG = _lazy("This is not the passcode. Ask whoever sent you the link.")
TOO_MANY_WRONG = f"{WRONG_UNTIL_REVOKED} wrong passcodes"


class SecretLinkQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not revoked; expired ones are among them, so that whoever made them sees what became of them."""
        return self.filter(revoked_at=None)

    def of_token(self, token: str) -> Self:
        """The one that a token stands for, if it can still be opened."""
        return self.standing().filter(token_sha256=hashed(token), expires_at__gt=timezone.now())


class SecretLink(models.Model):
    """A secret address. Only the hash of its token is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    passcode = models.CharField(max_length=128, blank=True)  # hashed like a password; empty is none
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    wrong_passcodes = models.PositiveSmallIntegerField(default=0)
    wrong_in_a_row = models.PositiveSmallIntegerField(default=0)  # since the last right one or the last lock
    locked_until = models.DateTimeField(null=True)

    objects = SecretLinkQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_locked(self) -> bool:
        """No passcode is looked at for now: too many wrong ones in a row."""
        return self.locked_until is not None and self.locked_until > timezone.now()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_seal(link: SecretLink) -> str:
    """What a browser keeps once the passcode was right. It is worth nothing for another link or another passcode."""
    return salted_hmac(
        f"secret-links.{link._meta.label_lower}", f"{link.pk} {link.passcode}", algorithm="sha256"
    ).hexdigest()


def check_passcode(link: SecretLink, passcode: str, *, revoke: Callable[[SecretLinkQuerySet], None]) -> None:
    """ValidationError unless this is the link's passcode. `revoke` ends the links it is given: too many were wrong.

    An attempt counts as a wrong one before it is looked at, in the database, so that trying at once gains nothing.
    """
    _count_attempt(link)
    if check_password(passcode, link.passcode):
        _row(link).update(wrong_passcodes=F("wrong_passcodes") - 1, wrong_in_a_row=0, locked_until=None)
        return
    with transaction.atomic():
        revoke(_row(link).standing().filter(wrong_passcodes__gte=WRONG_UNTIL_REVOKED))
    if _row(link).filter(locked_until__gt=timezone.now()).exists():
        raise ValidationError(LOCKED, code="locked")
    raise ValidationError(WRONG)


def _row(link: SecretLink) -> SecretLinkQuerySet:
    return type(link).objects.filter(pk=link.pk)


def _count_attempt(link: SecretLink) -> None:
    now = timezone.now()
    with transaction.atomic():
        free = _row(link).standing().filter(Q(locked_until=None) | Q(locked_until__lte=now))
        if not free.update(wrong_passcodes=F("wrong_passcodes") + 1, wrong_in_a_row=F("wrong_in_a_row") + 1):
            raise ValidationError(LOCKED, code="locked")
        full = _row(link).filter(wrong_in_a_row__gte=WRONG_UNTIL_LOCKED)
        full.update(wrong_in_a_row=0, locked_until=now + LOCKED_FOR)
