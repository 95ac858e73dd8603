"""When the clock sent each of its tasks last: whoever moves that time on sends the task, and nobody else does.

Times are those of the clocks' own hosts. One that is ahead sends a little early; the other then finds it sent.
"""

from collections.abc import Mapping
from datetime import datetime

from assessments.platform.models import ClockStroke


def sent_at(started: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each of the tasks was sent last; one that never was counts from when its clock started."""
    found = _found(started)
    if missing := set(started) - set(found):
        rows = [ClockStroke(name=name, at=started[name]) for name in sorted(missing)]
        ClockStroke.objects.bulk_create(rows, ignore_conflicts=True)  # another clock may start at this moment
        found = _found(started)
    return found


def _found(names: Mapping[str, datetime]) -> dict[str, datetime]:
    return dict(ClockStroke.objects.filter(name__in=names).values_list("name", "at"))


def claim(name: str, *, seen: datetime, now: datetime) -> bool:
    """Take this stroke, if it was not sent since it was `seen`."""
    return bool(ClockStroke.objects.filter(name=name, at=seen).update(at=now))


def give_back(name: str, *, seen: datetime, now: datetime) -> None:
    """Undo a claim whose task could not be sent."""
    ClockStroke.objects.filter(name=name, at=now).update(at=seen)
