"""A roadmap's items as rows of a spreadsheet."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from assessments.roadmaps.readings import RoadmapReading


def header() -> tuple[str, ...]:
    return (
        *(_("Phase"), _("Item"), _("Category"), _("Raises to level"), _("Owner"), _("Owner has left"), _("Due")),
        *(_("Effort"), _("Status"), _("Done on"), _("Overdue"), _("Reason dropped"), _("What to do")),
        *(_("Deliverable"), _("Done when")),
    )


def export_rows(reading: RoadmapReading) -> Iterable[tuple[object, ...]]:
    """In the order of the board; dates as 2026-09-14."""
    for row in reading.rows:
        item = row.item
        yield (
            row.phase,
            item.title,
            row.category,
            item.target_level,
            item.owner_label,
            _yes(item.has_owner_left),
            item.due_on.isoformat(),
            item.get_effort_display(),
            item.get_status_display(),
            item.done_on.isoformat() if item.done_on else "",
            _yes(row.is_overdue),
            item.dropped_reason,
            item.detail,
            item.deliverable,
            item.done_when,
        )


def _yes(value: bool) -> str:
    return _("yes") if value else ""
