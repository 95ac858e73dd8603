"""Where a category stands and what would raise it, in words, from its deciders: goals, never what is lacking.

The wording of a goal is the framework's; here is which goals there are, under which heading, and how each stands.
"""

from dataclasses import dataclass

from assessments.framework.translating import gettext as _
from assessments.framework.translating import ngettext, pgettext
from assessments.scoring.deciders import IN_PART, NOT_SHOWN, SHOWN, Age, DeciderAnswer
from assessments.scoring.results import MAX_LEVEL, CategoryAnswer, Result
from assessments.scoring.words import capitalized, number_word


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
        return Goals(_("Still to ask"), MAX_LEVEL, answer.unasked)
    level = answer.low if answer.is_claim else answer.low + 1
    if level == MAX_LEVEL:
        missing = tuple(d.key for d in answer.deciders if d.state != SHOWN or d.proof < Age.CURRENT)
        return Goals(_heading(level, is_claim=answer.is_claim), level, missing)
    shown = tuple(d.key for d in answer.deciders if d.state)
    keys = shown or tuple(d.key for d in answer.deciders)
    is_any = len(keys) > 1
    return Goals(_heading(level, is_claim=answer.is_claim, is_any=is_any), level, keys, is_any)


def _heading(level: int, *, is_claim: bool, is_any: bool = False) -> str:
    if is_claim:
        sentence = _("To prove {level}, any one of these") if is_any else _("To prove {level}")
    else:
        sentence = _("To reach {level}, any one of these") if is_any else _("To reach {level}")
    return sentence.format(level=level)


def level_words(answer: CategoryAnswer) -> str:
    """Where a category stands: "Claimed 2, proven 0", "1, proven", "0", or what is still possible."""
    if answer.level is None:
        if len(answer.unasked) == len(answer.deciders):
            return _("Not scored")
        if answer.high - answer.low == 1:
            words = _("{low} or {high}, proven {proven}") if answer.is_claim else _("{low} or {high}")
        else:
            words = _("0 to 2, proven {proven}") if answer.is_claim else _("0 to 2")
        return words.format(low=answer.low, high=answer.high, proven=answer.proven)
    if answer.is_claim:
        return _("Claimed {level}, proven {proven}").format(level=answer.level, proven=answer.proven)
    return _("{level}, proven").format(level=answer.level) if answer.level else "0"


def decider_words(decider: DeciderAnswer, *, months_old: int | None = None, months: int = 0, kind: str = "") -> str:
    """How a decider stands. `months_old` is the age of its newest proof, of a `kind`; `months` is what is asked for."""
    if not decider.state or decider.proof == Age.CURRENT:
        standings = {None: _("Not asked"), NOT_SHOWN: _("Not shown"), IN_PART: _("Shown in part")}
        return standings.get(decider.state, pgettext("the answer of a decider", "Shown"))
    if months_old is None:
        return _("Shown in part, no proof") if decider.state == IN_PART else _("Shown, no proof")
    words = (_over if months_old == months else _ago)(kind, months_old)
    return words.format(months=number_word(months_old), asked=asked_for(months))


def _ago(kind: str, months: int) -> str:
    """How old proof is said to be, by the kind of the newest piece."""
    if kind == "figure":
        return ngettext("Measured a month ago; {asked}", "Measured {months} months ago; {asked}", months)
    if kind == "sighting":
        return ngettext("Seen a month ago; {asked}", "Seen {months} months ago; {asked}", months)
    return ngettext("Dated a month ago; {asked}", "Dated {months} months ago; {asked}", months)


def _over(kind: str, months: int) -> str:
    """The same of proof that is some days older than is asked for."""
    if kind == "figure":
        return ngettext("Measured over a month ago; {asked}", "Measured over {months} months ago; {asked}", months)
    if kind == "sighting":
        return ngettext("Seen over a month ago; {asked}", "Seen over {months} months ago; {asked}", months)
    return ngettext("Dated over a month ago; {asked}", "Dated over {months} months ago; {asked}", months)


def asked_for(months: int) -> str:
    """The period that a decider's proof is to lie in: a clause that stands behind a semicolon."""
    return ngettext("{months} month is asked for", "{months} months are asked for", months).format(
        months=number_word(months)
    )


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
        return _("Scored 0 outright: none of its deciders was asked.")
    if answer.deciders:
        return _("Asked, and nothing could be shown.")
    return _("Nothing that counts could be shown.")


def red_flags_heading(count: int, *, is_clear: bool) -> str:
    """It reassures only where the verdict does."""
    if count:
        return capitalized(ngettext("{count} red flag", "{count} red flags", count).format(count=number_word(count)))
    return _("No red flags") if is_clear else _("Nothing further flagged")


def claims_heading(result: Result) -> str:
    """What the list of categories finds, by what the verdict rests on."""
    claims = len(result.claims)
    if result.is_untouched:
        return _("Nothing is scored yet")
    if not claims:
        return _gaps_heading(result)
    if result.proven_total < result.threshold <= result.total:
        said = ngettext("{claims} claim carries it over the line", "{claims} claims carry it over the line", claims)
    else:
        said = ngettext(
            "{claims} claim without proof, and what is low", "{claims} claims without proof, and what is low", claims
        )
    return capitalized(said.format(claims=number_word(claims)))


def _gaps_heading(result: Result) -> str:
    if result.high < result.threshold:
        return _("What holds it below the line")
    if result.proven_total >= result.threshold:
        is_full = result.proven_total == result.maximum
        return _("Every category is proven at 2") if is_full else _("What would raise it further")
    return _("Lowest so far")
