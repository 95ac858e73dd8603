"""Making what is due by the calendar. Whoever inserts the row of a period makes its reports, and nobody else does."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.organizations import memberships
from assessments.organizations.models import Organization, Role
from assessments.platform.languages import language_of
from assessments.platform.time_zones import zone_of
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.models import Report
from assessments.reports.schedules import calendar
from assessments.reports.schedules.models import (
    NO_LONGER,
    NOBODY,
    NONE_MADE,
    NOT_SIGNED_OFF,
    ReportSchedule,
    ReportScheduleRun,
)
from assessments.reports.schedules.services import organizations_of
from assessments.reports.services import request_report
from assessments.reports.sharing.links import DEFAULT_DAYS
from assessments.reports.sharing.models import ReportSending
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.sendings import send_reports

log = logging.getLogger(__name__)

MOST_IN_MAIL = 100


def make_due(now: datetime) -> None:
    """Make what is due at that moment, wherever in the world the organizations are. Safe to run twice, and at once."""
    schedules = ReportSchedule.objects.filter(
        Q(organization__deleted_at=None) | Q(organization=None), stopped_why=""
    ).select_related("organization", "team", "created_by")
    for schedule in schedules.order_by("pk").iterator(chunk_size=200):
        period = calendar.due_period(schedule.every, schedule.day, _zone(schedule), now)
        if calendar.due_at(period, schedule.day, _zone(schedule)) <= schedule.since:
            continue
        if schedule.runs.filter(period_on=period).exists():
            continue
        try:
            _make(schedule, period, now)
        except IntegrityError:
            log.info("Period %s of schedule %s is made by another worker.", period, schedule.pk)
        except Exception:  # one schedule keeps no other from its reports; the next run tries it again
            log.exception("Schedule %s could not be made.", schedule.pk)
    send_made()


def _zone(schedule: ReportSchedule) -> ZoneInfo:
    """That of the organization; a team's organizations may be anywhere, so the site's own counts."""
    return schedule.organization.zone if schedule.organization else zone_of("")


def _make(schedule: ReportSchedule, period: object, now: datetime) -> None:
    """Write the row of the period and ask for its reports, both or neither."""
    with transaction.atomic():
        person = schedule.created_by
        if person is None or not person.is_active or not _may(schedule, person):
            _stop(schedule)
            return
        run = ReportScheduleRun.objects.create(schedule=schedule, period_on=period, at=now)
        with translation.override(language_of(person)):
            if schedule.organization is None:
                _ask_for_team(run, person)
            else:
                _ask_for_one(run, schedule.organization, person)


def _may(schedule: ReportSchedule, person: User) -> bool:
    if schedule.organization is not None:
        mine = Organization.objects.visible_to(person).filter(role__gte=Role.EDITOR, pk=schedule.organization_id)
        return mine.exists()
    return schedule.team.members.filter(pk=person.pk).exists() and organizations_of(schedule.team, person).exists()


def _stop(schedule: ReportSchedule) -> None:
    """Its maker has gone or lost the right: nothing is made in their name, and the owners are told once."""
    who = schedule.created_name
    why = NO_LONGER.format(who=who) if who else NOBODY
    running = ReportSchedule.objects.filter(pk=schedule.pk, stopped_why="")
    if not running.update(stopped_why=why[:200]) or schedule.organization is None:
        return
    notices.tell(
        memberships.owners_of(schedule.organization),
        subject=format_lazy(
            _lazy("Scheduled reports have stopped: {organization}"), organization=schedule.organization
        ),
        text=format_lazy(
            "{what} {why}",
            what=format_lazy(
                _lazy("The reports of {organization} are not made any more by the calendar."),
                organization=schedule.organization,
            ),
            why=format_lazy(_lazy(NO_LONGER), who=who) if who else _lazy(NOBODY),
        ),
        path=reverse("report_schedule_list", args=[schedule.organization.slug]),
        foot=_lazy("You get this because you own the organization."),
    )


def _ask_for_one(run: ReportScheduleRun, organization: Organization, person: User) -> None:
    signed_off = organization.scorecards.signed_off().order_by("-signed_off_at", "-pk").first()
    if signed_off is None:
        _note(run, note=NOT_SIGNED_OFF)
        return
    signed_off.organization = organization
    report = request_report(signed_off, actor=person)
    sending = _send(run.schedule, [report], person, organization=organization)
    _note(run, report=report, sending=sending)


def _ask_for_team(run: ReportScheduleRun, person: User) -> None:
    """A batch, as a person would ask for it, of what has something signed off."""
    organizations = organizations_of(run.schedule.team, person).exclude(scorecards__signed_off_at=None).distinct()
    chosen = [str(pk) for pk in organizations.values_list("pk", flat=True)[:500]]
    if not chosen:
        _note(run, note=NOT_SIGNED_OFF)
        return
    _note(run, batch=request_batch(chosen, actor=person, is_by_clock=True))


def _note(run: ReportScheduleRun, **values: object) -> None:
    ReportScheduleRun.objects.filter(pk=run.pk).update(**values)


def _send(
    schedule: ReportSchedule, reports: Sequence[Report], person: User, *, organization: Organization | None
) -> ReportSending:
    title = _("Reports of {team}").format(team=schedule.team) if schedule.team else ""
    return send_reports(
        reports,
        recipients=[Recipient(each.email, each.name) for each in schedule.recipients.all()],
        actor=person,
        days=DEFAULT_DAYS,
        organization=organization,
        title=title,
        message=schedule.message,
        as_attachment=schedule.as_attachment,
        is_by_clock=True,
    )


def send_made() -> None:
    """Send the reports of teams whose batch is packed: one mail to each reader, with all of them."""
    packed = ReportScheduleRun.objects.filter(
        sending=None, note="", batch__status__in=[ReportBatch.Status.DONE, ReportBatch.Status.FAILED]
    )
    for run in packed.select_related("schedule__team", "schedule__created_by", "batch"):
        try:
            with transaction.atomic():
                if packed.select_for_update(of=("self",)).filter(pk=run.pk).exists():
                    _send_batch(run)
        except Exception:
            log.exception("The reports of run %s could not be sent.", run.pk)


def _send_batch(run: ReportScheduleRun) -> None:
    person = run.schedule.created_by
    made = Report.objects.filter(batch_items__batch=run.batch, status=Report.Status.DONE).defer("snapshot")
    reports = list(made.order_by("organization__name_sort", "pk")[:MOST_IN_MAIL])
    if not reports or person is None:
        _note(run, note=NONE_MADE)
        return
    try:
        with translation.override(language_of(person)):
            sending = _send(run.schedule, reports, person, organization=None)
        _note(run, sending=sending)
    except ValidationError as refused:
        _note(run, note=refused.messages[0][:200])


def latest(schedules: Iterable[ReportSchedule], now: datetime) -> list[ReportSchedule]:
    """The schedules, each with when it is due next as `next_at`."""
    found = list(schedules)
    for schedule in found:
        schedule.next_at = calendar.next_due(schedule.every, schedule.day, _zone(schedule), max(now, schedule.since))
    return found
