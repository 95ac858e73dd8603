"""What the site itself keeps: when its processes were last alive, what the clock sent, the mail that waits."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy


class Heartbeat(models.Model):
    """When a process that nobody sees was last alive: the worker, the clock."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


class ClockStroke(models.Model):
    """When a task of the clock was sent last, by whichever clock."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


class WaitingMail(models.Model):
    """A mail that the mail server did not take. Once it has, the row goes.

    The text is encrypted, as it may hold a link that opens something. `about` names the row it is about, so that what
    is not true any more is not sent, `message_id` its row in the log; `try_at` is when it is tried again, at the next
    opportunity if there is none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("a mail", "Waiting")
        SENDING = "sending", pgettext_lazy("a mail", "Being sent")
        FAILED = "failed", pgettext_lazy("a mail", "Not sent")
        LOST = "lost", _lazy("May not have arrived")

    email = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    about = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40, default="notice")
    message_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _lazy("waiting mails")
        permissions = [("run_queue", "Can see what waits for a worker, of all organizations, and try it again")]

    def __str__(self) -> str:
        return _("{subject}, to {email}").format(subject=self.subject, email=self.email)
