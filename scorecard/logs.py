"""Keeps out of the logs what opens a page by itself, and says in them where a request came from.

A line is text for people, or with `LOG_FORMAT=json` one JSON object for what collects lines.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from assessments.platform import request_ids

# Addresses that let in whoever has them: a vendor's link, a report's, an invitation, a calendar, the links to stop
# mails, to confirm an email, to choose a password. Nothing else there is as long; a mistyped one is not far from
# the right one.
TOKEN = re.compile(
    r"""((?:/|%2F)(?:v|s|invitations|calendar|reminders/stop|accounts/mails/stop|accounts/email|accounts/password/reset/key)(?:/|%2F))"""
    r"""(?:(?!%2F)[^/\s?&"']){20,}""",
    re.I,
)
# What a provider sends back after single sign-on, and what a program put there though it belongs in a header.
CODE = re.compile(r"""([?&](?:code|state|(?:access_|api_)?token|api_?key|key|authorization)=)[^&\s"']{8,}""", re.I)
# A token of the API, wherever it stands.
API_TOKEN = re.compile(r"\b(sct|fig)_[A-Za-z0-9_-]{16,}")


def without_tokens(text: str) -> str:
    return API_TOKEN.sub(r"\1_…", CODE.sub(r"\1…", TOKEN.sub(r"\1…", text)))


class WithoutTokens(logging.Filter):
    """For a handler: whatever is logged, the tokens in it are not."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = without_tokens(message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


class JsonLines(logging.Formatter):
    """A record as one line: when, how bad, from where, which request or task, what, and where it failed."""

    def format(self, record: logging.LogRecord) -> str:
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_ids.request_id.get(),
            "task": request_ids.task_id.get(),
            "message": record.getMessage(),
            "exception": self.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else "",
            **getattr(record, "fields", {}),
        }
        told = {name: value for name, value in found.items() if value not in ("", None)}
        return without_tokens(json.dumps(told, ensure_ascii=False, default=str))


def client_address(environ: dict[str, Any]) -> str:
    """Who asks, as the outermost proxy that is trusted says; empty if none is or none has said."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [entry.strip() for entry in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return forwarded[-proxies] if 0 < proxies <= len(forwarded) else ""


class AccessLogger(Logger):
    """The server's log: of requests, in which a token would stand as address and as referrer, and of its own start.

    Reading the settings sets the time zone of the process, so that all its lines are in one; nonsense stops it here.
    """

    def __init__(self, cfg: Any) -> None:
        self.zone = settings.TIME_ZONE
        super().__init__(cfg)

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if settings.LOG_FORMAT == "json":
            for handler in (*self.error_log.handlers, *self.access_log.handlers):
                handler.setFormatter(JsonLines())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if settings.LOG_FORMAT != "json":
            super().access(resp, req, environ, request_time)
        elif self.cfg.accesslog:
            atoms = self.atoms(resp, req, environ, request_time)
            fields = {
                "address": atoms["h"],
                "method": atoms["m"],
                # Without what follows the question mark, which may name people.
                "path": (atoms["U"] or atoms["r"].split(" ")[1]).partition("?")[0],
                "status": int(atoms["s"]),
                "bytes": atoms["B"],
                "seconds": round(request_time.total_seconds(), 3),
                "request": dict(resp.headers).get(request_ids.HEADER, ""),
            }
            self.access_log.info("request", extra={"fields": fields})

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = super().atoms(*args, **kwargs)
        environ = args[2] if len(args) > 2 else kwargs["environ"]
        found["h"] = client_address(environ) or found["h"]
        return {name: without_tokens(value) if isinstance(value, str) else value for name, value in found.items()}
