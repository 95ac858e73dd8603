"""What waits for a person, of every kind, in three queries at most, however many organizations the person sees.

A person who sees few has them listed, and each kind looks at those. A person who sees more than a few hundred sees
most of what there is: each kind goes through what waits, the oldest first, and asks of each whether the person may
open it. Either way at most `MOST` of a kind are read: beyond that a number says nothing any more.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import CharField, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from assessments.accounts.models import User
from assessments.dashboards.portfolio.reach import RoleReach
from assessments.dashboards.waiting.models import Dismissal
from assessments.organizations.models import Invitation, Role
from assessments.platform.prepared import Prepared
from assessments.reports.models import Report
from assessments.roadmaps.models import RoadmapItem
from assessments.scorecards.models import AnswerRequest, Scorecard
from assessments.scorecards.outlook.models import Rhythm
from assessments.vendors.models import VendorReview

MOST = 100
NEWS_FOR = timedelta(days=14)
UNANSWERED_AFTER = timedelta(days=3)
AHEAD = timedelta(days=14)
PREPARED = 50  # organizations

Kind = Dismissal.Kind


class Row(NamedTuple):
    """Something that waits. `place` is what its address needs beside the organization, `day` a due date as text.

    Of an answer `place` has the assessment and, after spaces, key and version of its framework.
    """

    kind: str
    pk: int
    slug: str
    organization: str
    subject: str
    place: str
    at: datetime | None
    day: str


class Times(NamedTuple):
    """Where a day or a moment decides whether something waits."""

    today: date
    ahead: date  # assessments that are due by then
    news: datetime  # what happened before it is no news any more
    asked: datetime  # invitations sent before it should be answered by now


def waiting_rows(user: User, *, today: date, now: datetime) -> list[Row]:
    """All that waits for a person, by kind, the oldest first."""
    reach = RoleReach(user, Role.EDITOR)
    times = Times(today, today + AHEAD, now - NEWS_FOR, now - UNANSWERED_AFTER)
    if 0 < len(reach.ids) <= PREPARED:
        found = _prepared(len(reach.ids)).rows(user.pk, *times, *reach.ids)
        rows = [Row(*row[:6], _moment(row[6]), row[7]) for row in found]
    else:
        rows = [Row(*row) for row in _all(user, reach, times)]
    return sorted(rows, key=lambda row: (row.day or (row.at.date().isoformat() if row.at else ""), row.pk))


def _all(user: User, reach: RoleReach, times: Times) -> QuerySet:
    arms = [make(user, reach, times) for make in ARMS]
    return arms[0].union(*arms[1:], all=True)


@lru_cache(maxsize=PREPARED)
def _prepared(organizations: int) -> Prepared:
    """The query of somebody who works in so many: to write its SQL takes several times as long as to answer it."""

    def make(user: int, today: date, ahead: date, news: datetime, asked: datetime, *ids: int) -> QuerySet:
        person = User(pk=user)
        return _all(person, RoleReach(person, Role.EDITOR, ids=ids), Times(today, ahead, news, asked))

    day, moment = date.min, datetime.min
    return Prepared(make, 0, day, day, moment, moment, *[0] * organizations)


def _moment(value: datetime | str | None) -> datetime | None:
    """SQLite has moments in UTC, as text or without their zone."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def _arm(
    kind: str, rows: QuerySet, *, order: str, organization: str, subject: Any, place: Any, at: str = "", day: str = ""
) -> QuerySet:
    """The first rows of one kind, with the same columns as all others."""
    model = rows.model
    first = model._default_manager.filter(pk__in=rows.order_by(order, "pk").values("pk")[:MOST]).order_by()
    text = CharField()
    return first.values_list(
        Value(kind, text),
        Cast("pk", IntegerField()),
        f"{organization}__slug",
        f"{organization}__name",
        Cast(subject, text),
        Cast(place, text),
        F(at) if at else Cast(Value(None), DateTimeField()),
        Cast(day, text) if day else Value("", text),
    )


def _not_put_aside(user: User, kind: str, since: str) -> Q:
    return ~Q(
        Exists(Dismissal.objects.filter(user=user, kind=kind, subject_id=OuterRef("pk"), at__gte=OuterRef(since)))
    )


def _vendors(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = VendorReview.objects.exclude(submitted_at=None).exclude(status=VendorReview.Status.COMPLETE)
    rows = rows.filter(reach.of("vendor__organization"), _not_put_aside(user, Kind.VENDOR, "submitted_at"))
    about = {"subject": "vendor__name", "place": "pk", "at": "submitted_at"}
    return _arm("vendor", rows, order="submitted_at", organization="vendor__organization", **about)


def _drafts(user: User, reach: RoleReach, times: Times) -> QuerySet:
    ready = {"standing__is_touched": True, "standing__claimed": F("standing__highest")}
    rows = Scorecard.objects.open().filter(reach.of("organization"), **ready)
    about = {"subject": "title", "place": "pk", "at": "created_at"}
    return _arm("draft", rows, order="created_at", organization="organization", **about)


def _reports(user: User, reach: RoleReach, times: Times) -> QuerySet:
    finished = [Report.Status.DONE, Report.Status.FAILED]
    rows = Report.objects.filter(requested_by=user, status__in=finished, finished_at__gt=times.news)
    rows = rows.filter(reach.of("organization"), _not_put_aside(user, Kind.REPORT, "finished_at"))
    about = {"subject": "title", "place": "status", "at": "finished_at"}
    return _arm("report", rows, order="finished_at", organization="organization", **about)


# An assessment with the framework that says what its categories are called.
_SCORECARD = Concat(
    *(Cast("response__scorecard_id", CharField()), Value(" "), "response__scorecard__framework_key"),
    *(Value(" "), "response__scorecard__framework_version"),
    output_field=CharField(),
)


def _asked(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = AnswerRequest.objects.filter(asked=user, ending="", response__scorecard__signed_off_at=None)
    organization = "response__scorecard__organization"
    about = {"subject": "response__category_key", "place": _SCORECARD, "at": "created_at"}
    rows = rows.filter(reach.of(organization))
    return _arm("asked", rows, order="created_at", organization=organization, day="due_on", **about)


def _answered(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = AnswerRequest.objects.filter(asked_by=user, ending="answered", ended_at__gt=times.news)
    organization = "response__scorecard__organization"
    rows = rows.filter(
        reach.of(organization), _not_put_aside(user, Kind.ANSWER, "ended_at"), response__scorecard__signed_off_at=None
    )
    about = {"subject": "response__category_key", "place": _SCORECARD, "at": "ended_at"}
    return _arm("answer", rows, order="ended_at", organization=organization, **about)


def _items(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = RoadmapItem.objects.unfinished().filter(reach.of("roadmap__organization"), due_on__lt=times.today)
    about = {"subject": "title", "place": "roadmap_id", "day": "due_on"}
    return _arm("item", rows, order="due_on", organization="roadmap__organization", **about)


def _assessments(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = Rhythm.objects.filter(reach.of("organization"), due_on__lte=times.ahead)
    about = {"subject": "months", "place": "pk", "day": "due_on"}
    return _arm("assessment", rows, order="due_on", organization="organization", **about)


def _invitations(user: User, reach: RoleReach, times: Times) -> QuerySet:
    rows = Invitation.objects.waiting().filter(
        _not_put_aside(user, Kind.INVITATION, "sent_at"), invited_by=user, sent_at__lt=times.asked
    )
    about = {"subject": "email", "place": "pk", "at": "sent_at"}
    rows = rows.filter(reach.of("organization"))
    return _arm("invitation", rows, order="sent_at", organization="organization", **about)


Arm = Callable[[User, RoleReach, Times], QuerySet]
ARMS: tuple[Arm, ...] = (
    _vendors, _drafts, _asked, _answered, _items, _assessments, _reports, _invitations,
)  # fmt: skip


def put_aside(user: User, *, kind: str, pk: int) -> None:
    """From now on it does not wait any more, until something happens to it again. Saying so twice is no error."""
    Dismissal.objects.update_or_create(user=user, kind=kind, subject_id=pk, defaults={"at": timezone.now()})
