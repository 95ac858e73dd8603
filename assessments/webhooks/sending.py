"""Sending what webhooks are to be told: each delivery claimed by its row, tried again with growing pauses for a day.

What arrives may arrive twice, as where a worker is killed before it has read the answer: the id of a message tells.
A webhook to which nothing gets through for a day is switched off, and its owners are told.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy
from standardwebhooks.webhooks import Webhook as Signer

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.models import Organization, Role, TeamGrant
from assessments.platform.encryption import decrypt
from assessments.webhooks.bodies import body_of
from assessments.webhooks.connecting import Answer, post
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.wording import GONE, NOT_TOLD, SWITCHED_OFF, WORKER_LOST

log = logging.getLogger(__name__)

RUN_SECONDS = 45  # after so long a run makes room for others
# Until a delivery is tried again; the last try is a little more than a day after the first.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 525))
OFF_AFTER = timedelta(hours=24)
LOST_AFTER = timedelta(minutes=2)  # a worker that has not said by now what came back is gone
KEPT_FOR = timedelta(days=30)

State = WebhookDelivery.State


def deliver(webhook_id: int) -> bool:
    """Send what is due, one after the other. True if there is more, and time to let others have their turn.

    One worker at a time sends to a webhook, and stops at the first delivery that gets no answer at all: who answers
    nobody keeps no worker busy.
    """
    ends = time.monotonic() + RUN_SECONDS
    while delivery := _claim(webhook_id):
        if _attempt(delivery) is None:
            return False
        if time.monotonic() > ends:
            return True
    return False


def _claim(webhook_id: int) -> WebhookDelivery | None:
    """The delivery that has been due the longest, for this worker alone; None where there is nothing to do for it."""
    now = timezone.now()
    own = WebhookDelivery.objects.filter(webhook=webhook_id, webhook__off_at=None)
    if own.filter(state=State.SENDING).exists():
        return None
    due = own.filter(state=State.WAITING, try_at__lte=now).order_by("try_at", "pk").first()
    if due is None:
        return None
    claim = uuid4()
    taken = WebhookDelivery.objects.filter(pk=due.pk, state=State.WAITING).update(
        state=State.SENDING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    claimed = WebhookDelivery.objects.select_related("webhook__organization", "webhook__team", "organization")
    return claimed.filter(pk=due.pk, claim=claim).first()


def _attempt(delivery: WebhookDelivery) -> bool | None:
    """Whether it arrived; None where nobody answered, so that the next one would not, either."""
    if reason := _why_not(delivery):
        _settle(delivery, state=State.DROPPED, error=reason, try_at=None)
        tried = WebhookDelivery.objects.filter(webhook=delivery.webhook_id, state=State.WAITING, attempts__gt=0)
        if not tried.exists():  # what fails next begins a day of its own
            Webhook.objects.filter(pk=delivery.webhook_id).update(failing_since=None)
        return False
    body = body_of(delivery)
    headers = signed(delivery, body, timezone.now())
    answer = post(decrypt(delivery.webhook.address), body, headers)
    with transaction.atomic():
        if answer.error:
            _failed(delivery, answer)
        elif _settle(delivery, state=State.DONE, try_at=None, **_said(answer)):
            Webhook.objects.filter(pk=delivery.webhook_id).exclude(failing_since=None).update(failing_since=None)
    return None if answer.status is None else not answer.error


def _why_not(delivery: WebhookDelivery) -> str:
    """Why it may not be sent any more, for what has changed since; empty if it may."""
    webhook, organization = delivery.webhook, delivery.organization
    about = organization or webhook.organization
    if about is not None and about.deleted_at:
        return GONE
    if webhook.team_id and organization is not None:
        grants = TeamGrant.objects.filter(team=webhook.team_id, organization=organization, role__gte=Role.EDITOR)
        return "" if grants.exists() else NOT_TOLD
    return ""


def signed(delivery: WebhookDelivery, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a delivery, with its signature by the scheme of https://www.standardwebhooks.com."""
    message = f"msg_{delivery.message_id.hex}"
    signatures = [Signer(secret).sign(message, now, body.decode()) for secret in delivery.webhook.secrets(now)]
    return {
        "Content-Type": "application/json",
        "User-Agent": "AI-Infrastructure-Scorecard",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _said(answer: Answer) -> Mapping[str, object]:
    return {
        "status_code": answer.status,
        "answer": answer.text,
        "error": answer.error,
        "milliseconds": answer.milliseconds,
    }


def _settle(delivery: WebhookDelivery, **values: object) -> bool:
    """Write what came of it, while this worker holds it."""
    held = WebhookDelivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=State.SENDING)
    return bool(held.update(claim=None, **values))


def _failed(delivery: WebhookDelivery, answer: Answer) -> None:
    """Wait for the next try, or give it up. A test is tried once, and says nothing about the day."""
    now = timezone.now()
    wait = WAITS[delivery.attempts - 1] if delivery.attempts <= len(WAITS) and not delivery.is_test else None
    state = State.WAITING if wait else State.FAILED
    if not _settle(delivery, state=state, try_at=now + wait if wait else None, **_said(answer)) or delivery.is_test:
        return
    own = Webhook.objects.filter(pk=delivery.webhook_id)
    own.filter(failing_since=None).update(failing_since=now)
    if own.filter(off_at=None, failing_since__lte=now - OFF_AFTER).update(off_at=now):
        _say_off(own.select_related("organization", "team").get())
    elif wait is None:  # others arrived meanwhile: what fails next begins a day of its own
        own.update(failing_since=None)


def _say_off(webhook: Webhook) -> None:
    """Give up what waits, and tell whoever looks after it."""
    give_up_waiting(webhook)
    record(webhook, new="Switched off after a day of failures")
    owner = webhook.owner
    is_of_organization = isinstance(owner, Organization)
    names = {"name": webhook.name, "owner": str(owner), "host": webhook.host}
    text = _lazy(
        "Nothing that “{name}” of {owner} was to tell {host} got through for a day, so it was switched off. The page "
        "says what came back. Once the receiver works, switch it on again."
    )
    of_organization, of_team = _lazy("You get this because you own the organization."), _lazy("You are in the team.")
    notices.tell(
        memberships.owners_of(owner) if is_of_organization else User.objects.filter(teams=owner),
        subject=format_lazy(_lazy("Webhook switched off: {name}, {owner}"), **names),
        text=format_lazy(text, **names),
        path=path_of(webhook, "detail", webhook.pk),
        foot=of_organization if is_of_organization else of_team,
        but_actor=False,
    )


def give_up_waiting(webhook: Webhook) -> None:
    waiting = WebhookDelivery.objects.filter(webhook=webhook, state=State.WAITING)
    waiting.update(state=State.FAILED, try_at=None, error=SWITCHED_OFF)


def path_of(webhook: Webhook, page: str, *more: int) -> str:
    """The path of one of its pages, of the organization or of the team."""
    if webhook.organization is not None:
        return reverse(f"webhook_{page}", args=[webhook.organization.slug, *more])
    return reverse(f"team_webhook_{page}", args=[webhook.team_id, *more])


def record(webhook: Webhook, *, old: str = "", new: str = "", actor: User | None = None) -> None:
    """An entry in the activity of the organization; of a team, in that of each organization it is told of."""
    places: list[int | None] = [webhook.organization_id]
    if webhook.team is not None:
        granted = webhook.team.grants.filter(role__gte=Role.EDITOR, organization__deleted_at=None)
        places = list(granted.values_list("organization", flat=True)) or [None]
    subject = f"Webhook: {webhook.name}" if webhook.team is None else f"Webhook of {webhook.team}: {webhook.name}"
    for place in places:
        trail.record(Action.ORGANIZATION_CHANGED, organization=place, subject=subject, old=old, new=new, actor=actor)


def sweep(now: datetime) -> list[int]:
    """Free what a lost worker holds, and return the webhooks to which something is due."""
    lost = WebhookDelivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LOST_AFTER)
    lost.filter(attempts__gt=len(WAITS)).update(state=State.FAILED, claim=None, try_at=None, error=WORKER_LOST)
    lost.update(state=State.WAITING, claim=None, try_at=now)
    due = WebhookDelivery.objects.filter(state=State.WAITING, try_at__lte=now, webhook__off_at=None)
    return list(due.order_by("webhook").values_list("webhook", flat=True).distinct())


def forget(now: datetime) -> int:
    """Take out of the log what ended long ago; returns how many rows went."""
    ended = WebhookDelivery.objects.exclude(state__in=[State.WAITING, State.SENDING])
    return ended.filter(happened_at__lt=now - KEPT_FOR).delete()[0]
