"""Reports are stored in a directory of the test's own and sent through a broker in memory."""

import pytest
from celery import Celery, current_app


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


class Broker:
    """A broker in memory, and what was sent to it."""

    def __init__(self) -> None:
        self.app = Celery("tests", broker="memory://")

    def take(self) -> list[tuple[str, list]]:
        """The name and arguments of every message sent since the last look."""
        messages = []
        with self.app.connection() as connection, connection.SimpleQueue("celery") as queue:
            while queue.qsize():
                message = queue.get_nowait()
                messages.append((message.headers["task"], message.payload[0]))
                message.ack()
        return messages


@pytest.fixture(autouse=True)
def broker():
    previous, broker = current_app._get_current_object(), Broker()
    broker.app.set_current()
    broker.take()
    yield broker
    previous.set_current()
