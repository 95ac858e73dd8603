"""Targets by category, the rhythm of assessments, scores from before, and the levels kept of what is signed off."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.scorecards.models import MAX_LEVEL

NOTE_MAX_LENGTH = 500
MAX_TOTAL = 40  # of the largest framework there may be


class CategoryTarget(models.Model):
    """The level that a category is to have reached, proven, on a day."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="targets")
    category_key = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    due_on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "category_key"], name="category_target_once"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=MAX_LEVEL), name="category_target_level_1_to_2"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_key}: {self.level} by {self.due_on}"


class Rhythm(models.Model):
    """How often an organization is assessed, and when next.

    `due_on` is kept: the last sign-off and so many months, or the day chosen where nothing is signed off yet
    (`rhythm.keep_due`). `reminded` hears of it before and after.
    """

    class Months(models.IntegerChoices):
        QUARTERLY = 3, _lazy("Every quarter")
        HALF_YEARLY = 6, _lazy("Every half-year")
        YEARLY = 12, _lazy("Every year")

    organization = models.OneToOneField("assessments.Organization", on_delete=models.CASCADE, related_name="rhythm")
    months = models.PositiveSmallIntegerField(_lazy("How often"), choices=Months)
    first_due_on = models.DateField(_lazy("First assessment due"), null=True, blank=True)
    due_on = models.DateField(db_index=True)
    reminded = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(months__in=[3, 6, 12]), name="rhythm_months_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_months_display()}, next on {self.due_on}"


class EarlierAssessment(models.Model):
    """A score from before, written down later: levels by category, claimed by whoever enters them, nothing proven.

    It is no scorecard, nobody signed it off, and it never counts for a verdict: it only gives a trend its beginning.
    """

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, related_name="earlier_assessments"
    )
    on = models.DateField()
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    levels = models.JSONField()  # by category key, 0 to 2, all of them
    notes = models.JSONField(default=dict, blank=True)  # by category key
    source = models.CharField(max_length=200, blank=True)
    total = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(MAX_TOTAL)])
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "on"], name="earlier_assessment_once_a_day"),
            models.CheckConstraint(condition=models.Q(total__lte=MAX_TOTAL), name="earlier_assessment_total_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.total} on {self.on}, entered later"

    @property
    def maximum(self) -> int:
        return framework.load(self.framework_key, self.framework_version).maximum

    @property
    def line(self) -> int:
        return framework.load(self.framework_key, self.framework_version).line
