"""What the portfolio iterates over, in a fixed number of queries: a page of rows, and how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.db.models import Count, Prefetch, QuerySet

from assessments.dashboards.portfolio.reach import MANY, Reach
from assessments.dashboards.portfolio.rows import PortfolioRow
from assessments.dashboards.standings.models import RANKS, OrganizationStanding
from assessments.economics.at_risk import spend_at_risk_of
from assessments.framework import translating
from assessments.organizations.models import Organization, OrganizationTag
from assessments.scoring import Verdict

MOST_OF_A_VERDICT = 50  # counted, where there are many
OPTIONS_MAX = 60


@dataclass(frozen=True, slots=True)
class PortfolioCounts:
    """How many organizations there are, and how many of them have each verdict.

    With a `cap` there are more than `total`, and of a verdict at least as many as the cap where it is reached: more are
    never counted.
    """

    total: int
    at_risk: int
    clear: int
    undetermined: int
    on_its_word: int = 0
    unassessed_found: int | None = None
    cap: int = 0

    @property
    def unassessed(self) -> int:
        if self.unassessed_found is not None:
            return self.unassessed_found
        return self.total - self.at_risk - self.clear - self.undetermined - self.on_its_word

    @classmethod
    def of(cls, reach: Reach) -> Self:
        ranks = [*range(1, len(RANKS) + 1), None]
        if not reach.is_many:
            found = dict(reach.rows().order_by().values_list("verdict_rank").annotate(number=Count("pk")))
            return cls._of(sum(found.values()), [found.get(rank, 0) for rank in ranks], cap=0)
        of_each = [
            reach.rows().filter(**({"verdict_rank": rank} if rank else {"verdict_rank__isnull": True}))
            for rank in ranks
        ]
        return cls._of(MANY, count_up_to(MOST_OF_A_VERDICT, *of_each), cap=MOST_OF_A_VERDICT)

    @classmethod
    def _of(cls, total: int, numbers: Sequence[int], *, cap: int) -> Self:
        by_verdict = dict(zip([*RANKS, None], numbers, strict=True))
        return cls(
            total,
            at_risk=by_verdict[Verdict.AT_RISK],
            clear=by_verdict[Verdict.CLEAR],
            undetermined=by_verdict[Verdict.UNDETERMINED],
            on_its_word=by_verdict[Verdict.ON_ITS_WORD],
            unassessed_found=by_verdict[None],
            cap=cap,
        )

    def written(self, number: int) -> str:
        """A number of a verdict as a chip has it: 100+ where there may be more."""
        return f"{number}+" if self.cap and number >= self.cap else translating.number(number)

    @property
    def total_written(self) -> str:
        return f"{self.total}+" if self.cap else translating.number(self.total)


def count_up_to(most: int, *querysets: QuerySet[Any]) -> list[int]:
    """How many rows each has, as far as `most`, in one query that looks at no more of them than that."""
    parts, parameters = [], []
    for number, rows in enumerate(querysets):
        limited = rows.order_by().values("pk")[:most]
        sql, values = limited.query.get_compiler(connection=connection).as_sql()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS part_{number})")  # noqa: S608  the ORM's own SQL
        parameters.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        return list(cursor.fetchone())


def with_organizations(found: Iterable[OrganizationStanding], *, spend: bool = True) -> list[PortfolioRow]:
    """The rows with their organizations, leads and tags, in the same order; three queries, two without the spend."""
    kept = {row.pk: row for row in found}
    tags = Prefetch("tags", OrganizationTag.objects.order_by("pk"))
    organizations = Organization.objects.filter(pk__in=list(kept)).order_by().select_related("lead")
    at_hand = {organization.pk: organization for organization in organizations.prefetch_related(tags)}
    at_risk = spend_at_risk_of(at_hand.values()) if spend else {}
    return [PortfolioRow(row, at_hand[pk], at_risk.get(pk)) for pk, row in kept.items() if pk in at_hand]


@dataclass(frozen=True, slots=True)
class Options:
    """What the fields of the filters offer: what is found among some of the person's organizations."""

    leads: tuple[tuple[int, str], ...]
    industries: tuple[str, ...]
    tags: tuple[str, ...]


def options(reach: Reach) -> Options:
    """One query."""
    sample = reach.sample[:OPTIONS_MAX] if reach.is_many else reach.sample
    some = Organization.objects.current().filter(pk__in=sample).order_by()
    about = list(some.values_list("industry", "lead", "lead__name", "lead__email", "tags__name").distinct())
    leads = {pk: name or email for _, pk, name, email, _ in about if pk}
    leads.setdefault(reach.user.pk, str(reach.user))
    return Options(
        leads=tuple(leads.items()),
        industries=tuple({industry: None for industry, *_ in about if industry}),
        tags=tuple({tag: None for *_, tag in about if tag})[:OPTIONS_MAX],
    )
