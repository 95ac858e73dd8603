"""What is encrypted before it is stored: the secrets of second factors, the tokens that live sources ask for, mail that
waits.

The first key of `ENCRYPTION_KEYS` encrypts and all of them decrypt: a key is changed by putting a new one in front.
"""

import base64
import hashlib
import logging
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import get_random_string

log = logging.getLogger(__name__)

MARK = "fernet:"
PURPOSE = b"second factors at rest"
SECRETS = ("secret", "seed")  # where allauth keeps them in an authenticator's data
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def encrypt(text: str) -> str:
    return MARK + _keys().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """The text, also of a row from before there was encryption.

    What no key opens becomes a secret that nobody knows: no code fits it, and the account's page still opens.
    """
    if not stored.startswith(MARK):
        return stored
    try:
        return _keys().decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        log.error("A stored secret cannot be read: SECRET_KEY or ENCRYPTION_KEYS lacks the key it was stored with.")
        return get_random_string(32, BASE32)


def encrypt_second_factors(authenticators: Any) -> list[str]:
    """Store every secret with the first key, whatever it is stored with; returns them as they are stored now."""
    stored: list[str] = []
    for row in authenticators.objects.exclude(type="webauthn").order_by("pk"):
        held = {name: _again(row.data[name]) for name in SECRETS if row.data.get(name)}
        codes = [_again(code) for code in row.data.get("migrated_codes") or []]
        if not held and not codes:
            continue
        row.data |= held
        if codes:
            row.data["migrated_codes"] = codes
        row.save(update_fields=["data"])
        stored += [*held.values(), *codes]
    return stored


def encrypt_again(stored: str) -> str:
    """The same secret by the first key, of whatever is kept here beside second factors."""
    return _again(stored)


def is_readable(stored: str) -> bool:
    """Whether one of the keys opens it."""
    try:
        _keys().decrypt(stored.removeprefix(MARK).encode())
    except InvalidToken:
        return False
    return True


def fingerprints() -> list[str]:
    """Of each key of `ENCRYPTION_KEYS`, which tells keys apart and gives none away."""
    return [
        hashlib.blake2b(_key(text), digest_size=4, key=b"fingerprint").hexdigest() for text in settings.ENCRYPTION_KEYS
    ]


def _again(stored: str) -> str:
    """The same secret by the first key; one that no key opens stays as it is, for the day its key comes back."""
    if not stored.startswith(MARK):
        return encrypt(stored)
    try:
        return MARK + _keys().rotate(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        return stored


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_key(text)) for text in settings.ENCRYPTION_KEYS])


def _key(text: str) -> bytes:
    """A key of the form Fernet takes, out of a random text; the purpose keeps it apart from other uses of that text."""
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=32, key=PURPOSE).digest())
