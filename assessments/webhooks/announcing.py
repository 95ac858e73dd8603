"""Telling webhooks what has happened: called by the services that do it, within their transaction.

A delivery stands with what it tells of, or neither does. Nobody's name is told, so that none is left elsewhere when a
person is erased here.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from assessments.audit.trail import in_english
from assessments.organizations.models import Organization
from assessments.webhooks.events import Event
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.tasks import wake


def listeners(organization: int, *events: Event) -> list[Webhook]:
    """The webhooks that are on and told of any of these events of an organization; in one query."""
    on = Webhook.objects.hearing_of(organization).filter(off_at=None)
    return [webhook for webhook in on if set(events) & set(webhook.events)]


def announce(event: Event, organization: int, *, text: str | Promise, path: str, **data: Any) -> None:
    """Tell whoever listens. `text` is a sentence that does not name the organization, `path` leads to what it is about.

    Programs are told in English. What else is given stands in `data` of the body, as `docs/webhooks.md` says.
    """
    told = listeners(organization, event)
    about = Organization.objects.current().filter(pk=organization).first() if told else None
    if about is not None:
        _deliver(told, event, about, {"text": in_english(text), "url": f"{settings.SITE_URL}{path}", **data})


def _deliver(told: Sequence[Webhook], event: Event, organization: Organization, data: dict[str, Any]) -> None:
    now = timezone.now()
    whose = {"slug": organization.slug, "name": organization.name}
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook,
            organization=organization,
            event=event,
            data={"organization": whose, **data},
            happened_at=now,
            try_at=now,
        )
        for webhook in told
    )
    transaction.on_commit(partial(_wake_all, [webhook.pk for webhook in told]), robust=True)


def _wake_all(webhooks: Sequence[int]) -> None:
    for pk in webhooks:
        if not wake(pk):  # nor would the others arrive, and every attempt takes seconds
            break
