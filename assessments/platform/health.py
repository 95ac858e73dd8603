"""The health check: what of this site works, in plain text, for whoever watches over it.

It is asked before anything else, so that it answers while the database is away, whoever signed in and whatever the name
of the host was.
"""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from assessments.platform import heartbeats
from assessments.platform.storage import free_bytes

log = logging.getLogger(__name__)

OK = "ok"
_is_migrated = False  # once it is, it stays so for as long as this process runs its code


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.checks = {reverse("health"): ALL, reverse("health_web"): WEB}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        checks = self.checks.get(request.path_info)
        return self.get_response(request) if checks is None else _answer(request, checks)


def health(request: HttpRequest) -> HttpResponse:
    """Everything: for monitoring. 503 if anything is wrong."""
    return _answer(request, ALL)


def health_web(request: HttpRequest) -> HttpResponse:
    """What this process needs to show pages: for a load balancer, which takes it out for that alone."""
    return _answer(request, WEB)


def _answer(request: HttpRequest, checks: dict[str, Callable[[], str]]) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"], headers={"Cache-Control": "no-store"})
    found = dict(_run(checks))
    is_well = all(state == OK for state in found.values())
    text = "".join(f"{name}: {state}\n" for name, state in found.items())
    response = HttpResponse(text, status=200 if is_well else 503, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return f"{len(missing)} not applied: run manage.py migrate"
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
    free = free_bytes(Path(settings.MEDIA_ROOT))
    enough = free >= settings.DISK_RESERVE_BYTES
    return OK if enough else f"{free // 1024**2} MB free: no file is taken any more"


WEB = {"database": _database, "migrations": _migrations}
ALL = {
    **WEB,
    "worker": _process(heartbeats.WORKER),
    "clock": _process(heartbeats.CLOCK),
    "broker": _broker,
    "cache": _cache,
    "disk": _disk,
}
IN_DATABASE = ("migrations", "worker", "clock")
