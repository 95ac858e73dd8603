"""What tests of reminders start from: items with due dates, and a mail server that keeps what it gets."""

import logging
import re
import socket
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from assessments import framework
from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.roadmaps.models import Roadmap, RoadmapItem
from tests.factories import make_scorecard

Status = RoadmapItem.Status
logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server would tell every command


def read(response) -> tuple[int, str]:
    """An answer without what is random in it, and without its own address."""
    return response.status_code, re.sub(r'X-CSRFToken": "\w+|\?next=[^"]*', "", response.content.decode())


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def make_plan(organization: Organization | None = None, *, starts_on: date = date(2026, 11, 2)) -> Roadmap:
    """A roadmap without items."""
    scorecard = make_scorecard(organization)
    content = framework.current()
    return Roadmap.objects.create(
        organization=scorecard.organization,
        scorecard=scorecard,
        framework_key=content.key,
        framework_version=content.version,
        starts_on=starts_on,
    )


def make_owned(roadmap: Roadmap, *, due_on: date, owner: User | None = None, **fields: object) -> RoadmapItem:
    """An item of the organization's creator, unless `owner` says otherwise."""
    values = {"title": "Map the stack", "phase_key": framework.current().phases[0].key, "position": 0} | fields
    owner = owner or roadmap.organization.created_by
    return RoadmapItem.objects.create(roadmap=roadmap, due_on=due_on, owner=owner, **values)


class Sink:
    """A real SMTP server. `answer` may refuse a mail or wait, and says what the server replies to its text."""

    def __init__(self, port: int = 0) -> None:
        self.envelopes, self.answer = [], lambda envelope: "250 OK"
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())
        self.port = self.controller.port

    async def handle_DATA(self, server, session, envelope) -> str:
        reply = self.answer(envelope)
        if not isinstance(reply, str):
            reply = await reply
        if reply.startswith("250"):
            self.envelopes.append(envelope)
        return reply

    @property
    def messages(self):
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.envelopes]

    @property
    def recipients(self) -> list[str]:
        return sorted(address for envelope in self.envelopes for address in envelope.rcpt_tos)

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"].strip() for message in self.messages]

    @property
    def texts(self) -> list[str]:
        return [message.get_body(("plain",)).get_content().replace("\r\n", "\n") for message in self.messages]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def mail_server(port: int = 0):
    sink = Sink(port)
    sink.controller.start()
    try:
        yield sink
    finally:
        sink.controller.stop()
