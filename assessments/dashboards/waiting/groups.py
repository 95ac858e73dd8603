"""What waits for a person in words: by kind, each leading where it is dealt with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from assessments import framework
from assessments.accounts.models import User
from assessments.dashboards.waiting.models import Dismissal
from assessments.dashboards.waiting.queries import MOST, Row, waiting_rows
from assessments.platform.names import sort_key
from assessments.scoring.words import capitalized, listing, number_word

NAMED = 2
# By kind: one of it, several of it. The number stands before it.
WORDS = {
    "vendor": ngettext_lazy("vendor has answered", "vendors have answered"),
    "draft": ngettext_lazy("draft is ready to sign off", "drafts are ready to sign off"),
    "asked": ngettext_lazy("question is yours to answer", "questions are yours to answer"),
    "answer": ngettext_lazy("colleague has answered", "colleagues have answered"),
    "item": ngettext_lazy("plan item is overdue", "plan items are overdue"),
    "assessment": ngettext_lazy("assessment is due", "assessments are due"),
    "report": ngettext_lazy("report is there", "reports are there"),
    "invitation": ngettext_lazy("invitation is unanswered", "invitations are unanswered"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that waits, with the page on which it is dealt with; `late` is how many days it is overdue."""

    kind: str
    pk: int
    organization: str
    subject: str
    url: str
    since: date | None
    due_on: date | None
    late: int

    @property
    def can_be_put_aside(self) -> bool:
        return self.kind in Dismissal.Kind.values

    @property
    def when(self) -> str:
        if self.late:
            return _days_late(self.late)
        if self.due_on:
            return _("due {day}").format(day=date_format(self.due_on, "SHORT_DAY"))
        return _("since {day}").format(day=date_format(self.since, "SHORT_DAY")) if self.since else ""


def _days_late(days: int) -> str:
    return ngettext("{number} day late", "{number} days late", days).format(number=number_word(days))


@dataclass(frozen=True, slots=True)
class Group:
    """All things of a kind, the oldest first."""

    kind: str
    things: tuple[Thing, ...]
    today: date

    @property
    def is_capped(self) -> bool:
        return len(self.things) >= MOST

    @property
    def number(self) -> str:
        return f"{MOST}+" if self.is_capped else str(len(self.things))

    @property
    def words(self) -> str:
        return str(WORDS[self.kind] % len(self.things))

    @property
    def url(self) -> str:
        """Where one thing is dealt with; several are listed first."""
        return self.things[0].url if len(self.things) == 1 else f"{reverse('waiting_list')}#{self.kind}"

    @property
    def who(self) -> str:
        """The first ones by name: what, and for whom; of plan items how many at each."""
        if self.kind in ("item", "assessment", "draft"):
            return self._by_organization()
        words = _("{subject} for {organization}")
        named = [words.format(subject=each.subject, organization=each.organization) for each in self.things[:NAMED]]
        return self._with_rest(named, len(self.things))

    def _by_organization(self) -> str:
        numbers: dict[str, int] = {}
        for thing in self.things:
            numbers[thing.organization] = numbers.get(thing.organization, 0) + 1
        named = list(numbers.items())[:NAMED]
        if self.kind == "item" and len(self.things) > 1:
            at = _("{number} at {organization}")
            words = [at.format(number=number_word(number), organization=name) for name, number in named]
            words[0] = capitalized(words[0])
            return self._with_rest(words, len(numbers))
        return self._with_rest([name for name, _number in named], len(numbers))

    def _with_rest(self, named: list[str], of: int) -> str:
        rest = of - len(named)
        if rest <= 0 or self.is_capped:
            return ", ".join(named)
        return listing([*named, ngettext("{number} more", "{number} more", rest).format(number=number_word(rest))])

    @property
    def latest(self) -> int:
        return max((thing.late for thing in self.things), default=0)

    @property
    def age(self) -> str:
        """How long the oldest waits, or how late it is."""
        are_several = len(self.things) > 1
        if self.latest and not are_several:
            return _days_late(self.latest)
        if self.latest:
            words = ngettext("up to {number} day late", "up to {number} days late", self.latest)
            return words.format(number=number_word(self.latest))
        due = min((thing.due_on for thing in self.things if thing.due_on), default=None)
        if due:
            words = _("first due {day}") if are_several else _("due {day}")
            return words.format(day=date_format(due, "SHORT_DAY"))
        oldest = min((thing.since for thing in self.things if thing.since), default=self.today)
        days = (self.today - oldest).days
        if days <= 0:
            return _("since today")
        words = ngettext("for {number} day", "for {number} days", days)
        if are_several:
            words = ngettext("oldest {number} day", "oldest {number} days", days)
        return words.format(number=number_word(days))


def waiting_for(user: User, *, now: datetime | None = None) -> tuple[Group, ...]:
    """What waits for a person, by kind; two queries, three for who sees many organizations."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    things: dict[str, list[Thing]] = {}
    for row in waiting_rows(user, today=today, now=now):
        things.setdefault(row.kind, []).append(_thing(row, today))
    groups = (Group(kind, tuple(_ordered(things[kind])), today) for kind in WORDS if kind in things)
    return tuple(sorted(groups, key=lambda group: not group.latest))


def _ordered(things: Iterable[Thing]) -> Sequence[Thing]:
    return sorted(things, key=lambda t: (-t.late, t.due_on or date.max, t.since or date.max, sort_key(t.organization)))


def _thing(row: Row, today: date) -> Thing:
    due_on = date.fromisoformat(row.day) if row.day else None
    late = (today - due_on).days if due_on and due_on < today else 0
    since = timezone.localdate(row.at) if row.at else None
    return Thing(row.kind, row.pk, row.organization, _subject(row), _url(row), since, due_on, late)


def _subject(row: Row) -> str:
    if row.kind in ("asked", "answer"):
        _scorecard, key, version = row.place.split(" ")
        return framework.load(key, version).category(row.subject).name
    if row.kind == "assessment":
        return _("The next assessment")
    if row.kind == "report" and row.place == "failed":
        return _("{report} (failed)").format(report=row.subject)
    return row.subject


def _url(row: Row) -> str:
    if row.kind == "vendor":
        return reverse("vendor_review_update", args=[row.slug, row.place])
    if row.kind == "draft":
        return reverse("scorecard_sign_off", args=[row.slug, row.place])
    if row.kind in ("asked", "answer"):
        scorecard, *_ = row.place.split(" ")
        return f"{reverse('scorecard_update', args=[row.slug, scorecard])}#{row.subject}"
    if row.kind == "item":
        return reverse("roadmap_item_detail", args=[row.slug, row.place, row.pk])
    if row.kind == "report":
        return reverse("report_list", args=[row.slug])
    if row.kind == "invitation":
        return reverse("membership_list", args=[row.slug])
    return reverse("scorecard_list", args=[row.slug])
