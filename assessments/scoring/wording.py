"""A result in words: the verdict as one sentence, and what causes it with the shortest way out.

One level earns one point, so the fewest levels to the line are always as many as the points missing; the sentences
differ in where these can be earned. Whatever rests on a claim is said to, and no word reassures while the verdict
warns.
"""

from collections.abc import Mapping, Sequence

from assessments.framework.translating import gettext as _
from assessments.framework.translating import ngettext
from assessments.scoring.results import MAX_LEVEL, Result, Verdict
from assessments.scoring.words import capitalized, number_word

MOST_NAMES = 4  # more categories than this are counted, not named


def headline(result: Result) -> str:
    """The verdict as a sentence a board member could repeat. No word of it reassures unless what is proven does."""
    if result.is_untouched:
        return _("Nothing is scored yet.")
    if result.verdict == Verdict.CLEAR:
        sentence = _clear_headline(result)
    elif result.verdict == Verdict.ON_ITS_WORD:
        sentence = (
            _("Claimed: {total} of {maximum}, proven {proven}. Clear only if you take its word.")
            if result.is_complete
            else _("Claimed so far: {total} of {maximum}, proven {proven}. Clear only if you take its word.")
        )
    elif result.verdict == Verdict.UNDETERMINED:
        sentence = ngettext(
            "Undecided: {left} category still to score. Proven so far: {proven}.",
            "Undecided: {left} categories still to score. Proven so far: {proven}.",
            len(result.unscored),
        )
    elif result.is_complete:
        sentence = ngettext(
            "{short} point below the line: AI spending risk.",
            "{short} points below the line: AI spending risk.",
            result.threshold - result.total,
        )
    else:
        sentence = ngettext(
            "AI spending risk: at most {high}, whatever the last category scores.",
            "AI spending risk: at most {high}, whatever the rest score.",
            len(result.unscored),
        )
    said = sentence.format(
        total=result.total,
        maximum=result.maximum,
        proven=result.proven_total,
        high=result.high,
        left=number_word(len(result.unscored)),
        short=number_word(abs(result.threshold - result.total)),
        above=number_word(abs(result.proven_total - result.threshold)),
    )
    return capitalized(said)


def _clear_headline(result: Result) -> str:
    distance = result.proven_total - result.threshold
    if not result.is_complete:
        return ngettext(
            "Clear already, at {proven} proven, with {left} category to score.",
            "Clear already, at {proven} proven, with {left} categories to score.",
            len(result.unscored),
        )
    if distance == 0:
        return _("On the line: clear, with nothing to spare.")
    return ngettext("{above} point above the line: clear.", "{above} points above the line: clear.", distance)


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
        return _too_much(result, names), _showing(result), _proven_of_claimed(result)
    return (*_lowest(result, names), *_way_up(result), _proven_of_claimed(result))


def _capped(result: Result) -> tuple[str, ...]:
    """The categories that cannot reach the top level any more."""
    return tuple(answer.key for answer in result.answers if answer.high < MAX_LEVEL)


def _too_much(result: Result, names: Mapping[str, str]) -> str:
    capped, every = _capped(result), number_word(len(result.answers))
    if len(capped) == len(result.answers):
        return _("Too much could not be shown in all {every} categories.").format(every=every)
    if len(capped) == 1:
        return _("Too much could not be shown in {name}.").format(name=names[capped[0]])
    return _("Too much could not be shown in {some} of the {every} categories.").format(
        some=number_word(len(capped)), every=every
    )


def _showing(result: Result) -> str:
    """In how many of the categories just named more must be shown."""
    of = len(_capped(result))
    some = min(result.points_short, of)
    if some == of == 1:
        return _("Showing it in it brings the line within reach.")
    if some == of == 2:
        return _("Showing it in both brings the line within reach.")
    if some == of:
        return _("Showing it in all {of} brings the line within reach.").format(of=number_word(of))
    if some == 1 and of == 2:
        return _("Showing it in either one brings the line within reach.")
    if some == 1:
        return _("Showing it in any one of them brings the line within reach.")
    return _("Showing it in any {some} of them brings the line within reach.").format(some=number_word(some))


def _undecided(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    """Which categories are open and how much they must earn together."""
    return _open(result, names), _needed(result), _proven_of_claimed(result)


def _open(result: Result, names: Mapping[str, str]) -> str:
    """Which categories are open: by name if they are few, else by their number."""
    keys, every = result.unscored, len(result.answers)
    if len(keys) == 1:
        return _("{name} is still open.").format(name=names[keys[0]])
    if len(keys) <= MOST_NAMES:
        sentence = _("{some} categories are still open: {names}.")
    elif len(keys) == every:
        sentence = _("All {every} categories are still open.")
    else:
        sentence = _("{some} of the {every} categories are still open.")
    some, named = number_word(len(keys)), _named(keys, names)
    return capitalized(sentence.format(some=some, every=number_word(every), names=named))


def _needed(result: Result) -> str:
    """How many of the points that open categories can still earn are missing to the line."""
    missing, left, few = result.threshold - result.total, result.high - result.total, len(result.unscored)
    is_begun = left < MAX_LEVEL * few  # a part of their points is earned, or lost, already
    if is_begun and missing < left:
        sentence = ngettext(
            "It needs {missing} of the {left} points it can still earn to reach the line.",
            "They need {missing} of the {left} points they can still earn to reach the line.",
            few,
        )
    elif is_begun and left == 1:
        sentence = ngettext(
            "It needs the one point it can still earn to reach the line.",
            "They need the one point they can still earn to reach the line.",
            few,
        )
    elif is_begun and left == 2:
        sentence = ngettext(
            "It needs both points it can still earn to reach the line.",
            "They need both points they can still earn to reach the line.",
            few,
        )
    elif is_begun:
        sentence = ngettext(
            "It needs all {left} points it can still earn to reach the line.",
            "They need all {left} points they can still earn to reach the line.",
            few,
        )
    elif missing < left:
        sentence = ngettext(
            "It needs {missing} of its {left} points to reach the line.",
            "They need {missing} of their {left} points to reach the line.",
            few,
        )
    elif left == MAX_LEVEL:
        sentence = _("It needs both of its points to reach the line.")
    else:
        sentence = _("They need all {left} of their points to reach the line.")
    return sentence.format(missing=number_word(missing), left=number_word(left))


def _on_its_word(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    keys, short = result.claims, result.threshold - result.proven_total
    if len(keys) == 1:
        said = ngettext(
            "{points} point in {name} rests on what was said.",
            "{points} points in {name} rest on what was said.",
            result.unproven,
        ).format(points=number_word(result.unproven), name=names[keys[0]])
    else:
        said = _("{points} points in {some} categories rest on what was said.").format(
            points=number_word(result.unproven), some=number_word(len(keys))
        )
    shown = ngettext(
        "On what was shown, it is {points} point below the line.",
        "On what was shown, it is {points} points below the line.",
        short,
    ).format(points=number_word(short))
    return capitalized(said), shown, _still_to_add(result)


def _clear(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    lost = result.proven_total - result.threshold + 1
    margin = ngettext(
        "Losing {points} proven point would put it below the line.",
        "Losing {points} proven points would put it below the line.",
        lost,
    ).format(points=number_word(lost))
    word = ngettext(
        "{points} point more is claimed, not proven.",
        "{points} points more are claimed, not proven.",
        result.unproven,
    ).format(points=number_word(result.unproven))
    return _still_to_add(result), *_lowest(result, names), margin, capitalized(word) if result.unproven else ""


def _lowest(result: Result, names: Mapping[str, str]) -> Sequence[str]:
    """Which categories stand lowest: by name if they are few, else by their number."""
    if not result.gaps:
        return (_("Every category scores {level}.").format(level=MAX_LEVEL),) if result.is_complete else ()
    level, keys = _lowest_gaps(result)
    every = len(result.answers)
    if len(keys) == 1:
        return (_("{name} scores {level}.").format(name=names[keys[0]], level=level),)
    if len(keys) <= MOST_NAMES:
        sentence = _("{some} categories score {level}: {names}.")
    elif len(keys) == every:
        sentence = _("All {every} categories score {level}.")
    else:
        sentence = _("{some} of the {every} categories score {level}.")
    some, named = number_word(len(keys)), _named(keys, names)
    return (capitalized(sentence.format(some=some, every=number_word(every), level=level, names=named)),)


def _way_up(result: Result) -> Sequence[str]:
    """How the points missing can be earned, if the categories still open earn all they can."""
    level, lowest = _lowest_gaps(result)
    missing = result.points_short
    way = _raising(missing, len(lowest)).format(
        some=number_word(min(missing, len(lowest))),
        of=number_word(len(lowest)),
        level=level + 1,
        missing=number_word(missing),
    )
    rest = ""
    if missing > len(lowest):
        rest = _rest(missing - len(lowest), sum(gap.key not in lowest for gap in result.gaps))
    return _opened(result, way), rest


def _raising(missing: int, of: int) -> str:
    """What raising the categories just named, or some of them, comes to: a clause without its period."""
    some = min(missing, of)
    if missing > of:
        if of == 1:
            return _("raising it to {level} earns {of} of the {missing} points needed")
        if of == 2:
            return _("raising both to {level} earns {of} of the {missing} points needed")
        return _("raising all {of} to {level} earns {of} of the {missing} points needed")
    if some == of == 1:
        return _("raising it to {level} reaches the line")
    if some == of == 2:
        return _("raising both to {level} reaches the line")
    if some == of:
        return _("raising all {of} to {level} reaches the line")
    if some == 1 and of == 2:
        return _("raising either one to {level} reaches the line")
    if some == 1:
        return _("raising any one of them to {level} reaches the line")
    return _("raising any {some} of them to {level} reaches the line")


def _opened(result: Result, way: str) -> str:
    """The way as a sentence, under the condition that what is open earns all it can."""
    left = len(result.unscored)
    if not left:
        return capitalized(f"{way}.")
    # Translators: {way} is a whole clause, such as "raising it to 2 reaches the line". Take a colon where it needs one.
    if left == 1:
        return _("Even if the open category earns all it can, {way}.").format(way=way)
    if left == 2:
        # Translators: {way} as above.
        return _("Even if both open categories earn all they can, {way}.").format(way=way)
    # Translators: {way} as above.
    return _("Even if all {left} open categories earn all they can, {way}.").format(left=number_word(left), way=way)


def _rest(more: int, others: int) -> str:
    """Where the points beyond the lowest categories can be earned; `others` can be raised, too."""
    if more == 1 and others:
        return _("Any other one does the rest.")
    if more <= others:
        return _("Any {some} others do the rest.").format(some=number_word(more))
    words = ngettext("{points} point more anywhere does the rest.", "{points} points more anywhere do the rest.", more)
    return capitalized(words.format(points=number_word(more)))


def _proven_of_claimed(result: Result) -> str:
    """What of the points so far stands on proof; nothing to say where all of them do."""
    if not result.unproven:
        return ""
    if result.total == 1:
        return _("The one point claimed is not proven.")
    if not result.proven_total:
        sentence = (
            _("Of the {total} points claimed, none is proven.")
            if result.is_complete
            else _("Of the {total} points claimed so far, none is proven.")
        )
    elif result.is_complete:
        sentence = ngettext(
            "Of the {total} points claimed, {proven} is proven.",
            "Of the {total} points claimed, {proven} are proven.",
            result.proven_total,
        )
    else:
        sentence = ngettext(
            "Of the {total} points claimed so far, {proven} is proven.",
            "Of the {total} points claimed so far, {proven} are proven.",
            result.proven_total,
        )
    return sentence.format(total=number_word(result.total), proven=number_word(result.proven_total))


def _still_to_add(result: Result) -> str:
    if result.is_complete:
        return ""
    left, more = len(result.unscored), result.high - result.total
    points = ngettext("{count} point", "{count} points", more).format(count=number_word(more))
    words = ngettext(
        "{left} category is still open and can add {points}.",
        "{left} categories are still open and can add {points}.",
        left,
    )
    return capitalized(words.format(left=number_word(left), points=points))


def _lowest_gaps(result: Result) -> tuple[int, tuple[str, ...]]:
    """The lowest level settled, below the top, and the categories that stand there."""
    lowest = result.gaps[0].level
    return lowest, tuple(gap.key for gap in result.gaps if gap.level == lowest)


def _named(keys: Sequence[str], names: Mapping[str, str]) -> str:
    return "; ".join(names[key] for key in keys)
