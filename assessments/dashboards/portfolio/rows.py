"""One row of the list as a reader sees it: what is kept, and what the day makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import framework
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.economics.at_risk import SpendAtRisk
from assessments.framework.translating import kept_by_language
from assessments.organizations.models import Organization
from assessments.scorecards.standings import read_levels
from assessments.scoring import months_between
from assessments.scoring.words import number_word, percent

OLD_MONTHS = 12
OLD_DRAFT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """What is settled of one category."""

    level: int
    proven: int

    @property
    def is_claim(self) -> bool:
        return self.proven < self.level


def category_names(key: str) -> Mapping[str, str]:
    """The short names of all categories that any version of a framework has, the newest last."""
    return _category_names(key, framework.known_versions(key))


@kept_by_language(maxsize=256)
def _category_names(key: str, versions: tuple[str, ...]) -> Mapping[str, str]:
    contents = [framework.load(key, version) for version in versions]
    return {c.key: c.short_name for content in contents for c in content.categories}


@dataclass(frozen=True)
class PortfolioRow:
    kept: OrganizationStanding
    organization: Organization
    at_risk: SpendAtRisk | None = None

    @property
    def flag(self) -> str:
        """Its verdict; nothing answered is none, and never safe."""
        return self.kept.flag

    @property
    def is_assessed(self) -> bool:
        return self.kept.verdict_rank is not None

    @property
    def percent(self) -> int:
        """Of the maximum of its framework, what is proven."""
        return percent(self.kept.proven or 0, self.kept.maximum or 1)

    @property
    def is_own_framework(self) -> bool:
        """Whether it is scored by a framework other than the product's: then points alone do not compare."""
        return self.is_assessed and self.kept.framework_key != framework.DEFAULT_KEY

    @property
    def framework_title(self) -> str:
        return framework.find_known(self.kept.framework_key).title

    @property
    def is_range(self) -> bool:
        return self.kept.claimed != self.kept.highest

    @property
    def is_unproven(self) -> bool:
        return self.is_assessed and self.kept.proven != self.kept.claimed

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """By category what is settled."""
        levels = read_levels(self.kept.levels)
        return {key: Cell(level, proven) for key, (level, proven) in levels.items() if level is not None}

    @property
    def zeros(self) -> list[str]:
        """The short names of the categories that score 0."""
        names = category_names(self.kept.framework_key)
        return [names.get(key, key) for key, cell in self.cells.items() if cell.level == 0]

    @property
    def red_flags(self) -> int:
        return (self.kept.zeros or 0) + (self.kept.missing_facts or 0)

    @property
    def tags(self) -> list[str]:
        return [tag.name for tag in self.organization.tags.all()]

    @cached_property
    def today(self) -> date:
        return self.organization.today()

    @property
    def signed_off_on(self) -> date | None:
        at = self.kept.signed_off_at
        return timezone.localdate(at, self.organization.zone) if at else None

    @property
    def months_old(self) -> int | None:
        return months_between(self.signed_off_on, self.today) if self.signed_off_on else None

    @property
    def age(self) -> str:
        months = self.months_old
        if months is None:
            return ""
        if not months:
            return _("this month")
        return ngettext("{number} month", "{number} months", months).format(number=number_word(months))

    @property
    def is_old(self) -> bool:
        return (self.months_old or 0) >= OLD_MONTHS

    @property
    def draft_days(self) -> int | None:
        since = self.kept.draft_since
        return (self.today - timezone.localdate(since, self.organization.zone)).days if since else None

    @property
    def is_old_draft(self) -> bool:
        return (self.draft_days or 0) >= OLD_DRAFT_DAYS

    @property
    def overdue(self) -> int:
        """Items of the plan that were due before today, where the organization is."""
        return sum(date.fromisoformat(day) < self.today for day in self.kept.plan_due_days.split())

    @property
    def fall(self) -> int:
        return -min(0, self.kept.change or 0)

    @property
    def about(self) -> str:
        """Its industry and who leads it."""
        return " · ".join(filter(None, (self.organization.industry, str(self.organization.lead or ""))))

    @property
    def hosting(self) -> str:
        return str(self.organization.get_hosting_model_display()).partition(":")[0].strip()

    @property
    def draft_age(self) -> str:
        days = self.draft_days
        if days is None:
            return ""
        if days <= 0:
            return _("since today")
        return ngettext("open {number} day", "open {number} days", days).format(number=number_word(days))

    @property
    def late_words(self) -> str:
        days = self.days_late
        return ngettext("{number} day late", "{number} days late", days).format(number=number_word(days, none="no"))

    @property
    def days_to_due(self) -> int | None:
        return (self.kept.due_on - self.today).days if self.kept.due_on else None

    @property
    def days_late(self) -> int:
        """How many days the next assessment is late."""
        return max(0, -(self.days_to_due or 0))
