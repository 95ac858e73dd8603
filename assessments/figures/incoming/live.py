"""Live sources: what a server measures now, read by the readers, and kept in the history once a day and query."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.figures import records
from assessments.figures.incoming import connecting
from assessments.figures.models import FigureSource, MeasuredFigure
from assessments.figures.records import Found
from assessments.organizations.models import Organization
from assessments.platform.encryption import decrypt, encrypt, encrypt_again
from assessments.readers import read_file

MOST_QUERIES, QUERY_LENGTH = 6, 500
EVERY = timedelta(minutes=50)
# What a team that serves by vLLM on GPUs can be asked for; every line can be changed.
QUERIES = (
    "histogram_quantile(0.95, sum by (le) (rate(vllm:e2e_request_latency_seconds_bucket[1h])))",
    "histogram_quantile(0.99, sum by (le) (rate(vllm:e2e_request_latency_seconds_bucket[1h])))",
    "histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[1h])))",
    "DCGM_FI_DEV_GPU_UTIL",
    "DCGM_FI_DEV_POWER_USAGE",
)


@dataclass(frozen=True, slots=True)
class QueryReading:
    """What one query gives now: its figures with their warnings, or why there is none."""

    query: str
    figures: tuple[Found, ...]
    warnings: Sequence[str]
    refusals: Sequence[str]
    reading: dict[str, Any]


def is_on() -> bool:
    """Whether the operator allows any server to be read."""
    return bool(settings.FIGURE_SOURCES_ALLOWED)


def clean_queries(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValidationError(_("Give at least one query."))
    if len(lines) > MOST_QUERIES:
        raise ValidationError(_("At most {most} queries are read.").format(most=MOST_QUERIES))
    if any(len(line) > QUERY_LENGTH or not line.isprintable() for line in lines):
        raise ValidationError(_("A query has at most {most} characters, on one line.").format(most=QUERY_LENGTH))
    return "\n".join(lines)


def save_source(
    organization: Organization, *, address: str, queries: str, service: str, token: str | None, actor: User
) -> FigureSource:
    """Read this server from now on. A `token` of None leaves the one there is, an empty one takes it away."""
    values = {"address": address, "queries": queries, "service": service, "problem": "", "read_at": None}
    if token is not None:
        values["token"] = encrypt(token) if token else ""
    source = FigureSource.objects.update_or_create(
        organization=organization, defaults=values, create_defaults=values | {"created_by": actor}
    )[0]
    _record(organization, address, "Read every hour", actor)
    return source


def end_source(organization: Organization, *, actor: User) -> bool:
    source = FigureSource.objects.filter(organization=organization).first()
    if source is None:
        return False
    source.delete()
    _record(organization, source.address, "No longer read", actor)
    return True


def _record(organization: Organization, address: str, new: str, actor: User) -> None:
    subject = f"Live source: {address}"
    trail.record(Action.ORGANIZATION_CHANGED, organization=organization, subject=subject, new=new, actor=actor)


def encrypt_tokens() -> list[str]:
    """Store the token of every source with the first key; returns them as they are stored now."""
    sources = list(FigureSource.objects.exclude(token=""))
    for source in sources:
        source.token = encrypt_again(source.token)
        FigureSource.objects.filter(pk=source.pk).update(token=source.token)
    return [source.token for source in sources]


def ask(address: str, queries: str, *, token: str) -> list[QueryReading]:
    """Ask a server every query; ValidationError where it cannot be asked at all."""
    readings = []
    for query in queries.splitlines():
        answer = connecting.get(address, "/api/v1/query", [("query", query)], token=token)
        # As the readers know it from a terminal: the query above its answer.
        data = f"{query}\n".encode() + answer
        reading = records.stored(read_file(io.BytesIO(data), len(data), name="The answer"))
        found = tuple(each for each in records.figures(reading) if each.kept and each.suit.deciders)
        readings.append(QueryReading(query, found, reading["warnings"], reading["refusals"], reading))
    return readings


def read_source(source: FigureSource) -> int:
    """Read a source into the history, one figure a day and query; returns how many. Never raises for what is there."""
    try:
        readings = ask(source.address, source.queries, token=decrypt(source.token) if source.token else "")
    except ValidationError as refused:
        FigureSource.objects.filter(pk=source.pk).update(problem=refused.messages[0])
        return 0
    kept = [_keep(source, reading, found) for reading in readings for found in reading.figures]
    said = next((refusal for reading in readings for refusal in reading.refusals), _("Test them here."))
    none = _("The server answers, and none of the queries gives a figure.")
    problem = "" if kept else f"{none} {said}"
    FigureSource.objects.filter(pk=source.pk).update(problem=problem)
    return len(kept)


def _keep(source: FigureSource, reading: QueryReading, found: Found) -> MeasuredFigure:
    value, unit = found.kept or (found.value, found.unit)
    today = source.organization.today()
    key = f"live:{source.pk}:{reading.query}:{found.index}:{today}"
    named = {"name": found.name, "statistic": found.statistic, "value": f"{found.value:f}", "unit": found.unit}
    rests = {"count": found.count, "counted": found.counted, "about": found.about, "service": source.service}
    kept = {**named, **rests, **{each: reading.reading[each] for each in ("tool", "format", "scenario", "warnings")}}
    kept |= {"environment": "production", "how": "live", "place": reading.query, "measured": reading.reading["date"]}
    figure, _is_new = MeasuredFigure.objects.update_or_create(
        organization=source.organization,
        key=hashlib.sha256(key.encode()).hexdigest(),
        defaults={
            "name": found.name,
            "statistic": found.statistic,
            "kind": found.kind,
            "service": source.service,
            "title": found.title,
            "value": value,
            "unit": unit,
            "on": today,
            "provenance": {name: each for name, each in kept.items() if each not in (None, "", [])},
        },
    )
    return figure


def read_all() -> int:
    """Read every source that was not read within the hour; each is claimed first, so that nobody reads it twice."""
    if not is_on():
        return 0
    read = 0
    now = timezone.now()
    due = Q(read_at=None) | Q(read_at__lt=now - EVERY)
    for pk in list(FigureSource.objects.filter(due, organization__deleted_at=None).values_list("pk", flat=True)):
        if FigureSource.objects.filter(due, pk=pk).update(read_at=now):
            read_source(FigureSource.objects.select_related("organization").get(pk=pk))
            read += 1
    return read
