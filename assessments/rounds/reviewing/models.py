"""A second pair of eyes before a sign-off: whether an organization asks for it, and what the reviewer said."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

WORD_MAX_LENGTH = 2_000


class ReviewSetting(models.Model):
    """An organization with a row asks for a review before every sign-off."""

    organization = models.OneToOneField(
        "assessments.Organization", on_delete=models.CASCADE, related_name="review_setting", primary_key=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.organization} asks for a review"


class SignOffReview(models.Model):
    """Somebody named reads the answers and approves them or sends them back, with comments by category.

    `digest` is the fingerprint of the answers that were approved: what changes afterwards is not. Frozen at sign-off.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _lazy("Waiting")
        APPROVED = "approved", _lazy("Approved")
        RETURNED = "returned", _lazy("Sent back")

    scorecard = models.ForeignKey("assessments.Scorecard", on_delete=models.CASCADE, related_name="sign_off_reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewer_name = models.CharField(max_length=150)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    word = models.TextField(max_length=WORD_MAX_LENGTH, blank=True)
    comments = models.JSONField(default=dict, blank=True)  # by category
    digest = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard"], condition=models.Q(state="waiting"), name="sign_off_review_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorecard}, reviewed by {self.reviewer_name}"
