"""What a rater's page shows: what they are asked, what they said, and what others said where that may be read."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.framework import Category, Framework
from assessments.rounds.models import CANNOT_JUDGE, Rater, RaterEvidence, Rating, Round
from assessments.rounds.rating.answering import PARTS, stored
from assessments.rounds.rating.attaching import may_remove
from assessments.rounds.services import content_of
from assessments.rounds.settling.readings import RaterReading, Said
from assessments.saving.parts import Outcome, PartSlot, State, part_slot


def _labels(part: str) -> dict[str, str] | None:
    """The values of a part's controls in words."""
    return {CANNOT_JUDGE: _("I cannot judge this")} if part == "level" else None


def _empty(part: str) -> str:
    return _("Not rated") if part == "level" else _("Nothing")


@dataclass(frozen=True, slots=True)
class Attached:
    evidence: RaterEvidence
    can_remove: bool


@dataclass(frozen=True, slots=True)
class RatedCategory:
    category: Category
    rating: Rating
    fields: dict[str, str]
    slots: dict[str, PartSlot]
    others: tuple[Said, ...]
    attached: tuple[Attached, ...]

    @property
    def is_answered(self) -> bool:
        return bool(self.fields["level"])


@dataclass(frozen=True, slots=True)
class RaterPage:
    round: Round
    rater: Rater
    framework: Framework
    categories: tuple[RatedCategory, ...]
    problems: int

    @property
    def answered(self) -> int:
        return sum(row.is_answered for row in self.categories)

    @property
    def can_write(self) -> bool:
        """Also after the round was closed: what comes then is kept as late, until the sign-off."""
        return not self.round.scorecard.is_signed_off

    @property
    def open(self) -> tuple[RatedCategory, ...]:
        return tuple(row for row in self.categories if not row.is_answered)


def read_page(rater: Rater, outcomes: list[Outcome] | None = None, data: QueryDict | None = None) -> RaterPage:
    """The page in two queries, or in four where others may be read. `outcomes` is what became of the posted `data`."""
    asked, content = rater.round, content_of(rater.round)
    by_part = {(outcome.key, outcome.part): outcome for outcome in outcomes or ()}
    ratings = own_ratings(rater, evidence=True)
    others = _others(rater) if asked.is_shown else {}
    rows = []
    for key in content.category_keys:
        if key not in ratings:
            continue
        slots = {
            part: _slot(ratings[key], part, by_part.get((key, part)), data, is_closed=asked.is_closed) for part in PARTS
        }
        fields = {part: slots[part].yours[part] for part in PARTS}
        attached = tuple(Attached(item, may_remove(item, asked)) for item in ratings[key].evidence.all())
        said = tuple(others.get(key, ()))
        rows.append(RatedCategory(content.category(key), ratings[key], fields, slots, said, attached))
    problems = sum(outcome.state != State.SAVED for outcome in outcomes or ())
    return RaterPage(asked, rater, content, tuple(rows), problems)


def own_ratings(rater: Rater, *, evidence: bool = False) -> dict[str, Rating]:
    """What the rater said of what they are asked, by category; with what they attached, if asked for."""
    rows = rater.ratings.prefetch_related("evidence") if evidence else rater.ratings.all()
    return {row.category_key: row for row in rows if rater.is_asked(row.category_key)}


def _others(rater: Rater) -> dict[str, list[Said]]:
    raters = {row.pk: row for row in rater.round.raters.standing().exclude(pk=rater.pk)}
    found: dict[str, list[Said]] = {}
    for rating in Rating.objects.filter(rater__in=list(raters)):
        said_by = raters[rating.rater_id]
        if rating.is_answered and said_by.is_asked(rating.category_key):
            found.setdefault(rating.category_key, []).append(Said(RaterReading(said_by, (), 0, 0), rating))
    return found


def _slot(rating: Rating, part: str, outcome: Outcome | None, data: QueryDict | None, *, is_closed: bool) -> PartSlot:
    version = getattr(rating, f"{part}_version")
    said = {part: stored(rating, part, is_closed=is_closed)}
    return part_slot(
        *(rating.category_key, part, version, said),
        outcome=outcome,
        data=data,
        empty=_empty(part),
        labels=_labels(part),
    )


def answered_slot(outcome: Outcome, data: QueryDict, *, is_closed: bool) -> PartSlot:
    """The slot to send back for a single save: in a conflict it shows both, and keeps the version that was posted."""
    if outcome.current is None:
        return PartSlot(outcome.key, outcome.part, outcome.version, outcome)
    said = {outcome.part: stored(outcome.current, outcome.part, is_closed=is_closed)}
    return part_slot(
        *(outcome.key, outcome.part, outcome.version, said),
        outcome=outcome,
        data=data,
        empty=_empty(outcome.part),
        labels=_labels(outcome.part),
    )
