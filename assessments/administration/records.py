"""Administration of what mostly happens by itself: invitations, the audit trail, and the long lists of who is where."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext_lazy, pgettext_lazy

from assessments.administration.asking import asks_first
from assessments.administration.lists import ListAdmin, day, list_address
from assessments.audit import reading, trail
from assessments.audit.models import AuditEvent
from assessments.organizations import invitations
from assessments.organizations.activity import events_asked_for, overview, overview_csv
from assessments.organizations.models import Invitation, Membership, Organization, TeamGrant, TeamMembership
from assessments.organizations.people_forms import OverviewForm

LONGEST_NUMBER = 19  # digits of what a column of numbers holds


class ReadOnlyAdmin(ListAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


STATES = {
    "waiting": pgettext_lazy("invitation", "Waiting"),
    "expired": pgettext_lazy("invitation", "Expired"),
    "accepted": pgettext_lazy("invitation", "Accepted"),
    "withdrawn": pgettext_lazy("invitation", "Withdrawn"),
}


def _state(invitation: Invitation) -> Promise:
    if invitation.accepted_at:
        return STATES["accepted"]
    if invitation.withdrawn_at:
        return STATES["withdrawn"]
    return STATES["expired" if invitation.is_expired else "waiting"]


class StateFilter(admin.SimpleListFilter):
    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        states = {
            "waiting": Q(accepted_at=None, withdrawn_at=None, expires_at__gt=now),
            "expired": Q(accepted_at=None, withdrawn_at=None, expires_at__lte=now),
            "accepted": Q(accepted_at__isnull=False),
            "withdrawn": Q(withdrawn_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations are made on an organization's own pages; here they are found, sent again and withdrawn."""

    list_title = _lazy("Invitations")
    list_display = ("address", "organization", "role", "state", "invited_by", "sent_on", "expires_on")
    list_filter = (StateFilter, "role")
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "organization__name")
    search_help_text = _lazy("Search by email or organization.")
    fields = (
        "email",
        "organization",
        "role",
        "state",
        "invited_by",
        "created_at",
        "sent_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "withdrawn_at",
    )
    readonly_fields = ("state",)
    actions = ["resend", "withdraw", "export_csv"]
    export_name = "invitations"
    export_header = (
        _lazy("Email"),
        _lazy("Organization"),
        _lazy("Role"),
        _lazy("State"),
        _lazy("Invited by"),
        _lazy("Sent (UTC)"),
        _lazy("Expires (UTC)"),
    )

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.change_invitation")

    @admin.display(description=_lazy("Email"), ordering="email")
    def address(self, row: Invitation) -> str:
        return row.email

    @admin.display(description=_lazy("Sent"), ordering="sent_at")
    def sent_on(self, row: Invitation) -> str:
        return day(row.sent_at) or _("Not sent")

    @admin.display(description=_lazy("Expires"), ordering="expires_at")
    def expires_on(self, row: Invitation) -> str:
        return day(row.expires_at)

    @admin.display(description=_lazy("State"))
    def state(self, row: Invitation) -> Promise:
        return _state(row)

    def export_row(self, row: Invitation) -> Iterable[object]:
        sent = f"{row.sent_at:%Y-%m-%d %H:%M}" if row.sent_at else ""
        expires = f"{row.expires_at:%Y-%m-%d %H:%M}"
        by = row.invited_by or ""
        return (row.email, row.organization, row.get_role_display(), _state(row), by, sent, expires)

    @admin.action(description=_lazy("Send the selected invitations again"), permissions=["send"])
    @asks_first(
        ngettext_lazy("Send again {number} invitation", "Send again {number} invitations", "count"),
        consequence=_lazy("Each address gets a new link, good for two more weeks. The links sent before end."),
        of=lambda rows: rows.waiting().filter(organization__deleted_at=None),
    )
    def resend(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """A new link to each address, good for two more weeks; the links sent before end."""
        waiting = queryset.waiting().filter(organization__deleted_at=None)
        self._each(
            request,
            waiting,
            partial(invitations.send_again, base_url=settings.SITE_URL),
            ngettext_lazy("{count} invitation sent again.", "{count} invitations sent again.", "count"),
        )

    @admin.action(description=_lazy("Withdraw the selected invitations: their links end"), permissions=["send"])
    @asks_first(
        ngettext_lazy("Withdraw {number} invitation", "Withdraw {number} invitations", "count"),
        consequence=_lazy("Their links end. Whoever is still wanted has to be invited anew."),
        of=lambda rows: rows.waiting(),
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        done = ngettext_lazy("{count} invitation withdrawn.", "{count} invitations withdrawn.", "count")
        self._each(request, queryset.waiting(), invitations.withdraw, done)

    def _each(self, request: HttpRequest, queryset: QuerySet[Invitation], do: Any, done: Promise) -> None:
        count = 0
        for invitation in queryset:
            try:
                do(invitation)
            except ValidationError as error:
                messages.error(request, f"{invitation.email}: {error.messages[0]}")
            else:
                count += 1
        messages.success(request, done.format(count=count))


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """All activity of the site, in runs, as an owner reads that of an organization; a row's own page shows it whole."""

    list_title = _lazy("Activity")
    fields = ("when", "who", "action_name", "subject", "organization", "old", "new")
    readonly_fields = ("when", "who", "action_name")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="assessments_auditevent_export"), *super(ListAdmin, self).get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, organizations, events = self._asked(request)
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title,
            "opts": self.opts,
            "address": list_address("auditevent"),
            "person": form.data.get("actor", ""),
            **overview(request, form, organizations, events),
        }
        return TemplateResponse(request, "admin/assessments/auditevent/change_list.html", context)

    def export_view(self, request: HttpRequest) -> FileResponse:
        """All entries that the page is narrowed to, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, organizations, events = self._asked(request)
        events = events_asked_for(form, form.among(organizations), events)
        trail.record(trail.Action.LIST_EXPORTED, organization=None, subject=self.list_title)
        return overview_csv(reading.narrowed(events, **form.narrowing))

    def _asked(self, request: HttpRequest) -> tuple[OverviewForm, QuerySet[Organization], QuerySet[AuditEvent]]:
        """How it is narrowed, and all there is: of one account only, where a person's page leads here."""
        actor = request.GET.get("actor", "")
        is_number = actor.isdecimal() and len(actor) < LONGEST_NUMBER
        events = AuditEvent.objects.filter(actor=actor) if is_number else AuditEvent.objects.all()
        return OverviewForm(request.GET), Organization.objects.all(), events

    @admin.display(description=pgettext_lazy("it was done", "When"))
    def when(self, row: AuditEvent) -> str:
        return date_format(timezone.localtime(row.at), "DAY_TIME")

    @admin.display(description=pgettext_lazy("did it", "Who"))
    def who(self, row: AuditEvent) -> str:
        return row.who

    @admin.display(description=pgettext_lazy("was done", "What"))
    def action_name(self, row: AuditEvent) -> str:
        return row.get_action_display()


class BelongingAdmin(ListAdmin):
    """A long list of who is where, reached from a person, a team or an organization; rows are added on their pages."""

    list_filter = ("role",)

    @admin.display(description=_lazy("Since"), ordering="created_at")
    def since(self, row: Any) -> str:
        return day(row.created_at)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(BelongingAdmin):
    list_title = _lazy("Memberships")
    list_display = ("user", "organization", "role", "since")
    list_select_related = ("user", "organization")
    search_fields = ("user__name", "user__email", "organization__name")
    search_help_text = _lazy("Search by person or organization.")
    ordering = ("organization__name_sort", "user__name_sort")
    export_name = "members"
    export_header = (_lazy("Person"), _lazy("Email"), _lazy("Organization"), _lazy("Role"), _lazy("Since"))

    def export_row(self, row: Membership) -> Iterable[object]:
        since = f"{row.created_at:%Y-%m-%d}"
        return (row.user.name, row.user.email, row.organization, row.get_role_display(), since)


@admin.register(TeamMembership)
class TeamMembershipAdmin(BelongingAdmin):
    list_title = _lazy("Team members")
    list_display = ("user", "team", "since")
    list_filter = ()
    list_select_related = ("user", "team")
    search_fields = ("user__name", "user__email", "team__name")
    search_help_text = _lazy("Search by person or team.")
    ordering = ("team__name_sort", "user__name_sort")
    export_name = "team-members"
    export_header = (_lazy("Person"), _lazy("Email"), _lazy("Team"), _lazy("Since"))

    def export_row(self, row: TeamMembership) -> Iterable[object]:
        return (row.user.name, row.user.email, row.team, f"{row.created_at:%Y-%m-%d}")


@admin.register(TeamGrant)
class TeamGrantAdmin(BelongingAdmin):
    list_title = _lazy("Team grants")
    list_display = ("organization", "team", "role", "since")
    list_select_related = ("team", "organization")
    search_fields = ("team__name", "organization__name")
    search_help_text = _lazy("Search by organization or team.")
    ordering = ("organization__name_sort", "team__name_sort")
    export_name = "grants"
    export_header = (_lazy("Organization"), _lazy("Team"), _lazy("Role"), _lazy("Since"))

    def export_row(self, row: TeamGrant) -> Iterable[object]:
        return (row.organization, row.team, row.get_role_display(), f"{row.created_at:%Y-%m-%d}")
