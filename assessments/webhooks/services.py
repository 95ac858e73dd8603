"""What can be done to a webhook: made, changed, given a new secret, tried, switched on again, ended."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Team
from assessments.platform.encryption import encrypt, encrypt_again
from assessments.webhooks.connecting import host_of
from assessments.webhooks.events import TEST
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.sending import give_up_waiting, path_of, record
from assessments.webhooks.tasks import wake

MOST = 20
MOST_TESTS = 10  # that wait at the same time
FULL = format_lazy(_lazy("There are {most} webhooks already. Remove one that nobody needs."), most=MOST)
ENDED = _lazy("This webhook was removed meanwhile.")
OFF = _lazy("This webhook is switched off. Switch it on first.")
CHANGED = _lazy(
    "It was changed in another window meanwhile. What stands there now: {webhook}. Save again to put yours in its "
    "place."
)
TEST_TEXT = "This is a test from the AI Infrastructure Scorecard. What arrives here like this gets through."

State = WebhookDelivery.State


def make_webhook(
    owner: Organization | Team, *, name: str, address: str, format: str, events: Sequence[str], actor: User
) -> tuple[Webhook, str]:
    """Tell this address from now on. Returns the secret that signs, too, which is shown once."""
    secret = _new_secret()
    whose = {"organization": owner} if isinstance(owner, Organization) else {"team": owner}
    with transaction.atomic():
        type(owner).objects.select_for_update(no_key=True).get(pk=owner.pk)
        if owner.webhooks.count() >= MOST:
            raise ValidationError(FULL)
        webhook = Webhook.objects.create(
            **whose,
            name=name,
            address=encrypt(address),
            host=host_of(address),
            format=format,
            events=list(events),
            secret=encrypt(secret),
            created_by=actor,
        )
        record(webhook, new=f"Made, tells {webhook.host}", actor=actor)
    return webhook, secret


def change_webhook(
    webhook: Webhook, *, name: str, address: str, format: str, events: Sequence[str], version: int | None, actor: User
) -> None:
    """Change what it tells whom. An empty `address` leaves the one there is.

    ValidationError where it was changed since that `version`, or ended.
    """
    with transaction.atomic():
        now = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk).first()
        if now is None:
            raise ValidationError(ENDED)
        if now.version != version:
            raise ValidationError(CHANGED.format(webhook=_in_words(now)))
        before = _kept(now)
        now.name, now.format, now.events = name, format, list(events)
        if address:
            now.address, now.host = encrypt(address), host_of(address)
        now.version += 1
        now.save(update_fields=["name", "format", "events", "address", "host", "version"])
        after = _kept(now)
        record(now, old=before, new=after if after != before else "The address", actor=actor)


def _in_words(webhook: Webhook) -> str:
    return f"{webhook.name}, {webhook.host}, {webhook.get_format_display()}: {'; '.join(webhook.event_labels)}"


def _kept(webhook: Webhook) -> str:
    """As the activity keeps it."""
    with translation.override("en"):
        return _in_words(webhook)


def renew_secret(webhook: Webhook, *, actor: User) -> str:
    """A new secret, told once. The one before signs beside it for a day."""
    secret = _new_secret()
    with transaction.atomic():
        now = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk).first()
        if now is None:
            raise ValidationError(ENDED)
        now.old_secret, now.secret, now.secret_changed_at = now.secret, encrypt(secret), timezone.now()
        now.save(update_fields=["old_secret", "secret", "secret_changed_at"])
        record(now, new="New secret", actor=actor)
    return secret


def _new_secret() -> str:
    """As the Standard Webhooks write a symmetric one: 24 to 64 random bytes in Base64 behind a mark."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def try_webhook(webhook: Webhook) -> None:
    """Send a test as everything else is sent. ValidationError where it is off, or too many wait already."""
    now = timezone.now()
    with transaction.atomic():
        _refuse_off(webhook)
        if webhook.deliveries.filter(event=TEST, state__in=[State.WAITING, State.SENDING]).count() >= MOST_TESTS:
            raise ValidationError(_("Several tests wait already. Is a worker running?"))
        whose = webhook.organization
        data = {"organization": {"slug": whose.slug, "name": whose.name}} if whose else {}
        url = f"{settings.SITE_URL}{path_of(webhook, 'detail', webhook.pk)}"
        WebhookDelivery.objects.create(
            webhook=webhook,
            organization=whose,
            event=TEST,
            data={**data, "text": TEST_TEXT, "url": url},
            happened_at=now,
            try_at=now,
        )
        transaction.on_commit(partial(wake, webhook.pk), robust=True)


def _refuse_off(webhook: Webhook) -> None:
    if not Webhook.objects.filter(pk=webhook.pk, off_at=None).exists():
        raise ValidationError(OFF)


def send_again(delivery: WebhookDelivery) -> bool:
    """Send a delivery now, under the id it had. False while it is on its way; ValidationError where it is off."""
    with transaction.atomic():
        _refuse_off(delivery.webhook)
        ended = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=State.SENDING)
        if not ended.update(state=State.WAITING, attempts=0, try_at=timezone.now()):
            return False
        transaction.on_commit(partial(wake, delivery.webhook_id), robust=True)
    return True


def switch_on(webhook: Webhook, *, actor: User) -> None:
    """Tell of what happens from now on; what was missed can be sent again one by one."""
    with transaction.atomic():
        off = Webhook.objects.filter(pk=webhook.pk).exclude(off_at=None)
        if off.update(off_at=None, failing_since=None):
            record(webhook, new="Switched on again", actor=actor)


def switch_off(webhook: Webhook, *, now: datetime) -> bool:
    """What an administrator can do: it is told of nothing until somebody switches it on. False if it was off."""
    with transaction.atomic():
        if not Webhook.objects.filter(pk=webhook.pk, off_at=None).update(off_at=now, failing_since=None):
            return False
        give_up_waiting(webhook)
        record(webhook, new="Switched off")
    return True


def end_webhook(webhook: Webhook, *, actor: User) -> None:
    """Remove it with its log; one that ended meanwhile is no error."""
    with transaction.atomic():
        for found in Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk):
            record(webhook, old=f"Told {webhook.host}", new="Removed", actor=actor)
            found.delete()


def encrypt_webhooks() -> list[str]:
    """Store the addresses and secrets of every webhook with the first key; returns them as they are stored now."""
    stored = []
    for webhook in Webhook.objects.order_by("pk"):
        kept = {name: getattr(webhook, name) for name in ("address", "secret", "old_secret")}
        again = {name: encrypt_again(text) for name, text in kept.items() if text}
        Webhook.objects.filter(pk=webhook.pk).update(**again)
        stored += again.values()
    return stored
