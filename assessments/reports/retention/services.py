"""Reports go after so many days: somebody is told first, and what is to be kept stays."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.reports.retention.models import ReportRetention

log = logging.getLogger(__name__)

MIN_DAYS, MAX_DAYS = 7, 3650
WARNED_BEFORE = timedelta(days=14)
NOTICE = timedelta(days=7)  # nothing goes sooner after somebody was told
LISTED = 20
FOREVER = 0


def days_of(organization: Organization) -> int:
    """For how many days the organization's reports are kept; 0 is for good."""
    own = ReportRetention.objects.filter(organization=organization).values_list("days", flat=True).first()
    return int(settings.REPORT_KEEP_DAYS if own is None else own)


def set_days(organization: Organization, *, days: int | None, actor: User) -> None:
    """Keep reports for so many days, 0 for good, None as whoever runs the site says."""
    with transaction.atomic():
        before = days_of(organization)
        ReportRetention.objects.update_or_create(organization=organization, defaults={"days": days})
        after = days_of(organization)
        if before != after:
            what = {"subject": "Reports are kept", "old": _said(before), "new": _said(after)}
            trail.record(Action.ORGANIZATION_CHANGED, organization=organization, actor=actor, **what)
            organization.reports.update(warned_at=None)  # what people were told no longer holds


def _said(days: int) -> str:
    return f"{days:,} days" if days else "for good"


def keep_report(report: Report, *, is_kept: bool, actor: User) -> None:
    """Keep a report whatever is said about the others, or no longer."""
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk).exclude(is_kept=is_kept).update(is_kept=is_kept, warned_at=None):
            new = "Kept for good" if is_kept else "Kept like the others"
            trail.record(
                Action.REPORT_KEPT, organization=report.organization_id, subject=report.title, new=new, actor=actor
            )


def goes_at(report: Report, days: int) -> datetime | None:
    """When a report goes; None if it does not. Never sooner than some days after somebody was told."""
    if not days or report.is_kept or report.finished_at is None:
        return None
    return max(report.finished_at + timedelta(days=days), (report.warned_at or timezone.now()) + NOTICE)


def expire_reports(now: datetime) -> None:
    """Tell people of what goes soon, and let go what they were told of. Safe to run any number of times."""
    own = dict(ReportRetention.objects.exclude(days=None).values_list("organization", "days"))
    organizations = Organization.objects.current()
    if not settings.REPORT_KEEP_DAYS:
        organizations = organizations.filter(pk__in=[pk for pk, days in own.items() if days])
    for organization in organizations.exclude(reports=None).order_by("pk").iterator(chunk_size=200):
        days = own.get(organization.pk, settings.REPORT_KEEP_DAYS)
        if days:
            _expire(organization, timedelta(days=days), now)


def _expire(organization: Organization, kept_for: timedelta, now: datetime) -> None:
    reports = Report.objects.filter(organization=organization, is_kept=False).exclude(finished_at=None)
    reports.filter(warned_at__isnull=False, finished_at__gt=now + WARNED_BEFORE - kept_for).update(warned_at=None)
    over = reports.filter(finished_at__lte=now - kept_for, warned_at__lte=now - NOTICE)
    for pk in list(over.values_list("pk", flat=True)):
        _let_go(over, pk)
    _warn(organization, reports.filter(warned_at=None, finished_at__lte=now + WARNED_BEFORE - kept_for), kept_for, now)


def _let_go(over: QuerySet[Report], pk: int) -> None:
    """The row goes with its file and its links; who deletes it first has it recorded."""
    with transaction.atomic():
        report = over.select_for_update().defer("snapshot").filter(pk=pk).first()
        if report is not None:
            trail.record(
                Action.REPORT_EXPIRED,
                organization=report.organization_id,
                subject=report.title,
                actor_name=trail.NOBODY,
            )
            report.delete()


def _warn(organization: Organization, due: QuerySet[Report], kept_for: timedelta, now: datetime) -> None:
    """One mail about all of them to each owner, and to whoever asked for one and may still read it."""
    with transaction.atomic():
        reports = list(due.select_for_update().defer("snapshot").order_by("finished_at", "pk"))
        if not reports:
            return
        Report.objects.filter(pk__in=[report.pk for report in reports]).update(warned_at=now)
        asked = {report.requested_by_id for report in reports}
        readers = {person for person in memberships.everybody_in(organization) if person.pk in asked}
        first = max(reports[0].finished_at + kept_for, now + NOTICE)
        notices.tell(
            memberships.owners_of(organization) | readers,
            subject=format_lazy(_lazy("Reports of {organization} are about to go"), organization=organization),
            text=_lazy_warning(organization, reports, first),
            path=reverse("report_list", args=[organization.slug]),
            foot=format_lazy(
                _lazy("You get this because reports of {organization} are kept for {days} days."),
                organization=organization,
                days=f"{kept_for.days:,}",
            ),
            but_actor=False,
        )


def _warning(organization: Organization, reports: list[Report], first: datetime) -> str:
    """What goes, and from when on, in the language that is spoken."""
    made = _("{title}, made {day}")
    lines = [f"- {made.format(title=r.title, day=_day(organization, r.finished_at))}" for r in reports[:LISTED]]
    if (rest := len(reports) - LISTED) > 0:
        lines.append(f"- {ngettext('and {count} more', 'and {count} more', rest).format(count=rest)}")
    said = _(
        "From {day} on these reports of {organization} are removed, with their files and the links to them:"
    ).format(day=_day(organization, first), organization=organization)
    keep = _("Keep or download what you still need:")
    return "\n\n".join([said, "\n".join(lines), keep])


_lazy_warning = lazy(_warning, str)


def _day(organization: Organization, at: datetime) -> str:
    return date_format(timezone.localtime(at, organization.zone), "DAY")
