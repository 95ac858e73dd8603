"""What stands beside the verdict on the overview: small rows of many kinds, fetched together in three queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy

from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.organizations.models import Organization
from assessments.platform.names import sort_key
from assessments.reports.models import Report
from assessments.roadmaps.models import DismissedSuggestion
from assessments.scorecards.models import AnswerRequest, Scorecard
from assessments.scoring import ChecklistResult, percent
from assessments.scoring.words import listing, number_word
from assessments.vendors.models import VendorAnswer, VendorReview
from assessments.vendors.readings import live_result

EVENTS_READ, EVENTS_SHOWN = 60, 6
REPORTS_SHOWN = 3
VENDORS_SHOWN = 4

# What everybody who may open the organization can see the outcome of anyway: of one thing, and of several.
TOLD = {
    Action.ANSWER_CHANGED: (
        _lazy("{who} answered {subject}"),
        ngettext_lazy("{who} answered {number} question", "{who} answered {number} questions"),
    ),
    Action.EVIDENCE_ADDED: (
        _lazy("{who} attached {subject}"),
        ngettext_lazy("{who} attached {number} piece of evidence", "{who} attached {number} pieces of evidence"),
    ),
    Action.SIGNED_OFF: (
        _lazy("{who} signed off {subject}"),
        ngettext_lazy("{who} signed off {number} assessment", "{who} signed off {number} assessments"),
    ),
    Action.SIGN_OFF_TAKEN_BACK: (
        _lazy("{who} took back {subject}"),
        ngettext_lazy("{who} took back {number} sign-off", "{who} took back {number} sign-offs"),
    ),
    Action.SCORECARD_STARTED: (
        _lazy("{who} started {subject}"),
        ngettext_lazy("{who} started {number} assessment", "{who} started {number} assessments"),
    ),
    Action.VENDOR_REVIEW_STARTED: (
        _lazy("{who} started {subject}"),
        ngettext_lazy("{who} started {number} vendor review", "{who} started {number} vendor reviews"),
    ),
    Action.VENDOR_RATED: (
        _lazy("{who} rated {subject}"),
        ngettext_lazy("{who} rated {number} vendor answer", "{who} rated {number} vendor answers"),
    ),
    Action.VENDOR_ANSWERED: (
        _lazy("{who} wrote {subject}"),
        ngettext_lazy("{who} wrote {number} answer as a vendor", "{who} wrote {number} answers as a vendor"),
    ),
    Action.VENDOR_SUBMITTED: (
        _lazy("{who} submitted {subject}"),
        ngettext_lazy("{who} submitted {number} vendor's answers", "{who} submitted {number} vendors' answers"),
    ),
    Action.ROADMAP_STARTED: (
        _lazy("{who} started {subject}"),
        ngettext_lazy("{who} started {number} roadmap", "{who} started {number} roadmaps"),
    ),
    Action.ROADMAP_ITEM_ADDED: (
        _lazy("{who} planned {subject}"),
        ngettext_lazy("{who} planned {number} roadmap item", "{who} planned {number} roadmap items"),
    ),
    Action.ROADMAP_ITEM_CHANGED: (
        _lazy("{who} changed {subject}"),
        ngettext_lazy("{who} changed {number} roadmap item", "{who} changed {number} roadmap items"),
    ),
    Action.ROADMAP_ITEM_MOVED: (
        _lazy("{who} moved {subject}"),
        ngettext_lazy("{who} moved {number} roadmap item", "{who} moved {number} roadmap items"),
    ),
    Action.REPORT_REQUESTED: (
        _lazy("{who} asked for {subject}"),
        ngettext_lazy("{who} asked for {number} report", "{who} asked for {number} reports"),
    ),
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
    sentence: str
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
    for _kind, _pk, action, who, subject, at in events:
        found.setdefault((action, who, timezone.localdate(at)), []).append((subject, at))
    for (action, who, _day), each in found.items():
        of_one, of_several = TOLD[Action(action)]
        subjects = list(dict.fromkeys(subject for subject, _ in each))
        if len(subjects) == 1:
            sentence = of_one.format(who=who, subject=subjects[0])
        else:
            sentence = (of_several % len(subjects)).format(who=who, number=number_word(len(subjects)))
        yield Happening(who, sentence, max(at for _, at in each))


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
            return _("n/a")
        return f"{low}%" if low == high else f"{low}–{high}%"

    @property
    def words(self) -> str:
        points = _("{points} of {maximum} points")
        parts = [points.format(points=self.result.points, maximum=self.result.maximum)]
        if number := len(self.result.red_flags):
            flags = ngettext(
                "{number} critical question without proof", "{number} critical questions without proof", number
            )
            parts.append(flags.format(number=number_word(number)))
        if number := len(self.result.unrated):
            parts.append(_("{number} not rated").format(number=number))
        if self.news:
            news = ngettext("{number} new answer to read", "{number} new answers to read", self.news)
            parts.append(news.format(number=number_word(self.news)))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class VendorBlock:
    lines: tuple[VendorLine, ...]
    more: int

    @property
    def heading(self) -> str:
        """Who answers best, or what is to be read, as a finding."""
        waiting = [line.name for line in self.lines if line.news]
        if waiting:
            words = ngettext("{vendors} has answered", "{vendors} have answered", len(waiting))
            return words.format(vendors=listing(waiting))
        known = [line for line in self.lines if line.result.low is not None and line.result.rated]
        if len(known) < 2:
            return _("One vendor reviewed") if len(self.lines) == 1 else _("Vendors under review")
        best = max(line.result.low or 0 for line in known)
        leaders = [line.name for line in known if line.result.low == best]
        words = ngettext("{vendors} answers best so far", "{vendors} answer best so far", len(leaders))
        return words.format(vendors=listing(leaders))

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
