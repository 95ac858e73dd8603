"""What a person wants to be reminded of and how, and which mails they have been sent.

A `Reminder` is one mail. Its row is there before the mail goes out, and no two rows may be about the same: whoever
inserts it first sends it, and nobody sends it again (`reminders.py`).
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

DAYS_BEFORE_MAX = 7


class ReminderSetting(models.Model):
    """Without a row everything is as by default: both mails come, and there is no calendar address."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_setting")
    due_notes = models.BooleanField(
        _lazy("A note before an item of mine is due, and one when it is overdue"), default=True
    )
    days_before = models.PositiveSmallIntegerField(_lazy("Days before"), default=2)
    weekly_digest = models.BooleanField(_lazy("My week, every Monday"), default=True)
    # The address holds a random token, of which only the hash is kept: who loses it makes a new one.
    calendar_sha256 = models.CharField(max_length=64, null=True, unique=True, editable=False)
    calendar_made_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days_before__gte=1, days_before__lte=DAYS_BEFORE_MAX),
                name="reminder_setting_days_before_in_a_week",
            )
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.user}"


class Reminder(models.Model):
    """One mail to one person: about what is due in one organization, or the digest of a week in all of them.

    `day` is the day of a note where the organization is, the Monday of a digest, and the day an assessment is due.
    `try_at` is when a mail that the server refused is tried again; without it, it is not.
    """

    class Kind(models.TextChoices):
        DUE = "due", _lazy("Note about due dates")
        DIGEST = "digest", _lazy("Digest of the week")
        SOON = "soon", _lazy("An assessment is due soon")
        LATE = "late", _lazy("An assessment is overdue")

    class State(models.TextChoices):
        CLAIMED = "claimed", _lazy("Being sent, or cut off while it was")
        SENT = "sent", _lazy("Sent")
        FAILED = "failed", _lazy("Refused by the mail server")
        NEEDLESS = "needless", _lazy("Not needed any more")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind)
    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField()
    key = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    attempts = models.PositiveSmallIntegerField(default=1)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"], condition=models.Q(kind="digest"), name="reminder_one_digest_a_week"
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "kind", "day"],
                condition=models.Q(kind__in=["soon", "late"]),
                name="reminder_once_for_an_assessment",
            ),
        ]
        indexes = [models.Index(fields=["try_at"], condition=models.Q(state="failed"), name="reminder_to_try_again")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.day}"


class ReminderItem(models.Model):
    """An item that a mail is about: once before a due date and once after it, and never twice on one day."""

    class About(models.TextChoices):
        BEFORE = "before", _lazy("Soon due")
        OVERDUE = "overdue", _lazy("Overdue")

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="items")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey("assessments.RoadmapItem", on_delete=models.CASCADE, related_name="reminder_items")
    about = models.CharField(max_length=10, choices=About)
    due_on = models.DateField()
    day = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "item", "about", "due_on"], name="reminder_once_for_a_due_date"),
            models.UniqueConstraint(fields=["user", "item", "day"], name="reminder_once_a_day_for_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.about} {self.due_on}"


class OverdueItem(models.Model):
    """That an item was seen to be overdue, and webhooks were told: once for each of its due dates."""

    item = models.ForeignKey("assessments.RoadmapItem", on_delete=models.CASCADE, related_name="overdue_dates")
    due_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "due_on"], name="overdue_item_once_for_a_due_date")]

    def __str__(self) -> str:
        return f"{self.item_id} overdue since {self.due_on}"
