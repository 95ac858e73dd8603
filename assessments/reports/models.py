"""A report: one file, made by a worker from a snapshot that was frozen when the report was asked for."""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models.fields.json import KeyTransform
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import ngettext, pgettext_lazy

from assessments.framework.translating import is_english
from assessments.reports.stored import told

# A row keeps in English why its report could not be made.
WORKER_LOST = _noop(
    "The worker was lost {count} times while making this report. Your answers are safe. Check the worker's memory."
)


def report_path(report: "Report", filename: str) -> str:
    return f"reports/{report.organization_id}/{uuid4().hex}.{report.format}"


class ReportQuerySet(models.QuerySet["Report"]):
    def under_way(self) -> Self:
        return self.filter(status__in=[Report.Status.QUEUED, Report.Status.RUNNING])

    def unfinished(self) -> Self:
        """Those under way and those that failed, without their snapshots."""
        return self.exclude(status=Report.Status.DONE).defer("snapshot")

    def ready(self) -> Self:
        """The finished ones without their snapshots, each with the score it shows: `total` up to `high`."""
        result = KeyTransform("result", "snapshot")
        return (
            self.filter(status=Report.Status.DONE)
            .annotate(total=KeyTransform("total", result), high=KeyTransform("high", result))
            .annotate(maximum=KeyTransform("maximum", result), threshold=KeyTransform("threshold", result))
            .defer("snapshot")
        )


class Report(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("a report", "Waiting")
        RUNNING = "running", pgettext_lazy("a report", "Being made")
        DONE = "done", pgettext_lazy("a report", "Ready")
        FAILED = "failed", pgettext_lazy("a report", "Failed")

    class Format(models.TextChoices):
        """What the file is; the value is the end of its name."""

        PDF = "pdf", "PDF"
        DECK = "pptx", "PowerPoint"
        DOCUMENT = "docx", "Word"
        WORKBOOK = "xlsx", "Excel"
        JSON = "json", "JSON"

    STEPS = (_lazy("Reading the snapshot"), _lazy("Drawing charts"), _lazy("Setting pages"), _lazy("Writing the file"))

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="reports")
    scorecard = models.ForeignKey("assessments.Scorecard", on_delete=models.CASCADE, related_name="reports")
    title = models.CharField(max_length=200)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=4, choices=Format, default=Format.PDF)

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    requested_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_name = models.CharField(max_length=150, blank=True)
    finished_at = models.DateTimeField(null=True)

    file = models.FileField(upload_to=report_path, max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    pages = models.PositiveSmallIntegerField(default=0)
    blanks = models.PositiveIntegerField(default=0, help_text="characters that no font of the worker's machine had")

    is_kept = models.BooleanField(default=False)  # for good, whatever is said about how long reports are kept
    warned_at = models.DateTimeField(null=True)  # when somebody was told that it would go

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["status", "heartbeat_at"], name="report_by_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "snapshot_sha256", "format"],
                condition=models.Q(status__in=["queued", "running"]),
                name="report_once_at_a_time_per_snapshot",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def waits_since(self) -> datetime | None:
        """When a worker last did something about it, as long as one has to."""
        return (self.heartbeat_at or self.sent_at or self.requested_at) if self.is_under_way else None

    @property
    def length(self) -> str:
        """Its pages or slides with a comma behind them; nothing for what has none."""
        if not self.pages:
            return ""
        if self.format == self.Format.DECK:
            said = ngettext("{count} slide", "{count} slides", self.pages)
        else:
            said = ngettext("{count} page", "{count} pages", self.pages)
        return f"{said.format(count=self.pages)}, "

    @property
    def other_formats(self) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.Format.choices if value != self.format]

    @property
    def step_name(self) -> str:
        return str(self.STEPS[self.step - 1]) if self.step else ""

    @property
    def step_told(self) -> str:
        """The same within a sentence."""
        return self.step_name.lower() if is_english() else self.step_name

    @property
    def error_told(self) -> str:
        return told(self.error, WORKER_LOST)


# What a row holds while it waits for a worker, whatever has been tried before.
WAITING: dict[str, Any] = {
    "status": Report.Status.QUEUED,
    "step": 0,
    "claim": None,
    "heartbeat_at": None,
    "sent_at": None,
    "error": "",
    "finished_at": None,
}


@receiver(models.signals.post_delete, sender=Report)
def delete_file(instance: Report, **kwargs: object) -> None:
    """A file goes with its row, also when the row goes with its scorecard or organization; a failure is logged."""
    if instance.file:
        transaction.on_commit(lambda: instance.file.storage.delete(instance.file.name), robust=True)
