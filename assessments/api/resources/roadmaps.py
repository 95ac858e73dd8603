"""Roadmaps: the plans, each whole with its items; an item is added, changed part by part, commented on."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from assessments.api import door, pages, versions
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.organizations.models import Role
from assessments.roadmaps import saving, services
from assessments.roadmaps.forms import RoadmapItemForm
from assessments.roadmaps.items import attachments
from assessments.roadmaps.models import Roadmap, RoadmapComment, RoadmapEvidence, RoadmapItem
from assessments.roadmaps.queries import get_item, list_members
from assessments.roadmaps.readings import ItemReading, PhaseReading, RoadmapReading, part_key, read_item, read_roadmap
from assessments.roadmaps.saving import Choices
from assessments.saving.parts import State

router = Router(tags=["Roadmaps"])
ALL = "/organizations/{slug:slug}/roadmaps"
ONE = ALL + "/{int:roadmap}"
ITEM = ONE + "/items/{int:item}"

Effort = Literal["", "S", "M", "L"]
Day = Annotated[str, Field(examples=["2026-11-28"])]
Owner = Annotated[
    str, Field(description="A member's name or email address, or the name of somebody without an account; empty: none.")
]


class RoadmapLine(Schema):
    """A plan in the list. `is_current` is the one that its page opens with: the one that starts last."""

    id: int
    scorecard: Annotated[int, Field(description="The signed-off assessment it starts from.")]
    framework: str
    starts_on: date
    is_current: bool
    created_at: datetime
    page: Annotated[str, Field(description="Its address for people.")]


class ItemVersions(Schema):
    """The version of each part that is changed by itself."""

    title: int
    owner: int
    due: int
    status: int


class ItemOut(Schema):
    """An item. `status` is todo, doing, done or dropped; `effort` S, M, L or empty; `earns` empty for all deciders."""

    id: int
    phase: Annotated[str, Field(description="The key of its phase.")]
    title: str
    detail: str
    deliverable: str
    done_when: str
    owner: str
    is_owner_member: bool
    due_on: date
    effort: str
    status: str
    dropped_reason: str
    done_on: date | None
    is_overdue: bool
    category: str
    target_level: int | None
    earns: Annotated[list[str], Field(description="Keys of the deciders that it is to show.")]
    created_at: datetime
    updated_at: datetime | None
    versions: ItemVersions
    page: Annotated[str, Field(description="Its address for people.")]


class PhaseOut(Schema):
    """A phase of a plan; `projected` is the proven score at its end if what is planned is done."""

    key: str
    name: str
    starts_on: date | None
    ends_on: date | None
    planned: int
    done: int
    overdue: int
    projected: int
    items: list[ItemOut]


class RoadmapOut(RoadmapLine):
    """A plan whole: its phases with their items as on the board."""

    phases: list[PhaseOut]


class CommentOut(Schema):
    id: int
    text: str
    at: datetime
    by: str


class ProofOut(Schema):
    """What proves that an item is done: a link, or a file by its name."""

    id: int
    title: str
    url: str
    filename: str
    at: datetime


class ItemWhole(ItemOut):
    """An item with what was said about it and what proves it."""

    comments: list[CommentOut]
    evidence: list[ProofOut]


class ItemIn(Schema):
    """A new item, at the end of its phase; due on that phase's last day unless said otherwise."""

    model_config = ConfigDict(extra="forbid")

    title: str
    phase: Annotated[str, Field(examples=["days-30"])]
    due_on: Day = ""
    owner: Owner = ""
    category: str = ""
    level: Annotated[int | None, Field(strict=True, description="What it raises its category to: 1 or 2.")] = None
    effort: Effort = ""
    detail: str = ""
    deliverable: str = ""
    done_when: str = ""


class TitleIn(Schema):
    model_config = ConfigDict(extra="forbid")
    title: str


class OwnerIn(Schema):
    model_config = ConfigDict(extra="forbid")
    owner: Owner


class DueIn(Schema):
    model_config = ConfigDict(extra="forbid")
    due_on: Day


class StatusIn(Schema):
    """A status; one who drops an item says why."""

    model_config = ConfigDict(extra="forbid")
    status: Literal["todo", "doing", "done", "dropped"]
    dropped_reason: str = ""


class CommentIn(Schema):
    model_config = ConfigDict(extra="forbid")
    text: str


class TitleSaved(Schema):
    title: str
    version: int


class OwnerSaved(Schema):
    owner: str
    is_owner_member: bool
    version: int


class DueSaved(Schema):
    due_on: date
    version: int


class StatusSaved(Schema):
    status: str
    dropped_reason: str
    done_on: date | None
    version: int


@router.get(ALL, auth=door.reading(Role.VIEWER), response=pages.Page[RoadmapLine])
def roadmap_list(request: ApiRequest, slug: str, listed: Query[Listed]) -> object:
    """The plans of an organization, what was begun last first."""
    rows, following = pages.newest(request.organization.roadmaps.all(), after=listed.after, limit=listed.limit)
    current = _current(request)
    return {"items": [_line(request, roadmap, current) for roadmap in rows], "next": following}


@router.get(ALL + "/current", auth=door.reading(Role.VIEWER), response=RoadmapOut)
def roadmap_current(request: ApiRequest, slug: str) -> object:
    """The current plan with its items; 404 while there is none."""
    current = _current(request)
    if current is None:
        raise Http404
    return _whole(request, _roadmap(request, current), current)


@router.get(ONE, auth=door.reading(Role.VIEWER), response=RoadmapOut)
def roadmap_detail(request: ApiRequest, slug: str, roadmap: int) -> object:
    """One plan with its items."""
    return _whole(request, _roadmap(request, roadmap), _current(request))


def _current(request: ApiRequest) -> int | None:
    return request.organization.roadmaps.newest_first().values_list("pk", flat=True).first()


def _roadmap(request: ApiRequest, pk: int) -> Roadmap:
    found = request.organization.roadmaps.select_related("scorecard").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.organization = request.organization
    return found


def _line(request: ApiRequest, roadmap: Roadmap, current: int | None) -> dict[str, object]:
    return {
        "id": roadmap.pk,
        "scorecard": roadmap.scorecard_id,
        "framework": roadmap.framework_version,
        "starts_on": roadmap.starts_on,
        "is_current": roadmap.pk == current,
        "created_at": roadmap.created_at,
        "page": _page("roadmap_detail", request.organization.slug, roadmap.pk),
    }


def _page(name: str, *place: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=place)}"


def _whole(request: ApiRequest, roadmap: Roadmap, current: int | None) -> dict[str, object]:
    reading = read_roadmap(roadmap, timezone.localdate())
    return _line(request, roadmap, current) | {"phases": [_phase(reading, phase) for phase in reading.phases]}


def _phase(reading: RoadmapReading, phase: PhaseReading) -> dict[str, object]:
    names = ("key", "name", "starts_on", "ends_on", "planned", "done", "overdue")
    return {name: getattr(phase, name) for name in names} | {
        "projected": phase.total,
        "items": [_out(reading.roadmap, row) for row in phase.rows],
    }


def _out(roadmap: Roadmap, row: ItemReading) -> dict[str, Any]:
    item = row.item
    names = ("title", "detail", "deliverable", "done_when", "due_on", "effort", "status", "dropped_reason", "done_on")
    more = ("target_level", "earns", "created_at", "updated_at")
    return {name: getattr(item, name) for name in (*names, *more)} | {
        "id": item.pk,
        "phase": item.phase_key,
        "category": item.category_key,
        "owner": item.owner_label,
        "is_owner_member": item.owner_id is not None,
        "is_overdue": row.is_overdue,
        "versions": {part: getattr(item, f"{part}_version") for part in ("title", "owner", "due", "status")},
        "page": _page("roadmap_item_detail", roadmap.organization.slug, roadmap.pk, item.pk),
    }


# Items


def _item(request: ApiRequest, roadmap: int, item: int) -> RoadmapItem:
    found = get_item(_roadmap(request, roadmap), item)
    if found is None:
        raise Http404
    return found


def _item_out(item: RoadmapItem) -> dict[str, Any]:
    row = read_item(item, services.content_of(item.roadmap), timezone.localdate())
    return _out(item.roadmap, row) | {
        "comments": [_comment(each) for each in item.comments.all()],
        "evidence": [_proof(each) for each in item.evidence.all()],
    }


def _comment(comment: RoadmapComment) -> dict[str, object]:
    return {"id": comment.pk, "text": comment.text, "at": comment.created_at, "by": comment.created_name}


def _proof(proof: RoadmapEvidence) -> dict[str, object]:
    about = {name: getattr(proof, name) for name in ("title", "url", "filename")}
    return about | {"id": proof.pk, "at": proof.created_at}


@router.get(ITEM, auth=door.reading(Role.VIEWER), response=ItemWhole)
def roadmap_item_detail(request: ApiRequest, slug: str, roadmap: int, item: int) -> object:
    """One item with what was said about it and what proves it."""
    return _item_out(_item(request, roadmap, item))


@router.post(ONE + "/items", auth=door.writing(Role.EDITOR), response={201: ItemWhole})
def roadmap_item_create(request: ApiRequest, slug: str, roadmap: int, sent: ItemIn) -> object:
    """Add an item to a plan."""
    plan = _roadmap(request, roadmap)
    choices = Choices(list_members(request.organization), services.content_of(plan), timezone.localdate())
    owner = saving.clean_who(RoadmapItem(), sent.owner, choices)
    data = QueryDict(mutable=True)
    given = sent.model_dump(exclude={"owner"})
    data.update({name: "" if value is None else str(value) for name, value in given.items()})
    form = RoadmapItemForm(data, roadmap=plan, choices=choices)
    if not form.is_valid():
        raise ValidationError({name: errors.as_data() for name, errors in form.errors.items()})
    added = services.add_item(plan, **(form.fields_of_item() | owner), actor=request.actor)
    return Status(201, _item_out(_item(request, plan.pk, added.pk)))


@router.post(ITEM + "/comments", auth=door.writing(Role.EDITOR), response={201: CommentOut})
def roadmap_comment_create(request: ApiRequest, slug: str, roadmap: int, item: int, sent: CommentIn) -> object:
    """Comment on an item."""
    comment = attachments.add_comment(_item(request, roadmap, item), text=sent.text, actor=request.actor)
    return Status(201, _comment(comment))


# One part at a time, each with its version


def _values(item: RoadmapItem, part: str) -> dict[str, object]:
    if part == "owner":
        return {"owner": item.owner_label, "is_owner_member": item.owner_id is not None}
    if part == "due":
        return {"due_on": item.due_on}
    if part == "status":
        return {"status": item.status, "dropped_reason": item.dropped_reason, "done_on": item.done_on}
    return {"title": item.title}


def _read(response: HttpResponse, item: RoadmapItem, part: str) -> dict[str, object]:
    version = getattr(item, f"{part}_version")
    versions.put_etag(response, version)
    return _values(item, part) | {"version": version}


def _save(
    request: ApiRequest, response: HttpResponse, item: RoadmapItem, part: str, fields: dict[str, str], sent: Schema
) -> dict[str, object]:
    """Save one part as the page does, by the names that its controls have there."""
    key, version = part_key(item), versions.version_of(request)
    data = QueryDict(mutable=True)
    data.update({f"{key}-{part}_version": str(version)} | {f"{key}-{name}": value for name, value in fields.items()})
    members = list_members(request.organization) if part == "owner" else ()
    choices = Choices(members, services.content_of(item.roadmap), timezone.localdate())
    outcome = saving.save_part(item, part, data, choices, request.actor)
    theirs = _values(outcome.current, part) if outcome.state == State.CONFLICT else None
    versions.refuse_unsaved(outcome, yours=sent.model_dump(), theirs=theirs)
    return _read(response, _item(request, item.roadmap_id, item.pk), part)


@router.get(ITEM + "/title", auth=door.reading(Role.VIEWER), response=TitleSaved)
def roadmap_title_detail(request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int) -> object:
    """What an item is called, with its version."""
    return _read(response, _item(request, roadmap, item), "title")


@router.put(ITEM + "/title", auth=door.writing(Role.EDITOR), response=TitleSaved, openapi_extra=versions.IN_SCHEMA)
def roadmap_title_update(
    request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int, sent: TitleIn
) -> object:
    """Call an item something else."""
    found = _item(request, roadmap, item)
    return _save(request, response, found, "title", {"title": sent.title}, sent)


@router.get(ITEM + "/owner", auth=door.reading(Role.VIEWER), response=OwnerSaved)
def roadmap_owner_detail(request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int) -> object:
    """Whose an item is, with its version."""
    return _read(response, _item(request, roadmap, item), "owner")


@router.put(ITEM + "/owner", auth=door.writing(Role.EDITOR), response=OwnerSaved, openapi_extra=versions.IN_SCHEMA)
def roadmap_owner_update(
    request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int, sent: OwnerIn
) -> object:
    """Give an item to a member, to somebody by name, or to nobody."""
    found = _item(request, roadmap, item)
    return _save(request, response, found, "owner", {"who": sent.owner}, sent)


@router.get(ITEM + "/due", auth=door.reading(Role.VIEWER), response=DueSaved)
def roadmap_due_detail(request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int) -> object:
    """When an item is due, with its version."""
    return _read(response, _item(request, roadmap, item), "due")


@router.put(ITEM + "/due", auth=door.writing(Role.EDITOR), response=DueSaved, openapi_extra=versions.IN_SCHEMA)
def roadmap_due_update(
    request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int, sent: DueIn
) -> object:
    """Make an item due on another day."""
    return _save(request, response, _item(request, roadmap, item), "due", {"due_on": sent.due_on}, sent)


@router.get(ITEM + "/status", auth=door.reading(Role.VIEWER), response=StatusSaved)
def roadmap_status_detail(request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int) -> object:
    """How far an item is, with its version."""
    return _read(response, _item(request, roadmap, item), "status")


@router.put(ITEM + "/status", auth=door.writing(Role.EDITOR), response=StatusSaved, openapi_extra=versions.IN_SCHEMA)
def roadmap_status_update(
    request: ApiRequest, response: HttpResponse, slug: str, roadmap: int, item: int, sent: StatusIn
) -> object:
    """Say how far an item is."""
    return _save(request, response, _item(request, roadmap, item), "status", sent.model_dump(), sent)
