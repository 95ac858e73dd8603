"""Having reports made by the calendar, and ending it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization, Role, Team
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRecipient
from assessments.reports.sharing.recipients import Recipient

MOST = 10
MOST_RECIPIENTS = 20


def start_schedule(
    *,
    actor: User,
    recipients: Sequence[Recipient],
    every: str,
    day: int,
    organization: Organization | None = None,
    team: Team | None = None,
    message: str = "",
    as_attachment: bool = False,
) -> ReportSchedule:
    """From its next day on, a report of the newest signed-off assessment is made and sent, once a month or quarter."""
    with transaction.atomic():
        if organization is not None:
            Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if ReportSchedule.objects.filter(organization=organization, team=team).count() >= MOST:
            raise ValidationError(
                _("There are {count} schedules already. End one that nobody needs.").format(count=MOST)
            )
        schedule = ReportSchedule.objects.create(
            organization=organization,
            team=team,
            every=every,
            day=day,
            message=message,
            as_attachment=as_attachment,
            created_by=actor,
            created_name=str(actor),
            since=timezone.now(),
        )
        ReportScheduleRecipient.objects.bulk_create(
            ReportScheduleRecipient(schedule=schedule, email=each.email, name=each.name) for each in recipients
        )
        _record(Action.REPORT_SCHEDULED, schedule, actor, f"{_every(schedule)}, to {len(recipients)}")
    return schedule


def start_for_team(team: Team, *, actor: User, **fields: object) -> ReportSchedule:
    """The same for every organization the team is granted and its maker may report on."""
    if not team.members.filter(pk=actor.pk).exists():
        raise ValidationError(_("You are not in this team."))
    if not organizations_of(team, actor).exists():
        raise ValidationError(_("This team has no organization that you may report on."))
    return start_schedule(actor=actor, team=team, **fields)  # type: ignore[arg-type]


def organizations_of(team: Team, person: User):  # type: ignore[no-untyped-def]  # annotated with the role
    """What a team's schedule covers: what the team is granted and the person may report on, by name."""
    mine = Organization.objects.visible_to(person).filter(role__gte=Role.EDITOR)
    return mine.filter(team_grants__team=team).order_by("name_sort", "pk")


def end_schedule(schedule: ReportSchedule, *, actor: User) -> None:
    with transaction.atomic():
        if ReportSchedule.objects.select_for_update().filter(pk=schedule.pk).exists():
            _record(Action.REPORT_SCHEDULE_ENDED, schedule, actor, "")
            schedule.delete()


def take_over(schedule: ReportSchedule, *, actor: User) -> None:
    """Go on with one that stopped because its maker may not report any more; what was missed is not made up for."""
    stopped = ReportSchedule.objects.filter(pk=schedule.pk).exclude(stopped_why="")
    stopped.update(created_by=actor, created_name=str(actor), since=timezone.now(), stopped_why="")


def _every(schedule: ReportSchedule) -> str:
    """As the activity keeps it, in English."""
    with translation.override("en"):
        return str(schedule.get_every_display())


def _record(action: Action, schedule: ReportSchedule, actor: User, what: str) -> None:
    subject = str(schedule.team) if schedule.team else _every(schedule)
    trail.record(action, organization=schedule.organization, subject=subject, new=what, actor=actor)
