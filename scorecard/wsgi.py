"""The WSGI entry point for gunicorn."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from assessments.platform.watching.counting import count_together

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard.settings")


def below(prefix: str, site: WSGIHandler) -> Callable[..., Iterable[bytes]]:
    """The site below a path of another one, whether the proxy hands the path on whole or without it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            path = path.removeprefix(prefix) or "/"
        return site(environ | {"SCRIPT_NAME": prefix, "PATH_INFO": path}, start_response)

    return answer


# gunicorn starts a process that has ended again and again, unless it ends with this: a start that cannot succeed stops.
CANNOT_START = 3

count_together()
try:
    site = get_wsgi_application()
    application = below(settings.PATH_PREFIX, site) if settings.PATH_PREFIX else site
except SystemExit as refused:
    print(refused.code, file=sys.stderr, flush=True)
    sys.exit(CANNOT_START)
