"""The activity page of an organization: its audit trail, to read, to narrow and to take along."""

from collections.abc import Iterator
from datetime import UTC

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.audit import reading, trail
from assessments.audit.models import AuditEvent
from assessments.organizations import queries
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.organizations.people_forms import ActivityForm
from assessments.platform.spreadsheets import csv_response

HEADER = ("When (UTC)", "Who", "What", "Which", "Before", "After")


@require_GET
@organization_view(Role.OWNER)
def audit_event_list(request: OrganizationRequest) -> HttpResponse:
    context = {
        "part": "activity",
        "actors": queries.list_actors(request.organization),
        **activity(request, request.organization.audit_events.all()),
    }
    return render(request, "organizations/audit_event_list.html", context)


def activity(request: HttpRequest, events: QuerySet[AuditEvent], *related: str) -> dict[str, object]:
    """What a page of the activity shows: the runs of the entries that were asked for, and how it is narrowed."""
    narrowing = ActivityForm(request.GET).narrowing
    query = request.GET.copy()
    older_than = query.pop("older", [""])[-1]
    each = query.pop("each", [""])[-1] == "1"
    page = reading.run_page(events, **narrowing, older_than=older_than, each=each, related=related)
    return {
        "narrowing": narrowing,
        "is_narrowed": any(narrowing.values()),
        "actions": AuditEvent.Action.choices,
        "page": page,
        "each": each,
        "is_first": not older_than,
        "searched": reading.SEARCHED,
        "query": query.urlencode(),
    }


@require_GET
@organization_view(Role.OWNER)
def audit_event_export(request: OrganizationRequest) -> FileResponse:
    """The same entries as a CSV file, all pages of them."""
    with trail.if_possible():
        trail.record(trail.Action.LIST_EXPORTED, organization=request.organization, subject="Activity")
    events = reading.narrowed(request.organization.audit_events.all(), **ActivityForm(request.GET).narrowing)
    rows = ((when, who, what, event.subject, event.old, event.new) for when, who, what, event in exported(events))
    return csv_response(f"{request.organization.slug}-activity.csv", HEADER, rows)


def exported(events: QuerySet[AuditEvent]) -> Iterator[tuple[str, str, str, AuditEvent]]:
    """When, who and what of each entry. Spreadsheets read a day and a time without a zone as a time."""
    for event in events.iterator(chunk_size=1000):
        at = f"{event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        yield at, event.actor_name, event.get_action_display(), event
