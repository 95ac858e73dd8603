"""What stands beside the verdict on the overview: small rows of many kinds, fetched together in three queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations.models import Organization
from assessments.platform.names import sort_key
from assessments.reports.models import Report
from assessments.roadmaps.models import DismissedSuggestion
from assessments.scorecards.models import AnswerRequest, Scorecard
from assessments.scoring import ChecklistResult, percent
from assessments.scoring.words import counted, listing
from assessments.vendors.models import VendorAnswer, VendorReview
from assessments.vendors.readings import live_result

EVENTS_READ, EVENTS_SHOWN = 60, 6
REPORTS_SHOWN = 3
VENDORS_SHOWN = 4

# What everybody who may open the organization can see the outcome of anyway.
TOLD = {
    Action.ANSWER_CHANGED: ("answered", "question"),
    Action.EVIDENCE_ADDED: ("attached", "piece of evidence", "pieces of evidence"),
    Action.SIGNED_OFF: ("signed off", "assessment"),
    Action.SIGN_OFF_TAKEN_BACK: ("took back", "sign-off"),
    Action.SCORECARD_STARTED: ("started", "assessment"),
    Action.VENDOR_REVIEW_STARTED: ("started", "vendor review"),
    Action.VENDOR_RATED: ("rated", "vendor answer"),
    Action.VENDOR_ANSWERED: ("wrote", "answer as a vendor", "answers as a vendor"),
    Action.VENDOR_SUBMITTED: ("submitted", "vendor's answers", "vendors' answers"),
    Action.ROADMAP_STARTED: ("started", "roadmap"),
    Action.ROADMAP_ITEM_ADDED: ("planned", "roadmap item"),
    Action.ROADMAP_ITEM_CHANGED: ("changed", "roadmap item"),
    Action.ROADMAP_ITEM_MOVED: ("moved", "roadmap item"),
    Action.REPORT_REQUESTED: ("asked for", "report"),
}


@dataclass(frozen=True, slots=True)
class Noted:
    """Targets by category, scores from before, and what of the plan's suggestions was put aside."""

    targets: dict[str, tuple[int, date]]
    earlier: tuple[tuple[int, date, int], ...]  # its id, its day, its total
    put_aside: tuple[str, ...]


def noted(organization: Organization, scorecard: Scorecard) -> Noted:
    """What is put aside is that of the roadmap which starts from the scorecard. One query."""
    no_day = Cast(Value(None), DateField())
    columns = ("kind", "key", "number", "day")
    targets = _uniform(organization.targets, "target", key="category_key", number="level", day="due_on")
    earlier = _uniform(
        organization.earlier_assessments.filter(framework_key=scorecard.framework_key),
        "earlier",
        key=Cast("pk", CharField()),
        number="total",
        day="on",
    )
    aside = DismissedSuggestion.objects.filter(roadmap__scorecard=scorecard)
    put_aside = _uniform(aside, "aside", key="source_key", number=Value(0, IntegerField()), day=no_day)
    rows = list(targets.values_list(*columns).union(*(q.values_list(*columns) for q in (earlier, put_aside)), all=True))
    return Noted(
        targets={key: (number, day) for kind, key, number, day in rows if kind == "target"},
        earlier=tuple((int(key), day, number) for kind, key, number, day in rows if kind == "earlier"),
        put_aside=tuple(key for kind, key, _, _ in rows if kind == "aside"),
    )


def _uniform(rows: Any, kind: str, **columns: Any) -> QuerySet:
    """The rows with columns of the same names and order as those of every other kind."""
    made = {name: Cast(what, _FIELDS[name]()) if isinstance(what, str) else what for name, what in columns.items()}
    return rows.order_by().annotate(kind=Value(kind, CharField()), **made)


_FIELDS: dict[str, Any] = {"key": CharField, "number": IntegerField, "day": DateField}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, or the same several times on one day, as a line."""

    who: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportLine:
    pk: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedLine:
    category_key: str
    who: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Lately:
    happenings: tuple[Happening, ...]
    reports: tuple[ReportLine, ...]
    asked: tuple[AskedLine, ...]


def lately(organization: Organization, open_scorecard: Scorecard | None) -> Lately:
    """What happened last, the newest reports, and what colleagues are asked for on the draft, in one query."""
    newest = organization.audit_events.filter(action__in=TOLD).order_by("-at", "-pk").values("pk")[:EVENTS_READ]
    events = AuditEvent.objects.filter(pk__in=newest).order_by()
    done = Report.objects.filter(organization=organization, status=Report.Status.DONE)
    reports = Report.objects.filter(pk__in=done.order_by("-requested_at", "-pk").values("pk")[:REPORTS_SHOWN])
    asked = AnswerRequest.objects.filter(response__scorecard=open_scorecard, ending="").order_by()
    text, nothing = CharField(), Value("", CharField())
    rows = list(
        events.values_list(Value("event", text), "pk", "action", "actor_name", Cast("subject", text), "at").union(
            reports.order_by().values_list(Value("report", text), "pk", "title", nothing, nothing, "finished_at"),
            asked.values_list(
                Value("asked", text), "pk", "response__category_key", "asked__name", Cast("due_on", text), "created_at"
            ),
            all=True,
        )
    )
    rows.sort(key=lambda row: (row[5], row[1]), reverse=True)
    return Lately(
        happenings=tuple(_happenings(row for row in rows if row[0] == "event"))[:EVENTS_SHOWN],
        reports=tuple(ReportLine(pk, title, at) for kind, pk, title, _, _, at in rows if kind == "report"),
        asked=tuple(sorted((_asked(row) for row in rows if row[0] == "asked"), key=_first_due)),
    )


def _asked(row: tuple[Any, ...]) -> AskedLine:
    _, _, category, who, due, _ = row
    return AskedLine(category, who, date.fromisoformat(due) if due else None)


def _first_due(line: AskedLine) -> tuple[bool, date]:
    return line.due_on is None, line.due_on or date.max


def _happenings(events: Iterable[tuple[Any, ...]]) -> Iterable[Happening]:
    """What the same person did several times on one day is one line."""
    found: dict[tuple[str, str, date], list[tuple[str, datetime]]] = {}
    for _, _, action, who, subject, at in events:
        found.setdefault((action, who, timezone.localdate(at)), []).append((subject, at))
    for (action, who, _), each in found.items():
        verb, one, *many = TOLD[Action(action)]
        subjects = list(dict.fromkeys(subject for subject, _ in each))
        what = f"{verb} {subjects[0]}" if len(subjects) == 1 else f"{verb} {counted(len(subjects), one, *many)}"
        yield Happening(who, what, max(at for _, at in each))


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor with the points of the latest review; `news` says how many answers nobody has read."""

    name: str
    review_id: int
    is_own_team: bool
    result: ChecklistResult
    news: int

    @property
    def share(self) -> str:
        low, high = percent(self.result.low), percent(self.result.high)
        if low is None:
            return "n/a"
        return f"{low}%" if low == high else f"{low}–{high}%"

    @property
    def words(self) -> str:
        points = f"{self.result.points} of {self.result.maximum} points"
        more = [f"{counted(len(self.result.red_flags), 'critical question')} without proof"] * bool(
            self.result.red_flags
        )
        more += [f"{len(self.result.unrated)} not rated"] * bool(self.result.unrated)
        more += [f"{counted(self.news, 'new answer')} to read"] * bool(self.news)
        return ", ".join([points, *more])


@dataclass(frozen=True, slots=True)
class VendorBlock:
    lines: tuple[VendorLine, ...]
    more: int

    @property
    def heading(self) -> str:
        """Who answers best, or what is to be read, as a finding."""
        waiting = [line.name for line in self.lines if line.news]
        if waiting:
            return f"{listing(waiting)} {'has' if len(waiting) == 1 else 'have'} answered"
        known = [line for line in self.lines if line.result.low is not None and line.result.rated]
        if len(known) < 2:
            return "One vendor reviewed" if len(self.lines) == 1 else "Vendors under review"
        best = max(line.result.low or 0 for line in known)
        leaders = [line.name for line in known if line.result.low == best]
        return f"{listing(leaders)} {'answers' if len(leaders) == 1 else 'answer'} best so far"

    @property
    def comparable(self) -> bool:
        return len(self.lines) > 1


def vendor_block(organization: Organization) -> VendorBlock:
    """The latest review of each vendor with its points, in one query."""
    latest = VendorReview.objects.filter(vendor=OuterRef("review__vendor")).order_by("-reviewed_on", "-pk")
    answers = VendorAnswer.objects.filter(
        review__vendor__organization=organization, review=Subquery(latest.values("pk")[:1])
    ).select_related("review__vendor")
    columns = ("review", "question_key", "rating", "vendor_at", "seen_at")
    ratings: dict[int, dict[str, str]] = {}
    reviews: dict[int, VendorReview] = {}
    news: dict[int, int] = {}
    wanted = [f"review__{name}" for name in ("framework_key", "framework_version", "hosting_model", "vendor__name")]
    wanted += ["review__kind", "review__vendor__is_own_team", "review__status"]
    for row in answers.order_by("pk").values(*columns, *wanted):
        pk = row["review"]
        if pk not in reviews:
            reviews[pk] = _review(row)
        ratings.setdefault(pk, {})[row["question_key"]] = row["rating"]
        unread = row["vendor_at"] is not None and (row["seen_at"] is None or row["seen_at"] < row["vendor_at"])
        news[pk] = news.get(pk, 0) + (unread and row["review__status"] != VendorReview.Status.COMPLETE)
    lines = [
        VendorLine(review.vendor.name, pk, review.vendor.is_own_team, live_result(review, ratings[pk]), news[pk])
        for pk, review in reviews.items()
    ]
    lines.sort(key=lambda line: (line.is_own_team, -(line.result.low or 0), sort_key(line.name)))
    return VendorBlock(tuple(lines[:VENDORS_SHOWN]), max(0, len(lines) - VENDORS_SHOWN))


def _review(row: dict[str, Any]) -> VendorReview:
    vendor = VendorReview._meta.get_field("vendor").related_model(
        name=row["review__vendor__name"], is_own_team=row["review__vendor__is_own_team"]
    )
    names = ("framework_key", "framework_version", "hosting_model", "kind")
    return VendorReview(pk=row["review"], vendor=vendor, **{name: row[f"review__{name}"] for name in names})
