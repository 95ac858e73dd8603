"""What is read before a sign-off: what is claimed, too old, open or flagged, and what nobody touched since."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from assessments.framework import Category, Fact
from assessments.scorecards import wording
from assessments.scorecards.readings import CategoryReading, DeciderReading, ScorecardReading


@dataclass(frozen=True, slots=True)
class OldProof:
    category: Category
    decider: DeciderReading
    reason: str


@dataclass(frozen=True, slots=True)
class Claimed:
    category: Category
    claimed: int
    proven: int
    is_unsupported: bool


@dataclass(frozen=True, slots=True)
class SignOffCheck:
    claims: tuple[Claimed, ...]
    old: tuple[OldProof, ...]
    open: tuple[Category, ...]
    zeros: tuple[Category, ...]
    missing_facts: tuple[Fact, ...]
    untouched: str

    @property
    def is_empty(self) -> bool:
        return not any((self.claims, self.old, self.open, self.zeros, self.missing_facts, self.untouched))


def sign_off_check(reading: ScorecardReading) -> SignOffCheck:
    category = reading.framework.category
    return SignOffCheck(
        claims=tuple(_claimed(row) for row in reading.categories if row.answer.is_claim),
        old=tuple(
            OldProof(row.category, item, wording.old_proof(item))
            for row in reading.categories
            for item in row.deciders
            if item.is_stale
        ),
        open=tuple(category(key) for key in reading.result.unscored),
        zeros=tuple(category(key) for key in reading.result.zeros),
        missing_facts=reading.missing_facts,
        untouched=untouched_sentence(reading),
    )


def _claimed(row: CategoryReading) -> Claimed:
    return Claimed(row.category, row.answer.low, row.answer.proven, row.is_unsupported)


def untouched_sentence(reading: ScorecardReading) -> str:
    """How many answers nobody touched since they were copied; empty where there are none."""
    if reading.earlier is None or reading.earlier.signed_off_at is None:
        return ""
    copied = [row for row in reading.categories if is_untouched(row, reading)]
    if not copied:
        return ""
    since = timezone.localtime(reading.earlier.signed_off_at)
    words = ngettext(
        "{count} of {total} answers is unchanged since {month}.",
        "{count} of {total} answers are unchanged since {month}.",
        len(copied),
    )
    return words.format(count=len(copied), total=len(reading.categories), month=date_format(since, "MONTH"))


def is_untouched(row: CategoryReading, reading: ScorecardReading) -> bool:
    """Whether a category holds what was copied into it, and nothing that anybody said or attached since."""
    holds = row.response.level is not None or any(item.row.state is not None for item in row.deciders)
    said = row.response.updated_at is not None or any(item.row.version for item in row.deciders)
    attached = any(item.created_at > reading.scorecard.created_at for item in row.evidence)
    return holds and not said and not attached
