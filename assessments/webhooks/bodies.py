"""The body of a delivery, in the format that a webhook asks for. The same row makes the same bytes at every try."""

import json
import re
from datetime import UTC
from typing import Any

from assessments.webhooks.models import Webhook, WebhookDelivery

UNSEEN = "\u200b"  # between a sign and what follows it, so that the two mean nothing together
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#~|])")
OPEN = "Open in the scorecard"


def body_of(delivery: WebhookDelivery) -> bytes:
    """JSON in UTF-8."""
    made = {
        Webhook.Format.JSON: _json,
        Webhook.Format.SLACK: _slack,
        Webhook.Format.TEAMS: _teams,
        Webhook.Format.MATTERMOST: _mattermost,
    }[Webhook.Format(delivery.webhook.format)](delivery)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _json(delivery: WebhookDelivery) -> dict[str, Any]:
    at = delivery.happened_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"type": delivery.event, "timestamp": at, "data": delivery.data}


def _slack(delivery: WebhookDelivery) -> dict[str, Any]:
    """Plain text. Slack reads <…> as a mention or a link, so these are written as entities."""
    lines = _lines(delivery)
    text = "\n".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines)
    return {"text": f"{text}\n{delivery.data['url']}", "mrkdwn": False}


def _mattermost(delivery: WebhookDelivery) -> dict[str, Any]:
    """Mattermost reads Markdown, and mentions by @name or <!name>, whoever wrote them."""
    first, *more = (_without_markdown(line) for line in _lines(delivery))
    return {"text": "\n".join([f"**{first}**", *more, delivery.data["url"]])}


def _without_markdown(text: str) -> str:
    return re.sub("([@<])", rf"\1{UNSEEN}", MARKDOWN.sub(r"\\\1", text))


def _teams(delivery: WebhookDelivery) -> dict[str, Any]:
    """An Adaptive Card as workflows take it that begin with a webhook request to Teams; text runs hold no Markdown."""
    first, *more = _lines(delivery)
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": " ".join([first, *more]),
        "body": [_run(first, weight="Bolder", size="Medium"), *(_run(line) for line in more)],
        "actions": [{"type": "Action.OpenUrl", "title": OPEN, "url": delivery.data["url"]}],
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": content_type, "contentUrl": None, "content": card}],
    }


def _run(text: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def _lines(delivery: WebhookDelivery) -> list[str]:
    """Whom it is about, if anybody, and what happened."""
    return [" ".join(line.split()) for line in (delivery.organization_name, delivery.data["text"]) if line]
