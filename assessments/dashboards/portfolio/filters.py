"""What the list is narrowed to, as its address says it. What makes no sense narrows nothing, and says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.lookups import Exact
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.dashboards.portfolio.orders import USUAL, Order
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.standings.models import RANKS, UNASSESSED, OrganizationStandingQuerySet, rank_of
from assessments.organizations.models import Organization, OrganizationTag, TeamGrant
from assessments.platform.names import fold
from assessments.scoring import months_back
from assessments.scoring.words import number_word

SEARCH_MAX_LENGTH = 120
TAGS_MAX = 10
WORDS_MAX = 8
VERDICTS = (*RANKS, UNASSESSED)
AGES = {"6": _lazy("Over six months"), "12": _lazy("Over a year")}
SWITCHES = {"draft": _lazy("Has a draft"), "vendor": _lazy("A vendor waits"), "overdue": _lazy("Plan overdue")}


class NotByIndex(Func):
    """A column that a condition looks at in each row, whatever index there is on it, where SQLite would go by that.

    PostgreSQL counts what there is and chooses by itself.
    """

    template = "(+%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        sql, values = compiler.compile(self.source_expressions[0])
        return sql, list(values)


@dataclass(frozen=True)
class Filters:
    search: str = ""
    verdict: str = ""
    team: int | None = None
    lead: int | None = None
    industry: str = ""
    size: str = ""
    hosting: str = ""
    tags: tuple[str, ...] = ()
    age: str = ""
    switches: frozenset[str] = frozenset()
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    @property
    def is_more_than_a_verdict(self) -> bool:
        """Whether something of the fold-out form narrows the list."""
        return replace(self, search="", verdict="") != Filters()

    @property
    def query(self) -> list[tuple[str, str]]:
        """As an address has it, always in the same order."""
        single = {
            "q": self.search,
            "v": self.verdict,
            "team": self.team,
            "lead": self.lead,
            "industry": self.industry,
            "size": self.size,
            "hosting": self.hosting,
            "age": self.age,
        }
        pairs = [(key, str(value)) for key, value in single.items() if value]
        pairs += [("tag", tag) for tag in self.tags]
        return pairs + [(key, "1") for key in SWITCHES if key in self.switches]

    def without(self, name: str, value: str = "") -> str:
        """The address of the list without one of the filters."""
        return urlencode([pair for pair in self.query if pair[0] != name or (value and pair[1] != value)])

    def of(self, rows: OrganizationStandingQuerySet, today: date, order: Order = USUAL) -> OrganizationStandingQuerySet:
        """Those of the rows that it leaves, which are then put in the order."""
        for condition in self._conditions(today, order):
            rows = rows.filter(condition)
        return rows

    def _conditions(self, today: date, order: Order) -> list[Q]:
        found = []
        if self.verdict:
            rank = rank_of(self.verdict)
            # The index of verdicts holds the order of scores only: by it, all of a verdict would be sorted anew.
            is_by_index = rank is None or order.key in ("score", "verdict")
            column = F("verdict_rank") if is_by_index else NotByIndex("verdict_rank")
            found.append(Q(Exact(column, rank)) if rank else Q(verdict_rank__isnull=True))
        found += [Q(lead=self.lead)] if self.lead else []
        found += [Q(industry_key=fold(self.industry))] if self.industry else []
        found += [Q(size_band=self.size)] if self.size else []
        found += [Q(hosting_model=self.hosting)] if self.hosting else []
        found += [Q(signed_off_at__lt=_months_ago(today, int(self.age)))] if self.age else []
        found += [Q(draft_since__isnull=False)] if "draft" in self.switches else []
        found += [Q(vendors_waiting__gt=0)] if "vendor" in self.switches else []
        found += [Q(plan_due_on__lt=today)] if "overdue" in self.switches else []
        found += [Q(search__contains=word) for word in fold(self.search).split()[:WORDS_MAX]]
        here = {"organization": OuterRef("organization_id")}
        if self.team:
            found.append(Q(Exists(TeamGrant.objects.filter(team=self.team, **here).order_by())))
        for tag in self.tags:
            found.append(Q(Exists(OrganizationTag.objects.filter(name_key=fold(tag), **here).order_by())))
        return found


def _months_ago(today: date, months: int) -> datetime:
    """The first moment of the day so many months before."""
    return timezone.make_aware(datetime.combine(months_back(today, months), time()))


def read(data: QueryDict, reach: Reach) -> Filters:
    """The filters of an address."""
    problems: list[str] = []

    def plain(name: str, most: int = SEARCH_MAX_LENGTH) -> str:
        return " ".join(data.get(name, "").replace("\x00", "").split())[:most]

    def one_of(name: str, known: Mapping[str, Any], problem: str) -> str:
        value = data.get(name, "")
        if value and value not in known:
            problems.append(problem)
        return value if value in known else ""

    team = reach.team(data["team"]) if data.get("team") else None
    if data.get("team") and team is None:
        problems.append(_("You are in no such team, so the list is not narrowed by it."))
    lead = data.get("lead", "")
    if lead == "me":
        lead = str(reach.user.pk)
    if lead and not (lead.isascii() and lead.isdecimal() and len(lead) < 19):
        problems.append(_("There is no such lead, so the list is not narrowed by it."))
        lead = ""
    tags = tuple(
        dict.fromkeys(tag for tag in (" ".join(t.replace("\x00", "").split()) for t in data.getlist("tag")) if tag)
    )
    if len(tags) > TAGS_MAX:
        words = ngettext(
            "The list is narrowed by the first {number} tag only.",
            "The list is narrowed by the first {number} tags only.",
            TAGS_MAX,
        )
        problems.append(words.format(number=number_word(TAGS_MAX)))
    verdict = data.get("v", "")
    return Filters(
        search=plain("q"),
        verdict=verdict if verdict in VERDICTS else "",
        team=team.pk if team else None,
        lead=int(lead) if lead else None,
        industry=plain("industry", 80),
        size=one_of(
            "size",
            dict(Organization.SizeBand.choices),
            _("There is no such size, so the list is not narrowed by it."),
        ),
        hosting=one_of(
            "hosting",
            dict(Organization.HostingModel.choices),
            _("There is no such hosting, so the list is not narrowed by it."),
        ),
        tags=tuple(tag[:40] for tag in tags[:TAGS_MAX]),
        age=one_of("age", AGES, _("There is no such age, so the list is not narrowed by it.")),
        switches=frozenset(key for key in SWITCHES if data.get(key)),
        problems=tuple(problems),
    )
