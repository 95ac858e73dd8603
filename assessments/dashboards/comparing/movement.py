"""Who moved since a day: across the line, up or down, by what was signed off then and what is signed off now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.organizations.models import Organization
from assessments.scorecards.models import Scorecard
from assessments.scoring.words import capitalized, number_word

SHOWN = 50
UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Move:
    """An organization whose proven score changed: `was` and `now` are proven totals."""

    slug: str
    name: str
    was: int
    now: int
    line: int

    @property
    def step(self) -> int:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class Movement:
    """`crossed_up` proved its way to the line, `crossed_down` fell below it; the others moved on one side of it."""

    since: date
    compared: int
    crossed_up: tuple[Move, ...]
    crossed_down: tuple[Move, ...]
    up: tuple[Move, ...]
    down: tuple[Move, ...]
    added: int

    @property
    def headline(self) -> str:
        if not self.compared:
            return _("Nothing was signed off then and again since.")
        up, down = len(self.crossed_up), len(self.crossed_down)
        if up and down:
            words = _("{up} reached the line and {down} fell below it.")
            return words.format(up=capitalized(number_word(up)), down=number_word(down))
        if up:
            words = ngettext("{number} reached the line.", "{number} reached the line.", up)
            return words.format(number=capitalized(number_word(up)))
        if down:
            words = ngettext("{number} fell below it.", "{number} fell below it.", down)
            return words.format(number=capitalized(number_word(down)))
        return _("Nobody crossed the line.")

    @property
    def detail(self) -> str:
        moved = len(self.crossed_up) + len(self.crossed_down) + len(self.up) + len(self.down)
        same = self.compared - moved
        if same:
            words = ngettext(
                "Of {number} organization assessed both times, {moved} moved and {same} did not.",
                "Of {number} organizations assessed both times, {moved} moved and {same} did not.",
                self.compared,
            )
        else:
            words = ngettext(
                "Of {number} organization assessed both times, {moved} moved.",
                "Of {number} organizations assessed both times, {moved} moved.",
                self.compared,
            )
        number = number_word(self.compared, none="no")
        sentences = [words.format(number=number, moved=number_word(moved), same=number_word(same))]
        if self.added:
            words = ngettext("{number} is new since then.", "{number} are new since then.", self.added)
            sentences.append(words.format(number=capitalized(number_word(self.added))))
        return " ".join(sentences)


def movement(organizations: QuerySet[Organization], since: date) -> Movement:
    """Of these organizations, by their newest sign-off before the day after `since` and by their newest now.

    One query. Whose framework changed in between did not move. What is at risk and clear by one number is the proven
    one.
    """
    end = timezone.make_aware(datetime.combine(since, time.max))
    before = _newest().filter(signed_off_at__lte=end)
    rows = (
        organizations.annotate(now=Subquery(_newest().values("standing__proven")[:1]))
        .annotate(was=Subquery(before.values("standing__proven")[:1]))
        .annotate(line=Subquery(_newest().values("standing__line")[:1]))
        .annotate(by=Subquery(_newest().values("framework_key")[:1]))
        .annotate(was_by=Subquery(before.values("framework_key")[:1]))
        .exclude(now=None)
        .order_by()
        .values_list("slug", "name", "was", "now", "line", "by", "was_by")
    )
    known = list(rows)
    moves = [
        Move(slug, name, was, now, line)
        for slug, name, was, now, line, by, was_by in known
        if was is not None and by == was_by
    ]
    return Movement(
        since=since,
        compared=len(moves),
        crossed_up=_ordered(m for m in moves if m.was < m.line <= m.now),
        crossed_down=_ordered(m for m in moves if m.now < m.line <= m.was),
        up=_ordered(m for m in moves if m.step > 0 and (m.was < m.line) == (m.now < m.line)),
        down=_ordered(m for m in moves if m.step < 0 and (m.was < m.line) == (m.now < m.line)),
        added=sum(was is None for _, _, was, *_ in known),
    )


def _newest() -> QuerySet[Scorecard]:
    signed_off = Scorecard.objects.filter(organization=OuterRef("pk"), signed_off_at__isnull=False)
    return signed_off.order_by(F("signed_off_at").desc(), "-pk")


def _ordered(moves: Iterable[Move]) -> tuple[Move, ...]:
    return tuple(sorted(moves, key=lambda move: (-abs(move.step), move.name)))
