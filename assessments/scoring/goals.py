"""Where a category stands and what would raise it, in words, from its deciders: goals, never what is lacking.

The wording of a goal is the framework's; here is which goals there are, under which heading, and how each stands.
"""

from dataclasses import dataclass

from assessments.scoring.deciders import IN_PART, NOT_SHOWN, SHOWN, Age, DeciderAnswer
from assessments.scoring.results import MAX_LEVEL, CategoryAnswer, Result
from assessments.scoring.words import number_word

# How old proof is said to be, by the kind of the newest piece.
SAID_OF_OLD = {"figure": "Measured", "sighting": "Seen"}
STANDINGS = {None: "Not asked", NOT_SHOWN: "Not shown", IN_PART: "Shown in part"}


@dataclass(frozen=True, slots=True)
class Goals:
    """What would raise a category: the keys of its deciders still missing, under a heading. `level` is where they lead.

    `is_any` says that one of them is enough.
    """

    heading: str
    level: int
    deciders: tuple[str, ...]
    is_any: bool = False


def goals(answer: CategoryAnswer) -> Goals | None:
    """The next goals of a category with deciders; None where nothing is left to raise or to prove."""
    if answer.proven == MAX_LEVEL or not answer.deciders:
        return None
    if answer.level is None and not answer.is_claim:
        return Goals("Still to ask", MAX_LEVEL, answer.unasked)
    level = answer.low if answer.is_claim else answer.low + 1
    verb = "prove" if answer.is_claim else "reach"
    if level == MAX_LEVEL:
        missing = tuple(d.key for d in answer.deciders if d.state != SHOWN or d.proof < Age.CURRENT)
        return Goals(f"To {verb} 2", level, missing)
    shown = tuple(d.key for d in answer.deciders if d.state)
    keys = shown or tuple(d.key for d in answer.deciders)
    is_any = len(keys) > 1
    return Goals(f"To {verb} 1{', any one of these' if is_any else ''}", level, keys, is_any)


def level_words(answer: CategoryAnswer) -> str:
    """Where a category stands: "Claimed 2, proven 0", "1, proven", "0", or what is still possible."""
    if answer.level is None:
        if len(answer.unasked) == len(answer.deciders):
            return "Not scored"
        proven = f", proven {answer.proven}" if answer.is_claim else ""
        return f"{answer.low} or {answer.high}{proven}" if answer.high - answer.low == 1 else f"0 to 2{proven}"
    if answer.is_claim:
        return f"Claimed {answer.level}, proven {answer.proven}"
    return f"{answer.level}, proven" if answer.level else "0"


def decider_words(decider: DeciderAnswer, *, months_old: int | None = None, months: int = 0, kind: str = "") -> str:
    """How a decider stands. `months_old` is the age of its newest proof, of a `kind`; `months` is what is asked for."""
    said = STANDINGS.get(decider.state, "Shown")
    if not decider.state or decider.proof == Age.CURRENT:
        return said
    if months_old is None:
        return f"{said}, no proof"
    over = "over " if months_old == months else ""
    ago = "a month ago" if months_old == 1 else f"{number_word(months_old)} months ago"
    return f"{SAID_OF_OLD.get(kind, 'Dated')} {over}{ago}; {asked_for(months)}"


def asked_for(months: int) -> str:
    """The period that a decider's proof is to lie in."""
    if months == 1:
        return "one month is asked for"
    return f"{number_word(months)} months are asked for"


def by_weight(result: Result) -> tuple[CategoryAnswer, ...]:
    """The categories in the order they matter: the most unproven points first, then zeros, then what can rise most."""
    return tuple(sorted(result.answers, key=_weight))


def _weight(answer: CategoryAnswer) -> tuple[int, int, int]:
    unproven = answer.low - answer.proven
    is_open = answer.level is None
    return -unproven, MAX_LEVEL - 1 if is_open else answer.low, answer.proven


def zero_words(answer: CategoryAnswer) -> str:
    """Why a category at 0 is a red flag."""
    if answer.deciders and len(answer.unasked) == len(answer.deciders):
        return "Scored 0 outright: none of its deciders was asked."
    if answer.deciders:
        return "Asked, and nothing could be shown."
    return "Nothing that counts could be shown."


def red_flags_heading(count: int, *, is_clear: bool) -> str:
    """It reassures only where the verdict does."""
    if count:
        return f"{number_word(count).capitalize()} red flag{'' if count == 1 else 's'}"
    return "No red flags" if is_clear else "Nothing further flagged"


def claims_heading(result: Result) -> str:
    """What the list of categories finds, by what the verdict rests on."""
    claims = len(result.claims)
    if result.is_untouched:
        return "Nothing is scored yet"
    if not claims:
        return _gaps_heading(result)
    said = f"{number_word(claims).capitalize()} claim{'' if claims == 1 else 's'}"
    if result.proven_total < result.threshold <= result.total:
        return f"{said} {'carries' if claims == 1 else 'carry'} it over the line"
    return f"{said} without proof, and what is low"


def _gaps_heading(result: Result) -> str:
    if result.high < result.threshold:
        return "What holds it below the line"
    if result.proven_total >= result.threshold:
        is_full = result.proven_total == result.maximum
        return "Every category is proven at 2" if is_full else "What would raise it further"
    return "Lowest so far"
