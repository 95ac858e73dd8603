"""A roadmap: ninety days of items in three phases, begun from a signed-off scorecard, and what is said about each item.

Rows hold keys and the framework's version, and texts as they were when an item was added: what a later version of the
framework drops stays readable. What can be edited separately carries its own version number, as on a scorecard; where
an item stands on the board has one, too.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.erasure import FORMER_MEMBER
from assessments.saving.models import Proof, delete_file

TITLE_MAX_LENGTH = 200
DETAIL_MAX_LENGTH = 4_000
LINE_MAX_LENGTH = 1_000
COMMENT_MAX_LENGTH = 4_000


class RoadmapQuerySet(models.QuerySet["Roadmap"]):
    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-pk")


class Roadmap(models.Model):
    """`scorecard` is the signed-off one whose levels the plan is to raise; day 1 is `starts_on`."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="roadmaps")
    scorecard = models.ForeignKey("assessments.Scorecard", on_delete=models.CASCADE, related_name="roadmaps")
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    starts_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RoadmapQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scorecard"], name="roadmap_one_per_scorecard")]
        indexes = [models.Index(fields=["organization", "-starts_on"], name="roadmap_by_start")]

    def __str__(self) -> str:
        return f"Roadmap from {self.starts_on}"


class RoadmapItemQuerySet(models.QuerySet["RoadmapItem"]):
    def in_order(self) -> Self:
        """As on the board, phase by phase in no particular order of phases."""
        return self.order_by("position", "pk")

    def planned(self) -> Self:
        return self.exclude(status=RoadmapItem.Status.DROPPED)

    def unfinished(self) -> Self:
        return self.filter(status__in=[RoadmapItem.Status.TO_DO, RoadmapItem.Status.DOING])

    def overdue(self, today: date) -> Self:
        return self.unfinished().filter(due_on__lt=today)

    def owned_by(self, user: models.Model) -> Self:
        """Theirs in organizations that are not deleted. Whoever leaves an organization owns nothing in it any more."""
        return self.filter(owner=user, roadmap__organization__deleted_at=None)


class RoadmapItem(models.Model):
    class Status(models.TextChoices):
        TO_DO = "todo", _lazy("Not started")
        DOING = "doing", _lazy("In progress")
        DONE = "done", _lazy("Done")
        DROPPED = "dropped", _lazy("Dropped")

    class Effort(models.TextChoices):
        SMALL = "S", _lazy("Small")
        MEDIUM = "M", _lazy("Medium")
        LARGE = "L", _lazy("Large")

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="items")
    # What the item was made from, such as "task:map-stack-layers"; empty for one written by hand.
    source_key = models.CharField(max_length=200, blank=True)
    phase_key = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    move_version = models.PositiveIntegerField(default=0)

    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    title_version = models.PositiveIntegerField(default=0)
    detail = models.TextField(max_length=DETAIL_MAX_LENGTH, blank=True)
    detail_version = models.PositiveIntegerField(default=0)
    deliverable = models.TextField(max_length=LINE_MAX_LENGTH, blank=True)
    deliverable_version = models.PositiveIntegerField(default=0)
    done_when = models.TextField(max_length=LINE_MAX_LENGTH, blank=True)
    done_when_version = models.PositiveIntegerField(default=0)

    # A member, or anybody by name. Of a member who left, the name stays, and `left_owner` says whose it was.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="roadmap_items"
    )
    owner_name = models.CharField(max_length=150, blank=True)
    left_owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    owner_version = models.PositiveIntegerField(default=0)

    due_on = models.DateField()
    due_version = models.PositiveIntegerField(default=0)
    effort = models.CharField(max_length=1, choices=Effort, blank=True)
    effort_version = models.PositiveIntegerField(default=0)

    status = models.CharField(max_length=10, choices=Status, default=Status.TO_DO)
    dropped_reason = models.CharField(max_length=500, blank=True)
    done_on = models.DateField(null=True)
    status_version = models.PositiveIntegerField(default=0)

    category_key = models.CharField(max_length=60, blank=True)
    target_level = models.PositiveSmallIntegerField(null=True)
    earns = models.JSONField(default=list, blank=True)  # keys of the category's deciders; none are all of them
    target_version = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RoadmapItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "source_key"],
                condition=models.Q(source_key__gt=""),
                name="roadmap_item_once_per_source",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="dropped") | models.Q(dropped_reason__gt=""),
                name="roadmap_item_dropped_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_on__isnull=False)
                | (~models.Q(status="done") & models.Q(done_on__isnull=True)),
                name="roadmap_item_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(target_level__isnull=True) | models.Q(target_level__in=(1, 2), category_key__gt=""),
                name="roadmap_item_target_of_a_category",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True) | models.Q(owner_name="", left_owner__isnull=True),
                name="roadmap_item_one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["roadmap", "position"], name="roadmap_item_by_position"),
            models.Index(fields=["owner", "status", "due_on"], name="roadmap_item_by_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.Status.TO_DO, self.Status.DOING)

    def is_overdue(self, today: date) -> bool:
        return self.is_unfinished and self.due_on < today

    @property
    def owner_label(self) -> str:
        """The owner's name, whoever it is; empty for nobody."""
        return str(self.owner) if self.owner_id else self.owner_name

    @property
    def has_owner_left(self) -> bool:
        return self.left_owner_id is not None or self.owner_name == FORMER_MEMBER


class DismissedSuggestion(models.Model):
    """A suggestion that somebody put aside; it can be brought back."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="dismissed_suggestions")
    source_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "source_key"], name="dismissed_suggestion_once_per_source")
        ]

    def __str__(self) -> str:
        return self.source_key


class RoadmapComment(models.Model):
    item = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=COMMENT_MAX_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.created_name} on {self.item_id}"


class RoadmapEvidence(Proof):
    """What proves that an item is done; members of the organization can download it."""

    item = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="evidence")

    class Meta(Proof.Meta):
        pass

    @property
    def organization_id(self) -> int:
        return self.item.roadmap.organization_id


models.signals.post_delete.connect(delete_file, sender=RoadmapEvidence)
