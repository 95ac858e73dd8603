"""Reports for many organizations as one job of one person: a row each, and the ZIP that is made of them."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.reports.stored import told


def batch_path(batch: "ReportBatch", filename: str) -> str:
    return f"report-batches/{uuid4().hex}.zip"


class ReportBatch(models.Model):
    class Status(models.TextChoices):
        RUNNING = "running", pgettext_lazy("reports", "Being made")
        PACKING = "packing", _lazy("Being packed")
        DONE = "done", pgettext_lazy("reports", "Ready")
        FAILED = "failed", _lazy("Not packed")

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="report_batches"
    )
    requested_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64)
    unknown = models.PositiveIntegerField(default=0)  # chosen ids that were no organization of that person

    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    claim = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    file = models.FileField(upload_to=batch_path, max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "report batches"
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by", "digest"],
                condition=models.Q(status__in=["running", "packing"]),
                name="report_batch_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Reports of {self.requested_at:%Y-%m-%d}"

    @property
    def error_told(self) -> str:
        return told(self.error)

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.RUNNING, self.Status.PACKING)

    @property
    def waits_since(self) -> datetime | None:
        """When a worker last did something about it, as long as one has to."""
        return (self.heartbeat_at or self.requested_at) if self.is_under_way else None


class ReportBatchItem(models.Model):
    """One organization of a batch. With a report, what became of it stands in the report's own row."""

    class Skipped(models.TextChoices):
        NOT_ALLOWED = "not-allowed", _lazy("You may read this organization, but not make its report.")
        NO_SCORECARD = "no-scorecard", _lazy("It has no assessment yet.")
        NOT_SIGNED_OFF = "not-signed-off", _lazy("Nothing is signed off yet.")
        GONE = "gone", _lazy("The report was removed before it was packed.")
        REFUSED = "refused", _lazy("Its report could not be asked for.")

    batch = models.ForeignKey(ReportBatch, on_delete=models.CASCADE, related_name="items")
    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey("assessments.Report", on_delete=models.SET_NULL, null=True, related_name="batch_items")
    skipped = models.CharField(max_length=20, choices=Skipped, blank=True)
    asked_at = models.DateTimeField(null=True)
    is_packed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "organization"], name="report_batch_item_once")]

    def __str__(self) -> str:
        return f"{self.organization} in {self.batch}"


@receiver(models.signals.post_delete, sender=ReportBatch)
def delete_zip(instance: ReportBatch, **kwargs: object) -> None:
    if instance.file:
        transaction.on_commit(lambda: instance.file.storage.delete(instance.file.name), robust=True)
