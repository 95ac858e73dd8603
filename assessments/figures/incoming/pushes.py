"""Figures that a program sends: by a token of the organization, one figure or the file of a tool, however often."""

import hashlib
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.figures import records, suits
from assessments.figures.models import MeasuredFigure
from assessments.figures.records import Found
from assessments.organizations.models import Organization
from assessments.organizations.tokens.models import AccessToken
from assessments.platform.names import clean_name
from assessments.readers import Figure, read_file
from assessments.saving.uploads import clean_filename
from assessments.scorecards.sources import ENVIRONMENTS

TELLING = ("p95", "p99", "mean", "total", "max")
NO_DATE = "The file does not say when: send the day of the measurement as “on”, such as 2026-11-28."
NO_FIGURE = "Nothing in this file can be taken."
FIELDS = ("name", "statistic", "value", "unit", "on", "count", "about", "service", "environment", "tool", "version")


def push_file(
    organization: Organization, token: AccessToken, data: bytes, *, filename: str, fields: Mapping[str, str]
) -> dict[str, Any]:
    """Keep what a file says in the history, and answer with it; the same file gives the same answer."""
    about = _about(fields)
    reading = records.stored(read_file(io.BytesIO(data), len(data), name=clean_filename(filename)), data)
    on = records.measured_on(reading, organization.zone, organization.today()) or about.pop("on", None)
    about.pop("on", None)
    said = {"warnings": reading["warnings"], "refusals": reading["refusals"], "missing": reading["missing"]}
    found = [
        each for each in records.figures(reading) if each.statistic in TELLING and each.kept and each.suit.deciders
    ]
    if not found:
        raise ValidationError(" ".join([NO_FIGURE, *reading["refusals"][:3]]))
    if on is None:
        raise ValidationError(NO_DATE)
    source = {name: reading[name] for name in ("tool", "version", "format", "scenario", "warnings")}
    source |= {"file": clean_filename(filename), "sha256": hashlib.sha256(data).hexdigest()}
    kept = [_keep(organization, token, each, on, source | about | {"place": each.where}) for each in found]
    return {"figures": [_answer(figure) for figure in kept], **said}


def push_figure(organization: Organization, token: AccessToken, body: bytes) -> dict[str, Any]:
    """Keep one figure, sent as JSON, in the history, and answer with it."""
    return {"figures": [_answer(keep_figure(organization, token, _read(body)))]}


def keep_figure(organization: Organization, token: AccessToken, sent: Mapping[str, Any]) -> MeasuredFigure:
    """Keep one figure in the history: some of `FIELDS`, a number as a number or a text. The same is there once."""
    about = _about({name: str(value) for name, value in sent.items()})
    on = about.pop("on", None)
    if on is None:
        raise ValidationError("Send the day of the measurement as “on”, such as 2026-11-28.")
    count = sent.get("count")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 10**12):
        raise ValidationError("Send “count” as a whole number.")
    try:
        value = Decimal(str(sent.get("value")))
        figure = Figure(str(sent.get("name")), str(sent.get("statistic")), value, str(sent.get("unit", "")), count)
    except (ArithmeticError, ValueError) as error:
        reason = str(error) if isinstance(error, ValueError) else "“value” is no number."
        raise ValidationError(f"This is no figure that can be kept: {reason}") from error
    said = clean_name(str(sent.get("about", "")))[:200]
    kind = suits.kind_of(figure.name, said, "")
    found = Found(0, figure.name, figure.statistic, value, figure.unit, count, said, kind, "requests")
    if found.kept is None:
        raise ValidationError("This number is too large to keep.")
    if value and not found.kept[0]:
        raise ValidationError("This number is too small to keep: eight decimals are kept.")
    source = {name: clean_name(str(sent[name]))[:80] for name in ("tool", "version") if sent.get(name)}
    written = json.dumps(sent, sort_keys=True, default=str)
    source |= about | {"sha256": hashlib.sha256(written.encode()).hexdigest()}
    return _keep(organization, token, found, on, source)


def _read(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise ValidationError("Send a file as the field “file”, or one figure as JSON.") from None
    if not isinstance(sent, dict) or not set(sent) <= set(FIELDS):
        raise ValidationError(f"A figure has these fields, and no others: {', '.join(FIELDS)}.")
    return sent


def _about(fields: Mapping[str, str]) -> dict[str, Any]:
    """What was sent about a figure, as far as it is given; ValidationError for what cannot be."""
    about: dict[str, Any] = {}
    if service := clean_name(fields.get("service", "")):
        about["service"] = service[:120]
    if environment := fields.get("environment", ""):
        if environment not in ENVIRONMENTS:
            raise ValidationError(f"“environment” is one of {', '.join(ENVIRONMENTS)}.")
        about["environment"] = environment
    if day := fields.get("on", ""):
        try:
            about["on"] = date.fromisoformat(day)
        except ValueError:
            raise ValidationError("Write “on” as 2026-11-28.") from None
        if not date(2000, 1, 1) <= about["on"] <= timezone.localdate():
            raise ValidationError("“on” is a day between 1 January 2000 and today.")
    return about


def _keep(
    organization: Organization, token: AccessToken, found: Found, on: date, source: Mapping[str, Any]
) -> MeasuredFigure:
    value, unit = found.kept or (found.value, found.unit)
    service = str(source.get("service", ""))
    key = f"{source['sha256']}:{found.index}:{on}:{service}"
    named = {"name": found.name, "statistic": found.statistic, "value": f"{found.value:f}", "unit": found.unit}
    rests = {"count": found.count, "counted": found.counted, "about": found.about, "period": found.period}
    provenance = {name: each for name, each in {**named, **rests, **source}.items() if each not in (None, "", [])}
    sent = MeasuredFigure(
        organization=organization,
        key=hashlib.sha256(key.encode()).hexdigest(),
        name=found.name,
        statistic=found.statistic,
        kind=found.kind,
        service=service,
        title=found.title,
        value=value,
        unit=unit,
        on=on,
        provenance=provenance | {"how": "sent"},
    )
    with transaction.atomic(savepoint=False):
        MeasuredFigure.objects.bulk_create([sent], ignore_conflicts=True)
        figure = MeasuredFigure.objects.get(organization=organization, key=sent.key)
        if figure.created_at == sent.created_at:  # else it was there
            subject = f"{found.title}: {found.shown}"
            who: dict[str, Any] = {"actor": token.actor} if token.actor else {"actor_name": token.actor_name}
            trail.record(Action.EVIDENCE_ADDED, organization=organization, subject=subject, **who)
    return figure


def _answer(figure: MeasuredFigure) -> dict[str, Any]:
    named = {"name": figure.name, "statistic": figure.statistic, "value": f"{figure.value.normalize():f}"}
    return {**named, "unit": figure.unit, "on": figure.on.isoformat(), "service": figure.service}
