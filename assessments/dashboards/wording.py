"""The portfolio in a sentence or two."""

from collections.abc import Sequence

from assessments.dashboards.portfolio.queries import PortfolioCounts
from assessments.dashboards.spread import Mean
from assessments.dashboards.standings.models import UNASSESSED
from assessments.scoring import Verdict
from assessments.scoring.words import number_word


def headline(counts: PortfolioCounts) -> str:
    """How many are below the risk line, and how many more stand on their word; it reassures only where all is clear."""
    if counts.total == 1:
        return f"One organization, {_standing_of_one(counts)}."
    if counts.cap:
        return _headline_of_many(counts)
    if counts.at_risk:
        below = f"{_share(counts.at_risk, counts.total)} below the risk line."
        more = f"{number_word(counts.on_its_word).capitalize()} more {_are(counts.on_its_word)} clear only on"
        return f"{below} {more} {_their(counts.on_its_word)} word." if counts.on_its_word else below
    if counts.on_its_word:
        return f"{_share(counts.on_its_word, counts.total)} clear only on {_their(counts.on_its_word)} word."
    if counts.clear:
        return f"{_share(counts.clear, counts.total)} clear of the risk line."
    return "No organization is decided yet." if counts.undetermined else "No organization is assessed yet."


def _headline_of_many(counts: PortfolioCounts) -> str:
    """The same of more than are counted."""
    if counts.at_risk:
        return f"{_of_many(counts.at_risk, counts)} below the risk line."
    if counts.on_its_word:
        return f"{_of_many(counts.on_its_word, counts)} clear only on {_their(counts.on_its_word)} word."
    if counts.clear:
        return f"{_of_many(counts.clear, counts)} clear of the risk line."
    return "No organization is decided yet." if counts.undetermined else "No organization is assessed yet."


def _of_many(number: int, counts: PortfolioCounts) -> str:
    return f"{_counted(number, counts)} of more than {counts.total} organizations {_are(number)}"


def _counted(number: int, counts: PortfolioCounts) -> str:
    return f"At least {number}" if number >= counts.cap else number_word(number).capitalize()


def _share(number: int, total: int) -> str:
    """So many organizations of all, with the verb."""
    if number == total:
        return f"{'Both' if total == 2 else f'All {number_word(total)}'} organizations are"
    return f"{number_word(number).capitalize()} of {number_word(total)} organizations {_are(number)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _their(number: int) -> str:
    return "its" if number == 1 else "their"


def detail(counts: PortfolioCounts) -> str:
    """How many of the others are not decided, and why; empty if none is."""
    if counts.total == 1:
        return ""
    sentences = []
    if counts.cap:
        if counts.unassessed:
            verb = "has" if counts.unassessed == 1 else "have"
            sentences.append(f"{_counted(counts.unassessed, counts)} {verb} no assessment yet.")
        return " ".join(sentences)
    if counts.undetermined:
        one = counts.undetermined == 1
        who = f"{number_word(counts.undetermined).capitalize()} {'is' if one else 'are'} undecided"
        sentences.append(f"{who} until {'its' if one else 'their'} open categories are scored.")
    if counts.unassessed:
        verb = "has" if counts.unassessed == 1 else "have"
        sentences.append(f"{number_word(counts.unassessed).capitalize()} {verb} no assessment yet.")
    return " ".join(sentences)


def weakest(means: Sequence[Mean]) -> str:
    """Which categories have the lowest proven mean, if they are few enough to name, and which is most often claimed."""
    names = [mean.category.short_name for mean in means if mean.is_lowest]
    most = max((mean.claims for mean in means), default=0)
    claimed = [mean.category.short_name for mean in means if most and mean.claims == most]
    sentences = []
    if len(names) in (1, 2):
        sentences.append(f"{' and '.join(names)} {_are(len(names))} lowest")
    if len(claimed) in (1, 2):
        sentences.append(f"{' and '.join(claimed)} {_are(len(claimed))} most often claimed without proof")
    return ". ".join(sentences) if sentences else "Category by category across the portfolio"


def chips(counts: PortfolioCounts) -> tuple[tuple[str, str, str], ...]:
    """The verdicts to filter by: value, words, and how many there are."""
    written = counts.written
    return (
        ("", "All", counts.total_written),
        (Verdict.AT_RISK.value, "Spending risk", written(counts.at_risk)),
        (Verdict.ON_ITS_WORD.value, "On its word", written(counts.on_its_word)),
        (Verdict.UNDETERMINED.value, "Undecided", written(counts.undetermined)),
        (Verdict.CLEAR.value, "Clear", written(counts.clear)),
        (UNASSESSED, "Not assessed", written(counts.unassessed)),
    )


def _standing_of_one(counts: PortfolioCounts) -> str:
    if counts.at_risk:
        return "and it is below the risk line"
    if counts.on_its_word:
        return "and it is clear only on its word"
    if counts.clear:
        return "and it is clear of the risk line"
    return "and it is undecided" if counts.undetermined else "and nothing is scored yet"
