"""The activity page of an organization: its audit trail, to read, to narrow and to take along."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from assessments.accounts.access import PersonalRequest, personal_view
from assessments.audit import reading, trail
from assessments.audit.models import AuditEvent, read_name
from assessments.organizations import queries
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role
from assessments.organizations.people_forms import ActivityForm, OverviewForm
from assessments.platform.spreadsheets import csv_response

HEADER = (
    *(_lazy("Day (UTC)"), _lazy("When (UTC)"), pgettext_lazy("did it", "Who"), pgettext_lazy("was done", "What")),
    *(_lazy("Which"), _lazy("Before"), _lazy("After")),
)
OVERVIEW_HEADER = (
    *(_lazy("Day (UTC)"), _lazy("When (UTC)"), pgettext_lazy("did it", "Who"), pgettext_lazy("was done", "What")),
    *(_lazy("Subject"), _lazy("Organization"), _lazy("Before"), _lazy("After")),
)


@require_GET
@organization_view(Role.OWNER)
def audit_event_list(request: OrganizationRequest) -> HttpResponse:
    context = {
        "part": "activity",
        "actors": [(name, read_name(name)) for name in queries.list_actors(request.organization)],
        **activity(request, request.organization.audit_events.all(), ActivityForm(request.GET).narrowing),
    }
    return render(request, "organizations/audit_event_list.html", context)


@require_GET
@personal_view
def audit_event_overview(request: PersonalRequest) -> HttpResponse:
    """The activity of all organizations that this person owns, together."""
    form = OverviewForm(request.GET)
    organizations = queries.owned(request.user)
    context = {
        "part": "activity",
        "organizations": queries.first_of(organizations),
        **overview(request, form, organizations, queries.events_of_owned(request.user)),
    }
    return render(request, "organizations/audit_event_overview.html", context)


def overview(
    request: HttpRequest, form: OverviewForm, organizations: QuerySet[Organization], everything: QuerySet[AuditEvent]
) -> dict[str, Any]:
    """What a page of the activity of many organizations shows: of all, or of the one that was asked for."""
    organization = form.among(organizations)
    events = events_asked_for(form, organization, everything)
    shown = activity(request, events, form.narrowing, "organization", is_broad=organization is None)
    is_narrowed = shown["is_narrowed"] or bool(form.asked)
    is_unknown = bool(form.asked) and organization is None
    return {**shown, "is_narrowed": is_narrowed, "is_overview": True, "asked": form.asked, "is_unknown": is_unknown}


def events_asked_for(
    form: OverviewForm, organization: Organization | None, everything: QuerySet[AuditEvent]
) -> QuerySet[AuditEvent]:
    if organization is not None:
        return organization.audit_events.all()
    return everything.none() if form.asked else everything


def activity(
    request: HttpRequest,
    events: QuerySet[AuditEvent],
    narrowing: dict[str, Any],
    *related: str,
    is_broad: bool = False,
) -> dict[str, Any]:
    """What a page of the activity shows: the runs of the entries that were asked for, and how it is narrowed."""
    query = request.GET.copy()
    older_than = query.pop("older", [""])[-1]
    each = query.pop("each", [""])[-1] == "1"
    page = reading.run_page(events, **narrowing, older_than=older_than, each=each, related=related, is_broad=is_broad)
    return {
        "narrowing": narrowing,
        "is_narrowed": any(narrowing.values()),
        "actions": AuditEvent.Action.choices,
        "page": page,
        "each": each,
        "is_first": not older_than,
        "searched": reading.SEARCHED if narrowing["search"] else reading.WALKED,
        "query": query.urlencode(),
    }


@require_GET
@personal_view
def audit_event_overview_export(request: PersonalRequest) -> FileResponse:
    """The entries of all organizations that this person owns, as the page narrows them, as a CSV file."""
    form = OverviewForm(request.GET)
    organization = form.among(queries.owned(request.user))
    with trail.if_possible():
        trail.record(trail.Action.LIST_EXPORTED, organization=organization, subject="Activity")
    events = events_asked_for(form, organization, queries.events_of_owned(request.user))
    return overview_csv(reading.narrowed(events, **form.narrowing))


def overview_csv(events: QuerySet[AuditEvent]) -> FileResponse:
    rows = (
        (*first, event.subject, event.organization or "", event.old, event.new)
        for first, event in exported(events.select_related("organization"))
    )
    return csv_response(f"activity-{timezone.localdate():%Y-%m-%d}.csv", OVERVIEW_HEADER, rows)


@require_GET
@organization_view(Role.OWNER)
def audit_event_export(request: OrganizationRequest) -> FileResponse:
    """The same entries as a CSV file, all pages of them."""
    with trail.if_possible():
        trail.record(trail.Action.LIST_EXPORTED, organization=request.organization, subject="Activity")
    events = reading.narrowed(request.organization.audit_events.all(), **ActivityForm(request.GET).narrowing)
    rows = ((*first, event.subject, event.old, event.new) for first, event in exported(events))
    return csv_response(f"{request.organization.slug}-activity.csv", HEADER, rows)


def exported(events: QuerySet[AuditEvent]) -> Iterator[tuple[tuple[str, str, str, str], AuditEvent]]:
    """The first cells of each entry, day, when, who and what, and the entry.

    Excel reads a day and a time with a space between as a time, and not with a T; LibreOffice reads such a one only if
    asked to "detect special numbers", while both read a day alone by themselves.
    """
    for event in events.iterator(chunk_size=1000):
        at = event.at.astimezone(UTC)
        yield (f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d %H:%M:%S}", event.who, event.get_action_display()), event
