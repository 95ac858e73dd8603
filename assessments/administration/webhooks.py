"""Administration of webhooks: who is told of what, and how it goes. They are made on the organizations' own pages."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from assessments.administration.asking import asks_first
from assessments.administration.lists import day
from assessments.administration.records import ReadOnlyAdmin
from assessments.webhooks.models import Webhook
from assessments.webhooks.services import switch_off

STATES = {
    "on": pgettext_lazy("webhook", "On"),
    "failing": pgettext_lazy("webhook", "Failing"),
    "off": pgettext_lazy("webhook", "Switched off"),
}


def _state(webhook: Webhook) -> Promise:
    if webhook.off_at:
        return STATES["off"]
    return STATES["failing" if webhook.failing_since else "on"]


class StateFilter(admin.SimpleListFilter):
    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        states = {
            "on": Q(off_at=None, failing_since=None),
            "failing": Q(off_at=None, failing_since__isnull=False),
            "off": Q(off_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    """What is shown of an address is where it leads; the rest of it, and the secrets, are shown to nobody."""

    list_title = _lazy("Webhooks")
    list_display = ("name", "whose", "host", "format", "state", "made_on")
    list_filter = (StateFilter, "format")
    list_select_related = ("organization", "team")
    search_fields = ("name", "host", "organization__name", "team__name")
    search_help_text = _lazy("Search by name, host, organization or team.")
    ordering = ("pk",)
    fields = (
        "name",
        "whose",
        "host",
        "format",
        "told_of",
        "state",
        "failing_since",
        "off_at",
        "created_at",
        "created_by",
    )
    readonly_fields = ("whose", "told_of", "state")
    actions = ["switch_off", "export_csv"]
    export_name = "webhooks"
    export_header = (
        _lazy("Name"),
        pgettext_lazy("whose", "Of"),
        _lazy("Host"),
        _lazy("Format"),
        _lazy("Events"),
        _lazy("State"),
        _lazy("Made (UTC)"),
    )

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.change_webhook")

    @admin.display(description=pgettext_lazy("whose", "Of"))
    def whose(self, row: Webhook) -> str:
        return str(row.owner) if row.organization else _("Team {team}").format(team=row.owner)

    @admin.display(description=_lazy("Told of"))
    def told_of(self, row: Webhook) -> str:
        return "; ".join(row.event_labels)

    @admin.display(description=_lazy("State"))
    def state(self, row: Webhook) -> Promise:
        return _state(row)

    @admin.display(description=_lazy("Made"), ordering="created_at")
    def made_on(self, row: Webhook) -> str:
        return day(row.created_at)

    def export_row(self, row: Webhook) -> Iterable[object]:
        made = f"{row.created_at:%Y-%m-%d}"
        return (row.name, self.whose(row), row.host, row.get_format_display(), self.told_of(row), _state(row), made)

    @admin.action(description=_lazy("Switch the selected webhooks off"), permissions=["end"])
    @asks_first(
        ngettext_lazy("Switch off {number} webhook", "Switch off {number} webhooks", "count"),
        consequence=_lazy("Their addresses are told nothing more. Who made them can switch them on again."),
        of=lambda rows: rows.filter(off_at=None),
    )
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        count = sum(switch_off(webhook, now=timezone.now()) for webhook in queryset)
        said = ngettext("{count} webhook switched off.", "{count} webhooks switched off.", count)
        messages.success(request, said.format(count=count))
