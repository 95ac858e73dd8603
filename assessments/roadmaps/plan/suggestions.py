"""What a plan could hold and does not: answers to open facts, proof for what is claimed, work on what is missing.

What raises the proven score stands in the order of the one list of first steps, with the same words (see
`scorecards/steps.py`). What the assessment already proves is not suggested.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.framework import Action, Category, Framework
from assessments.scorecards import steps
from assessments.scorecards.steps import FirstStep, PlannedStep
from assessments.scoring.deciders import SHOWN
from assessments.scoring.results import MAX_LEVEL

# What other features bring in: (key, title, the key of a category or "", detail, what kind of thing it is).
Outside = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`key` names where it comes from, once per roadmap; `gain` is what it leads to, in words."""

    key: str
    title: str
    detail: str
    phase_key: str
    category_key: str = ""
    target_level: int | None = None
    done_when: str = ""
    effort: str = ""
    gain: str = ""
    earns: tuple[str, ...] = ()
    deliverable: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A framework with a result, as the list of first steps reads them."""

    framework: Framework
    result: scoring.Result


def suggestions(
    content: Framework,
    result: scoring.Result,
    outside: Iterable[Outside] = (),
    planned: Iterable[PlannedStep] = (),
) -> tuple[Suggestion, ...]:
    """Everything that could be planned for a result, what is planned included.

    First the facts without an answer, which can be found on day one; then what raises the score, the shortest way
    first for who has `planned` so much; then what raises nothing by itself; last what features beside this one found.
    """
    way = steps.first_steps(Scored(content, result), planned, shown=None)
    places = {step.source_key: place for place, step in enumerate(way)}
    gains = {step.source_key: step.gain_text for step in way if not step.is_planned}
    work = sorted(_work(content, result, gains), key=lambda each: places.get(each.key, len(places)))
    return (*_facts(content, result), *work, *_outside(content, outside))


def shortest(content: Framework, result: scoring.Result) -> tuple[Suggestion, ...]:
    """The suggestions that bring a result to the line for the least effort, or to the top if it is clear already."""
    goal = result.maximum if result.verdict == scoring.Verdict.CLEAR else result.threshold
    way: list[FirstStep] = []
    for step in steps.first_steps(Scored(content, result), shown=None):
        if way and way[-1].total >= goal:
            break
        way.append(step)
    found = {each.key: each for each in suggestions(content, result)}
    return tuple(found[step.source_key] for step in way if step.source_key in found)


def _facts(content: Framework, result: scoring.Result) -> Iterable[Suggestion]:
    for fact in content.facts:
        if fact.key in result.missing_facts:
            yield Suggestion(
                f"fact:{fact.key}",
                _("Answer: {question}").format(question=fact.question),
                fact.why,
                content.phases[0].key,
                done_when=fact.answer_hint,
                effort="S",
                gain=_("Red flag"),
            )


def _work(content: Framework, result: scoring.Result, gains: dict[str, str]) -> Iterable[Suggestion]:
    for category in content.categories:
        answer = result.answer(category.key)
        if category.deciders:
            yield from _proof(content, category, answer, gains)
            levels = _missing_levels(answer)
        else:
            yield from _support(content, category, answer, gains)
            levels = () if answer.level is None else tuple(range(answer.level + 1, MAX_LEVEL + 1))
        missing = _missing(answer)
        for level in levels:
            for action in {1: category.to_1, 2: category.to_2}[level]:
                if not action.deciders or not missing.isdisjoint(action.deciders):
                    yield _action(category, action, level, gains)


def _missing_levels(answer: scoring.CategoryAnswer) -> Sequence[int]:
    return range(1 if answer.carried == 0 else 2, MAX_LEVEL + 1)


def _missing(answer: scoring.CategoryAnswer) -> set[str]:
    """The deciders not shown whole; one that nobody asked about is among them once the level is settled without it."""
    settled = answer.level is not None
    return {d.key for d in answer.deciders if d.state != SHOWN and (settled or d.state is not None)}


def _action(category: Category, action: Action, level: int, gains: dict[str, str]) -> Suggestion:
    key = f"action:{category.key}:{action.key}"
    return Suggestion(
        key=key,
        title=action.title,
        detail=action.detail,
        phase_key=action.phase,
        category_key=category.key,
        target_level=level,
        done_when=action.done_when,
        effort=action.effort,
        gain=gains.get(key) or _("Toward {category} {level}").format(category=category.short_name, level=level),
        earns=action.deciders,
    )


def _proof(
    content: Framework, category: Category, answer: scoring.CategoryAnswer, gains: dict[str, str]
) -> Iterable[Suggestion]:
    """To prove what is claimed; its text are the goals of the deciders that no current proof stands behind."""
    offer = steps.proof_offer(category, answer)
    if offer is None:
        return
    key, part = offer.work.key, offer.parts[0]
    goals = [category.decider(decider).goal for decider in offer.work.earns]
    yield Suggestion(
        key=key,
        title=part.title,
        detail=part.detail if len(goals) == 1 else "\n".join(goals),  # one goal is the title already
        phase_key=content.phases[0].key,
        category_key=category.key,
        target_level=offer.work.target,
        done_when=_("A link, a file, a measured figure, or a sighting with a name and a date stands on the scorecard."),
        effort=offer.work.effort,
        gain=gains.get(key)
        or _("Toward {category} {level}").format(category=category.short_name, level=offer.work.target),
        earns=offer.work.earns,
    )


def _support(
    content: Framework, category: Category, answer: scoring.CategoryAnswer, gains: dict[str, str]
) -> Iterable[Suggestion]:
    """Before 2026.2: a 2 with nothing to show counts as 1 until there is."""
    if not answer.is_claim:
        return
    key = f"unsupported:{category.key}"
    yield Suggestion(
        key=key,
        title=_("Put proof to {category}").format(category=category.name),
        detail=_("It claims 2 with neither a measured figure nor evidence, so the proven total counts it as 1."),
        phase_key=content.phases[0].key,
        category_key=category.key,
        target_level=MAX_LEVEL,
        done_when=_("A measured figure or a piece of evidence stands on the next assessment."),
        effort="S",
        gain=gains.get(key) or _("{category} 1 to 2").format(category=category.short_name),
    )


def _outside(content: Framework, found: Iterable[Outside]) -> Iterable[Suggestion]:
    for key, title, category_key, detail, kind in found:
        yield Suggestion(key, title, detail, content.phases[0].key, category_key, gain=kind)
