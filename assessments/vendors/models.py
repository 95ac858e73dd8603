"""Vendors, the reviews of their answers, and the links by which they answer themselves.

Rows hold the keys of questions and the framework's version, never the framework's wording. What the buyer writes (the
rating, what they said, the follow-up) and what the vendor writes are parts of their own, each with a version.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.organizations.models import Organization
from assessments.organizations.secret_links import SecretLink, SecretLinkQuerySet
from assessments.platform.name_fields import CleanNameField, NamedOnce
from assessments.saving.models import Proof, delete_file

SAID_MAX_LENGTH = 10_000
FOLLOW_UP_MAX_LENGTH = 1_000
MAX_WEIGHT = 5


class Vendor(NamedOnce):
    """Who is asked: a vendor, or the organization's own team, which is asked in its own words."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="vendors")
    name = CleanNameField(max_length=120)
    is_own_team = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "name_key"], name="vendor_name_once")]

    def __str__(self) -> str:
        return self.name


class VendorReviewQuerySet(models.QuerySet["VendorReview"]):
    def of(self, organization: Organization) -> Self:
        return self.filter(vendor__organization=organization).select_related("vendor")

    def newest_first(self) -> Self:
        return self.order_by("-reviewed_on", "-pk")


class VendorReview(models.Model):
    """One round of questions to one vendor. A complete one no longer changes; the next starts as a copy of it."""

    class Kind(models.TextChoices):
        """What is offered, which decides what is asked first; empty where nobody said."""

        CLOUD = "cloud", pgettext_lazy("kind of offer", "Cloud")
        INFERENCE = "inference", _lazy("Managed inference")
        HARDWARE = "hardware", _lazy("Hardware")
        SPACE = "space", _lazy("Space and power")
        SOFTWARE = "software", _lazy("Software")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("vendor review", "Open")
        WAITING = "waiting", _lazy("Waiting for the vendor")
        COMPLETE = "complete", pgettext_lazy("vendor review", "Complete")

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="reviews")
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    hosting_model = models.CharField(max_length=20, choices=Organization.HostingModel)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    offer = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    reviewed_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    predecessor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="successors")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)
    # Who submitted for the vendor, as they say themselves.
    answered_by = models.CharField(max_length=150, blank=True)
    answered_role = models.CharField(max_length=120, blank=True)
    answered_email = models.EmailField(blank=True)

    objects = VendorReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor"],
                condition=~models.Q(status="complete"),
                name="vendor_review_one_open_per_vendor",
            )
        ]
        indexes = [models.Index(fields=["vendor", "-reviewed_on"], name="vendor_review_by_date")]

    def __str__(self) -> str:
        return f"{self.vendor}, {self.reviewed_on}"

    @property
    def is_complete(self) -> bool:
        return self.status == self.Status.COMPLETE


class VendorAnswer(models.Model):
    """The answer to one question: how the buyer rates it, what was said, and what the vendor wrote himself."""

    class Rating(models.TextChoices):
        NONE = "0", _lazy("No answer")
        CLAIMED = "1", _lazy("Claimed or partial")
        EVIDENCED = "2", _lazy("Specific and evidenced")
        NOT_APPLICABLE = "na", _lazy("Not applicable")

    review = models.ForeignKey(VendorReview, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=60)

    rating = models.CharField(max_length=2, choices=Rating, blank=True)
    rating_version = models.PositiveIntegerField(default=0)

    said = models.TextField(max_length=SAID_MAX_LENGTH, blank=True)
    said_version = models.PositiveIntegerField(default=0)

    follow_up = models.TextField(max_length=FOLLOW_UP_MAX_LENGTH, blank=True)
    follow_up_owner = models.CharField(max_length=150, blank=True)
    follow_up_on = models.DateField(null=True)
    follow_up_done = models.BooleanField(default=False)
    follow_up_version = models.PositiveIntegerField(default=0)

    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    vendor_said = models.TextField(max_length=SAID_MAX_LENGTH, blank=True)
    vendor_said_version = models.PositiveIntegerField(default=0)
    # The file that the vendor's words came in, as review/version; empty if they were typed by the link.
    vendor_said_from = models.CharField(max_length=40, blank=True)
    vendor_at = models.DateTimeField(null=True)  # when the vendor last wrote, attached or removed something here
    seen_at = models.DateTimeField(null=True)  # when the buyer last said that it was read
    # What the vendor wrote by a link for several clients while words from a file stood here: the buyer may take it.
    vendor_offered = models.TextField(max_length=SAID_MAX_LENGTH, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "question_key"], name="vendor_answer_one_per_question"),
            models.CheckConstraint(
                condition=models.Q(rating__in=["", "0", "1", "2", "na"]), name="vendor_answer_rating_known"
            ),
        ]
        indexes = [models.Index(fields=["question_key", "rating"], name="vendor_answer_by_rating")]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.rating or 'not answered'}"

    @property
    def is_new(self) -> bool:
        """The vendor has written something the buyer has not read yet."""
        return self.vendor_at is not None and (self.seen_at is None or self.seen_at < self.vendor_at)


class VendorEvidence(Proof):
    """What proves an answer, attached by the buyer or by the vendor himself.

    `figures` is what was taken of the file of a tool: `figures`, each with title, value, unit, day and provenance, and
    the `warnings` and `refusals` of the time, in sentences.
    """

    answer = models.ForeignKey(VendorAnswer, on_delete=models.CASCADE, related_name="evidence")
    by_vendor = models.BooleanField(default=False)
    figures = models.JSONField(default=dict, blank=True)

    class Meta(Proof.Meta):
        verbose_name_plural = "vendor evidence"

    @property
    def organization_id(self) -> int:
        return self.answer.review.vendor.organization_id


models.signals.post_delete.connect(delete_file, sender=VendorEvidence)


class VendorImport(models.Model):
    """What became of a workbook that was sent back: what was taken, and everything that was not, with its words."""

    review = models.ForeignKey(VendorReview, on_delete=models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=200)
    answers = models.PositiveIntegerField(default=0)
    links = models.PositiveIntegerField(default=0)
    report = models.JSONField()  # lines, notes, left
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.filename}, {self.review}"


class VendorRequest(models.Model):
    """One asking of a vendor: the secret address, the reviews that it feeds through their links, and its mails.

    The token is kept, encrypted, only as long as a reminder may still carry it.
    """

    token_sha256 = models.CharField(max_length=64, unique=True)
    token = models.TextField(blank=True)
    email = models.EmailField(blank=True)  # where the product mailed the address to; empty if it did not
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    mailed_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)  # when the clock reminds; never if there is no time
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=models.Q(reminded_at=None, remind_at__isnull=False),
                name="vendor_request_to_remind",
            ),
            models.Index(fields=["created_by", "-created_at"], name="vendor_request_by_maker"),
        ]

    def __str__(self) -> str:
        return f"Request of {self.created_at:%Y-%m-%d}"


class VendorLinkQuerySet(SecretLinkQuerySet):
    def untold(self) -> Self:
        """Submitted, and whoever made them was not mailed yet."""
        return self.filter(told_at=None, submitted_at__isnull=False, created_by__isnull=False)


class VendorLink(SecretLink):
    """The way by which the vendor's answers reach one review.

    All links of one request are opened by the request's token. `others` are the links beside this one, of the other
    clients, that the vendor's answers reach as well.
    """

    review = models.ForeignKey(VendorReview, on_delete=models.CASCADE, related_name="links")
    request = models.ForeignKey(VendorRequest, on_delete=models.CASCADE, null=True, related_name="links")
    # In which the vendor is spoken to; empty for what his browser asks for.
    language = models.CharField(max_length=5, blank=True, default="")
    submitted_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when whoever made it was mailed that it was submitted

    objects = VendorLinkQuerySet.as_manager()
    others: tuple["VendorLink", ...] = ()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=models.Q(revoked_at=None), name="vendor_link_one_per_review"
            )
        ]
        indexes = [
            models.Index(
                fields=["created_by"],
                condition=models.Q(told_at=None, submitted_at__isnull=False),
                name="vendor_link_untold",
            ),
            models.Index(fields=["created_by", "-told_at"], name="vendor_link_told"),
        ]

    def __str__(self) -> str:
        return f"Link to {self.review}"


class TopicWeight(models.Model):
    """How much a topic counts when an organization compares vendors; a topic without a row counts once."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="topic_weights")
    topic_key = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "topic_key"], name="topic_weight_once"),
            models.CheckConstraint(condition=models.Q(weight__lte=MAX_WEIGHT), name="topic_weight_0_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_key}: {self.weight}"
