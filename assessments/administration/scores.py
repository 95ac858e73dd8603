"""The administration's page of organizations, with what each has scored and when it last moved."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin
from django.db.models import Max, OuterRef, Subquery
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import scoring
from assessments.administration.lists import day
from assessments.administration.organizations import OrganizationAdmin as BaseAdmin
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.scorecards.models import Response
from assessments.scorecards.queries import latest_scorecards

VERDICTS = {
    scoring.Verdict.AT_RISK: _lazy("Spending risk"),
    scoring.Verdict.UNDETERMINED: _lazy("Undecided"),
    scoring.Verdict.ON_ITS_WORD: _lazy("On its word"),
    scoring.Verdict.CLEAR: _lazy("Clear"),
}


@admin.register(Organization)
class OrganizationAdmin(BaseAdmin):
    list_display = ("name", "industry", "hosting", "score", "verdict", "active_on", "member_count", "team_names")
    export_header = (
        _lazy("Name"),
        _lazy("Industry"),
        _lazy("Hosting"),
        _lazy("Proven"),
        _lazy("Claimed"),
        _lazy("Highest possible"),
        _lazy("Out of"),
        _lazy("Verdict"),
        _lazy("Last activity (UTC)"),
        _lazy("Members"),
        _lazy("Teams"),
    )

    def look_up(self, rows: list[Organization]) -> None:
        super().look_up(rows)
        scored = latest_scorecards(rows, facts=False)
        active = _last_activity(rows)
        for row in rows:
            found = scored.get(row.pk)
            row.result = found.result if found and not found.result.is_untouched else None
            signed_off_at = found.scorecard.signed_off_at if found else None
            row.active_at = max(filter(None, [row.created_at, signed_off_at, *active[row.pk]]))

    @admin.display(description=_lazy("Latest score"))
    def score(self, row: Organization) -> str | None:
        if row.result is None:
            return None
        low, high = row.result.total, row.result.high
        if row.result.unproven:
            said = (
                _("{low} of {maximum}, {proven} proven")
                if low == high
                else _("{low} to {high} of {maximum}, {proven} proven")
            )
        else:
            said = _("{low} of {maximum}") if low == high else _("{low} to {high} of {maximum}")
        return said.format(low=low, high=high, maximum=row.result.maximum, proven=row.result.proven_total)

    @admin.display(description=_lazy("Verdict"))
    def verdict(self, row: Organization) -> str | None:
        if row.result is None:
            return None
        return format_html(
            '<span class="verdict verdict--{}">{}</span>', row.result.verdict, VERDICTS[row.result.verdict]
        )

    @admin.display(description=_lazy("Last activity"))
    def active_on(self, row: Organization) -> str:
        return day(row.active_at)

    def export_row(self, row: Organization) -> Iterable[object]:
        result = row.result
        scored = ("", "", "", "", "")
        if result:
            totals = (result.proven_total, result.total, result.high)
            scored = (*totals, result.maximum, VERDICTS[result.verdict])
        active = f"{row.active_at:%Y-%m-%d %H:%M}"
        return (row.name, row.industry, self.hosting(row), *scored, active, row.member_count, row.team_names or "")


def _last_activity(organizations: list[Organization]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """When something was last recorded about each, and when an answer of it last changed."""
    newest = AuditEvent.objects.filter(organization=OuterRef("pk")).order_by("-at").values("at")[:1]
    changed = (
        Response.objects.filter(scorecard__organization=OuterRef("pk"))
        .order_by()
        .values("scorecard__organization")
        .annotate(at=Max("updated_at"))
        .values("at")
    )
    rows = Organization.objects.filter(pk__in=[organization.pk for organization in organizations])
    times = rows.order_by().values_list("pk", Subquery(newest), Subquery(changed))
    return {pk: (recorded, answered) for pk, recorded, answered in times}
