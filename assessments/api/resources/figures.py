"""Measured figures: a program sends one, and reads the history back."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from assessments.api import door, pages
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.figures.incoming import pushes
from assessments.figures.models import MeasuredFigure
from assessments.organizations.models import Role

router = Router(tags=["Figures"])
PATH = "/organizations/{slug:slug}/figures"


class FigureIn(Schema):
    """One figure. What `name`, `statistic` and `unit` may be, the guide to figures says."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(examples=["latency"])]
    statistic: Annotated[str, Field(examples=["p95"])]
    value: Annotated[int | Decimal | str, Field(description="Exact: a number, or a number as a text.")]
    unit: Annotated[str, Field(examples=["ms"])] = ""
    on: Annotated[str, Field(examples=["2026-11-28"], description="The day it was measured, as 2026-11-28.")]
    count: Annotated[int | None, Field(strict=True, description="How many were measured.")] = None
    about: Annotated[str, Field(max_length=200)] = ""
    service: Annotated[str, Field(max_length=120)] = ""
    environment: str = ""
    tool: Annotated[str, Field(max_length=80)] = ""
    version: Annotated[str, Field(max_length=80)] = ""


class FigureOut(Schema):
    """A figure of the history. `value` is exact; `how` says how it came: sent, live, or out of a file."""

    id: int
    name: str
    statistic: str
    title: str
    value: str
    unit: str
    on: date
    service: str
    how: str
    tool: str


class Narrowed(Listed):
    """Which figures."""

    name: Annotated[str, Field(max_length=40)] = ""
    statistic: Annotated[str, Field(max_length=10)] = ""
    service: Annotated[str, Field(max_length=120)] = ""


@router.post(PATH, auth=door.sending(Role.EDITOR), response={201: FigureOut})
def figure_create(request: ApiRequest, slug: str, sent: FigureIn) -> object:
    """Keep one figure in the history. Sent again it is there once. It proves nothing until somebody takes it."""
    given = sent.model_dump(exclude_unset=True)
    return Status(201, _out(pushes.keep_figure(request.organization, request.token, given)))


@router.get(PATH, auth=door.reading(Role.VIEWER), response=pages.Page[FigureOut])
def figure_list(request: ApiRequest, slug: str, asked: Query[Narrowed]) -> object:
    """The history of figures, what came last first."""
    wanted = asked.model_dump(exclude={"limit", "after"}).items()
    rows = request.organization.measured_figures.filter(**{name: value for name, value in wanted if value})
    found, following = pages.newest(rows, after=asked.after, limit=asked.limit)
    return {"items": [_out(figure) for figure in found], "next": following}


def _out(figure: MeasuredFigure) -> dict[str, Any]:
    return {
        "id": figure.pk,
        "name": figure.name,
        "statistic": figure.statistic,
        "title": figure.title,
        "value": f"{figure.value.normalize():f}",
        "unit": figure.unit,
        "on": figure.on,
        "service": figure.service,
        "how": str(figure.provenance.get("how", "file")),
        "tool": str(figure.provenance.get("tool", "")),
    }
