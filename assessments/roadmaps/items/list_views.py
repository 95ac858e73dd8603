"""The list of a roadmap's items: read, filled in row by row or for many at once, and what was done taken back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.roadmaps import saving, services
from assessments.roadmaps.items import bulk, listing, undo
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.queries import list_items, list_members
from assessments.roadmaps.readings import read_roadmap
from assessments.roadmaps.views import get_roadmap, page_context
from assessments.saving.parts import State

REFUSED_SHOWN = 3


@require_GET
@organization_view(Role.VIEWER)
def roadmap_item_list(request: OrganizationRequest, pk: int) -> HttpResponse:
    reading = read_roadmap(get_roadmap(request, pk), timezone.localdate())
    wanted = listing.wish(request.GET)
    context = {
        **page_context(request, reading, "list"),
        "wanted": wanted,
        "rows": listing.arranged(reading.rows, wanted),
        "headings": listing.headings(wanted),
        "owners": listing.owners(reading),
        "members": list_members(request.organization),
        "statuses": RoadmapItem.Status.choices,
    }
    return render(request, "roadmaps/roadmap_item_list.html", context)


def back_to_list(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The list as it was filtered and sorted."""
    query = listing.wish(QueryDict(request.POST.get("query", ""))).query()
    return redirect(f"{reverse('roadmap_item_list', args=[request.organization.slug, pk])}?{query}")


@require_POST
@organization_view(Role.EDITOR)
def roadmap_item_bulk(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One owner or one date for every ticked item; or, without JavaScript, every row as it was typed."""
    roadmap = get_roadmap(request, pk)
    choices = saving.Choices(list_members(request.organization), services.content_of(roadmap), timezone.localdate())
    part = request.POST.get("do", "")
    if part not in ("owner", "due"):
        _save_rows(request, roadmap, choices)
        return back_to_list(request, pk)
    try:
        changes = bulk.set_many(roadmap, part, request.POST, choices, request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, undo.with_button(roadmap, changes.sentence, changes.ways))
    return back_to_list(request, pk)


def _save_rows(request: OrganizationRequest, roadmap: Roadmap, choices: saving.Choices) -> None:
    """Save what differs in any row, and say what could not be saved."""
    refused = []
    saved = 0
    for item in list_items(roadmap):
        item.roadmap = roadmap
        for outcome in saving.save_item(item, request.POST, choices, request.user):
            if outcome.state == State.SAVED:
                saved += 1
            else:
                changed = _("{person} changed it meanwhile.").format(person=outcome.changed_by)
                reason = " ".join(map(str, outcome.errors)) or changed
                refused.append(_("“{title}” is not saved. {reason}").format(title=item.title, reason=reason))
    for sentence in refused[:REFUSED_SHOWN]:
        messages.error(request, sentence)
    words = ngettext("Saved {number} change.", "Saved {number} changes.", saved)
    messages.success(request, words.format(number=saved))


@require_POST
@organization_view(Role.EDITOR)
def roadmap_undo(request: OrganizationRequest, pk: int) -> HttpResponse:
    roadmap = get_roadmap(request, pk)
    try:
        messages.success(request, undo.take_back(roadmap, request.POST.get("undo", ""), request.user))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    if request.POST.get("from") == "list":
        return back_to_list(request, pk)
    return redirect("roadmap_detail", request.organization.slug, pk)
