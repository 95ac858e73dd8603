"""A roadmap as a board, a list and a timeline; starting one, taking it along, taking up what is suggested."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import is_english
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.platform.spreadsheets import csv_response
from assessments.roadmaps import services
from assessments.roadmaps.export import export_rows, header
from assessments.roadmaps.forms import RoadmapForm
from assessments.roadmaps.items import undo
from assessments.roadmaps.models import TITLE_MAX_LENGTH, Roadmap, RoadmapItem
from assessments.roadmaps.plan import timeline
from assessments.roadmaps.plan.suggestions import Outside, Suggestion
from assessments.roadmaps.queries import plannable
from assessments.roadmaps.readings import (
    OutcomeReading,
    RoadmapReading,
    find_offer,
    read_offers,
    read_outcome,
    read_roadmap,
)
from assessments.scorecards.models import Scorecard
from assessments.vendors.readings import vendor_red_flags

# What was done, in a sentence, and the way back.
Done = tuple[str, undo.Way | None]


def outside(organization: Organization) -> tuple[Outside, ...]:
    """What vendors and the own team could not prove: each asks to be settled, once per vendor and question.

    It is theirs, and no red flag of the organization.
    """
    own, other = _("Settle: {ask}"), _("Ask {vendor} again: {ask}")
    detail = _("{vendor}: {reason}. Ask to see: {proof}")
    return tuple(
        (
            f"vendor:{flag.vendor_id}:{flag.question}",
            (own if flag.is_own_team else other).format(vendor=flag.vendor, ask=flag.ask)[:TITLE_MAX_LENGTH],
            flag.category,
            detail.format(
                vendor=flag.vendor,
                reason=flag.reason.lower() if is_english() else flag.reason,
                proof=flag.proof,
            ),
            _("Own team") if flag.is_own_team else _("Vendor"),
        )
        for flags in vendor_red_flags(organization).values()
        for flag in flags
    )


def get_roadmap(request: OrganizationRequest, pk: int) -> Roadmap:
    roadmap = get_object_or_404(request.organization.roadmaps.select_related("scorecard"), pk=pk)
    roadmap.organization = request.organization
    return roadmap


def page_context(request: OrganizationRequest, reading: RoadmapReading, tab: str) -> dict[str, Any]:
    """What every page of a roadmap shows."""
    roadmap = reading.roadmap
    return {
        "part": "roadmap",
        "tab": tab,
        "roadmap": roadmap,
        "reading": reading,
        "can_edit": request.role >= Role.EDITOR,
        "items_url": reverse("roadmap_item_list", args=[request.organization.slug, roadmap.pk]),
    }


@require_GET
@organization_view(Role.VIEWER)
def roadmap_list(request: OrganizationRequest) -> HttpResponse:
    """The newest roadmap, or what belongs here and the first step as long as there is none."""
    newest = request.organization.roadmaps.newest_first().first()
    if newest:
        return redirect("roadmap_detail", request.organization.slug, newest.pk)
    context = {
        "part": "roadmap",
        "scorecard": plannable(request.organization).first(),
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "roadmaps/roadmap_list.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def roadmap_create(request: OrganizationRequest) -> HttpResponse:
    today = timezone.localdate()
    possible = list(plannable(request.organization))
    asked = request.POST.get("scorecard") or request.GET.get("scorecard")
    scorecard = next((each for each in possible if str(each.pk) == asked), possible[0] if possible else None)
    form = RoadmapForm(
        request.POST if request.method == "POST" else None,
        organization=request.organization,
        today=today,
        offered=services.starts(scorecard) if scorecard else {},
        way=services.way_label(scorecard) if scorecard else "",
        initial={"scorecard": scorecard, "starts_on": services.next_monday(today), services.Start.SHORTEST: True},
    )
    if form.is_valid():
        start = {name: form.cleaned_data[name] for name in ("scorecard", "starts_on")}
        try:
            roadmap = services.start_roadmap(**start, begin_with=form.begin_with, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _started(roadmap, today))
            return redirect("roadmap_detail", request.organization.slug, roadmap.pk)
    others = [each for each in possible if each != scorecard]
    context = {"part": "roadmap", "form": form, "scorecard": scorecard, "others": others}
    return render(request, "roadmaps/roadmap_create.html", context, status=422 if form.errors else 200)


def _started(roadmap: Roadmap, today: date) -> str:
    passed = (today - roadmap.starts_on).days
    if passed <= 0:
        return _("Roadmap started. Next: add suggestions, name owners, drop what does not apply.")
    words = ngettext(
        "Roadmap started. Day 1 was {number} day ago: what was due since then shows as overdue until it is done.",
        "Roadmap started. Day 1 was {number} days ago: what was due since then shows as overdue until it is done.",
        passed,
    )
    return words.format(number=passed)


@require_GET
@organization_view(Role.VIEWER)
def roadmap_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The board: three columns, what is suggested, and once there is a next assessment what the plan achieved."""
    reading = read_roadmap(get_roadmap(request, pk), timezone.localdate())
    return render(request, "roadmaps/roadmap_detail.html", board_context(request, reading))


def board_context(request: OrganizationRequest, reading: RoadmapReading) -> dict[str, Any]:
    others, outcome = read_outcome(reading)
    return {
        **page_context(request, reading, "board"),
        "whole": "whole=1" in (request.htmx.current_url or "") if request.htmx else request.GET.get("whole") == "1",
        "statuses": RoadmapItem.Status.choices,
        "others": others,
        "outcome": outcome,
        "offers": read_offers(reading, outside(request.organization)),
        "next_scorecard": _next_scorecard(outcome),
    }


def _next_scorecard(outcome: OutcomeReading | None) -> Scorecard | None:
    """The assessment that ended a plan, as long as no roadmap starts from it."""
    if outcome is None or outcome.scorecard.roadmaps.exists():
        return None
    return outcome.scorecard


@require_GET
@organization_view(Role.VIEWER)
def roadmap_timeline(request: OrganizationRequest, pk: int) -> HttpResponse:
    reading = read_roadmap(get_roadmap(request, pk), timezone.localdate())
    context = {**page_context(request, reading, "timeline"), "page": timeline.timeline_page(reading)}
    return render(request, "roadmaps/roadmap_timeline.html", context)


@require_GET
@organization_view(Role.VIEWER)
def roadmap_export(request: OrganizationRequest, pk: int) -> FileResponse:
    """The items as CSV, as many as the plan has."""
    reading = read_roadmap(get_roadmap(request, pk), timezone.localdate())
    trail.record(Action.LIST_EXPORTED, organization=request.organization, subject="Roadmap", actor=request.user)
    name = f"{request.organization.slug}-roadmap-{reading.roadmap.starts_on:%Y-%m-%d}.csv"
    return csv_response(name, header(), export_rows(reading))


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def roadmap_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    roadmap = get_roadmap(request, pk)
    if request.method == "POST":
        services.delete_roadmap(roadmap)
        messages.success(request, _("The roadmap was deleted."))
        return redirect("roadmap_list", request.organization.slug)
    context = {"part": "roadmap", "roadmap": roadmap, "number": roadmap.items.count()}
    return render(request, "roadmaps/roadmap_delete.html", context)


# Suggestions


@require_POST
@organization_view(Role.EDITOR)
def suggestion_take(request: OrganizationRequest, pk: int) -> HttpResponse:
    def take(roadmap: Roadmap, offer: Suggestion) -> Done:
        is_there = roadmap.items.filter(source_key=offer.key).exists()
        item = services.take_suggestion(roadmap, offer, actor=request.user)
        days = services.days_label(services.content_of(roadmap), item.phase_key)
        way = None if is_there else undo.to_remove(item)
        words = _("“{title}” is in {days}, due {day}.")
        return words.format(title=item.title, days=days, day=date_format(item.due_on, "SHORT_DAY")), way

    return _act_on_suggestion(request, pk, take)


@require_POST
@organization_view(Role.EDITOR)
def suggestion_dismiss(request: OrganizationRequest, pk: int) -> HttpResponse:
    def dismiss(roadmap: Roadmap, offer: Suggestion) -> Done:
        services.dismiss_suggestion(roadmap, offer, actor=request.user)
        return _("“{title}” is dismissed.").format(title=offer.title), undo.to_restore(offer)

    return _act_on_suggestion(request, pk, dismiss)


@require_POST
@organization_view(Role.EDITOR)
def suggestion_restore(request: OrganizationRequest, pk: int) -> HttpResponse:
    def restore(roadmap: Roadmap, offer: Suggestion) -> Done:
        services.restore_suggestion(roadmap, offer, actor=request.user)
        return _("“{title}” is suggested again.").format(title=offer.title), None

    return _act_on_suggestion(request, pk, restore)


def _act_on_suggestion(
    request: OrganizationRequest, pk: int, act: Callable[[Roadmap, Suggestion], Done]
) -> HttpResponse:
    """The suggestion is found again by its key: what a form says about it is not believed.

    Where a script asked, the suggestions come back with the board and the sums, and the page stays where it is.
    """
    roadmap = get_roadmap(request, pk)
    offer = find_offer(roadmap, request.POST.get("source", ""), outside(request.organization))
    if offer is None:
        raise Http404
    said: SafeString | str
    try:
        sentence, way = act(roadmap, offer)
        said = undo.with_button(roadmap, sentence, [way] if way else [])
    except ValidationError as error:
        said = error.messages[0]
    if request.htmx:
        reading = read_roadmap(roadmap, timezone.localdate())
        context = {**board_context(request, reading), "oob": True, "said": said}
        return render(request, "roadmaps/_suggested.html", context)
    messages.info(request, said)
    return redirect(f"{reverse('roadmap_detail', args=[request.organization.slug, pk])}#suggestions")
