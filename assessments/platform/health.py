"""The health check: what of this site works, in plain text, for whoever watches over it.

It is asked before anything else, so that it answers while the database is away, whoever signed in and whatever the name
of the host was.
"""

import logging
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from assessments.platform import heartbeats
from assessments.platform.storage import free_bytes
from assessments.platform.watching import answers, schema
from assessments.platform.watching.metrics import health_metrics

log = logging.getLogger(__name__)

OK, OFF = "ok", "off"
MAIL_EVERY = 60.0  # seconds: whoever asks more often gets what was found then
_is_migrated = False  # once it is, it stays so for as long as this process runs its code


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        views = {"health": health, "health_web": health_web, "health_live": health_live, "health_ready": health_ready}
        views["health_metrics"] = health_metrics
        self.views = {reverse(name): view for name, view in views.items()}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.views.get(request.path, self.get_response)(request)


def health(request: HttpRequest) -> HttpResponse:
    """Everything: for monitoring. 503 if anything is wrong."""
    return _answer(request, ALL)


def health_web(request: HttpRequest) -> HttpResponse:
    """What this process needs to show pages: for a load balancer, which takes it out for that alone."""
    return _answer(request, WEB)


def health_live(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; whatever else is away."""
    return _answer_in_brief(request, {"process": lambda: OK})


def health_ready(request: HttpRequest) -> HttpResponse:
    """Everything that the site needs to do all it does, each in one word, as text, JSON or OpenMetrics."""
    return _answer_in_brief(request, READY)


def _answer_in_brief(request: HttpRequest, checks: dict[str, Callable[[], str]]) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"], headers={"Cache-Control": "no-store"})
    return answers.answer(request, {name: _in_brief(state) for name, state in run(checks).items()})


def _in_brief(state: str) -> str:
    """What a stranger may know: neither sizes nor times nor what to do."""
    return state if state in (OK, OFF) else answers.NOT_OK


def _answer(request: HttpRequest, checks: dict[str, Callable[[], str]]) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"], headers={"Cache-Control": "no-store"})
    found = run(checks)
    is_well = all(state == OK for state in found.values())
    text = "".join(f"{name}: {state}\n" for name, state in found.items())
    response = HttpResponse(text, status=200 if is_well else 503, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def run(checks: dict[str, Callable[[], str]]) -> dict[str, str]:
    """What each check found, in words for the operator: "ok", "off" for what is not set up, or what is wrong."""
    return dict(_run(checks))


def _run(checks: dict[str, Callable[[], str]]) -> Iterator[tuple[str, str]]:
    """Each check with what it found. What depends on the database is not asked once that has not answered."""
    is_away = False
    for name, check in checks.items():
        try:
            yield name, "unknown, as the database does not answer" if is_away and name in IN_DATABASE else check()
        except DatabaseError as error:
            is_away = True
            log.error("Health: %s: %s", name, error)
            yield name, "does not answer"
        except Exception as error:
            log.error("Health: %s: %s", name, error)
            yield name, "does not answer"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return OK


def _migrations() -> str:
    global _is_migrated
    if not _is_migrated:
        if missing := schema.missing(connection):
            return f"{missing} not applied: run manage.py migrate"
        if schema.later(connection):
            return "of a later version than this code"
        _is_migrated = True
    return OK


def _process(name: str) -> Callable[[], str]:
    def check() -> str:
        heard = heartbeats.silence(name)
        if heard is None:
            return "never seen"
        return OK if heard < heartbeats.SILENT_AFTER else f"not seen for {heard.total_seconds():.0f} seconds"

    return check


def _broker() -> str:
    if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in"):
        return OK if os.access(folder, os.W_OK | os.X_OK) else "its folder cannot be written"
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
    return OK


def _cache() -> str:
    cache = caches["default"]
    cache.set("health", OK, 10)
    is_away = getattr(cache, "is_away", False)
    return "does not answer: each process counts rate limits for itself" if is_away else OK


def _disk() -> str:
    """The room of files, where they lie on a disk of this host."""
    if settings.FILES_URL:
        return OFF
    free = free_bytes(Path(settings.MEDIA_ROOT))
    enough = free >= settings.DISK_RESERVE_BYTES
    return OK if enough else f"{free // 1024**2} MB free: no file is taken any more"


def _storage() -> str:
    """Whether a file can be stored: one is, and taken away again."""
    if settings.FILES_URL:
        return _bucket()
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".health-") as file:
            file.write(b"ok")
            file.flush()
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}"
    return OK


def _bucket() -> str:
    try:
        name = default_storage.save("health/tried", ContentFile(b"ok"))
        default_storage.delete(name)
    except OSError as error:
        log.error("Health: storage: %s", error)
        return f"{settings.FILES_URL} cannot be written: {error.strerror}"
    return OK


_mail_found = ("", float("-inf"))


def _mail() -> str:
    """Whether the mail server of `EMAIL_URL` takes connections, asked once a minute."""
    global _mail_found
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return OFF
    state, asked_at = _mail_found
    if time.monotonic() - asked_at > MAIL_EVERY:
        try:
            socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=2).close()
            state = OK
        except OSError as error:
            state = f"{settings.EMAIL_HOST} does not answer: {error.strerror or error}"
            log.error("Health: mail: %s", state)
        _mail_found = state, time.monotonic()
    return state


WEB = {"database": _database, "migrations": _migrations}
ALL = {
    **WEB,
    "worker": _process(heartbeats.WORKER),
    "clock": _process(heartbeats.CLOCK),
    "broker": _broker,
    "cache": _cache,
    "disk": _disk,
}
READY = {
    **WEB,
    "broker": _broker,
    "storage": _storage,
    "worker": ALL["worker"],
    "clock": ALL["clock"],
    "mail": _mail,
    "disk": _disk,
}
IN_DATABASE = ("migrations", "worker", "clock")
