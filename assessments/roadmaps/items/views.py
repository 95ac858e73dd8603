"""One item of a roadmap: reading and changing it, moving it, what is said about it and what proves it."""

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.roadmaps import saving, services
from assessments.roadmaps.forms import RoadmapItemForm
from assessments.roadmaps.items import attachments, undo
from assessments.roadmaps.items.moves import Move, next_in_lane, read_move
from assessments.roadmaps.models import Roadmap, RoadmapEvidence, RoadmapItem
from assessments.roadmaps.queries import get_item, list_members, list_mine
from assessments.roadmaps.readings import part_key, read_item, read_roadmap
from assessments.roadmaps.saving import Choices
from assessments.roadmaps.views import board_context, get_roadmap, page_context
from assessments.roadmaps.wording import status_in_sentence
from assessments.saving.parts import Outcome, StaleAnswerError, State
from assessments.saving.proofs import add_from_form, form_status, link_or_file_form, open_file
from assessments.saving.uploads import ALLOWED


def _item(request: OrganizationRequest, pk: int, item_pk: int) -> RoadmapItem:
    item = get_item(get_roadmap(request, pk), item_pk)
    if item is None:
        raise Http404
    return item


def _choices(request: OrganizationRequest, roadmap: Roadmap, item: RoadmapItem | None = None) -> Choices:
    """What can be chosen for an item: its owner stays a choice whose account was closed meanwhile."""
    members = list_members(request.organization)
    if item and item.owner and item.owner not in members:
        members.append(item.owner)
    return Choices(members, services.content_of(roadmap), timezone.localdate())


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def roadmap_item_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    roadmap = get_roadmap(request, pk)
    form = RoadmapItemForm(
        request.POST if request.method == "POST" else None,
        roadmap=roadmap,
        choices=_choices(request, roadmap),
        initial={"phase": request.GET.get("phase", "")},
    )
    if form.is_valid():
        try:
            item = services.add_item(roadmap, **form.fields_of_item(), actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("“{title}” is added.").format(title=item.title)
            messages.success(request, undo.with_button(roadmap, said, [undo.to_remove(item)]))
            return redirect("roadmap_detail", request.organization.slug, pk)
    context = {"part": "roadmap", "roadmap": roadmap, "form": form}
    return render(request, "roadmaps/roadmap_item_create.html", context, status=422 if form.errors else 200)


@require_GET
@organization_view(Role.VIEWER)
def roadmap_item_detail(request: OrganizationRequest, pk: int, item_pk: int) -> HttpResponse:
    return _item_page(request, _item(request, pk, item_pk))


def _item_page(
    request: OrganizationRequest,
    item: RoadmapItem,
    comment_error: str = "",
    comment_text: str = "",
    outcomes: Sequence[Outcome] = (),
    data: QueryDict | None = None,
) -> HttpResponse:
    """The page of one item; `outcomes` are those of a whole posted page with its `data`."""
    content = services.content_of(item.roadmap)
    choices = _choices(request, item.roadmap, item)
    context = {
        "part": "roadmap",
        "roadmap": item.roadmap,
        "item": item,
        "row": read_item(item, content, choices.today),
        "choices": choices,
        # Whoever can no longer sign in still owns it, and is not among the members to choose from.
        "other_owner": item.owner if item.owner not in choices.members else None,
        "slots": (slots := saving.slots(item, choices, outcomes, data)),
        "earns": (earns := saving.ticks(slots["target"].yours, item, content)),
        "earned": ", ".join(tick.name for tick in earns if tick.is_ticked),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "statuses": RoadmapItem.Status.choices,
        "efforts": RoadmapItem.Effort.choices,
        "phases": content.phases,
        "can_edit": request.role >= Role.EDITOR,
        "comment_error": comment_error,
        "comment_text": comment_text,
    }
    status = 422 if comment_error else max((outcome.status for outcome in outcomes), default=200)
    return render(request, "roadmaps/roadmap_item_detail.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def roadmap_item_update(request: OrganizationRequest, pk: int, item_pk: int) -> HttpResponse:
    """A whole item saved by its button, or one of its parts from the board, as it happens without JavaScript."""
    item = _item(request, pk, item_pk)
    outcomes = saving.save_item(item, request.POST, _choices(request, item.roadmap, item), request.user)
    if any(outcome.state != State.SAVED for outcome in outcomes):
        return _item_page(request, _item(request, pk, item_pk), outcomes=outcomes, data=request.POST)
    ways = [undo.to_values(item, outcome.part, outcome.version) for outcome in outcomes]
    said = undo.with_button(item.roadmap, _("Saved."), ways) if outcomes else _("Everything was saved already.")
    messages.success(request, said)
    if request.POST.get("from") == "board":
        return redirect("roadmap_detail", request.organization.slug, pk)
    return redirect("roadmap_item_detail", request.organization.slug, pk, item_pk)


@require_POST
@organization_view(Role.EDITOR)
def roadmap_item_save(request: OrganizationRequest, pk: int, item_pk: int, part: str) -> HttpResponse:
    """Save one part of an item and answer with its save state; its note and, on the board, the sums come along."""
    if part not in services.PARTS:
        raise Http404
    roadmap = get_roadmap(request, pk)
    item = get_object_or_404(roadmap.items, pk=item_pk)
    item.roadmap = roadmap
    if part == "owner":
        choices = _choices(request, roadmap, item)
    else:
        choices = Choices((), services.content_of(roadmap), timezone.localdate())
    outcome = saving.save_part(item, part, request.POST, choices, request.user)
    context: dict[str, object] = {"slot": saving.answered_slot(item, outcome, choices, request.POST)}
    if outcome.state == State.SAVED and part in ("status", "due", "target"):
        context |= _what_follows(request, item, part, choices)
        if part == "status":
            context["said"] = _status_said(item, outcome)
    return render(request, "roadmaps/_saved.html", context, status=outcome.status)


def _what_follows(request: OrganizationRequest, item: RoadmapItem, part: str, choices: Choices) -> dict[str, object]:
    """What a saved part changes on the page it was saved from."""
    if request.POST.get("from") == "board":
        reading = read_roadmap(item.roadmap, choices.today)
        row = next((row for row in reading.rows if row.item.pk == item.pk), None)
        return {**page_context(request, reading, "board"), "row": row, "oob": True}
    current = item.roadmap.items.filter(pk=item.pk).first()
    if current is None:
        return {}
    current.roadmap = item.roadmap
    if part == "target":
        stored = saving.stored_fields(current, part, choices.content)
        earns = saving.ticks(stored, current, choices.content)
        return {"item": current, "key": part_key(current), "earns": earns, "oob": True}
    return {"row": read_item(current, choices.content, choices.today), "oob": True}


def _status_said(item: RoadmapItem, outcome: Outcome) -> str:
    """What a new status is said in, with the way back; `item` is as it was before."""
    now = RoadmapItem.objects.filter(pk=item.pk).values_list("status", flat=True).first()
    label = status_in_sentence(now) if now else ""
    sentence = f"“{item.title}”: {label}."
    if outcome.version != item.status_version + 1:
        return sentence
    return undo.with_button(item.roadmap, sentence, [undo.to_values(item, "status", outcome.version)])


@require_POST
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def roadmap_item_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Move an item; answer with the item and the sums, or with the true board and the reason why it did not move."""
    roadmap = get_roadmap(request, pk)
    move = read_move(roadmap, request.POST.get("to", ""))
    if move is None:
        raise Http404
    problem, before = "", move
    follower = next_in_lane(move.item)
    try:
        move = move.made(request.user)
    except StaleAnswerError as stale:
        problem = move.refusal(stale)
    except ValidationError as error:
        problem = error.messages[0]
    ways = [] if problem else [undo.to_move(before.item, move.item, follower)]
    said = undo.with_button(roadmap, problem or move.sentence, ways)
    if not request.htmx:
        messages.add_message(request, messages.ERROR if problem else messages.SUCCESS, said)
        if request.POST.get("from") == "item" and not problem:
            return redirect("roadmap_item_detail", request.organization.slug, pk, move.item.pk)
        return redirect("roadmap_detail", request.organization.slug, pk)
    return _moved(request, roadmap, move, problem, said)


def _moved(request: OrganizationRequest, roadmap: Roadmap, move: Move, problem: str, said: str) -> HttpResponse:
    reading = read_roadmap(roadmap, timezone.localdate())
    if problem:
        context = {**board_context(request, reading), "problem": problem}
        return render(request, "roadmaps/_board.html", context, status=409)
    row = next((row for row in reading.rows if row.item.pk == move.item.pk), None)
    context = {**page_context(request, reading, "board"), "row": row, "oob": True}
    lane = next((phase.rows for phase in reading.phases if row in phase.rows), ())
    place = _("Place {number} of {all}.").format(number=lane.index(row) + 1, all=len(lane)) if row else ""
    context |= {"statuses": RoadmapItem.Status.choices, "sentence": f"{move.sentence} {place}", "said": said}
    response = render(request, "roadmaps/_moved.html", context)
    response["HX-Reswap"] = "none"
    return response


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def roadmap_item_delete(request: OrganizationRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    if request.method == "POST":
        services.delete_item(item)
        messages.success(request, _("“{title}” was deleted.").format(title=item.title))
        return redirect("roadmap_detail", request.organization.slug, pk)
    return render(
        request, "roadmaps/roadmap_item_delete.html", {"part": "roadmap", "roadmap": item.roadmap, "item": item}
    )


@require_POST
@organization_view(Role.EDITOR)
def roadmap_comment_create(request: OrganizationRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    text = request.POST.get("text", "")
    try:
        attachments.add_comment(item, text=text, actor=request.user)
    except ValidationError as error:
        return _item_page(request, item, error.messages[0], comment_text=text)
    page = reverse("roadmap_item_detail", args=[request.organization.slug, pk, item_pk])
    return redirect(f"{page}#comments")


# Evidence


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def roadmap_evidence_create(request: OrganizationRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    form, back = (
        link_or_file_form(request),
        reverse("roadmap_item_detail", args=[request.organization.slug, pk, item_pk]),
    )
    if request.method == "POST" and add_from_form(
        request,
        form,
        add_link=lambda title, url: attachments.add_link(item, title=title, url=url, actor=request.user),
        add_file=lambda title, upload: attachments.add_file(item, title=title, upload=upload, actor=request.user),
    ):
        return redirect(back)
    context = {
        "part": "roadmap",
        "roadmap": item.roadmap,
        "item": item,
        "form": form,
        "allowed": ALLOWED,
        "action": reverse("roadmap_evidence_create", args=[request.organization.slug, pk, item_pk]),
        "back": back,
        "audience": _(". Only members of {organization} can download it.").format(organization=request.organization),
    }
    return render(request, "roadmaps/roadmap_evidence_create.html", context, status=form_status(request, form))


def _evidence(request: OrganizationRequest, pk: int, item_pk: int, evidence_pk: int) -> RoadmapEvidence:
    return get_object_or_404(
        RoadmapEvidence.objects.select_related("item__roadmap"),
        pk=evidence_pk,
        item__pk=item_pk,
        item__roadmap__pk=pk,
        item__roadmap__organization=request.organization,
    )


@require_GET
@organization_view(Role.VIEWER)
def roadmap_evidence_download(request: OrganizationRequest, pk: int, item_pk: int, evidence_pk: int) -> FileResponse:
    evidence = _evidence(request, pk, item_pk, evidence_pk)
    response = open_file(evidence)
    with trail.if_possible():
        attachments.record_download(evidence)
    return response


@require_POST
@organization_view(Role.EDITOR)
def roadmap_evidence_delete(request: OrganizationRequest, pk: int, item_pk: int, evidence_pk: int) -> HttpResponse:
    attachments.remove_evidence(_evidence(request, pk, item_pk, evidence_pk))
    return redirect("roadmap_item_detail", request.organization.slug, pk, item_pk)


@require_GET
@personal_view
def roadmap_item_mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person has to do, across all organizations."""
    items = list_mine(cast(User, request.user))
    rows = [read_item(item, services.content_of(item.roadmap), item.roadmap.organization.today()) for item in items]
    context = {"part": "mine", "rows": rows, "late": sum(row.is_overdue for row in rows)}
    return render(request, "roadmaps/roadmap_item_mine.html", context)
