"""A real worker with a real broker: killed while it sends, it loses nothing, and the receiver knows what came twice."""

import json
import sys
import time

import pytest

from tests.processes import environment, kill, migrated, run_python, running, start, wait_for
from tests.webhooks.conftest import Receiver

COMMAND = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--concurrency", "1"]
COMMAND += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]

TELL = """
import sys
from django.db import transaction
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event
from tests.factories import make_organization, make_webhook
organization = make_organization(name="Kestrel")
make_webhook(organization, address=sys.argv[1])
with transaction.atomic():
    announce(Event.ROUND_CLOSED, organization.pk, text="Closed.", path="/")
"""
# Two minutes on, as the sweep sees it.
SWEEP = """
from datetime import timedelta
from assessments.webhooks.models import WebhookDelivery
from assessments.webhooks.tasks import sweep_webhooks
WebhookDelivery.objects.filter(state="sending").update(claimed_at="2026-01-01T00:00Z")
sweep_webhooks()
"""
STATE = """
from assessments.webhooks.models import WebhookDelivery
print(*WebhookDelivery.objects.values_list("state", "attempts").get())
"""


@pytest.fixture
def hearing(tmp_path):
    folder = tmp_path / "receiver"
    folder.mkdir()
    receiver = Receiver(folder)
    receiver.start()
    yield receiver
    kill(receiver.process)


def test_a_worker_that_is_killed_while_it_sends_loses_nothing(tmp_path, hearing):
    migrated(tmp_path)
    env = environment(tmp_path, WEBHOOKS_ALLOWED="127.0.0.1")
    output = tmp_path / "worker.log"
    hearing.answers(wait=300)
    worker = start(COMMAND, env, output=output)
    try:
        run_python(TELL, env, hearing.address)
        wait_for(lambda: hearing.heard, process=worker, output=output)
    finally:
        kill(worker)
    assert run_python(STATE, env).split() == ["sending", "1"]

    hearing.answers()
    with running(COMMAND, env, output=output) as worker:
        run_python(SWEEP, env)
        wait_for(lambda: len(hearing.heard) > 1, process=worker, output=output)
        wait_for(lambda: run_python(STATE, env).split() == ["done", "2"], every=0.5)
        time.sleep(1)

    first, *more = hearing.heard
    assert {each["headers"]["webhook-id"] for each in more} == {first["headers"]["webhook-id"]}
    assert len(more) == 1
    assert json.loads(first["body"]) == json.loads(more[0]["body"])
