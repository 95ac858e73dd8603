"""What the health checks found, in the format that is asked for: plain text, JSON or OpenMetrics."""

import json

from django.http import HttpRequest, HttpResponse

NOT_OK = "not ok"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
FORMATS = {"text": TEXT, "json": JSON, "openmetrics": OPENMETRICS}


def answer(request: HttpRequest, found: dict[str, str]) -> HttpResponse:
    """200 if nothing is "not ok", else 503; by `?format=`, else by what the request accepts, else as text.

    Metrics come with 200 in any case: a server that scrapes them throws away what comes with another status.
    """
    kind = FORMATS.get(request.GET.get("format", "")) or _accepted(request)
    is_well = NOT_OK not in found.values()
    status = 200 if is_well or kind == OPENMETRICS else 503
    response = HttpResponse(WRITERS[kind](found), status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _accepted(request: HttpRequest) -> str:
    accepted = request.headers.get("Accept", "")
    return OPENMETRICS if "openmetrics" in accepted else JSON if JSON in accepted else TEXT


def _text(found: dict[str, str]) -> str:
    return "".join(f"{name}: {state}\n" for name, state in found.items())


def _json(found: dict[str, str]) -> str:
    return json.dumps({"status": NOT_OK if NOT_OK in found.values() else "ok", "checks": found})


def _openmetrics(found: dict[str, str]) -> str:
    """One gauge; what is not set up has no sample."""
    lines = [
        f'scorecard_check_ok{{check="{name}"}} {int(state == "ok")}' for name, state in found.items() if state != "off"
    ]
    head = ("# TYPE scorecard_check_ok gauge", "# HELP scorecard_check_ok Whether this part of the site works.")
    return "\n".join([*head, *lines, "# EOF", ""])


WRITERS = {TEXT: _text, JSON: _json, OPENMETRICS: _openmetrics}
