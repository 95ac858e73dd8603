"""Two to six organizations of a person side by side, category by category, and what comes of it in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import framework
from assessments.accounts.models import User
from assessments.framework import Category
from assessments.organizations.models import Organization
from assessments.platform.names import fold
from assessments.scorecards.queries import ScoredRow, as_of, latest_scorecards
from assessments.scoring import CategoryAnswer
from assessments.scoring.words import listing, percent

MINIMUM, MAXIMUM = 2, 6
FOUND = 20


@dataclass(frozen=True, slots=True)
class Column:
    organization: Organization
    scored: ScoredRow | None

    @property
    def flag(self) -> str:
        return self.scored.result.verdict.value if self.scored and not self.scored.result.is_untouched else "none"

    @property
    def percent(self) -> int:
        """Of the maximum of its framework, what is proven."""
        return percent(self.scored.result.proven_total, self.scored.result.maximum) if self.scored else 0

    @property
    def on(self) -> date | None:
        """The day of the assessment that counts, None for a draft."""
        return as_of(self.scored.scorecard) if self.scored and self.scored.scorecard.is_signed_off else None


@dataclass(frozen=True, slots=True)
class Line:
    """One category; a cell is None where it is not settled."""

    category: Category
    cells: tuple[CategoryAnswer | None, ...]

    @property
    def levels(self) -> list[int]:
        return [cell.proven for cell in self.cells if cell is not None]

    @property
    def spread(self) -> int:
        return max(self.levels) - min(self.levels) if len(self.levels) > 1 else 0


@dataclass(frozen=True, slots=True)
class OrganizationComparison:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def is_mixed(self) -> bool:
        """Whether they are scored by different frameworks, so that points do not compare."""
        return len({column.scored.scorecard.framework_key for column in self.columns if column.scored}) > 1

    @property
    def headline(self) -> str:
        """Who has proven most, as a sentence."""
        known = [column for column in self.columns if column.scored]
        if not known:
            return _("None of them is assessed yet.")
        if self.is_mixed:
            most = max(column.percent for column in known)
            names = [column.organization.name for column in known if column.percent == most]
            words = ngettext(
                "{names} has proven most by per cent of different scales: {percent}%.",
                "{names} have proven most by per cent of different scales: {percent}%.",
                len(names),
            )
            return words.format(names=listing(names), percent=most)
        maximum = known[0].scored.result.maximum if known[0].scored else 0
        best = max(column.scored.result.proven_total for column in known if column.scored)
        leaders = [c.organization.name for c in known if c.scored and c.scored.result.proven_total == best]
        if len(leaders) == len(self.columns):
            words = _("Both have proven {best} of {maximum}.")
            if len(leaders) > 2:
                words = _("All of them have proven {best} of {maximum}.")
            return words.format(best=best, maximum=maximum)
        words = ngettext(
            "{names} has proven most: {best} of {maximum}.",
            "{names} have proven most: {best} of {maximum}.",
            len(leaders),
        )
        return words.format(names=listing(leaders), best=best, maximum=maximum)

    @property
    def detail(self) -> str:
        """Where they lie furthest apart, and what all of them lack."""
        widest = max((line.spread for line in self.lines), default=0)
        apart = [line.category.short_name for line in self.lines if line.spread == widest] if widest else []
        lacking = [line.category.short_name for line in self.lines if line.levels and not any(line.levels)]
        sentences = [_("They are scored by different frameworks.")] if self.is_mixed else []
        if 0 < len(apart) <= 3:
            words = ngettext("{categories} separates them most.", "{categories} separate them most.", len(apart))
            sentences.append(words.format(categories=listing(apart)))
        if lacking:
            sentences.append(_("None has anything proven in {categories}.").format(categories=listing(lacking)))
        return " ".join(sentences)


def find_chosen(user: User, slugs: Sequence[str]) -> list[Organization]:
    """The organizations with these slugs, in this order; ValidationError for one the person cannot open, or too many.

    The refusal says nothing about whether there is such an organization.
    """
    wanted = list(dict.fromkeys(slugs))
    if len(wanted) > MAXIMUM:
        raise ValidationError(_("Six organizations fit side by side. Take some away."))
    found = {
        organization.slug: organization
        for organization in Organization.objects.visible_to(user).filter(slug__in=wanted)
    }
    if len(found) < len(wanted):
        raise ValidationError(_("An organization that was chosen is not among yours. Choose again."))
    return [found[slug] for slug in wanted]


def find_more(user: User, search: str, chosen: Sequence[Organization]) -> list[Organization]:
    """A few organizations by name that are not chosen yet."""
    organizations = Organization.objects.visible_to(user).exclude(pk__in=[each.pk for each in chosen])
    if search:
        organizations = organizations.filter(name_key__contains=fold(search))
    return list(organizations.order_by("name_sort", "pk")[:FOUND])


def compare_organizations(organizations: Sequence[Organization]) -> OrganizationComparison:
    """Put them side by side by what counts for each; four queries."""
    scored = latest_scorecards(organizations, facts=False)
    columns = tuple(Column(organization, scored.get(organization.pk)) for organization in organizations)
    lines = []
    keys = dict.fromkeys(c.scored.scorecard.framework_key for c in columns if c.scored) or {"": None}
    contents = [framework.find_known(key) for key in keys]
    for category in {category.key: category for content in contents for category in content.categories}.values():
        lines.append(Line(category, tuple(_cell(column.scored, category.key) for column in columns)))
    return OrganizationComparison(columns, tuple(lines))


def _cell(scored: ScoredRow | None, key: str) -> CategoryAnswer | None:
    if scored is None:
        return None
    answer = next((answer for answer in scored.result.answers if answer.key == key), None)
    return answer if answer is not None and answer.level is not None else None
