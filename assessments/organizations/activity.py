"""The activity page of an organization: its audit trail, to read, to narrow and to take along."""

from datetime import UTC

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.organizations import queries
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.organizations.people_forms import ActivityForm
from assessments.platform.spreadsheets import csv_response

PAGE_SIZE = 50
HEADER = ("When (UTC)", "Who", "What", "Which", "Before", "After")


@require_GET
@organization_view(Role.OWNER)
def audit_event_list(request: OrganizationRequest) -> HttpResponse:
    narrowing = ActivityForm(request.GET).narrowing
    query = request.GET.copy()
    older_than = query.pop("older", [""])[-1]
    page = queries.event_page(request.organization, **narrowing, older_than=older_than, size=PAGE_SIZE)
    context = {
        "part": "activity",
        "narrowing": narrowing,
        "is_narrowed": any(narrowing.values()),
        "actions": AuditEvent.Action.choices,
        "actors": queries.list_actors(request.organization),
        "page": page,
        "is_first": not older_than,
        "searched": queries.SEARCHED,
        "query": query.urlencode(),
    }
    return render(request, "organizations/audit_event_list.html", context)


@require_GET
@organization_view(Role.OWNER)
def audit_event_export(request: OrganizationRequest) -> FileResponse:
    """The same entries as a CSV file, all pages of them."""
    with trail.if_possible():
        trail.record(trail.Action.LIST_EXPORTED, organization=request.organization, subject="Activity")
    events = queries.list_events(request.organization, **ActivityForm(request.GET).narrowing)
    rows = (
        (f"{e.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", e.actor_name, e.get_action_display(), e.subject, e.old, e.new)
        for e in events.iterator(chunk_size=1000)
    )
    return csv_response(f"{request.organization.slug}-activity.csv", HEADER, rows)
