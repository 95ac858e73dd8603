"""`docs/webhooks.md` holds: its Python verifies what is sent, its types are those there are, its body is a body."""

import json
import re

import pytest

from assessments.platform.encryption import decrypt
from assessments.scorecards import services as scorecards
from assessments.webhooks import sending, services
from assessments.webhooks.events import TEST, Event
from tests.factories import make_scorecard
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
JSON, *PYTHON = re.findall(r"```(?:json|python)\n(.*?)```", PAGE, re.S)


def run(code):
    names = {}
    exec(code, names)
    return names


@pytest.mark.django_db
def test_the_python_of_the_page_takes_what_is_sent_and_nothing_else(organization, webhook, receiver, owner):
    services.renew_secret(webhook, actor=owner)
    webhook.refresh_from_db()
    services.try_webhook(webhook)
    sending.deliver(webhook.pk)
    [heard] = receiver.heard
    body, headers = heard["body"].encode(), heard["headers"]
    receive, is_genuine = run(PYTHON[0])["receive"], run(PYTHON[1])["is_genuine"]

    for secret in (decrypt(webhook.secret), decrypt(webhook.old_secret)):
        assert receive(body, headers, secret)["type"] == TEST
        assert is_genuine(body, headers, secret)
    wrong = services._new_secret()
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 400)}
    for sent in ((body, headers, wrong), (body + b" ", headers, secret), (body, old, secret)):
        assert receive(*sent) is None
        assert not is_genuine(*sent)


@pytest.mark.django_db
def test_the_body_of_the_page_has_the_fields_of_one_that_is_sent(organization, webhook, receiver, owner):
    for levels in ([2] * 8, [1] * 8):
        scorecard = make_scorecard(organization, levels=levels)
        scorecards.sign_off(scorecard, actor=owner, digest=scorecards.answers_digest(scorecard))
    sending.deliver(webhook.pk)

    sent = [json.loads(heard["body"]) for heard in receiver.heard]
    below = next(body for body in sent if body["type"] == "line.below")
    assert shape(below) == shape(json.loads(JSON))


def shape(value):
    return {key: shape(each) for key, each in value.items()} if isinstance(value, dict) else type(value)


def test_the_page_lists_the_types_there_are():
    assert re.findall(r"^\| `(\w+\.\w+)` \|", PAGE, re.M) == [*Event.values, TEST]


def test_the_page_says_how_often_and_how_long():
    assert "tried nine times, after 1, 5 and 15 minutes and 1, 2, 4, 8 and 8¾ hours" in PAGE
    assert len(sending.WAITS) + 1 == 9
    hours = [wait.total_seconds() / 3600 for wait in sending.WAITS]
    assert hours == [1 / 60, 5 / 60, 15 / 60, 1, 2, 4, 8, 8.75]
    assert f"{sending.KEPT_FOR.days} days" in PAGE
