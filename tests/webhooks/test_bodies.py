"""The bodies: ours, and those that chat programs show as they are, whatever stands in a name."""

import json

import pytest
from django.utils import timezone

from assessments.webhooks.bodies import UNSEEN, body_of
from assessments.webhooks.models import Webhook, WebhookDelivery

NAME = "A & B <!channel> @all *bold* [x](http://evil)"


def body(format, name=NAME, text="“Q3” is signed off.\nSecond line"):
    data = {"organization": {"slug": "a", "name": name}, "text": text, "url": "https://score.example.com/o/a/"}
    webhook = Webhook(format=format)
    return json.loads(
        body_of(WebhookDelivery(webhook=webhook, event="scorecard.signed_off", data=data, happened_at=timezone.now()))
    )


def test_slack_shows_a_name_as_it_is_and_nobody_is_called():
    assert body("slack") == {
        "text": (
            "A &amp; B &lt;!channel&gt; @all *bold* [x](http://evil)\n"
            "“Q3” is signed off. Second line\nhttps://score.example.com/o/a/"
        ),
        "mrkdwn": False,
    }


def test_mattermost_shows_a_name_as_it_is_and_nobody_is_called():
    assert body("mattermost") == {
        "text": (
            f"**A & B <{UNSEEN}!channel> @{UNSEEN}all \\*bold\\* \\[x\\]\\(http://evil\\)**\n"
            "“Q3” is signed off. Second line\nhttps://score.example.com/o/a/"
        )
    }


def test_teams_gets_a_card_of_text_runs_which_hold_no_markdown():
    sent = body("teams")

    [attachment] = sent["attachments"]
    card = attachment["content"]
    runs = [inline for block in card["body"] for inline in block["inlines"]]
    assert (sent["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert [run["text"] for run in runs] == [NAME, "“Q3” is signed off. Second line"]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open in the scorecard", "url": "https://score.example.com/o/a/"}
    ]


@pytest.mark.parametrize("format", Webhook.Format.values)
def test_a_test_of_a_team_names_no_organization(format):
    data = {"text": "This is a test.", "url": "https://score.example.com/teams/1/webhooks/2/"}
    delivery = WebhookDelivery(
        webhook=Webhook(format=format), event="webhook.test", data=data, happened_at=timezone.now()
    )

    assert "This is a test." in body_of(delivery).decode()
