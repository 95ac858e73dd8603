"""The queues of the site, each named once: for the page of the administration and for the metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

TRY_AGAIN = _lazy("Try again")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a queue, in words: what it is, where, for whom, since when, and how it stands."""

    pk: int
    what: str
    where: str
    who: str
    since: datetime | None
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that a worker works through. `since` is the column that says from when on one waits."""

    name: str  # as the metrics have it
    title: str | Promise
    rows: Callable[[], QuerySet[Any]]
    waiting: Q
    running: Q
    failed: Q
    since: str
    shown: Callable[[Any], Row]
    retry: Callable[[Any, HttpRequest], object]
    retry_label: str | Promise = TRY_AGAIN

    def count(self, condition: Q) -> int:
        return self.rows().filter(condition).count()

    def oldest(self) -> datetime | None:
        """Since when the one waits that waits longest."""
        found = self.rows().filter(self.waiting).exclude(**{self.since: None}).order_by(self.since)
        return found.values_list(self.since, flat=True).first()


QUEUES: dict[str, Queue] = {}


def register(*queues: Queue) -> None:
    QUEUES.update({queue.name: queue for queue in queues})
