"""The portfolio in a sentence or two."""

from collections.abc import Sequence

from assessments.dashboards.queries import PortfolioCounts
from assessments.dashboards.spread import Mean

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def headline(counts: PortfolioCounts) -> str:
    """How many are below the risk line."""
    if counts.total == 1:
        return f"One organization, {_standing_of_one(counts)}."
    if counts.at_risk == 0:
        return "No organization is below the risk line."
    if counts.at_risk == counts.total:
        every = "Both" if counts.total == 2 else f"All {_word(counts.total)}"
        return f"{every} organizations are below the risk line."
    verb = "is" if counts.at_risk == 1 else "are"
    return f"{_word(counts.at_risk).capitalize()} of {_word(counts.total)} organizations {verb} below the risk line."


def detail(counts: PortfolioCounts) -> str:
    """How many of the others are not decided, and why; empty if none is."""
    if counts.total == 1:
        return ""
    sentences = []
    if counts.undetermined:
        one = counts.undetermined == 1
        who = f"{_word(counts.undetermined).capitalize()} {'is' if one else 'are'} undecided"
        sentences.append(f"{who} until {'its' if one else 'their'} open categories are scored.")
    if counts.unassessed:
        sentences.append(
            f"{_word(counts.unassessed).capitalize()} {'has' if counts.unassessed == 1 else 'have'} no assessment yet."
        )
    return " ".join(sentences)


def weakest(means: Sequence[Mean]) -> str:
    """Which categories have the lowest mean, if they are few enough to name."""
    names = [mean.category.short_name for mean in means if mean.is_lowest]
    if len(names) == 1:
        return f"{names[0]} is the weakest category across the portfolio"
    if len(names) == 2:
        return f"{names[0]} and {names[1]} are the weakest categories across the portfolio"
    return "Category by category across the portfolio"


def _standing_of_one(counts: PortfolioCounts) -> str:
    if counts.at_risk:
        return "and it is below the risk line"
    if counts.clear:
        return "and it is clear of the risk line"
    return "and it is undecided" if counts.undetermined else "and nothing is scored yet"


def _word(number: int) -> str:
    return WORDS[number] if number < len(WORDS) else str(number)
