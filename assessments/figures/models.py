"""What was measured: files that were read and wait for somebody to take their figures, and the figures taken."""

from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from django.utils import timezone

from assessments.figures import suits


def drop_path(drop: "FigureDrop", filename: str) -> str:
    """A name nobody chose, as for evidence."""
    return f"figures/{drop.organization_id}/{uuid4().hex}"


class FigureDrop(models.Model):
    """A file that was read and of which nothing is taken yet. It goes when its figures are taken, or within a day.

    Those dropped together share a `batch`. It was dropped on an assessment, where `category_key`, `decider_key` and
    `fact_key` say on what of it, on a scenario, or on an answer about a vendor, there by the buyer or `by_vendor`.
    `reading` is what the readers say, `file` its text with `masked` secrets, kept only until then.
    """

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="figure_drops")
    scorecard = models.ForeignKey(
        "assessments.Scorecard", on_delete=models.CASCADE, null=True, related_name="figure_drops"
    )
    scenario = models.ForeignKey(
        "assessments.Scenario", on_delete=models.CASCADE, null=True, related_name="figure_drops"
    )
    vendor_answer = models.ForeignKey(
        "assessments.VendorAnswer", on_delete=models.CASCADE, null=True, related_name="figure_drops"
    )
    by_vendor = models.BooleanField(default=False)
    batch = models.UUIDField(default=uuid4, db_index=True)
    category_key = models.CharField(max_length=60, blank=True)
    decider_key = models.CharField(max_length=60, blank=True)
    fact_key = models.CharField(max_length=60, blank=True)
    filename = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    reading = models.JSONField()
    head = models.TextField(blank=True)
    masked = models.JSONField(default=list, blank=True)
    file = models.FileField(upload_to=drop_path, max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(scorecard__isnull=False, scenario__isnull=True, vendor_answer__isnull=True)
                    | models.Q(scorecard__isnull=True, scenario__isnull=False, vendor_answer__isnull=True)
                    | models.Q(scorecard__isnull=True, scenario__isnull=True, vendor_answer__isnull=False)
                ),
                name="figure_drop_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.filename


class MeasuredFigure(models.Model):
    """A figure of an organization, taken on a day: what its history is drawn from, whatever becomes of an assessment.

    `name`, `statistic` and `kind` say what it is (see `suits.py`), `service` of what. `key` is the same for the same
    figure of the same file, so that it is there once.
    """

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, related_name="measured_figures"
    )
    name = models.CharField(max_length=40)
    statistic = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    service = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    unit = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    provenance = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="measured_figure_once")]

    def __str__(self) -> str:
        return self.title


def title_within(figure: MeasuredFigure) -> str:
    """What a figure is called in the language that is spoken; as it is kept, where somebody named it otherwise."""
    return suits.said(figure.title, figure.name, figure.statistic, figure.kind)


class FigureSource(models.Model):
    """A Prometheus-compatible server whose readings join the history of an organization every hour.

    `queries` has one query a line; `token` is encrypted, and empty where the server asks for none.
    """

    organization = models.OneToOneField(
        "assessments.Organization", on_delete=models.CASCADE, related_name="figure_source"
    )
    address = models.CharField(max_length=500)
    token = models.TextField(blank=True)
    queries = models.TextField()
    service = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.address


@receiver(models.signals.post_delete, sender=FigureDrop)
def delete_file(sender: type[FigureDrop], instance: FigureDrop, **kwargs: object) -> None:
    if instance.file:
        transaction.on_commit(lambda: instance.file.storage.delete(instance.file.name), robust=True)
