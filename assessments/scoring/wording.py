"""A result in words: the verdict as one sentence, and what causes it with the shortest way out.

One level earns one point, so the fewest levels to the line are always as many as the points missing; the sentences
differ in where these can be earned. Whatever rests on a claim is said to, and no word reassures while the verdict
warns.
"""

from collections.abc import Mapping, Sequence

from assessments.scoring.results import MAX_LEVEL, Result, Verdict
from assessments.scoring.words import counted, number_word

MOST_NAMES = 4  # more categories than this are counted, not named


def headline(result: Result) -> str:
    """The verdict as a sentence a board member could repeat. No word of it reassures unless what is proven does."""
    if result.is_untouched:
        return "Nothing is scored yet."
    left = counted(len(result.unscored), "category", "categories")
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
        points = counted(result.threshold - result.total, "point", "points").capitalize()
        return f"{points} below the line: AI spending risk."
    rest = "the last category scores" if len(result.unscored) == 1 else "the rest score"
    return f"AI spending risk: at most {result.high}, whatever {rest}."


def _clear_headline(distance: int) -> str:
    if distance == 0:
        return "On the line: clear, with nothing to spare."
    return f"{counted(distance, 'point', 'points').capitalize()} above the line: clear."


def cause(result: Result, names: Mapping[str, str]) -> str:
    """What causes the verdict and the shortest way out; `names` has the name of each category by key."""
    sentences = {
        Verdict.AT_RISK: _at_risk,
        Verdict.UNDETERMINED: _undecided,
        Verdict.ON_ITS_WORD: _on_its_word,
        Verdict.CLEAR: _clear,
    }[result.verdict](result, names)
    return " ".join(sentence for sentence in sentences if sentence)


def _at_risk(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    if not result.gaps:  # nothing is settled, and yet too much was not shown
        capped = tuple(answer.key for answer in result.answers if answer.high < MAX_LEVEL)
        any_of = _any(min(result.points_short, len(capped)), len(capped))
        showing = f"Showing it in {any_of} brings the line within reach."
        too_much = f"Too much could not be shown in {_object(result, capped, names)}."
        return too_much, showing, _proven_of_claimed(result)
    return (*_lowest(result, names), _way_up(result), _proven_of_claimed(result))


def _undecided(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    """Which categories are open and how much they must earn together."""
    still_open = _subject(result, result.unscored, names, "is still open", "are still open")
    return still_open, f"{_needed(result)} to reach the line.", _proven_of_claimed(result)


def _needed(result: Result) -> str:
    """How many of the points that open categories can still earn are missing to the line."""
    missing, left = result.threshold - result.total, result.high - result.total
    they, their, need = ("it", "its", "needs") if len(result.unscored) == 1 else ("they", "their", "need")
    if left < MAX_LEVEL * len(result.unscored):  # a part of their points is earned, or lost, already
        every = {1: "the one point", 2: "both points"}.get(left, f"all {_points(left)}")
        some = f"{number_word(missing)} of the {_points(left)}"
        points = f"{some if missing < left else every} {they} can still earn"
    else:
        every = f"{'both' if left == MAX_LEVEL else f'all {number_word(left)}'} of {their} points"
        points = f"{number_word(missing)} of {their} {_points(left)}" if missing < left else every
    return f"{they.capitalize()} {need} {points}"


def _on_its_word(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    keys = result.claims
    where = names[keys[0]] if len(keys) == 1 else f"{number_word(len(keys))} categories"
    rest = _plural(result.unproven, "rests", "rest")
    said = f"{_points(result.unproven).capitalize()} in {where} {rest} on what was said."
    shown = f"On what was shown, it is {_points(result.threshold - result.proven_total)} below the line."
    return said, shown, _still_to_add(result)


def _clear(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    lost = counted(result.proven_total - result.threshold + 1, "proven point", "proven points")
    margin = f"Losing {lost} would put it below the line."
    word = f"{_points(result.unproven).capitalize()} more {_plural(result.unproven, 'is', 'are')} claimed, not proven."
    return _still_to_add(result), *_lowest(result, names), margin, word if result.unproven else ""


def _lowest(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    if not result.gaps:
        return (f"Every category scores {MAX_LEVEL}.",) if result.is_complete else ()
    level, keys = _lowest_gaps(result)
    return (_subject(result, keys, names, f"scores {level}", f"score {level}"),)


def _way_up(result: Result) -> str:
    """How the points missing can be earned, if the categories still open earn all they can."""
    level, lowest = _lowest_gaps(result)
    missing = result.points_short
    raising = f"raising {_any(min(missing, len(lowest)), len(lowest))} to {level + 1}"
    if missing <= len(lowest):
        way, rest = f"{raising} reaches the line", ""
    else:
        more = missing - len(lowest)
        way = f"{raising} earns {number_word(len(lowest))} of the {_points(missing)} needed"
        others = sum(gap.key not in lowest for gap in result.gaps)
        rest = f" {_others(more) if more <= others else f'{_points(more).capitalize()} more anywhere'} "
        rest += f"{_plural(more, 'does', 'do')} the rest."
    if not result.is_complete:
        left = len(result.unscored)
        opened = {1: "the open category earns", 2: "both open categories earn"}
        way = f"even if {opened.get(left, f'all {number_word(left)} open categories earn')} all they can, {way}"
        way = way.replace("category earns all they", "category earns all it")
    return f"{_sentence(way)}{rest}"


def _others(more: int) -> str:
    return "Any other one" if more == 1 else f"Any {number_word(more)} others"


def _any(some: int, of: int) -> str:
    """So many of the categories just named."""
    if some == of:
        return {1: "it", 2: "both"}.get(of, f"all {number_word(of)}")
    if some == 1:
        return "either one" if of == 2 else "any one of them"
    return f"any {number_word(some)} of them"


def _proven_of_claimed(result: Result) -> str:
    """What of the points so far stands on proof; nothing to say where all of them do."""
    if not result.unproven:
        return ""
    are = _plural(result.proven_total, "is", "are") if result.proven_total else "is"
    proven = number_word(result.proven_total) if result.proven_total else "none"
    if result.total == 1:
        return "The one point claimed is not proven."
    return f"Of the {_points(result.total)} claimed{'' if result.is_complete else ' so far'}, {proven} {are} proven."


def _still_to_add(result: Result) -> str:
    if result.is_complete:
        return ""
    left, more = len(result.unscored), result.high - result.total
    return f"{counted(left, 'category is', 'categories are').capitalize()} still open and can add {_points(more)}."


def _lowest_gaps(result: Result) -> tuple[int, tuple[str, ...]]:
    """The lowest level settled, below the top, and the categories that stand there."""
    lowest = result.gaps[0].level
    return lowest, tuple(gap.key for gap in result.gaps if gap.level == lowest)


def _subject(result: Result, keys: Sequence[str], names: Mapping[str, str], one: str, many: str) -> str:
    """A sentence about categories: by name if they are few, else by their number."""
    if len(keys) == 1:
        return f"{names[keys[0]]} {one}."
    if len(keys) <= MOST_NAMES:
        return f"{number_word(len(keys)).capitalize()} categories {many}: {'; '.join(names[key] for key in keys)}."
    return f"{_object(result, keys, names).capitalize()} {many}."


def _object(result: Result, keys: Sequence[str], names: Mapping[str, str]) -> str:
    every = number_word(len(result.answers))
    if len(keys) == len(result.answers):
        return f"all {every} categories"
    if len(keys) == 1:
        return names[keys[0]]
    return f"{number_word(len(keys))} of the {every} categories"


def _sentence(words: str) -> str:
    """With a capital and a period."""
    return f"{words[0].upper()}{words[1:]}."


def _points(number: int) -> str:
    return counted(number, "point", none="zero")


def _plural(number: int, one: str, many: str) -> str:
    return one if number == 1 else many
