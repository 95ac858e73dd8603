"""The audit trail as it is read: narrowed, a page at a time, and with what is of one kind in a row as one line.

A run is what one person did of one kind in one organization on one day, with nothing else between it in what is shown.
A page ends where a run ends, so that none is split and its number is true; one that is longer than a page reads is
shown by itself, in pieces that say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.audit.models import AuditEvent
from assessments.audit.wording import together
from assessments.framework.translating import number
from assessments.platform.name_fields import Folded
from assessments.platform.names import fold
from assessments.scoring.words import listing

SEARCHED = 500  # entries that one search looks at
WALKED = 2_000  # entries that are looked at for a kind or a person where many organizations are shown together
READ = 200  # entries that a page of runs looks at
LINES = 50  # of a page
OPENED = 20  # entries that the line of a run opens to
NAMED = 2  # things that the line of a run names
BETWEEN = Value(" ¶ ")


def narrowed(
    events: QuerySet[AuditEvent], *, action: str, who: str, search: str, day: date | None = None
) -> QuerySet[AuditEvent]:
    """Entries of one kind, by one person, of one day where the reader is, with a word in them."""
    if action:
        events = events.filter(action=action)
    if who:
        events = events.filter(actor_name=who)
    if day:
        begin = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
        end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())
        events = events.filter(at__gte=begin, at__lt=end)
    return _with_word(events, search) if search else events


def _with_word(events: QuerySet[AuditEvent], search: str) -> QuerySet[AuditEvent]:
    whole = Concat("subject", BETWEEN, "old", BETWEEN, "new", output_field=TextField())  # one to fold instead of three
    return events.alias(searched=Folded(whole)).filter(searched__contains=fold(search))


@dataclass(frozen=True, slots=True)
class EventPage:
    """`older` is the key of where to go on, empty at the end. `is_searched_on` says that there is more to search."""

    events: tuple[AuditEvent, ...]
    older: str
    is_searched_on: bool = False


def event_page(
    events: QuerySet[AuditEvent],
    *,
    action: str,
    who: str,
    search: str,
    older_than: str,
    size: int,
    day: date | None = None,
    related: Sequence[str] = (),
    is_broad: bool = False,
) -> EventPage:
    """A page of the audit trail from a key on, which costs the same however much there is.

    A word is looked for among `SEARCHED` entries at a time. Of many organizations (`is_broad`) no index knows kinds and
    people: they are looked for among `WALKED` entries at a time. A key that is none leads to the newest.

    Rows are asked for by their keys, which the index of times alone gives: asked for whole, SQLite sorts all there are.
    """
    if is_broad:
        events = narrowed(events, action="", who="", search="", day=day)
    else:
        events = narrowed(events, action=action, who=who, search="", day=day)
        action = who = ""
    if place := _place(older_than):
        at, pk = place
        events = events.filter(at__lte=at).exclude(at=at, pk__gte=pk)
    if not (action or who or search):
        rows = AuditEvent.objects.filter(pk__in=events[: size + 1].values("pk")) if is_broad else events
        found = tuple(_with_related(rows, related)[: size + 1])
        return EventPage(found[:size], _event_key(found[size - 1]) if len(found) > size else "")
    most = SEARCHED if search else WALKED
    last = _nth(events, most)
    among = _with_related(AuditEvent.objects.filter(pk__in=events[:most].values("pk")), related)
    found = tuple(narrowed(among, action=action, who=who, search=search)[: size + 1])
    if len(found) > size:
        return EventPage(found[:size], _event_key(found[size - 1]))
    return EventPage(found, last, is_searched_on=bool(last))


def _nth(events: QuerySet[AuditEvent], number: int) -> str:
    """The key of that one of the entries, empty if they are fewer."""
    places = list(events.values_list("at", "pk")[:number])  # with an offset, SQLite sorts all there are
    return f"{places[-1][0].isoformat()}.{places[-1][1]}" if len(places) == number else ""


def _with_related(events: QuerySet[AuditEvent], related: Sequence[str]) -> QuerySet[AuditEvent]:
    return events.select_related(*related) if related else events


def _event_key(event: AuditEvent) -> str:
    return f"{event.at.isoformat()}.{event.pk}"


def is_event_key(key: str) -> bool:
    """Whether a text is the key of a place in an audit trail."""
    return _place(key) is not None


def _place(key: str) -> tuple[datetime, int] | None:
    moment, _, pk = key.rpartition(".")
    try:
        at, number = datetime.fromisoformat(moment), int(pk)
        return (at.astimezone(UTC), number) if at.tzinfo and 0 < number < 2**63 else None
    except (ValueError, OverflowError):  # no moment, or one that is in no year elsewhere
        return None


# Runs


@dataclass(frozen=True)
class Run:
    """Entries in a row that one line stands for, the newest first.

    `goes_on` says that older ones of it follow on the next page, `is_continued` that newer ones are on the one before.
    """

    entries: tuple[AuditEvent, ...]
    goes_on: bool = False
    is_continued: bool = False

    @property
    def newest(self) -> AuditEvent:
        return self.entries[0]

    @property
    def oldest(self) -> AuditEvent:
        return self.entries[-1]

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def lasts(self) -> bool:
        """Whether its times differ as they are shown, to the minute."""
        return self.newest.at.replace(second=0, microsecond=0) > self.oldest.at.replace(second=0, microsecond=0)

    @cached_property
    def words(self) -> str:
        """Such as "Rated 24 answers of Corvid Compute"."""
        words = together(self.newest, self.count)
        if self.count > 1 and all(": " in entry.subject for entry in self.entries):
            names = self._names(entry.subject.partition(": ")[0] for entry in self.entries)
            return _("{did} of {names}").format(did=words, names=names)
        return words

    @cached_property
    def about(self) -> str:
        """What it was done to, where the words do not say it already."""
        if self.count == 1:
            return self.newest.subject
        if all(": " in entry.subject for entry in self.entries):
            return ""
        return self._names(entry.subject for entry in self.entries if entry.subject)

    def _names(self, names: Iterable[str]) -> str:
        different = list(dict.fromkeys(names))
        rest = len(different) - NAMED
        if rest <= 0:
            return listing(different)
        more = ngettext("{count} more", "{count} more", rest).format(count=number(rest))
        return listing([*different[:NAMED], more])

    @property
    def opened(self) -> tuple[AuditEvent, ...]:
        return self.entries[:OPENED]

    @property
    def unopened(self) -> int:
        return max(0, self.count - OPENED)

    @property
    def place(self) -> str:
        """The key after which this run comes first."""
        return f"{self.newest.at.isoformat()}.{self.newest.pk + 1}"


@dataclass(frozen=True, slots=True)
class RunPage:
    runs: tuple[Run, ...]
    older: str
    is_searched_on: bool = False


def run_page(
    events: QuerySet[AuditEvent],
    *,
    action: str,
    who: str,
    search: str,
    older_than: str,
    day: date | None = None,
    each: bool = False,
    related: Sequence[str] = (),
    is_broad: bool = False,
) -> RunPage:
    """A page of runs from a key on; with `each`, every entry is a line of its own."""
    size = LINES if each else READ
    asked: dict[str, Any] = {"action": action, "who": who, "search": search, "day": day, "older_than": older_than}
    page = event_page(events, **asked, size=size, related=related, is_broad=is_broad)
    if each:
        return RunPage(tuple(Run((event,)) for event in page.events), page.older, page.is_searched_on)
    runs = [Run(tuple(entries)) for _, entries in groupby(page.events, key=_kind)]
    if runs and not page.is_searched_on and not search and _continues(older_than, runs[0]):
        runs[0] = Run(runs[0].entries, is_continued=True)
    if len(runs) > LINES:
        runs = runs[:LINES]
        return RunPage(tuple(runs), _event_key(runs[-1].oldest))
    if page.older and len(runs) > 1:  # the last may have older ones: it comes first on the next page, whole
        return RunPage(tuple(runs[:-1]), _event_key(runs[-2].oldest), page.is_searched_on)
    if page.older and runs:
        runs[-1] = Run(runs[-1].entries, goes_on=not page.is_searched_on, is_continued=runs[-1].is_continued)
    return RunPage(tuple(runs), page.older, page.is_searched_on)


def _kind(event: AuditEvent) -> tuple[str, str, int | None, date]:
    return event.action, event.actor_name, event.organization_id, timezone.localdate(event.at)


def _continues(key: str, run: Run) -> bool:
    """Whether the page before, which ended with the entry of this key, ended within the same run."""
    place = _place(key)
    before = AuditEvent.objects.filter(pk=place[1]).first() if place else None
    return before is not None and _kind(before) == _kind(run.newest)
