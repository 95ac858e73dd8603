"""What an authenticator app does (RFC 6238), for tests that sign in with it."""

import base64
import hashlib
import hmac
import re
import struct
import time

from django.urls import reverse

from tests.factories import PASSWORD


def code_of(secret, periods_ahead=0):
    counter = int(time.time()) // 30 + periods_ahead
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def confirm(client, password=PASSWORD):
    """Give the password once more, as every change of how to sign in asks for it."""
    return client.post(reverse("account_reauthenticate"), {"password": password})


def add_app(client):
    """Set up an authenticator app for the signed-in person; returns its secret."""
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": user.email, "password": password}, **extra)
