"""A result in two sentences: the verdict, and what causes it with the shortest way out.

One step raises one category by one level and earns one point, so the fewest steps to the line are always as many as the
points missing; the sentences differ in where these can be earned.
"""

from collections.abc import Mapping, Sequence

from assessments.scoring.results import MAX_LEVEL, Result, Verdict

NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)
LEVEL_NAMES = ("unclear", "partially defined", "disciplined and measurable")  # as in the framework's scale
MOST_NAMES = 4  # more categories than this are counted, not named


def headline(result: Result) -> str:
    """The verdict as a sentence a board member could repeat. No word of it reassures unless what is proven does."""
    if result.is_untouched:
        return "Nothing is scored yet."
    left = _count(len(result.unscored), "category", "categories")
    if result.verdict == Verdict.ON_ITS_WORD:
        claimed = "Claimed" if result.is_complete else "Claimed so far"
        totals = f"{result.total} of {result.maximum}, proven {result.proven_total}"
        return f"{claimed}: {totals}. Clear only if you take its word."
    if result.verdict == Verdict.UNDETERMINED:
        return f"Undecided: {left} still to score. Proven so far: {result.proven_total}."
    if result.verdict == Verdict.CLEAR:
        if result.is_complete:
            return _clear_headline(result.proven_total - result.threshold)
        return f"Clear already, at {result.proven_total} proven, with {left} to score."
    if result.is_complete:
        points = _count(result.threshold - result.total, "point", "points").capitalize()
        return f"{points} below the line: AI spending risk."
    rest = "the last category scores" if len(result.unscored) == 1 else "the rest score"
    return f"AI spending risk: at most {result.high}, whatever {rest}."


def _clear_headline(distance: int) -> str:
    if distance == 0:
        return "On the line: clear, with nothing to spare."
    return f"{_count(distance, 'point', 'points').capitalize()} above the line: clear."


def cause(result: Result, names: Mapping[str, str]) -> str:
    """What causes the verdict and the shortest way out; `names` has the name of each category by key."""
    if result.verdict == Verdict.AT_RISK:
        return f"{_lowest(result, names)} {_way_up(result)}"
    if result.verdict == Verdict.UNDETERMINED:
        return _undecided(result, names)
    if result.is_complete:
        return f"{_sentence(_room(result, names))} {_margin(result)}"
    return _room_with_open(result, names)


def _lowest(result: Result, names: Mapping[str, str]) -> str:
    level, keys = _lowest_gaps(result)
    subject = _subject(result, keys, names)
    return _sentence(f"{subject} {_verb(keys, 'scores', 'score')} {level}")


def _way_up(result: Result) -> str:
    """How the points missing can be earned, if the categories still open earn all they can."""
    level, lowest = _lowest_gaps(result)
    missing = result.points_short
    move = f"moving {_any(min(missing, len(lowest)), len(lowest))} to “{LEVEL_NAMES[level + 1]}”"
    if missing <= len(lowest):
        way = f"{move} reaches the line"
    else:
        more = missing - len(lowest)
        rest = f"{number_word(more)} more anywhere {_plural(more, 'reaches', 'reach')} the line"
        way = f"{move} earns {number_word(len(lowest))} of the {number_word(missing)} points needed; {rest}"
    if result.is_complete:
        return _sentence(way)
    left = len(result.unscored)
    opened = {1: "the open category scores", 2: "both open categories score"}
    return _sentence(f"if {opened.get(left, f'all {number_word(left)} open categories score')} {MAX_LEVEL}, {way}")


def _any(some: int, of: int) -> str:
    """So many of the categories just named."""
    if some == of:
        return {1: "it", 2: "both"}.get(of, f"all {number_word(of)}")
    if some == 1:
        return "either one" if of == 2 else "any one of them"
    return f"any {number_word(some)} of them"


def _room(result: Result, names: Mapping[str, str]) -> str:
    """Which of the scored categories can still earn most, as a clause."""
    if not result.gaps:
        return f"every category scores {MAX_LEVEL}"
    level, keys = _lowest_gaps(result)
    scores, has = _verb(keys, "scores", "score"), _verb(keys, "has", "have")
    return f"{_subject(result, keys, names)} {scores} {level} and {has} the most room to rise"


def _room_with_open(result: Result, names: Mapping[str, str]) -> str:
    are = _verb(result.unscored, "is", "are")
    first = _sentence(f"{_subject(result, result.unscored, names)} {are} still open and can only add points")
    return f"{first} Of the rest, {_room(result, names)}." if result.gaps else first


def _margin(result: Result) -> str:
    """How many points would have to be lost to fall below the line."""
    lost = result.total - result.threshold + 1
    return f"Losing {_count(lost, 'point', 'points')} would put the total below the line."


def _undecided(result: Result, names: Mapping[str, str]) -> str:
    """Which categories are open and how much they must earn together."""
    left = len(result.unscored)
    subject, are = _subject(result, result.unscored, names), _verb(result.unscored, "is", "are")
    if left == len(result.answers):
        return _sentence(f"{subject} {are} open: the total can be anything from 0 to {result.high}")
    missing = result.threshold - result.total
    if left == 1:
        return _sentence(f"{subject} is still open: a {missing} there reaches the line")
    points = f"{_count(missing, 'point', 'points')} {'between' if left == 2 else 'among'} them"
    return _sentence(f"{subject} are still open: {points} {_plural(missing, 'reaches', 'reach')} the line")


def _lowest_gaps(result: Result) -> tuple[int, tuple[str, ...]]:
    """The lowest level scored, below the top, and the categories that score it."""
    lowest = result.gaps[0].level
    return lowest, tuple(gap.key for gap in result.gaps if gap.level == lowest)


def _subject(result: Result, keys: Sequence[str], names: Mapping[str, str]) -> str:
    """Categories as the subject of a sentence: by name if they are few, else by their number."""
    every = number_word(len(result.answers))
    if len(keys) <= MOST_NAMES:
        return listing([names[key] for key in keys])
    if len(keys) == len(result.answers):
        return f"all {every} categories"
    return f"{number_word(len(keys))} of the {every} categories"


def listing(names: Sequence[str]) -> str:
    """A, B, and C; two take a comma only where one of them has an "and" of its own."""
    if len(names) == 1:
        return names[0]
    comma = "," if len(names) > 2 or any(" and " in name for name in names) else ""
    return f"{', '.join(names[:-1])}{comma} and {names[-1]}"


def _sentence(words: str) -> str:
    """With a capital and a period."""
    return f"{words[0].upper()}{words[1:]}."


def _verb(keys: Sequence[str], one: str, many: str) -> str:
    return _plural(len(keys), one, many)


def _plural(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _count(number: int, one: str, many: str) -> str:
    return f"{number_word(number)} {_plural(number, one, many)}"


def number_word(number: int) -> str:
    return NUMBERS[number]
