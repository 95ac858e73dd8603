"""What an operator can mend: each part of the site looked at, and what to do about what is not as it should be."""

import ctypes.util
import platform
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection
from django.utils import timezone

from assessments.platform import health
from assessments.platform.health import OFF, OK
from assessments.platform.storage import free_bytes
from assessments.platform.watching import schema

SKEW_SECONDS = 2
LITTLE_ROOM = 1024**3  # bytes
CATALOGS = settings.BASE_DIR / "assessments" / "locale"
LANGUAGES = {"ar": "Arabic", "he": "Hebrew", "hi": "Devanagari", "th": "Thai", "zh-cn": "Chinese", "ja": "Japanese"}
LATER = "The database was migrated by a later version ({}): install that version, or put a backup from before it back."
WORKER = "Start it: celery -A scorecard worker. Without it no report is made and no mail with one is sent."
CLOCK = "Start it: celery -A scorecard beat, or --beat on one worker. Without it no reminder goes out."


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what is wrong with it (empty if nothing) and what mends it."""

    name: str
    problem: str = ""
    remedy: str = ""
    note: str = ""  # what was found where all is well


def examine() -> Iterator[Finding]:
    for name, look in LOOKS.items():
        try:
            yield from look(name)
        except DatabaseError as error:
            yield Finding(name, f"cannot be asked: {str(error).strip().splitlines()[0]}", "See the database first.")
        except OSError as error:
            yield Finding(name, f"cannot be read: {error}", "See that the site's own account may read it.")


def _version(name: str) -> Iterator[Finding]:
    yield Finding(name, note=f"{settings.VERSION}, on Python {platform.python_version()}")


def _database(name: str) -> Iterator[Finding]:
    state = health.run(health.WEB)["database"]
    if state != OK:
        yield Finding(name, state, "Start it, and see that DATABASE_URL names it and its log lets this machine in.")
        return
    version = ".".join(map(str, connection.get_database_version()))
    yield Finding(name, note=f"{connection.display_name} {version}")


def _tables(name: str) -> Iterator[Finding]:
    """Whether the tables are those of this code, neither older nor newer."""
    if later := schema.later(connection):
        yield Finding(name, f"{later[-1]} is not of this version", LATER.format(later[-1]))
    missing = schema.missing(connection)
    yield Finding(name, f"{missing} migrations are missing" if missing else "", "Run: python manage.py migrate")


def _clock_skew(name: str) -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    skew = abs((there - before).total_seconds())
    problem = (
        f"the clock of the database is {skew:.0f} seconds off from that of this machine" if skew > SKEW_SECONDS else ""
    )
    yield Finding(name, problem, "Let both set their clocks by the network: timedatectl set-ntp true")


def _time_zone(name: str) -> Iterator[Finding]:
    here = timezone.localtime()
    yield Finding(name, note=f"{settings.TIME_ZONE}, where it is {here:%H:%M} now")


def _disk(name: str) -> Iterator[Finding]:
    for folder in dict.fromkeys([Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)]):
        free = free_bytes(folder)
        problem = f"{free // 1024**2} MB are free where {folder} is" if free < LITTLE_ROOM else ""
        yield Finding(name, problem, "Make room: at 50 MB no file is taken any more.", f"{free // 1024**3} GB free")
        return


def _permissions(name: str) -> Iterator[Finding]:
    state = health.run(health.READY)["storage"]
    if state != OK:
        remedy = f"Give {settings.MEDIA_ROOT} to the account that runs the site."
        if settings.FILES_URL:
            remedy = "Look at FILES_ENDPOINT and the keys: they need to list, read, write and delete in that bucket."
        yield Finding(name, state, remedy)
    private = {Path(settings.DATA_DIR): "700", Path(settings.DATA_DIR) / "secret_key": "600"}
    for path, mode in {**private, Path(settings.BASE_DIR) / ".env": "600"}.items():
        if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield Finding(name, f"everybody on this machine can read {path}", f"Run: chmod {mode} {path}")


def _state(check: str, remedy: str) -> Callable[[str], Iterator[Finding]]:
    def look(name: str) -> Iterator[Finding]:
        state = health.run({check: ALL_CHECKS[check]})[check]
        yield Finding(name, "" if state in (OK, OFF) else state, remedy, "" if state == OK else state)

    return look


def _mail(name: str) -> Iterator[Finding]:
    state = health.run({"mail": health.READY["mail"]})["mail"]
    if state == OFF:
        yield Finding(name, "mail is only printed in the log", "Set EMAIL_URL, or nobody can choose a new password.")
        return
    yield Finding(name, "" if state == OK else state, "See that EMAIL_URL is right, and try --mail you@example.com.")


def _static(name: str) -> Iterator[Finding]:
    missing = (
        "" if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists() else f"none are in {settings.STATIC_ROOT}"
    )
    yield Finding(name, missing, "Run: python manage.py collectstatic --noinput -i datasets -i templates")


def _texts(name: str) -> Iterator[Finding]:
    languages = [(code, spoken) for code, spoken in settings.LANGUAGES if code != "en"]
    missing = [spoken for code, spoken in languages if not (CATALOGS / code / "LC_MESSAGES" / "django.mo").exists()]
    compiled = f"pages in {', '.join(missing)} are in English" if missing else ""
    yield Finding(name, compiled, "Run: python manage.py catalogs compile")


def _pdf(name: str) -> Iterator[Finding]:
    """What WeasyPrint needs of the machine: Pango, and a font for every script."""
    remedy = "Run: sh requirements/system.sh pdf"
    missing = [library for library in ("pango-1.0", "pangoft2-1.0") if not ctypes.util.find_library(library)]
    yield Finding(name, f"the library {missing[0]} is missing: no PDF can be made" if missing else "", remedy)
    if not shutil.which("fc-list"):
        yield Finding(name, "fontconfig is missing: which fonts there are is not known", remedy)
        return
    if not (_has_font("P052") or _has_font("Liberation Serif")):
        yield Finding(name, "neither P052 nor Liberation Serif is there: pages look otherwise than meant", remedy)
    without = [script for language, script in LANGUAGES.items() if not _has_font(f":lang={language}")]
    if without:
        yield Finding(name, f"no font has {', '.join(without)}: such letters are blank in reports", remedy)


def _has_font(pattern: str) -> bool:
    listed = subprocess.run(["fc-list", pattern, "family"], capture_output=True, timeout=20, check=False)  # noqa: S603, S607
    return bool(listed.stdout.strip())


def _settings(name: str) -> Iterator[Finding]:
    """Django's own checks for a site that is reached over a network."""
    found: list[Any] = run_checks(include_deployment_checks=settings.HTTPS)
    wrong = [message for message in found if message.level >= WARNING and not message.is_silenced()]
    for message in wrong:
        yield Finding(name, f"{message.id}: {message.msg}", message.hint or "")
    if settings.DEBUG:
        yield Finding(name, "DEBUG shows strangers what is inside", "Take DEBUG out of the environment.")
    if settings.HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield Finding(
            name,
            "HTTPS is set and TRUSTED_PROXY_COUNT is not: pages lead to themselves behind a proxy",
            "Set TRUSTED_PROXY_COUNT to the number of proxies in front, mostly 1.",
        )
    team = not settings.DATABASE_URL.startswith("sqlite")
    if team and not settings.HTTPS:
        yield Finding(name, "passwords travel in clear", "Put a proxy with a certificate in front and set HTTPS=true.")
    if not wrong:
        yield Finding(name)


ALL_CHECKS = {**health.ALL, **health.READY}
LOOKS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "version": _version,
    "database": _database,
    "tables": _tables,
    "clock skew": _clock_skew,
    "time zone": _time_zone,
    "disk": _disk,
    "permissions": _permissions,
    "broker": _state("broker", "Start Redis, and see that REDIS_URL names it. Reports wait meanwhile."),
    "cache": _state("cache", "Start Redis, and see that its user may use every command it needs."),
    "worker": _state("worker", WORKER),
    "clock": _state("clock", CLOCK),
    "mail": _mail,
    "static files": _static,
    "texts": _texts,
    "reports": _pdf,
    "settings": _settings,
}
