"""The portfolio in a sentence or two."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext

from assessments.dashboards.portfolio.queries import PortfolioCounts
from assessments.dashboards.spread import Mean
from assessments.dashboards.standings.models import UNASSESSED
from assessments.scoring import Verdict
from assessments.scoring.words import capitalized, number_word


class Share(NamedTuple):
    """What is said of so many organizations of all: of both, of all, of some, and where there are many, of how many."""

    both: Any
    every: Any
    some: Any
    of_many: Any
    at_least: Any


BELOW = Share(
    both=_lazy("Both organizations are below the risk line."),
    every=_lazy("All {total} organizations are below the risk line."),
    some=ngettext_lazy(
        "{number} of {total} organizations is below the risk line.",
        "{number} of {total} organizations are below the risk line.",
    ),
    of_many=ngettext_lazy(
        "{number} of more than {total} organizations is below the risk line.",
        "{number} of more than {total} organizations are below the risk line.",
    ),
    at_least=_lazy("At least {number} of more than {total} organizations are below the risk line."),
)
ON_THEIR_WORD = Share(
    both=_lazy("Both organizations are clear only on their word."),
    every=_lazy("All {total} organizations are clear only on their word."),
    some=ngettext_lazy(
        "{number} of {total} organizations is clear only on its word.",
        "{number} of {total} organizations are clear only on their word.",
    ),
    of_many=ngettext_lazy(
        "{number} of more than {total} organizations is clear only on its word.",
        "{number} of more than {total} organizations are clear only on their word.",
    ),
    at_least=_lazy("At least {number} of more than {total} organizations are clear only on their word."),
)
CLEAR = Share(
    both=_lazy("Both organizations are clear of the risk line."),
    every=_lazy("All {total} organizations are clear of the risk line."),
    some=ngettext_lazy(
        "{number} of {total} organizations is clear of the risk line.",
        "{number} of {total} organizations are clear of the risk line.",
    ),
    of_many=ngettext_lazy(
        "{number} of more than {total} organizations is clear of the risk line.",
        "{number} of more than {total} organizations are clear of the risk line.",
    ),
    at_least=_lazy("At least {number} of more than {total} organizations are clear of the risk line."),
)


def headline(counts: PortfolioCounts) -> str:
    """How many are below the risk line, and how many more stand on their word; it reassures only where all is clear."""
    if counts.total == 1:
        return _standing_of_one(counts)
    if counts.cap:
        return _headline_of_many(counts)
    if counts.at_risk:
        below = _share(counts.at_risk, counts.total, BELOW)
        if not counts.on_its_word:
            return below
        more = ngettext(
            "{number} more is clear only on its word.",
            "{number} more are clear only on their word.",
            counts.on_its_word,
        )
        return f"{below} {more.format(number=capitalized(number_word(counts.on_its_word)))}"
    if counts.on_its_word:
        return _share(counts.on_its_word, counts.total, ON_THEIR_WORD)
    if counts.clear:
        return _share(counts.clear, counts.total, CLEAR)
    return _nothing_decided(counts)


def _headline_of_many(counts: PortfolioCounts) -> str:
    """The same of more than are counted."""
    if counts.at_risk:
        return _of_many(counts.at_risk, counts, BELOW)
    if counts.on_its_word:
        return _of_many(counts.on_its_word, counts, ON_THEIR_WORD)
    if counts.clear:
        return _of_many(counts.clear, counts, CLEAR)
    return _nothing_decided(counts)


def _of_many(number: int, counts: PortfolioCounts, share: Share) -> str:
    if number >= counts.cap:
        return share.at_least.format(number=number, total=counts.total)
    return (share.of_many % number).format(number=capitalized(number_word(number)), total=counts.total)


def _share(number: int, total: int, share: Share) -> str:
    """So many organizations of all."""
    if number == total:
        return share.both.format() if total == 2 else share.every.format(total=number_word(total))
    return (share.some % number).format(number=capitalized(number_word(number)), total=number_word(total))


def _nothing_decided(counts: PortfolioCounts) -> str:
    return _("No organization is decided yet.") if counts.undetermined else _("No organization is assessed yet.")


def detail(counts: PortfolioCounts) -> str:
    """How many of the others are not decided, and why; empty if none is."""
    if counts.total == 1:
        return ""
    sentences = []
    if counts.undetermined and not counts.cap:
        words = ngettext(
            "{number} is undecided until its open categories are scored.",
            "{number} are undecided until their open categories are scored.",
            counts.undetermined,
        )
        sentences.append(words.format(number=capitalized(number_word(counts.undetermined))))
    if counts.unassessed:
        sentences.append(_unassessed(counts))
    return " ".join(sentences)


def _unassessed(counts: PortfolioCounts) -> str:
    number = counts.unassessed
    if counts.cap and number >= counts.cap:
        return _("At least {number} have no assessment yet.").format(number=number)
    words = ngettext("{number} has no assessment yet.", "{number} have no assessment yet.", number)
    return words.format(number=capitalized(number_word(number)))


def weakest(means: Sequence[Mean]) -> str:
    """Which categories have the lowest proven mean, if they are few enough to name, and which is most often claimed."""
    names = [mean.category.short_name for mean in means if mean.is_lowest]
    most = max((mean.claims for mean in means), default=0)
    claimed = [mean.category.short_name for mean in means if most and mean.claims == most]
    sentences = []
    if len(names) == 1:
        sentences.append(_("{category} is lowest").format(category=names[0]))
    if len(names) == 2:
        sentences.append(_("{first} and {second} are lowest").format(first=names[0], second=names[1]))
    if len(claimed) == 1:
        sentences.append(_("{category} is most often claimed without proof").format(category=claimed[0]))
    if len(claimed) == 2:
        words = _("{first} and {second} are most often claimed without proof")
        sentences.append(words.format(first=claimed[0], second=claimed[1]))
    return ". ".join(sentences) if sentences else _("Category by category across the portfolio")


def chips(counts: PortfolioCounts) -> tuple[tuple[str, str, str], ...]:
    """The verdicts to filter by: value, words, and how many there are."""
    written = counts.written
    return (
        ("", _("All"), counts.total_written),
        (Verdict.AT_RISK.value, _("Spending risk"), written(counts.at_risk)),
        (Verdict.ON_ITS_WORD.value, _("On its word"), written(counts.on_its_word)),
        (Verdict.UNDETERMINED.value, _("Undecided"), written(counts.undetermined)),
        (Verdict.CLEAR.value, pgettext("verdict", "Clear"), written(counts.clear)),
        (UNASSESSED, _("Not assessed"), written(counts.unassessed)),
    )


def _standing_of_one(counts: PortfolioCounts) -> str:
    if counts.at_risk:
        return _("One organization, and it is below the risk line.")
    if counts.on_its_word:
        return _("One organization, and it is clear only on its word.")
    if counts.clear:
        return _("One organization, and it is clear of the risk line.")
    if counts.undetermined:
        return _("One organization, and it is undecided.")
    return _("One organization, and nothing is scored yet.")
