"""A scorecard and everything that is answered on it.

Rows hold keys and the framework's version, never the framework's wording. What can be edited separately carries its own
version number, so that a stale tab is noticed answer by answer. Once `signed_off_at` is set, the database itself
refuses every change (see `immutability.py`).
"""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver

MAX_LEVEL = 2
NOTE_MAX_LENGTH = 10_000
FACT_MAX_LENGTH = 2_000


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def open(self) -> Self:
        return self.filter(signed_off_at__isnull=True)

    def signed_off(self) -> Self:
        return self.filter(signed_off_at__isnull=False)

    def newest_first(self) -> Self:
        """The open one before the signed-off ones, these by date of sign-off."""
        return self.order_by(models.F("signed_off_at").desc(nulls_first=True), "-pk")


class Scorecard(models.Model):
    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="scorecards")
    title = models.CharField(max_length=120)
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    predecessor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="successors")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_off_name = models.CharField(max_length=150, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(signed_off_at__isnull=True),
                name="scorecard_one_open_per_organization",
            )
        ]
        indexes = [models.Index(fields=["organization", "signed_off_at"], name="scorecard_by_sign_off")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed_off(self) -> bool:
        return self.signed_off_at is not None


class ResponseQuerySet(models.QuerySet["Response"]):
    def with_support(self) -> Self:
        """Each with `has_evidence`, in the framework's order."""
        return self.annotate(has_evidence=models.Exists(Evidence.objects.filter(response=models.OuterRef("pk"))))


class Response(models.Model):
    """The answer to one category: a level, a measured figure and a note, each saved on its own."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="responses")
    category_key = models.CharField(max_length=60)

    level = models.PositiveSmallIntegerField(null=True)
    level_version = models.PositiveIntegerField(default=0)

    metric_key = models.CharField(max_length=80, blank=True)
    metric_name = models.CharField(max_length=120, blank=True)
    metric_value = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    metric_unit = models.CharField(max_length=60, blank=True)
    metric_on = models.DateField(null=True)
    metric_version = models.PositiveIntegerField(default=0)

    note = models.TextField(max_length=NOTE_MAX_LENGTH, blank=True)
    note_version = models.PositiveIntegerField(default=0)

    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "category_key"], name="response_one_per_category"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__lte=MAX_LEVEL), name="response_level_0_to_2"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_key}: {self.level}"

    @property
    def has_metric(self) -> bool:
        """A figure counts once it has a name and a value."""
        return self.metric_value is not None and bool(self.metric_key or self.metric_name)


class FactAnswer(models.Model):
    """The answer to one of the three facts asked of every scorecard; empty means missing."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="fact_answers")
    fact_key = models.CharField(max_length=60)
    answer = models.TextField(max_length=FACT_MAX_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["scorecard", "fact_key"], name="fact_answer_one_per_fact")]

    def __str__(self) -> str:
        return self.fact_key


def evidence_path(evidence: "Proof", filename: str) -> str:
    """A name nobody chose: the uploaded name is kept in the row and never reaches the disk."""
    return f"evidence/{evidence.organization_id}/{uuid4().hex}"


class Proof(models.Model):
    """A link, or a file that is only ever handed out as a download. What it proves is the subclass's to say."""

    title = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, blank=True)
    file = models.FileField(upload_to=evidence_path, max_length=200, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(url="", file__gt="") | models.Q(url__gt="", file=""),
                name="%(class)s_link_or_file",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def organization_id(self) -> int:
        """Whose it is: the folder its file lies in."""
        raise NotImplementedError


class Evidence(Proof):
    """What proves a level; members of the organization can download it."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="evidence")

    class Meta(Proof.Meta):
        pass

    @property
    def organization_id(self) -> int:
        return self.response.scorecard.organization_id


@receiver(models.signals.post_delete, sender=Evidence)
def delete_file(sender: type[Proof], instance: Proof, **kwargs: object) -> None:
    """A file goes with the last row that refers to it, also when rows go with their scorecard or organization.

    The rows are gone by then: a storage that fails for one file, which is logged, must not keep the others.
    """
    if instance.file:
        transaction.on_commit(lambda: _delete_if_unused(sender, instance.file), robust=True)


def _delete_if_unused(model: type[Proof], file: models.fields.files.FieldFile) -> None:
    if not model._default_manager.filter(file=file.name).exists():
        file.storage.delete(file.name)
