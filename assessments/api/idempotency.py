"""A POST that is sent again with its key is done once: whoever sends it again gets the same answer, for a day.

The row of a key is written in the transaction of what is done. A second request that comes meanwhile waits for that;
where nothing was done, there is no row either, and the next one tries.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from assessments.api.models import KeptAnswer
from assessments.api.problems import ProblemError
from assessments.organizations.tokens.models import AccessToken

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(days=1)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
HEADERS = ("ETag", "Location")
BAD_KEY = f"{HEADER} has 1 to 200 plain characters, without spaces: a UUID is good."
ANOTHER = f"This {HEADER} was used for another request within a day. Take a new key for each thing to be done."


class AnsweredError(Exception):
    """The request was answered before. `answer` is that answer."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a key, within the transaction of what is done."""

    row: KeptAnswer

    def keep(self, response: HttpResponse) -> None:
        self.row.status, self.row.body = response.status_code, response.content.decode()
        self.row.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
        self.row.save(update_fields=["status", "headers", "body"])


def claim(request: HttpRequest, token: AccessToken) -> Claim | None:
    """The right to answer a request by its key; None where it has none. AnsweredError where it was answered."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise ProblemError(400, BAD_KEY)
    about = {"token": token, "key_sha256": _sha256(key.encode())}
    KeptAnswer.objects.filter(**about, created_at__lt=timezone.now() - KEPT).delete()
    sent = _sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body)
    try:
        with transaction.atomic():
            row = KeptAnswer.objects.create(**about, request_sha256=sent, created_at=timezone.now())
    except IntegrityError:
        row = KeptAnswer.objects.get(**about)
        if row.request_sha256 != sent:
            raise ProblemError(422, ANOTHER) from None
        raise AnsweredError(_again(row)) from None
    return Claim(row)


def _again(row: KeptAnswer) -> HttpResponse:
    return HttpResponse(
        row.body,
        status=row.status,
        content_type="application/json; charset=utf-8",
        headers=row.headers | {REPLAYED: "true"},
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sweep() -> int:
    """Forget what is older than a day; returns how many rows went."""
    return KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
