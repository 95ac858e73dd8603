"""Who moved since a day: across the line, up or down, by what was signed off then and what is signed off now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from assessments.organizations.models import Organization
from assessments.scorecards.models import Scorecard
from assessments.scoring.words import counted, number_word

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
            return "Nothing was signed off then and again since."
        parts = []
        if self.crossed_up:
            parts.append(f"{number_word(len(self.crossed_up))} reached the line")
        if self.crossed_down:
            parts.append(f"{number_word(len(self.crossed_down))} fell below it")
        if not parts:
            return "Nobody crossed the line."
        words = " and ".join(parts)
        return f"{words[0].upper()}{words[1:]}."

    @property
    def detail(self) -> str:
        moved = len(self.crossed_up) + len(self.crossed_down) + len(self.up) + len(self.down)
        same = self.compared - moved
        sentences = [f"Of {counted(self.compared, 'organization')} assessed both times, {number_word(moved)} moved"]
        sentences[0] += f" and {number_word(same)} did not." if same else "."
        if self.added:
            sentences.append(
                f"{number_word(self.added).capitalize()} {'is' if self.added == 1 else 'are'} new since then."
            )
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
