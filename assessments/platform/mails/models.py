"""What is kept of mails: how each went, who does without which kind, and which addresses do not take any."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy


class SentMail(models.Model):
    """One mail in the log: to whom, what about and how it went. What it said is not kept."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("a mail", "Waiting")
        SENT = "sent", pgettext_lazy("a mail", "Sent")
        REFUSED = "refused", _lazy("Refused by the mail server")
        LOST = "lost", _lazy("May not have arrived")
        RETURNED = "returned", _lazy("Came back")
        DROPPED = "dropped", _lazy("Not needed any more")
        UNWANTED = "unwanted", _lazy("Not sent: not wanted")
        HELD = "held", _lazy("Not sent: mails to this address come back")

    message_id = models.CharField(max_length=200, unique=True)
    email = models.EmailField(db_index=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State)
    said = models.CharField(_lazy("what the mail server said"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _lazy("mail")

    def __str__(self) -> str:
        return _("{subject}, to {email}").format(subject=self.subject, email=self.email)


class MailRefusal(models.Model):
    """That a person does without a kind of mail; of people without an account the address says who it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_refusal_once_of_a_person"),
            models.UniqueConstraint(
                fields=["email", "kind"], condition=models.Q(user=None), name="mail_refusal_once_of_an_address"
            ),
            models.CheckConstraint(
                condition=models.Q(user=None, email__gt="") | models.Q(user__isnull=False, email=""),
                name="mail_refusal_of_a_person_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.email} does without {self.kind}"


class ReturnedAddress(models.Model):
    """An address that mails come back from. `is_permanent` where nothing but a person will change that."""

    email = models.EmailField(unique=True)
    since = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=100)
    said = models.CharField(max_length=300, blank=True)
    is_permanent = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.email}: {self.reason}"

    @property
    def reason(self) -> str:
        """Why, in the language of whoever reads it."""
        return _(self.why) if self.why else ""


class ReadMailbox(models.Model):
    """How far a mailbox was read. Its numbers count from the start where `validity` is another one (RFC 3501)."""

    name = models.CharField(max_length=300, unique=True)
    validity = models.PositiveBigIntegerField(default=0)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} up to {self.last}"
