"""What the pages of batches iterate over."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.platform.names import fold
from assessments.reports.batches.models import ReportBatch, ReportBatchItem
from assessments.reports.models import Report

LISTED = 200


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One organization of a batch, as its person may see it now."""

    name: str
    slug: str
    report: Report | None
    state: str  # waiting, queued, running, done, failed, skipped
    words: str

    @property
    def is_settled(self) -> bool:
        return self.state in ("done", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Progress:
    rows: tuple[ItemRow, ...]
    hidden: int  # packed, and not to be opened by this person any more

    def count(self, *states: str) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def done(self) -> int:
        return self.count("done")

    @property
    def failed(self) -> int:
        return self.count("failed")

    @property
    def skipped(self) -> int:
        return self.count("skipped")

    @property
    def settled(self) -> int:
        return sum(row.is_settled for row in self.rows)


def batches_of(user: User) -> QuerySet[ReportBatch]:
    """A person's batches, the newest first, each with its numbers."""
    done = Q(items__report__status=Report.Status.DONE)
    return ReportBatch.objects.filter(requested_by=user).annotate(all=Count("items"), done=Count("items", filter=done))


def progress_of(batch: ReportBatch, user: User) -> Progress:
    """How far each organization has come; those that the person may not open any more are counted only."""
    roles = dict(
        Organization.objects.visible_to(user)
        .filter(pk__in=batch.items.values("organization"))
        .values_list("pk", "role")
    )
    items = batch.items.select_related("organization", "report").defer("report__snapshot")
    rows, hidden = [], 0
    for item in items.order_by("organization__name_sort", "pk"):
        if item.organization_id in roles:
            rows.append(_row(item))
        else:
            hidden += item.is_packed
    return Progress(tuple(rows), hidden)


def _row(item: ReportBatchItem) -> ItemRow:
    report, organization = item.report, item.organization
    if item.skipped:
        state, words = "skipped", str(item.get_skipped_display())
    elif item.asked_at is None:
        state, words = "waiting", _("Waiting for its turn")
    elif report is None:
        state, words = "skipped", str(ReportBatchItem.Skipped.GONE.label)
    else:
        state, words = report.status, report.error_told or str(report.get_status_display())
    return ItemRow(organization.name, organization.slug, report, state, words)


def choices_of(user: User, search: str = "") -> tuple[list[Organization], int]:
    """The organizations that a person may report on, by name, and how many there are in all."""
    organizations = Organization.objects.visible_to(user).filter(role__gte=Role.EDITOR)
    if search:
        organizations = organizations.filter(name_key__contains=fold(search))
    return list(organizations.order_by("name_sort", "pk")[:LISTED]), organizations.count()
