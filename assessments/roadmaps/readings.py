"""Rows, framework and scoring put together: what the roadmap's pages, its export and the report read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.framework import Framework
from assessments.roadmaps import wording
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.plan.planned import steps_of
from assessments.roadmaps.plan.suggestions import Outside, Suggestion, suggestions
from assessments.roadmaps.queries import list_items, plans_around, result_of
from assessments.roadmaps.services import category_name, content_of, dates_of, days_label, phase_label
from assessments.saving.parts import PartSlot
from assessments.scorecards import steps
from assessments.scorecards.models import Scorecard
from assessments.scorecards.steps import FirstStep, PlannedStep

Status = RoadmapItem.Status
OFFERS_SHOWN = 6
LANE_SHOWN = 20
NEXT_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ItemReading:
    """An item as shown. `state` is its status, or "late" where it is overdue; `aim` says what it does to a level.

    `phase` is its phase by itself, `days` within a sentence.
    """

    item: RoadmapItem
    category: str
    phase: str
    days: str
    is_overdue: bool
    is_outside: bool
    note: str
    aim: str = ""

    @property
    def key(self) -> str:
        return part_key(self.item)

    @property
    def status_word(self) -> str:
        return wording.status_in_sentence(self.item.status)

    @property
    def slot(self) -> PartSlot:
        """The spot of the one part the board saves."""
        return PartSlot(self.key, "status", self.item.status_version)

    @property
    def owner_slot(self) -> PartSlot:
        return PartSlot(self.key, "owner", self.item.owner_version)

    @property
    def due_slot(self) -> PartSlot:
        return PartSlot(self.key, "due", self.item.due_version)

    @property
    def is_known_category(self) -> bool:
        """False for a category that this version of the framework does not have."""
        return not self.item.category_key or self.category != self.item.category_key

    @property
    def state(self) -> str:
        return "late" if self.is_overdue else self.item.status

    @property
    def due(self) -> str:
        """Without the year, which its phase shows, unless it is due outside that."""
        return date_format(self.item.due_on, "DAY" if self.is_outside else "SHORT_DAY")


@dataclass(frozen=True, slots=True)
class PhaseReading:
    """One column of the board; `total` is the projected score at its end. Dropped items count for nothing.

    `label` is what it is called by itself, `days` within a sentence.
    """

    key: str
    label: str
    days: str
    name: str
    starts_on: date | None
    ends_on: date | None
    rows: tuple[ItemReading, ...]
    total: int

    @property
    def first(self) -> tuple[ItemReading, ...]:
        """What the board shows before it is asked for the rest."""
        return self.rows[:LANE_SHOWN]

    @property
    def rest(self) -> tuple[ItemReading, ...]:
        return self.rows[LANE_SHOWN:]

    @property
    def planned(self) -> int:
        return sum(row.item.status != Status.DROPPED for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.item.status == Status.DONE for row in self.rows)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)


@dataclass(frozen=True, slots=True)
class RoadmapReading:
    roadmap: Roadmap
    content: Framework
    today: date
    phases: tuple[PhaseReading, ...]
    projection: scoring.Projection
    dismissed: frozenset[str] = frozenset()

    @property
    def framework(self) -> Framework:
        return self.content

    @property
    def result(self) -> scoring.Result:
        """What the plan starts from."""
        return self.projection.now

    @property
    def first_steps(self) -> tuple[FirstStep, ...]:
        """The same three as everywhere else."""
        return steps.first_steps(self, planned_steps(self))

    @property
    def first_steps_heading(self) -> str:
        return steps.heading(self, self.first_steps)

    @property
    def rows(self) -> tuple[ItemReading, ...]:
        return tuple(row for phase in self.phases for row in phase.rows)

    @property
    def planned(self) -> int:
        return sum(phase.planned for phase in self.phases)

    @property
    def done(self) -> int:
        return sum(phase.done for phase in self.phases)

    @property
    def overdue(self) -> int:
        return sum(phase.overdue for phase in self.phases)

    @property
    def headline(self) -> str:
        done, name = self.done_total, self.roadmap.organization.name
        return wording.headline(self.projection, name, self.today, done=done, way=self.way)

    @property
    def way(self) -> tuple[FirstStep, ...]:
        """What is not planned and would bring the score to the line, the shortest way; as far as it goes."""
        if self.projection.gain:
            return ()
        found: list[FirstStep] = []
        for step in steps.first_steps(self, planned_steps(self), shown=None):
            if found and found[-1].total >= self.result.threshold:
                break
            found.append(step)
        return tuple(found)

    @property
    def done_total(self) -> int:
        """The projected score by what is done alone: what is overdue cannot be done before tomorrow."""
        items = [row.item for row in self.rows]
        return project(self.result, items, self.today + timedelta(days=1)).total_on(self.today)

    @property
    def detail(self) -> str:
        short_names = {category.key: category.short_name for category in self.content.categories}
        late = [row.item.title for row in self.rows if row.is_overdue]
        return wording.detail(self.projection, self.today, short_names, planned=self.planned, done=self.done, late=late)

    @property
    def next_due(self) -> list[ItemReading]:
        """The few items that are due first of those not done."""
        waiting = sorted((row for row in self.rows if row.item.is_unfinished), key=lambda row: row.item.due_on)
        return waiting[:NEXT_SHOWN]

    @property
    def possible_total(self) -> int:
        """What is proven with what the categories that are not scored could still earn, as the rulers draw it."""
        return self.result.proven_total + self.result.high - self.result.total

    @property
    def ruler_label(self) -> str:
        return wording.ruler(self.projection)

    @property
    def day(self) -> int:
        """The day of the plan that today is: 1 is the start, 0 or less is before it."""
        return (self.today - self.roadmap.starts_on).days + 1

    @property
    def last_day(self) -> int:
        return max(phase.last_day for phase in self.content.phases)


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion as it is shown; `days` is its phase in words."""

    suggestion: Suggestion
    days: str

    @property
    def key(self) -> str:
        return self.suggestion.key

    @property
    def title(self) -> str:
        return self.suggestion.title

    @property
    def detail(self) -> str:
        return self.suggestion.detail

    @property
    def gain(self) -> str:
        return self.suggestion.gain


@dataclass(frozen=True, slots=True)
class Offers:
    """The suggestions that are open and those that were put aside; `points` are those the plan does not reach."""

    open: tuple[Offer, ...]
    dismissed: tuple[Offer, ...]
    points: int

    @property
    def first(self) -> tuple[Offer, ...]:
        return self.open[:OFFERS_SHOWN]

    @property
    def rest(self) -> tuple[Offer, ...]:
        return self.open[OFFERS_SHOWN:]

    @property
    def heading(self) -> str:
        return wording.offers(self.points, len(self.open))

    @property
    def scoring(self) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.open if offer.suggestion.target_level)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    name: str
    outcome: scoring.Outcome
    is_unmoved: bool


@dataclass(frozen=True, slots=True)
class OutcomeReading:
    """What the next assessment shows of the plan; `unmoved` names the finished items that changed no level."""

    scorecard: Scorecard
    rows: tuple[OutcomeRow, ...]
    planned: int
    achieved: int
    unmoved: tuple[tuple[str, str], ...]

    @property
    def headline(self) -> str:
        return wording.achieved(self.planned, self.achieved)


def part_key(item: RoadmapItem) -> str:
    """What the names of an item's controls begin with."""
    return f"i{item.pk}"


def read_roadmap(
    roadmap: Roadmap,
    today: date,
    *,
    items: Sequence[RoadmapItem] | None = None,
    result: scoring.Result | None = None,
    dismissed: Iterable[str] | None = None,
) -> RoadmapReading:
    """Read a roadmap whole, in a number of queries that does not depend on what is in it.

    `items`, `result` and `dismissed` are what is at hand of it already.
    """
    content = content_of(roadmap)
    items = list_items(roadmap) if items is None else items
    projection = project(result or result_of(roadmap.scorecard), items, today)
    names = {category.key: category.name for category in content.categories}
    aims = _aims(content, projection)
    phases = []
    known = {phase.key for phase in content.phases}
    for phase in content.phases:
        start, end = dates_of(roadmap, phase)
        label, days = phase_label(content, phase.key), days_label(content, phase.key)
        found = [item for item in items if item.phase_key == phase.key]
        rows = [_item(item, content, names, (start, end), today, aims) for item in found]
        total = projection.total_on(end)
        phases.append(PhaseReading(phase.key, label, days, phase.name, start, end, tuple(rows), total))
    for key in dict.fromkeys(item.phase_key for item in items if item.phase_key not in known):
        rows = [_item(item, content, names, None, today, aims) for item in items if item.phase_key == key]
        phases.append(PhaseReading(key, key, key, "", None, None, tuple(rows), projection.planned.proven_total))
    if dismissed is None:
        dismissed = roadmap.dismissed_suggestions.values_list("source_key", flat=True)
    return RoadmapReading(roadmap, content, today, tuple(phases), projection, frozenset(dismissed))


def project(result: scoring.Result, items: Iterable[RoadmapItem], today: date) -> scoring.Projection:
    """Every item that is not dropped counts: on the day it was done, else when it is due, but not before today."""
    return scoring.project_plan(
        result,
        (
            scoring.PlannedItem(
                item.category_key, item.target_level, item.done_on or max(item.due_on, today), tuple(item.earns)
            )
            for item in items
            if item.target_level and item.status != Status.DROPPED
        ),
    )


# By category and level, what an item that leads there does for it.
Aims = Mapping[tuple[str, int], str]


def _aims(content: Framework, projection: scoring.Projection) -> Aims:
    aims = {}
    for category in content.categories:
        now, planned = (result.answer(category.key) for result in (projection.now, projection.planned))
        for level in (1, 2):
            if planned.proven < level and category.deciders:
                wanted, there = _toward(now), _toward(planned)
                aims[category.key, level] = wording.toward(category.name, level, len(wanted - there), len(wanted))
            elif now.proven < level:
                words = _("Raises {category} to {level}")
                aims[category.key, level] = words.format(category=category.name, level=level)
    return aims


def _toward(answer: scoring.CategoryAnswer) -> set[str]:
    """The deciders that a 2 still lacks."""
    return {d.key for d in answer.deciders if d.state != 2 or d.proof != scoring.Age.CURRENT}


def read_item(item: RoadmapItem, content: Framework, today: date) -> ItemReading:
    phase = next((phase for phase in content.phases if phase.key == item.phase_key), None)
    names = {category.key: category.name for category in content.categories}
    return _item(item, content, names, dates_of(item.roadmap, phase) if phase else None, today, {})


def _item(
    item: RoadmapItem,
    content: Framework,
    names: dict[str, str],
    dates: tuple[date, date] | None,
    today: date,
    aims: Aims,
) -> ItemReading:
    phase, days = phase_label(content, item.phase_key), days_label(content, item.phase_key)
    overdue = item.is_overdue(today)
    outside = dates is not None and item.is_unfinished and not dates[0] <= item.due_on <= dates[1]
    note = wording.note(item, days, today, is_outside=outside)
    category = names.get(item.category_key, item.category_key)
    counts = item.target_level and item.status != Status.DROPPED
    aim = aims.get((item.category_key, item.target_level or 0), category) if counts else category
    return ItemReading(item, category, phase, days, overdue, outside, note, aim)


def planned_steps(reading: RoadmapReading) -> tuple[PlannedStep, ...]:
    """A roadmap that is read already as the one list of first steps takes it."""
    return steps_of(reading.roadmap, [row.item for row in reading.rows], reading.dismissed)


def read_offers(reading: RoadmapReading, outside: Iterable[Outside] = ()) -> Offers:
    """What is suggested and not in the plan, the shortest way from where the plan ends first."""
    sources = {row.item.source_key for row in reading.rows}
    content, planned = reading.content, reading.projection.planned
    found = suggestions(content, reading.result, outside, planned_steps(reading))
    offers = [Offer(each, days_label(content, each.phase_key)) for each in found if each.key not in sources]
    return Offers(
        open=tuple(offer for offer in offers if offer.key not in reading.dismissed),
        dismissed=tuple(offer for offer in offers if offer.key in reading.dismissed),
        points=planned.maximum - planned.proven_total,
    )


def find_offer(roadmap: Roadmap, key: str, outside: Iterable[Outside] = ()) -> Suggestion | None:
    """The suggestion of a key, taken or not; None if nothing suggests it any more."""
    offers = suggestions(content_of(roadmap), result_of(roadmap.scorecard), outside)
    return next((offer for offer in offers if offer.key == key), None)


def read_outcome(reading: RoadmapReading) -> tuple[tuple[Roadmap, ...], OutcomeReading | None]:
    """The organization's other roadmaps, and plan against outcome once the next assessment is signed off."""
    plans = plans_around(reading.roadmap)
    if plans.outcome is None:
        return plans.others, None
    return plans.others, _outcome(reading, plans.outcome)


def _outcome(reading: RoadmapReading, scorecard: Scorecard) -> OutcomeReading:
    achieved = result_of(scorecard)
    now = {answer.key: scoring.stands_at(answer) for answer in achieved.answers}
    rows = scoring.outcomes(reading.projection.now, reading.projection.planned, now)
    done: dict[str, int] = {}
    for row in reading.rows:
        item = row.item
        if item.status == Status.DONE and item.target_level:
            done[item.category_key] = max(done.get(item.category_key, 0), item.target_level)
    still = scoring.unmoved(rows, done)
    return OutcomeReading(
        scorecard=scorecard,
        rows=tuple(OutcomeRow(category_name(reading.content, o.key), o, o.key in still) for o in rows),
        planned=reading.projection.planned.proven_total,
        achieved=achieved.proven_total,
        unmoved=tuple(
            (row.item.title, row.category)
            for row in reading.rows
            if row.item.status == Status.DONE and row.item.target_level and row.item.category_key in still
        ),
    )
