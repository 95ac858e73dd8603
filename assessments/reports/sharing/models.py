"""Links by which people without an account read a report, who opened them, and the mails that carried them."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from assessments.organizations.secret_links import SecretLink
from assessments.platform.mailing import spoken

MESSAGE_MAX_LENGTH = 2_000


class ReportLink(SecretLink):
    """A secret address of one report, or, without one, of where the organization stands whenever it is opened."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="report_links")
    report = models.ForeignKey("assessments.Report", on_delete=models.CASCADE, null=True, related_name="links")
    delivery = models.ForeignKey(
        "assessments.ReportDelivery", on_delete=models.SET_NULL, null=True, related_name="links"
    )
    recipient = models.CharField(max_length=150, blank=True)
    is_watermarked = models.BooleanField(default=False)
    made_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Link to {self.report or 'the live result'}"


class ReportLinkOpening(models.Model):
    """A visit by a person. What is opened again within half an hour is the same one."""

    link = models.ForeignKey(ReportLink, on_delete=models.CASCADE, related_name="openings")
    at = models.DateTimeField()
    took_file = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.link} at {self.at}"


class ReportSending(models.Model):
    """One message to one or more people, about one report or several."""

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, related_name="report_sendings"
    )
    reports = models.ManyToManyField("assessments.Report", related_name="sendings")
    title = models.CharField(max_length=300)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sender_name = models.CharField(max_length=150, blank=True)
    message = models.TextField(max_length=MESSAGE_MAX_LENGTH, blank=True)
    as_attachment = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField()
    passcode = models.CharField(max_length=128, blank=True)  # hashed like a password; empty is none
    is_watermarked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class ReportDelivery(models.Model):
    """One mail to one person. Its row is the truth: it is there before the mail goes out."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("a mail", "Waiting")
        SENDING = "sending", pgettext_lazy("a mail", "Being sent")
        SENT = "sent", pgettext_lazy("a mail", "Sent")
        FAILED = "failed", pgettext_lazy("a mail", "Not sent")
        LOST = "lost", pgettext_lazy("a mail", "May not have arrived")

    sending = models.ForeignKey(ReportSending, on_delete=models.CASCADE, related_name="deliveries")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sending", "email"], name="report_delivery_once_per_address")]
        indexes = [models.Index(fields=["state", "try_at"], name="report_delivery_by_state")]

    def __str__(self) -> str:
        return f"{self.sending} to {self.who}"

    @property
    def error_told(self) -> str:
        return spoken(self.error)

    @property
    def who(self) -> str:
        return self.name or self.email

    @property
    def is_under_way(self) -> bool:
        """It will still be tried, without anybody doing anything."""
        return self.state in (self.State.WAITING, self.State.SENDING) or self.try_at is not None
