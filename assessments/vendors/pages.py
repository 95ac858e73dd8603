"""What the filling page of a review shows, put together so that its templates only print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.charts import figures, svg
from assessments.platform.names import sort_key
from assessments.saving.parts import Outcome, PartSlot, State, part_slot
from assessments.scorecards.queries import with_unit
from assessments.scoring import ChecklistResult, Tally, percent
from assessments.vendors.comparing import comparison as comparisons
from assessments.vendors.comparing.comparison import Column, Comparison
from assessments.vendors.models import Vendor, VendorAnswer
from assessments.vendors.readings import QuestionReading, ReviewReading, TalliedReview, TopicReading
from assessments.vendors.saving import PARTS, stored_fields

FILTERS = {
    "": pgettext_lazy("answers", "All"),
    "unanswered": _lazy("Not rated"),
    "weak": pgettext_lazy("answers", "Weak"),
    "critical": pgettext_lazy("answers", "Critical"),
    "new": _lazy("New from the vendor"),
}


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """One question on the filling page. `fields` holds the text of every control, as stored or as just typed."""

    reading: QuestionReading
    fields: dict[str, str]
    slots: dict[str, PartSlot]

    @property
    def is_open(self) -> bool:
        """The follow-up is unfolded where it was refused: the reason stands in there."""
        outcome = self.slots["follow_up"].outcome
        return outcome is not None and outcome.state != State.SAVED


@dataclass(frozen=True, slots=True)
class TopicForm:
    reading: TopicReading
    forms: tuple[QuestionForm, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class LiveTally:
    """The bar that stays in sight: points so far, what is left to rate."""

    result: ChecklistResult
    next_key: str

    @property
    def rated(self) -> int:
        return self.result.rated

    @property
    def total(self) -> int:
        return len(self.result.questions)

    @property
    def share(self) -> str:
        return share_text(self.result)

    @property
    def not_applicable(self) -> int:
        return self.total - self.result.applicable


def live_tally(result: ChecklistResult) -> LiveTally:
    return LiveTally(result, result.unrated[0] if result.unrated else "")


def share_text(tally: Tally) -> str:
    """The share of the points: 60%, from 40 to 75% while questions are open, or n/a."""
    low, high = percent(tally.low), percent(tally.high)
    if low is None:
        return _("n/a")
    return with_unit(f"{low}" if low == high else f"{low}\N{EN DASH}{high}", "%")


def matches(row: QuestionReading, show: str) -> bool:
    """Whether a question is shown when the page is narrowed to `show`, a key of `FILTERS`."""
    return {
        "": True,
        "unanswered": not row.answer.rating,
        "weak": row.answer.rating in ("0", "1"),
        "critical": row.question.critical,
        "new": row.answer.is_new,
    }[show]


def filters(reading: ReviewReading) -> list[Filter]:
    counts = {key: sum(matches(row, key) for row in reading.questions) for key in FILTERS}
    return [Filter(key, str(label), counts[key]) for key, label in FILTERS.items() if key != "new" or counts[key]]


def topic_forms(
    reading: ReviewReading, outcomes: Iterable[Outcome], data: QueryDict | None, show: str
) -> list[TopicForm]:
    """The topics with the questions to show. What could not be saved is always among them."""
    by_part = {(o.key, o.part): o for o in outcomes}
    refused = {o.key for o in by_part.values() if o.status != 200}
    topics = []
    for topic in reading.topics:
        rows = [row for row in topic.questions if matches(row, show) or row.key in refused]
        if rows:
            topics.append(TopicForm(topic, tuple(_question_form(row, by_part, data) for row in rows)))
    return topics


def _question_form(
    row: QuestionReading, outcomes: dict[tuple[str, str], Outcome], data: QueryDict | None
) -> QuestionForm:
    fields: dict[str, str] = {}
    slots = {}
    for part in PARTS:
        version = getattr(row.answer, f"{part}_version")
        slots[part] = _slot(row.key, row.answer, part, version, outcomes.get((row.key, part)), data)
        fields |= slots[part].yours
    return QuestionForm(row, fields, slots)


def _slot(
    key: str, answer: VendorAnswer, part: str, version: int, outcome: Outcome | None, data: QueryDict | None
) -> PartSlot:
    empty = _("Not rated") if part == "rating" else _("Nothing")
    return part_slot(key, part, version, stored_fields(answer, part), outcome=outcome, data=data, empty=empty)


def answered_slot(outcome: Outcome, data: QueryDict) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    return _slot(outcome.key, outcome.current, outcome.part, outcome.version, outcome, data)


@dataclass(frozen=True, slots=True)
class FollowUp:
    row: QuestionReading

    @property
    def is_overdue(self) -> bool:
        on = self.row.answer.follow_up_on
        return bool(on and on < timezone.localdate() and not self.row.answer.follow_up_done)


def follow_ups(reading: ReviewReading) -> list[FollowUp]:
    """What is to follow, the earliest date first, without a date last, done ones at the end."""
    rows = [row for row in reading.questions if row.answer.follow_up]
    rows.sort(key=lambda r: (r.answer.follow_up_done, r.answer.follow_up_on is None, r.answer.follow_up_on or ""))
    return [FollowUp(row) for row in rows]


@dataclass(frozen=True, slots=True)
class VendorRow:
    """One vendor on the list: the latest review, and how many there were before it."""

    vendor: Vendor
    latest: TalliedReview
    earlier: tuple[TalliedReview, ...]

    @property
    def share(self) -> str:
        return share_text(self.latest.result)

    @property
    def low(self) -> int:
        return percent(self.latest.result.low) or 0


def by_vendor(rows: Iterable[TalliedReview]) -> list[VendorRow]:
    """Reviews, the newest first, put together by vendor; vendors by name, the own team last."""
    found: dict[int, list[TalliedReview]] = {}
    for row in rows:
        found.setdefault(row.review.vendor_id, []).append(row)
    vendors = [VendorRow(latest.review.vendor, latest, tuple(earlier)) for latest, *earlier in found.values()]
    return sorted(vendors, key=lambda row: (row.vendor.is_own_team, sort_key(row.vendor.name)))


@dataclass(frozen=True, slots=True)
class CompareFilter:
    label: str
    count: int
    url: str
    is_current: bool


def compare_filters(
    comparison: Comparison, chosen: Sequence[tuple[str, int]], *, show: str, words: bool
) -> list[CompareFilter]:
    return [
        CompareFilter(
            label,
            sum(question.matches(key) for question in comparison.questions),
            query(chosen, show=key, words="1" if words else ""),
            key == show,
        )
        for key, label in comparisons.FILTERS.items()
    ]


def query(chosen: Sequence[tuple[str, int | str]], **more: str) -> str:
    """The query of a comparison's address: which reviews, and how they are shown."""
    return "?" + urlencode([*chosen, *((key, value) for key, value in more.items() if value)])


def chart_marks(comparison: Comparison) -> list[tuple[Column, SafeString]]:
    """Each vendor with its mark of the chart."""
    return [
        (column, mark_safe(svg.mark(mark)))  # noqa: S308  svg.py draws it from the house's own values
        for column, mark in zip(comparison.columns, figures.VENDOR_MARKS, strict=False)
    ]
