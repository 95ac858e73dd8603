"""Rounds in which several people score a scorecard apart, what each of them said, and what was agreed.

Rows hold keys, never the framework's wording; the framework is the scorecard's. Once the scorecard is signed off the
database refuses every change to them but to links and reminders (see `scorecards/signing/immutability.py`).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.erasure import FORMER_MEMBER
from assessments.organizations.secret_links import SecretLink
from assessments.saving.models import Proof, delete_file
from assessments.scorecards.models import MAX_LEVEL

NOTE_MAX_LENGTH = 4_000
REASON_MAX_LENGTH = 300  # it becomes the reason of a level claimed on the scorecard
CANNOT_JUDGE = "x"


class Round(models.Model):
    """Several raters score one open scorecard apart. Blind: nobody sees another's scores before it is closed."""

    scorecard = models.ForeignKey("assessments.Scorecard", on_delete=models.CASCADE, related_name="rounds")
    due_on = models.DateField(null=True)
    is_blind = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard"], condition=models.Q(closed_at=None), name="round_one_open_per_scorecard"
            )
        ]

    def __str__(self) -> str:
        return f"Round of {self.scorecard}"

    @property
    def is_closed(self) -> bool:
        """Closed by somebody, or ended by the sign-off of its scorecard."""
        return self.closed_at is not None or self.scorecard.is_signed_off

    @property
    def is_shown(self) -> bool:
        """Whether raters see each other's scores."""
        return self.is_closed or not self.is_blind


class RaterQuerySet(models.QuerySet["Rater"]):
    def standing(self) -> Self:
        """Those whose scores count: nobody took them out."""
        return self.filter(removed_at=None)


class Rater(models.Model):
    """Somebody who scores: a member, a person who was invited, or whoever has the link made for them.

    `categories` are the keys of what they are asked; empty is all.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="raters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="ratings")
    invitation = models.ForeignKey("assessments.Invitation", on_delete=models.SET_NULL, null=True, related_name="+")
    rater_name = models.CharField(max_length=150)
    rater_role = models.CharField(max_length=120, blank=True)
    categories = models.JSONField(default=list, blank=True)
    finished_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RaterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user"], condition=models.Q(removed_at=None), name="rater_once_in_a_round"
            )
        ]

    def __str__(self) -> str:
        return self.rater_name

    @property
    def role(self) -> str:
        """What they do, in words; nothing of an erased person."""
        return "" if self.rater_role == FORMER_MEMBER else self.rater_role

    def is_asked(self, category: str) -> bool:
        return not self.categories or category in self.categories


class Rating(models.Model):
    """What one rater says of one category. That somebody cannot judge it is neither 0 nor open.

    What is written after the round was closed does not change what was said in it: it stands beside it, as late.
    """

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="ratings")
    category_key = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(null=True)
    cannot_judge = models.BooleanField(default=False)
    level_version = models.PositiveIntegerField(default=0)
    note = models.TextField(max_length=NOTE_MAX_LENGTH, blank=True)
    note_version = models.PositiveIntegerField(default=0)
    link = models.URLField(max_length=2000, blank=True)
    link_version = models.PositiveIntegerField(default=0)
    late_level = models.CharField(max_length=1, blank=True)
    late_note = models.TextField(max_length=NOTE_MAX_LENGTH, blank=True)
    late_link = models.URLField(max_length=2000, blank=True)
    late_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)  # when the scorecard took the link over as proof
    updated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "category_key"], name="rating_one_per_category"),
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__lte=MAX_LEVEL, cannot_judge=False),
                name="rating_level_0_to_2",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_key}: {self.choice or 'open'}"

    @property
    def choice(self) -> str:
        """As its control has it: 0, 1, 2, x for somebody who cannot judge, empty while open."""
        if self.level is not None:
            return str(self.level)
        return CANNOT_JUDGE if self.cannot_judge else ""

    @property
    def is_answered(self) -> bool:
        return self.level is not None or self.cannot_judge


class RaterEvidence(Proof):
    """A link or a file by which a rater shows what they say of a category; `is_late`: attached after the closing.

    Nobody else sees it before the round is closed. `taken_at`: when the scorecard took it over as proof.
    """

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="evidence")
    is_late = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True)

    class Meta(Proof.Meta):
        verbose_name_plural = _lazy("rater evidence")

    @property
    def organization_id(self) -> int:
        return self.rating.rater.round.scorecard.organization_id


models.signals.post_delete.connect(delete_file, sender=RaterEvidence)


class RaterLink(SecretLink):
    """A secret address at which a rater scores without an account. `email` is where reminders go, if anywhere."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="links")
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rater"], condition=models.Q(revoked_at=None), name="rater_link_one_per_rater"
            )
        ]

    def __str__(self) -> str:
        return f"Link for {self.rater}"


class Settlement(models.Model):
    """What was agreed on one category: the level, why, and who dissents (`dissenters`: their places in the
    round, the first asked being 1).

    `was_proposed`: the median was proposed and somebody accepted it. `taken_at`: when the scorecard took the level.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="settlements")
    category_key = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True)
    dissenters = models.JSONField(default=list, blank=True)
    was_proposed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "category_key"], name="settlement_one_per_category"),
            models.CheckConstraint(condition=models.Q(level__lte=MAX_LEVEL), name="settlement_level_0_to_2"),
        ]

    def __str__(self) -> str:
        return f"{self.category_key}: {self.level}"


class RoundReminder(models.Model):
    """One mail to one rater about one round. Its row is there before the mail goes out; nobody sends it twice.

    `try_at` is when a mail that the server refused is tried again; without it, it is not.
    """

    class Kind(models.TextChoices):
        SOON = "soon", _lazy("Due soon")
        LATE = "late", _lazy("Overdue")

    class State(models.TextChoices):
        CLAIMED = "claimed", _lazy("Being sent, or cut off while it was")
        SENT = "sent", _lazy("Sent")
        FAILED = "failed", _lazy("Refused by the mail server")
        NEEDLESS = "needless", _lazy("Not needed any more")

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    claimed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    try_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rater", "kind", "due_on"], name="round_reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.rater}"
