"""Signs of life of the processes that nobody sees: each writes its row every few seconds, and who asks reads its age.

Rows and not files: on a team server the processes need not share a disk.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from assessments.platform.models import Heartbeat

WORKER, CLOCK = "worker", "clock"
EVERY = 10  # seconds
SILENT_AFTER = timedelta(seconds=30)


def beat(name: str) -> None:
    """Say that the process of that name is alive; with several of one kind, any of them says it for all."""
    now = timezone.now()
    if not Heartbeat.objects.filter(name=name).update(at=now):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def heard_at(name: str) -> datetime | None:
    """When a process of that name last gave a sign of life; None if none ever did."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def silence(name: str) -> timedelta | None:
    """For how long nothing was heard; None if nothing ever was."""
    at = heard_at(name)
    return None if at is None else timezone.now() - at


def heard() -> dict[str, datetime]:
    """When each kind of process last gave a sign of life."""
    return dict(Heartbeat.objects.values_list("name", "at"))


def is_alive(name: str) -> bool:
    heard = silence(name)
    return heard is not None and heard < SILENT_AFTER
