"""What a closed round says: per category who said what, how far apart they are, what was agreed; and it in words.

Made of four queries however many raters there are. Nothing here may be called for a round that still hides its scores
from whoever asks: `divergence` refuses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.framework import Category, Framework
from assessments.framework.translating import number
from assessments.rounds.models import Rater, RaterEvidence, Rating, Round, Settlement
from assessments.rounds.services import content_of
from assessments.scoring.agreement import RELIABLE, TENTATIVE, Agreement, Spread, agree
from assessments.scoring.words import capitalized, listing, number_word

COLUMNS_MAX = 8  # raters whose levels have a column each; of more, the table counts


@dataclass(frozen=True, slots=True)
class RaterReading:
    rater: Rater
    levels: tuple[int, ...]
    asked: int
    unable: int

    @property
    def name(self) -> str:
        return self.rater.rater_name

    @property
    def role(self) -> str:
        return self.rater.role

    @property
    def title(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name

    @property
    def rated(self) -> str:
        return _("{number} of {all}").format(number=len(self.levels), all=self.asked)

    @property
    def mean(self) -> str:
        """To one decimal; empty where nothing was rated."""
        return number(float(Fraction(sum(self.levels), len(self.levels))), 1) if self.levels else ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one rater said of one category: in the round, and what came late."""

    rater: RaterReading
    rating: Rating

    @property
    def has_words(self) -> bool:
        return bool(self.rating.note or self.rating.link or self.evidence or self.is_late)

    @property
    def is_late(self) -> bool:
        return bool(self.rating.late_level or self.rating.late_note or self.rating.late_link)

    @property
    def evidence(self) -> tuple[RaterEvidence, ...]:
        """What they attached, in the round and late."""
        return tuple(self.rating.evidence.all())

    @property
    def late_words(self) -> str:
        level = self.rating.late_level
        said = ""
        if level:
            said = _("cannot judge it") if level == "x" else _("level {level}").format(level=level)
        return ", ".join(part for part in (said, self.rating.late_note) if part)


@dataclass(frozen=True, slots=True)
class Dots:
    level: int
    raters: tuple[RaterReading, ...]


@dataclass(frozen=True, slots=True)
class CategoryDivergence:
    category: Category
    spread: Spread
    said: tuple[Said, ...]
    settlement: Settlement | None
    dissent: tuple[RaterReading, ...] = ()

    @property
    def dots(self) -> tuple[Dots, ...]:
        at: dict[int, list[RaterReading]] = {0: [], 1: [], 2: []}
        for said in self.said:
            if said.rating.level is not None:
                at[said.rating.level].append(said.rater)
        return tuple(Dots(level, tuple(raters)) for level, raters in at.items())

    @property
    def words(self) -> tuple[Said, ...]:
        """Those who gave a reason, the highest level first."""
        spoken = [said for said in self.said if said.has_words]
        return tuple(sorted(spoken, key=lambda said: -1 if said.rating.level is None else -said.rating.level - 2))

    @property
    def proposed(self) -> int | None:
        return None if self.settlement else self.spread.median

    @property
    def is_unanimous(self) -> bool:
        return self.spread.is_compared and self.spread.points == 0

    @property
    def apart(self) -> str:
        if not self.spread.is_compared:
            return _("One score") if self.spread.levels else _("No score")
        return (_("None"), _("1 point"), _("2 points"))[self.spread.points]

    @property
    def silent(self) -> str:
        """Who gave no level, and why: cannot judge it, was not asked, said nothing."""
        unable = [said.rater.name for said in self.said if said.rating.cannot_judge]
        open_ = [
            said.rater.name for said in self.said if not said.rating.is_answered and said.rater.rater.is_asked(self.key)
        ]
        told = []
        if unable:
            words = ngettext("{names} cannot judge this", "{names} cannot judge this", len(unable))
            told.append(words.format(names=_names(unable)))
        if open_:
            words = ngettext("{names} did not rate", "{names} did not rate", len(open_))
            told.append(words.format(names=_names(open_)))
        return ". ".join(told)

    @property
    def key(self) -> str:
        return self.category.key


def _names(names: list[str]) -> str:
    if len(names) <= 4:
        return listing(names)
    return ngettext("{number} rater", "{number} raters", len(names)).format(number=number_word(len(names)))


@dataclass(frozen=True, slots=True)
class Divergence:
    round: Round
    framework: Framework
    raters: tuple[RaterReading, ...]
    categories: tuple[CategoryDivergence, ...]
    agreement: Agreement
    removed: tuple[Rater, ...] = field(default=())

    @property
    def apart(self) -> tuple[CategoryDivergence, ...]:
        """Two points apart, or seen by too few to compare: what has to be talked about, widest first."""
        return tuple(row for row in self.categories if row.spread.points == 2)

    @property
    def close(self) -> tuple[CategoryDivergence, ...]:
        return tuple(row for row in self.categories if row.spread.points < 2)

    @property
    def settled(self) -> int:
        return sum(row.settlement is not None for row in self.categories)

    @property
    def next_open(self) -> CategoryDivergence | None:
        return next((row for row in self.categories if row.settlement is None), None)

    @property
    def has_columns(self) -> bool:
        return len(self.raters) <= COLUMNS_MAX

    @property
    def headline(self) -> str:
        return headline(self.agreement, len(self.raters))

    @property
    def agreement_words(self) -> str:
        return agreement_words(self.agreement)

    @property
    def agreement_figures(self) -> str:
        return agreement_figures(self.agreement)

    @property
    def apart_words(self) -> tuple[str, ...]:
        """Said kindly: one rater who stands a point apart from everybody, everywhere."""
        names = {str(reading.rater.pk): reading.name for reading in self.raters}
        above = _(
            "{name} is at least a point above everybody else in all {number} categories. That may be another standard "
            "rather than another view: compare what each took for a 2 before you compare the levels."
        )
        below = _(
            "{name} is at least a point below everybody else in all {number} categories. That may be another standard "
            "rather than another view: compare what each took for a 2 before you compare the levels."
        )
        return tuple(
            (above if found.is_above else below).format(name=names[found.rater], number=number_word(found.categories))
            for found in self.agreement.apart
        )


def headline(agreement: Agreement, raters: int) -> str:
    """The page in one sentence: how many agree closely on how much, and what is left to talk about."""
    if raters == 0:
        return _("Nobody scored in this round.")
    if agreement.pairs == 0:
        if raters == 1:
            return _("One rater scored: no category has two scores to compare.")
        words = _("{number} raters scored apart: no category has two scores to compare.")
        return words.format(number=capitalized(number_word(raters)))
    compared = agreement.categories
    wide = sum(spread.points == 2 for spread in agreement.spreads)
    same = sum(spread.is_compared and spread.points == 0 for spread in agreement.spreads)
    if same == compared:
        words = _("{number} raters gave the same level everywhere.")
    elif wide == 0:
        words = _("{number} raters are within one point everywhere.")
    elif wide == compared:
        words = _("{number} raters are two points apart everywhere. Talk about all {all}.")
    else:
        words = _("{number} raters agree closely on {close} of {all}. Talk about {wide}.")
    return words.format(
        number=capitalized(number_word(agreement.raters)),
        close=number_word(compared - wide),
        all=number_word(compared),
        wide=number_word(wide),
    )


def agreement_words(agreement: Agreement) -> str:
    """What the figures mean, for somebody who knows no statistics. The bounds are Krippendorff's own (2004, p. 241)."""
    if agreement.pairs == 0:
        return _("There is nothing to compare: it takes two raters on one category.")
    if not agreement.is_enough:
        return _("Too few to say how far raters agree: it takes three of them, and two categories that they share.")
    if agreement.alpha is None:
        return _("Everybody gave one and the same level throughout: full agreement, which no figure can rate.")
    if agreement.alpha >= RELIABLE:
        return _("The raters agree so closely that the levels can be relied on, whoever had given them.")
    if agreement.alpha >= TENTATIVE:
        return _("The raters agree well enough for a first conclusion, and not for a fine one.")
    if agreement.alpha > 0:
        return _(
            "The raters agree less than a conclusion needs: the levels depend on who gave them. Settle them before you "
            "use them."
        )
    return _("The raters agree no more than chance would. Talk about what each level means before you settle any.")


def agreement_figures(agreement: Agreement) -> str:
    """The figures with their base: alpha, the share of equal pairs, how many scores of how many raters."""
    if agreement.exact is None:
        return ""
    percent = round(agreement.exact * 100)
    words = ngettext(
        "{percent}% of pairs are equal, {equal} of {pairs}, from {scores} scores of {raters} raters in "
        "{categories} category.",
        "{percent}% of pairs are equal, {equal} of {pairs}, from {scores} scores of {raters} raters in "
        "{categories} categories.",
        agreement.categories,
    )
    base = words.format(
        percent=percent,
        equal=agreement.equal_pairs,
        pairs=agreement.pairs,
        scores=agreement.scores,
        raters=agreement.raters,
        categories=number_word(agreement.categories, none="no"),
    )
    if agreement.alpha is None:
        return base
    alpha = _("Krippendorff’s alpha for ordinal data: {alpha}.").format(alpha=number(float(agreement.alpha), 2))
    return f"{alpha} {base}"


def divergence(asked: Round) -> Divergence:
    """Everything of a closed round. PermissionDenied while it is open: nobody reads the scores of others before."""
    if not asked.is_closed:
        raise PermissionDenied
    content = content_of(asked)
    raters = list(asked.raters.all())
    ratings = list(Rating.objects.filter(rater__round=asked).prefetch_related("evidence"))
    settlements = {row.category_key: row for row in asked.settlements.select_related("settled_by")}
    standing = [rater for rater in raters if rater.removed_at is None]
    readings = {rater.pk: _rater(rater, ratings, content) for rater in standing}
    places = {n: readings[rater.pk] for n, rater in enumerate(raters, start=1) if rater.pk in readings}
    said = _said(readings, ratings)
    agreement = agree(
        {
            key: {
                str(row.rater.rater.pk): row.rating.level for row in said.get(key, ()) if row.rater.rater.is_asked(key)
            }
            for key in content.category_keys
        }
    )
    categories = tuple(
        _category(content.category(spread.key), spread, said, settlements, places)
        for spread in agreement.by_disagreement
    )
    removed = tuple(rater for rater in raters if rater.removed_at is not None)
    return Divergence(asked, content, tuple(readings.values()), categories, agreement, removed)


def _rater(rater: Rater, ratings: Iterable[Rating], content: Framework) -> RaterReading:
    own = [rating for rating in ratings if rating.rater_id == rater.pk and rater.is_asked(rating.category_key)]
    return RaterReading(
        rater,
        tuple(rating.level for rating in own if rating.level is not None),
        len(rater.categories) or len(content.category_keys),
        sum(rating.cannot_judge for rating in own),
    )


def _said(readings: Mapping[int, RaterReading], ratings: Iterable[Rating]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for rating in ratings:
        reading = readings.get(rating.rater_id)
        if reading and reading.rater.is_asked(rating.category_key):
            found.setdefault(rating.category_key, []).append(Said(reading, rating))
    return found


def _category(
    category: Category,
    spread: Spread,
    said: Mapping[str, list[Said]],
    settlements: Mapping[str, Settlement],
    places: Mapping[int, RaterReading],
) -> CategoryDivergence:
    settlement = settlements.get(category.key)
    dissent = tuple(places[place] for place in settlement.dissenters if place in places) if settlement else ()
    rows = sorted(said.get(category.key, ()), key=lambda row: row.rater.rater.pk)
    return CategoryDivergence(category, spread, tuple(rows), settlement, dissent)
