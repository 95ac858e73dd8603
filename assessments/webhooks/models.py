"""Webhooks of organizations and teams, and what was sent to them.

A `WebhookDelivery` is there as soon as what it tells of is, in the same transaction: the row is the truth, and the
queue only wakes a worker up.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy

from assessments.organizations.models import Organization, Role, Team
from assessments.platform.encryption import decrypt
from assessments.platform.name_fields import CleanNameField
from assessments.webhooks.events import TEST, Event
from assessments.webhooks.wording import spoken

OLD_SECRET_FOR = timedelta(hours=24)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def hearing_of(self, organization: int) -> Self:
        """Those told of what happens to an organization: its own, and those of teams that may edit it."""
        granted = models.Q(team__grants__organization=organization, team__grants__role__gte=Role.EDITOR)
        return self.filter(models.Q(organization=organization) | granted).distinct()


class Webhook(models.Model):
    """An address that is told of events, of one organization or of all that a team may edit.

    Address and secrets are encrypted, as chat programs let in whoever knows the address; `host` is what is shown of it.
    """

    class Format(models.TextChoices):
        JSON = "json", _lazy("JSON, as documented: for programs")
        SLACK = "slack", _lazy("A message in Slack")
        TEAMS = "teams", _lazy("A card in Microsoft Teams, by a workflow")
        MATTERMOST = "mattermost", _lazy("A message in Mattermost")

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, related_name="webhooks"
    )
    team = models.ForeignKey("assessments.Team", on_delete=models.CASCADE, null=True, related_name="webhooks")
    name = CleanNameField(max_length=80)
    address = models.TextField()
    host = models.CharField(max_length=300)
    format = models.CharField(max_length=10, choices=Format, default=Format.JSON)
    events = models.JSONField(default=list)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)  # signs, too, for a day after a change
    secret_changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)  # since when nothing arrived that was tried
    off_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization=None, team__isnull=False)
                | models.Q(organization__isnull=False, team=None),
                name="webhook_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Organization | Team:
        return self.organization or self.team  # type: ignore[return-value]  # the database keeps one of the two

    @property
    def event_labels(self) -> list[str]:
        return [str(event.label) for event in Event if event in self.events]

    def secrets(self, now: datetime) -> list[str]:
        """What signs now: the secret, and for a day the one before."""
        is_old_good = self.old_secret and now < self.secret_changed_at + OLD_SECRET_FOR
        return [decrypt(self.secret), *([decrypt(self.old_secret)] if is_old_good else [])]


class WebhookDelivery(models.Model):
    """One event on its way to one webhook. Everything said of the last try stands in the row."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("what is told to a webhook", "Waiting")
        SENDING = "sending", pgettext_lazy("what is told to a webhook", "Being sent")
        DONE = "done", pgettext_lazy("what is told to a webhook", "Delivered")
        FAILED = "failed", pgettext_lazy("what is told to a webhook", "Not delivered")
        DROPPED = "dropped", pgettext_lazy("what is told to a webhook", "Not sent")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, null=True, related_name="+")
    message_id = models.UUIDField(default=uuid4, unique=True)
    event = models.CharField(max_length=40)
    data = models.JSONField()
    happened_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)  # of the last try
    milliseconds = models.PositiveIntegerField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["try_at"], condition=models.Q(state__in=["waiting", "sending"]), name="webhook_delivery_due"
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_newest"),
        ]

    def __str__(self) -> str:
        return _("{event} to {webhook}").format(event=self.event, webhook=self.webhook)

    @property
    def is_test(self) -> bool:
        return self.event == TEST

    @property
    def is_on_its_way(self) -> bool:
        """A worker will try it in a moment, and not only after a pause."""
        return self.state == self.State.SENDING or (self.state == self.State.WAITING and not self.attempts)

    @property
    def event_label(self) -> str:
        return pgettext("of a webhook", "Test") if self.is_test else str(Event(self.event).label)

    @property
    def said_back(self) -> str:
        """Why it did not arrive, in the language of whoever reads it."""
        return spoken(self.error)

    @property
    def organization_name(self) -> str:
        return str(self.data.get("organization", {}).get("name", ""))
