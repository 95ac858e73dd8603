"""When reports are made by themselves, for whom, and what became of each period."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _noop

from assessments.reports.sharing.models import MESSAGE_MAX_LENGTH
from assessments.reports.stored import told

# A row keeps in English why it stopped, or why nothing was made.
NO_LONGER = _noop("{who} may not make reports here any more. Somebody who may can take it over.")
NOT_SIGNED_OFF = _noop("Nothing was signed off, so there was nothing to report.")
NONE_MADE = _noop("None of the reports could be made.")
NOBODY = _noop("Whoever set it up may not make reports here any more. Somebody who may can take it over.")
LAST = 31


class ReportSchedule(models.Model):
    """Reports of one organization, or of all that a team is granted, by the month or the quarter."""

    class Every(models.TextChoices):
        MONTH = "month", _lazy("Every month")
        QUARTER = "quarter", _lazy("Every quarter")

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, related_name="report_schedules"
    )
    team = models.ForeignKey("assessments.Team", on_delete=models.CASCADE, null=True, related_name="report_schedules")
    every = models.CharField(max_length=10, choices=Every, default=Every.MONTH)
    day = models.PositiveSmallIntegerField(default=1)  # of the month, or of the quarter's first; 31 is the last one
    message = models.TextField(max_length=MESSAGE_MAX_LENGTH, blank=True)
    as_attachment = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    since = models.DateTimeField()  # what was due before is not made up for
    stopped_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization=None, team__isnull=False)
                | models.Q(organization__isnull=False, team=None),
                name="report_schedule_of_one",
            ),
            models.CheckConstraint(condition=models.Q(day__gte=1, day__lte=31), name="report_schedule_day_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.get_every_display()}, {self.organization or self.team}"

    @property
    def when(self) -> str:
        """How often and on which day; before it the team, if it is one's."""
        if self.every == self.Every.MONTH:
            said = _("Every month, last day") if self.day == LAST else _("Every month, day {day}")
            of_team = _("{team}: every month, last day") if self.day == LAST else _("{team}: every month, day {day}")
        else:
            said = _("Every quarter, last day") if self.day == LAST else _("Every quarter, day {day}")
            of_team = (
                _("{team}: every quarter, last day") if self.day == LAST else _("{team}: every quarter, day {day}")
            )
        return (of_team if self.team else said).format(team=self.team, day=self.day)

    @property
    def stopped_told(self) -> str:
        return told(self.stopped_why) if self.stopped_why == NOBODY else told(self.stopped_why, NO_LONGER)


class ReportScheduleRecipient(models.Model):
    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="recipients")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["schedule", "email"], name="report_schedule_recipient_once")]

    def __str__(self) -> str:
        return self.name or self.email


class ReportScheduleRun(models.Model):
    """What became of one period: whoever inserts its row makes it, and nobody makes it again."""

    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="runs")
    period_on = models.DateField()  # the first day of the month or quarter
    at = models.DateTimeField()
    report = models.ForeignKey("assessments.Report", on_delete=models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey("assessments.ReportBatch", on_delete=models.SET_NULL, null=True, related_name="runs")
    sending = models.ForeignKey("assessments.ReportSending", on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-period_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "period_on"], name="report_schedule_run_once_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.schedule}, {self.period_on}"

    @property
    def note_told(self) -> str:
        return told(self.note)
