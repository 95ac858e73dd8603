"""Median and quartiles of a team's portfolio, by category, told so that they tell of nobody.

Who may see an organization knows its levels; a benchmark is shown to people who may not: the members of a client. What
they could do is subtract: two figures whose groups differ by one organization say what that one is. So that this
never pays:

- Nobody makes a group. A client sees one only, the team's whole portfolio, the same for every client and every
  member, with the client itself in it. Industry, size and hosting are no groups for clients, who could change their own
  and look again; the team, who sees every organization anyway, has them, by fields with fixed values.
- None under five. A figure stands on at least `LEAST` organizations beside the one that looks; a group that is taken
  out of the portfolio needs as many inside as outside, or the rest of the portfolio would be the small group.
- It stands still. What counts is what was signed off, and granted to the team, before the first of the month: one new
  sign-off never shows by itself from one day to the next.
- Two portfolios that differ by one to four organizations are such a pair as well, for somebody who is a member of two
  clients: of two shared ones that lie so close, only the one that was shared first is shown.
- Levels from 0 to 2 and the rank nearest to a quarter: no figure has digits to reckon back from.

A withdrawn grant takes an organization out of the figures at once, which a client who notes them every day may see
happen; that it does not wait is worth more to the one who left.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import framework
from assessments.dashboards.benchmarks.models import SharedBenchmark
from assessments.framework import Category
from assessments.organizations.models import Organization, Team
from assessments.scorecards.models import Scorecard, Standing
from assessments.scorecards.standings import read_levels

LEAST = 5
# The fields a team may take a group by: their values are fixed.
GROUPS = {"hosting_model": Organization.HostingModel, "size_band": Organization.SizeBand}


@dataclass(frozen=True, slots=True)
class Quartiles:
    lower: int
    median: int
    upper: int
    number: int

    @property
    def middle(self) -> str:
        """The middle half, as said: "0 to 1", or "1" where both quarters end there."""
        return (
            str(self.lower)
            if self.lower == self.upper
            else _("{lower} to {upper}").format(lower=self.lower, upper=self.upper)
        )


@dataclass(frozen=True, slots=True)
class BenchmarkLine:
    """A category; `quartiles` is None where too few stand behind it, `own` the level of who looks."""

    category: Category
    quartiles: Quartiles | None
    own: int | None = None

    @property
    def place(self) -> str:
        """Where the own level lies against the median, in words."""
        if self.own is None or self.quartiles is None:
            return ""
        step = self.own - self.quartiles.median
        if not step:
            return _("at the median")
        return _("above the median") if step > 0 else _("below the median")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`number` is how many organizations stand behind it; nothing at all is told where they are too few."""

    team: Team
    as_of: date
    number: int
    total: Quartiles | None
    lines: tuple[BenchmarkLine, ...]
    own_total: int | None = None

    @property
    def maximum(self) -> int:
        """All of it is by the product's own framework: points of two scales have no median."""
        return framework.current().maximum

    @property
    def is_told(self) -> bool:
        return self.total is not None

    @property
    def headline(self) -> str:
        if self.total is None:
            return _("Too few organizations stand behind a benchmark.")
        if self.own_total is None:
            words = _("Half of the portfolio has proven {median} or more of {maximum}.")
        elif self.own_total > self.total.median:
            words = _("Above the median: {own} proven, against {median}.")
        elif self.own_total < self.total.median:
            words = _("Below the median: {own} proven, against {median}.")
        else:
            words = _("At the median: {own} of {maximum} proven.")
        return words.format(own=self.own_total, median=self.total.median, maximum=self.maximum)


def month_of(today: date) -> date:
    """The day from which nothing counts any more: the first of the month."""
    return today.replace(day=1)


def counted_organizations(team: Team, as_of: date) -> QuerySet[Organization]:
    """The team's portfolio of that day, each with `scorecard`, its newest sign-off before; none without one."""
    start = timezone.make_aware(datetime.combine(as_of, time.min))
    own = Scorecard.objects.filter(organization=OuterRef("pk"), framework_key=framework.DEFAULT_KEY)
    before = own.filter(signed_off_at__lt=start)
    newest = before.order_by(F("signed_off_at").desc(), "-pk").values("pk")[:1]
    granted = Organization.objects.current().filter(team_grants__team=team, team_grants__created_at__lt=start)
    return granted.annotate(scorecard=Subquery(newest)).exclude(scorecard=None).order_by()


def benchmark(
    team: Team, today: date, *, own: Organization | None = None, group: tuple[str, str] | None = None
) -> Benchmark:
    """The benchmark of a team's portfolio, or of a group of it by a field and its value; five queries at most.

    `own` is who looks: it is counted, and not as one of those who stand behind the figures.
    """
    as_of = month_of(today)
    everybody = counted_organizations(team, as_of)
    organizations = everybody.filter(**dict([group])) if group else everybody
    number = organizations.count()
    own_row = organizations.filter(pk=own.pk).values_list("scorecard", flat=True).first() if own else None
    others = number - bool(own_row)
    outside = everybody.count() - number if group else LEAST
    categories = framework.current().categories
    if others < LEAST or outside < LEAST:
        return Benchmark(team, as_of, number, None, tuple(BenchmarkLine(category, None) for category in categories))
    scorecards = organizations.values("scorecard")
    counts = _levels(scorecards)
    own_levels = _own_levels(own_row)
    lines = tuple(
        BenchmarkLine(category, _told(counts.get(category.key, {}), bool(own_row)), own_levels.get(category.key))
        for category in categories
    )
    totals = dict(
        Scorecard.objects.filter(pk__in=scorecards).order_by().values_list("standing__proven").annotate(Count("pk"))
    )
    own_total = sum(own_levels.values()) if own_row else None
    return Benchmark(team, as_of, number, _told(totals, bool(own_row)), lines, own_total)


def _levels(scorecards: QuerySet) -> Mapping[str, Mapping[int, int]]:
    """By category, how many have proven each level."""
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for levels in Standing.objects.filter(scorecard__in=scorecards).values_list("levels", flat=True).iterator():
        for key, (_claimed, proven) in read_levels(levels).items():
            found[key][proven] += 1
    return found


def _own_levels(scorecard_id: int | None) -> dict[str, int]:
    if scorecard_id is None:
        return {}
    levels = read_levels(Standing.objects.get(scorecard=scorecard_id).levels)
    return {key: proven for key, (_, proven) in levels.items()}


def _told(numbers: Mapping[int, int], with_own: bool) -> Quartiles | None:
    """The quartiles of so many at each value, unless fewer than five others stand behind them."""
    number = sum(numbers.values())
    if number - with_own < LEAST:
        return None
    return Quartiles(_rank(numbers, number, 1), _rank(numbers, number, 2), _rank(numbers, number, 3), number)


def _rank(numbers: Mapping[int, int], number: int, quarters: int) -> int:
    """The least value that at least so many quarters of all do not exceed: the nearest rank, nothing in between."""
    reached = 0
    for value in sorted(numbers):
        reached += numbers[value]
        if reached * 4 >= number * quarters:
            return value
    raise ValueError("A quartile of nothing.")


def shared_with(organization: Organization, today: date) -> Team | None:
    """The one team whose benchmark the members of a client may see; None where none is shared, or lies too close."""
    shares = SharedBenchmark.objects.filter(team__grants__organization=organization)
    for share in shares.select_related("team").order_by("shared_at", "pk"):
        return share.team if _stands_apart(share, today) else None
    return None


def _stands_apart(share: SharedBenchmark, today: date) -> bool:
    """Whether no portfolio that was shared earlier differs from this one by one to four organizations."""
    as_of = month_of(today)
    own = set(counted_organizations(share.team, as_of).values_list("pk", flat=True))
    for other in SharedBenchmark.objects.filter(pk__lt=share.pk).select_related("team"):
        theirs = set(counted_organizations(other.team, as_of).values_list("pk", flat=True))
        if any(0 < len(difference) < LEAST for difference in (own - theirs, theirs - own)) and own & theirs:
            return False
    return True
