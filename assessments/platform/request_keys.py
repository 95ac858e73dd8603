"""Two equal requests of one form make one thing: the second is answered as the first was.

Every form carries a key (`templatetags/forms.py`). Who is first to insert the row of a key and of what was sent with it
does the work; an equal request (a second click on a slow line, a try after a lost answer) waits for its answer.
"""

import hashlib
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie

from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from assessments.platform import encryption

FIELD = "request_key"
NOT_SENT = (FIELD, "csrfmiddlewaretoken")  # differs between two clicks only where somebody signs in
KEPT = timedelta(minutes=15)  # how long an equal request is answered as the first was
LOST = timedelta(seconds=60)  # after this long without an answer, the first one's process is taken to be gone
WAIT, PAUSE = 20.0, 0.05  # seconds
HEADERS = ("Location", "HX-Redirect", "HX-Location")

_signer = Signer(salt="request keys")


class RequestKey(models.Model):
    """A form that was sent, by the hash of its key and of all that was sent. Swept once nobody sends it again."""

    digest = models.CharField(max_length=64, primary_key=True)
    claimed_at = models.DateTimeField(db_index=True)
    answer = models.TextField(blank=True)  # encrypted: cookies may be among it; empty until there is one

    def __str__(self) -> str:
        return self.digest[:12]


@dataclass(frozen=True, slots=True)
class Key:
    """What a form brings with it: for whom its page was made (nobody who was signed in, if none), and its text."""

    person: int | None
    text: str


def key_of(request: HttpRequest) -> str:
    """The key for the forms of the page that answers this request; one for all of them, as what they send differs."""
    if not hasattr(request, "_request_key"):
        person = getattr(request, "user", AnonymousUser()).pk or 0
        request._request_key = _signer.sign(f"{person}.{secrets.token_urlsafe(12)}")  # type: ignore[attr-defined]
    key: str = request._request_key  # type: ignore[attr-defined]
    return key


def read(text: str) -> Key | None:
    try:
        person = int(_signer.unsign(text).partition(".")[0])
    except (BadSignature, ValueError):
        return None
    return Key(person or None, text)


class Claim:
    """The right to answer a request and its equals."""

    def __init__(self, row: RequestKey) -> None:
        self.row = row

    def settle(self, request: HttpRequest, response: HttpResponse) -> None:
        """Keep the answer for equal requests, or let the next one try, where nothing was done or a file was handed out.

        A script's equal request only learns that its page is out of date, so no page is ever kept.
        """
        is_script = request.headers.get("HX-Request") == "true"
        if response.status_code >= 400 or (response.status_code < 300 and not is_script):
            self.give_up()
            return
        answer = {
            "status": response.status_code,
            "headers": {name: response[name] for name in HEADERS if response.has_header(name)},
            "cookies": [morsel.OutputString() for morsel in response.cookies.values()],
        }
        with suppress(DatabaseError):  # it is done, and its sender is told so
            RequestKey.objects.filter(pk=self.row.pk).update(answer=encryption.encrypt(json.dumps(answer)))

    def give_up(self) -> None:
        with suppress(DatabaseError):  # where it was the database that failed, the row is given up by its age
            RequestKey.objects.filter(pk=self.row.pk, answer="").delete()


def claim(request: HttpRequest, key: Key) -> Claim | HttpResponse | None:
    """The right to answer this request, the answer to its equal, or nothing if that is still being worked on."""
    digest, since = _digest(request, key), time.monotonic()
    while True:
        now = timezone.now()
        row, is_first = RequestKey.objects.get_or_create(digest=digest, defaults={"claimed_at": now})
        if is_first:
            return Claim(row)
        if row.answer and row.claimed_at > now - KEPT:
            return _again(row)
        if row.claimed_at <= now - (KEPT if row.answer else LOST):
            stale = RequestKey.objects.filter(digest=digest, claimed_at=row.claimed_at)
            if stale.update(claimed_at=now, answer=""):
                return Claim(row)
        elif time.monotonic() - since > WAIT:
            return None
        time.sleep(PAUSE)


def _again(row: RequestKey) -> HttpResponse:
    answer = json.loads(encryption.decrypt(row.answer))
    to = answer["headers"].pop("Location", None)
    response = HttpResponseRedirect(to) if to else HttpResponse(headers=answer["headers"] or {"HX-Refresh": "true"})
    response.status_code = answer["status"] if to or answer["headers"] else 204
    for text in answer["cookies"]:
        response.cookies.update(SimpleCookie(text))
    return response


def _digest(request: HttpRequest, key: Key) -> str:
    """Of all that was sent, and where: only an equal request counts as sent twice."""
    sent = [(name, values) for name, values in sorted(request.POST.lists()) if name not in NOT_SENT]
    files = [
        (name, [(file.name, file.size, _content(file)) for file in found]) for name, found in request.FILES.lists()
    ]
    text = json.dumps([key.text, request.get_full_path(), request.headers.get("HX-Request"), sent, sorted(files)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _content(file: object) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():  # type: ignore[attr-defined]
        found.update(chunk)
    file.seek(0)  # type: ignore[attr-defined]
    return found.hexdigest()


def sweep() -> int:
    """Forget what nobody sends again; returns how many rows went."""
    return RequestKey.objects.filter(claimed_at__lt=timezone.now() - KEPT).delete()[0]
