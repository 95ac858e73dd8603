"""Reviews side by side: questions down, vendors across, and the sentence that says what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext_lazy

from assessments.charts import figures
from assessments.framework import VendorTopic
from assessments.organizations.models import Organization
from assessments.platform.names import sort_key
from assessments.scoring import ChecklistResult, Tally, percent, tally
from assessments.scoring.words import listing
from assessments.vendors.models import VendorReview
from assessments.vendors.readings import QuestionReading, ReviewReading, questions_of_any, read_reviews

MINIMUM, MAXIMUM = 2, 6
# What the table can be narrowed to.
FILTERS = {
    "": pgettext_lazy("answers", "All"),
    "differ": _lazy("Where they differ"),
    "zero": _lazy("Any zero"),
    "critical": pgettext_lazy("answers", "Critical"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One review. `result` counts topics by the weights the organization has set; `name` stands on no other column."""

    name: str
    reading: ReviewReading
    result: ChecklistResult

    @property
    def review(self) -> VendorReview:
        return self.reading.review

    @property
    def standing(self) -> "Standing":
        misses = tuple(row.answer.rating for row in self.reading.questions if row.is_unproven)
        return Standing(self.name, self.result.low, self.result.high, len(self.result.unrated), misses)

    @property
    def low(self) -> int | None:
        return percent(self.result.low)

    @property
    def high(self) -> int | None:
        return percent(self.result.high)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one vendor answered; `row` is None where the question is not put to it."""

    column: Column
    row: QuestionReading | None

    @property
    def rating(self) -> str:
        return self.row.answer.rating if self.row else "na"

    @property
    def is_miss(self) -> bool:
        return self.row is not None and self.row.is_unproven

    @property
    def is_claim(self) -> bool:
        return self.row is not None and self.row.is_claim

    @property
    def has_words(self) -> bool:
        row = self.row
        return row is not None and bool(row.answer.said or row.answer.vendor_said or row.evidence)


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    number: int
    key: str
    ask: str
    critical: bool
    category: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({cell.rating for cell in self.cells if cell.row}) > 1

    @property
    def has_zero(self) -> bool:
        return any(cell.rating == "0" for cell in self.cells)

    @property
    def misses(self) -> int:
        return sum(cell.is_miss for cell in self.cells)

    def matches(self, show: str) -> bool:
        return {"": True, "differ": self.differs, "zero": self.has_zero, "critical": self.critical}[show]


@dataclass(frozen=True, slots=True)
class ComparedTopic:
    topic: VendorTopic
    weight: int
    subtotals: tuple[Tally, ...]
    questions: tuple[ComparedQuestion, ...]

    @property
    def counts(self) -> str:
        """How its weight is said; nothing for the usual one."""
        usual = {0: _("left out of the share"), 1: "", 2: _("counts twice")}
        return usual.get(self.weight) or ("" if self.weight == 1 else _("counts {n} times").format(n=self.weight))


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[Column, ...]
    topics: tuple[ComparedTopic, ...]

    @property
    def questions(self) -> tuple[ComparedQuestion, ...]:
        return tuple(question for topic in self.topics for question in topic.questions)

    @property
    def critical_misses(self) -> tuple[ComparedQuestion, ...]:
        """Critical questions that somebody cannot prove, those that most miss first."""
        missed = (question for question in self.questions if question.misses)
        return tuple(sorted(missed, key=lambda question: -question.misses))

    @property
    def is_weighted(self) -> bool:
        return any(topic.weight != 1 for topic in self.topics)

    @property
    def headline(self) -> str:
        """The finding in two sentences: who answers best, and who can prove what is critical."""
        if not any(column.result.rated for column in self.columns):
            return _("Nothing is rated yet.")
        standings = [column.standing for column in self.columns]
        return f"{best(standings)} {proof(standings)}"


def find_reviews(organization: Organization, chosen: Sequence[str]) -> list[VendorReview]:
    """The reviews with these ids in this order, six at the most. One query.

    ValidationError for more, or for one that is not the organization's.
    """
    keys = list(dict.fromkeys(int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0 for pk in chosen))
    if len(keys) > MAXIMUM:
        raise ValidationError(_("At most {most} reviews fit side by side. Take some away.").format(most=MAXIMUM))
    found = VendorReview.objects.of(organization).in_bulk(keys)
    if len(found) < len(keys):
        raise ValidationError(_("A review that was chosen is not here any more. Choose again."))
    return [found[pk] for pk in keys]


def chosen_reviews(organization: Organization, chosen: Sequence[str]) -> list[VendorReview]:
    """Two to six reviews to compare: those with these ids, or without any the latest of each vendor, by name.

    ValidationError as in `find_reviews`, and for fewer than two. One query.
    """
    if chosen:
        found = find_reviews(organization, chosen)
    else:
        latest: dict[int, VendorReview] = {}
        for review in VendorReview.objects.of(organization).newest_first():
            latest.setdefault(review.vendor_id, review)
        found = sorted(latest.values(), key=by_name)[:MAXIMUM]
    if len(found) < MINIMUM:
        raise ValidationError(_("A comparison needs at least two reviews. Tick two to six on the list."))
    return found


def by_name(review: VendorReview) -> tuple[bool, str]:
    """Vendors by name, the own team last."""
    return review.vendor.is_own_team, sort_key(review.vendor.name)


def compare_reviews(organization: Organization, reviews: Sequence[VendorReview]) -> Comparison:
    """Put reviews side by side, in the order given; four queries, whatever their number and content."""
    weights = dict(organization.topic_weights.values_list("topic_key", "weight"))
    return compare(read_reviews(reviews), weights)


def compare(readings: Sequence[ReviewReading], weights: Mapping[str, int]) -> Comparison:
    columns = tuple(
        Column(name, reading, tally(reading.result.questions, weights=weights))
        for name, reading in zip(_names(readings), readings, strict=True)
    )
    rows = [{row.key: row for row in reading.questions} for reading in readings]
    compared, number = [], 0
    for topic, known in questions_of_any(readings):
        questions = []
        for question in known:
            asked = [each.get(question.key) for each in rows]
            if not any(asked):
                continue
            number += 1
            own = all(column.review.vendor.is_own_team for column in columns)
            ask = question.ask_team if own else question.ask_vendor
            cells = tuple(Cell(column, row) for column, row in zip(columns, asked, strict=True))
            questions.append(ComparedQuestion(number, question.key, ask, question.critical, topic.category, cells))
        if questions:
            subtotals = tuple(column.result.topic(topic.key) for column in columns)
            compared.append(ComparedTopic(topic, weights.get(topic.key, 1), subtotals, tuple(questions)))
    return Comparison(columns, tuple(compared))


def _names(readings: Sequence[ReviewReading]) -> list[str]:
    """The names of the vendors; with the day, and a number where that is the same, for a vendor who is there twice."""
    reviews = [reading.review for reading in readings]
    names = [review.vendor.name for review in reviews]
    days = [(review.vendor_id, date_format(review.reviewed_on, "DAY")) for review in reviews]
    numbered = enumerate(days, 1)
    told = [f"{day[1]}, {days[:place].count(day)}" if days.count(day) > 1 else day[1] for place, day in numbered]
    return [f"{name} ({day})" if names.count(name) > 1 else name for name, day in zip(names, told, strict=True)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the finding rests on: a share from `low` to `high` in one unit, how many answers are open, what is missed.

    `misses` are the ratings of the critical questions that no proof stands behind: "2" for one that is claimed to be
    shown, empty for one that is not rated yet.
    """

    name: str
    low: Fraction | int | None
    high: Fraction | int | None
    unrated: int
    misses: tuple[str, ...]


def best(standings: Sequence[Standing]) -> str:
    """Who answers best, as a sentence; provisional while what is open can change it."""
    known = [each for each in standings if each.low is not None]
    if not known:
        return _("Nothing applies to anyone.")
    top = max(each.low for each in known)
    leaders = [each.name for each in known if each.low == top]
    if len(leaders) > 1:
        is_open = any(each.unrated for each in known)
        said = _("{names} are level so far.") if is_open else _("{names} answer equally well.")
        return said.format(names=listing(leaders))
    if all(each.high < top for each in known if each.low != top):
        return _("{name} answers best.").format(name=leaders[0])
    return _("{name} leads so far; what is still open can change that.").format(name=leaders[0])


def proof(standings: Sequence[Standing]) -> str:
    """Who can prove everything critical, as a sentence; who misses only what is not rated yet still can."""
    proven = [each.name for each in standings if not each.misses]
    if len(proven) == len(standings):
        return _("Every critical question has its proof.")
    is_open = any(each.misses and not any(each.misses) for each in standings)
    if not proven:
        if is_open:
            return _("So far nobody can prove every critical question.")
        return _("Nobody can prove every critical question.")
    if is_open:
        said = ngettext(
            "So far only {names} can prove every critical question.",
            "So far only {names} can prove every critical question.",
            len(proven),
        )
    else:
        said = ngettext(
            "Only {names} can prove every critical question.",
            "Only {names} can prove every critical question.",
            len(proven),
        )
    return said.format(names=listing(proven))


def topics_figure(comparison: Comparison) -> figures.Figure:
    """The share of the points by topic, a mark for each vendor."""
    vendors = [
        figures.VendorShares(column.name, [_range(topic.subtotals[place]) for topic in comparison.topics])
        for place, column in enumerate(comparison.columns)
    ]
    return figures.vendor_topics([topic.topic.name for topic in comparison.topics], vendors)


def _range(tally: Tally) -> tuple[float, float] | None:
    low, high = tally.low, tally.high
    return None if low is None or high is None else (round(float(low) * 100, 1), round(float(high) * 100, 1))


def chart_sentence(comparison: Comparison) -> str:
    """What the chart shows: the topics in which the vendors lie furthest apart."""
    spreads = []
    for topic in comparison.topics:
        shares = [subtotal.low for subtotal in topic.subtotals if subtotal.low is not None and subtotal.rated]
        if len(shares) > 1 and max(shares) > min(shares):
            spreads.append((max(shares) - min(shares), topic.topic.name))
    if not spreads:
        return _("No topic separates them yet")
    spreads.sort(key=lambda entry: -entry[0])
    named = [name for spread, name in spreads[:2]]
    return ngettext("{names} separates them most", "{names} separate them most", len(named)).format(
        names=listing(named)
    )
