"""A webhook of an organization, and a receiver in a process of its own that answers as it is told."""

import json
import sys

import pytest

from assessments.webhooks.models import Webhook
from tests.factories import make_organization, make_user, make_webhook
from tests.processes import environment, kill, start, stop, wait_for
from tests.reports.conftest import broker

__all__ = ["broker"]


class Receiver:
    """What runs `receiver.py`, and what it has heard."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        self.answers()

    def start(self):
        (self.folder / "port").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.webhooks.receiver", str(self.folder)]
        output = self.folder / "receiver.log"
        self.process = start(command, environment(self.folder), output=output)
        wait_for((self.folder / "port").exists, process=self.process, output=output)

    def kill(self):
        kill(self.process)

    def answers(self, **how):
        (self.folder / "answer.json").write_text(json.dumps(how))

    @property
    def address(self):
        return f"http://127.0.0.1:{(self.folder / 'port').read_text()}/hooks/secret-path?sig=secret-key"

    @property
    def heard(self):
        file = self.folder / "requests.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def receiver(tmp_path, settings):
    """Running, and allowed by the operator, as it is on this machine and without HTTPS."""
    settings.WEBHOOKS_ALLOWED = ["127.0.0.1"]
    folder = tmp_path / "receiver"
    folder.mkdir()
    receiver = Receiver(folder)
    receiver.start()
    yield receiver
    stop(receiver.process)


@pytest.fixture
def owner():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def webhook(organization, receiver) -> Webhook:
    return make_webhook(organization, address=receiver.address)
