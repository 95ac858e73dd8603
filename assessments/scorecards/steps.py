"""The first steps: one list of three, the same on the result, the overview, the roadmap and in the report.

They are the way to the line that takes the least effort. Where there is a roadmap, it is the plan: its items come
first, and what else is needed stands behind them, not planned yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.framework import Action, Category, Framework
from assessments.framework.translating import is_english
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import listing, number_word

SHOWN = 3


class Scored(Protocol):
    """What steps are found for: the reading of a scorecard, or that of the roadmap that started from it."""

    @property
    def framework(self) -> Framework: ...

    @property
    def result(self) -> scoring.Result: ...


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """An item of a roadmap as the list reads it; `earns` are keys of deciders, none are all of the category's."""

    key: str
    title: str
    detail: str
    category_key: str
    target: int
    effort: str
    due_on: date
    owner: str = ""
    url: str = ""
    earns: tuple[str, ...] = ()
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Something to do. `total` is the proven total once it and those before it are done; `owner`, `due_on` and `url`
    are the roadmap's, empty where it is not planned. `source_key` names where it comes from, as an item's does."""

    title: str
    detail: str
    gain_text: str
    category_key: str
    source_key: str
    total: int
    owner: str = ""
    due_on: date | None = None
    url: str = ""

    @property
    def is_planned(self) -> bool:
        return self.due_on is not None


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the list that a work stands for: most works have one."""

    title: str
    detail: str
    source_key: str
    planned: PlannedStep | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A work, and what it is called."""

    work: scoring.Work
    parts: tuple[Part, ...]


def first_steps(
    reading: Scored, planned: Iterable[PlannedStep] = (), *, shown: int | None = SHOWN
) -> tuple[FirstStep, ...]:
    """The steps to take first, the most proven points for the effort before the others; all of them if `shown` is None.

    Empty where nothing could raise the proven total any more.
    """
    planned = tuple(planned)
    plan, finished = _plan(reading, planned)
    base = scoring.after(reading.result, finished)
    steps = _way(reading, base, plan)
    done = scoring.after(base, [offer.work for offer in plan])
    known = {item.key for item in planned}
    rest = (offer for offer in offers(reading, done) if known.isdisjoint(part.source_key for part in offer.parts))
    return (*steps, *_way(reading, done, tuple(rest)))[:shown]


def heading(reading: Scored, steps: Sequence[FirstStep]) -> str:
    """What the steps come to: "These three bring the proven score to 10"."""
    if not steps:
        return _("Nothing is left to raise") if reading.result.is_complete else _("First ask what is still open")
    words = ngettext(
        "This step brings the proven score to {total}",
        "These {count} bring the proven score to {total}",
        len(steps),
    )
    return words.format(count=number_word(len(steps)), total=steps[-1].total)


def offers(reading: Scored, result: scoring.Result) -> tuple[Offer, ...]:
    """Everything that could raise the proven total: proof for what is claimed, then the framework's actions."""
    found: list[Offer] = []
    for category in reading.framework.categories:
        answer = result.answer(category.key)
        if category.deciders:
            found.extend(_by_deciders(category, answer))
        else:
            found.extend(_by_levels(category, answer))
    return tuple(found)


def _by_deciders(category: Category, answer: scoring.CategoryAnswer) -> Iterable[Offer]:
    """What nobody asked yet is to be asked first: no work is offered for it while its category is open."""
    proof = proof_offer(category, answer)
    if proof:
        yield proof
    asked = {d.key for d in answer.deciders if d.state is not None or answer.level is not None}
    for level, actions in ((1, category.to_1), (2, category.to_2)):
        for action in actions:
            if asked.isdisjoint(action.deciders):
                continue
            work = scoring.Work(_key(category, action), category.key, level, action.effort, action.deciders)
            yield Offer(work, (_action_part(category, action),))


def proof_offer(category: Category, answer: scoring.CategoryAnswer) -> Offer | None:
    """To prove what is said to be shown: of the deciders said to be shown whole, or else of those shown in part."""
    claims = [decider for decider in answer.deciders if decider.is_claim]
    if not claims:
        return None
    target = max(decider.state or 0 for decider in claims)
    names = [category.decider(decider.key).name for decider in claims if decider.state == target]
    goals = [category.decider(decider.key).goal for decider in claims if decider.state == target]
    key = f"proof:{category.key}"
    earns = tuple(decider.key for decider in claims if decider.state == target)
    title = goals[0].rstrip(".")
    if len(goals) > 1:
        title = _("Show the proof for {names}").format(names=listing(_lowered(names)))
    detail = _(
        "{category}: it is said to be there. A link, a file, a measured figure, or a sighting with a name and a date"
        " proves it."
    ).format(category=category.name)
    return Offer(scoring.Work(key, category.key, target, "S", earns), (Part(title, detail, key),))


def _by_levels(category: Category, answer: scoring.CategoryAnswer) -> Iterable[Offer]:
    """Before 2026.2: proof for a 2, else all the actions of the next level together."""
    if answer.level == MAX_LEVEL:
        if answer.proven < MAX_LEVEL:
            key = f"unsupported:{category.key}"
            detail = _("It claims 2 with neither a measured figure nor evidence, so the proven total counts it as 1.")
            part = Part(_("Put proof to {category}").format(category=category.name), detail, key)
            yield Offer(scoring.Work(key, category.key, MAX_LEVEL, "S"), (part,))
        return
    if answer.level is None:
        return
    level = answer.level + 1
    actions = category.to_1 if level == 1 else category.to_2
    effort = max((action.effort for action in actions), key=scoring.steps.EFFORTS.__getitem__)
    work = scoring.Work(f"level:{category.key}:{level}", category.key, level, effort)
    yield Offer(work, tuple(_action_part(category, action) for action in actions))


def _key(category: Category, action: Action) -> str:
    return f"action:{category.key}:{action.key}"


def _action_part(category: Category, action: Action) -> Part:
    return Part(action.title, action.detail, _key(category, action))


def _plan(reading: Scored, planned: Sequence[PlannedStep]) -> tuple[list[Offer], list[scoring.Work]]:
    """What is still to be done of a roadmap, and the work that is done.

    Before 2026.2 a level is reached when all items that lead there, or lower, are done: they are one work.
    """
    by_category: dict[str, list[PlannedStep]] = {}
    for item in planned:
        by_category.setdefault(item.category_key, []).append(item)
    plan: list[Offer] = []
    finished: list[scoring.Work] = []
    for category in reading.framework.categories:
        items = by_category.get(category.key, [])
        waiting = [item for item in items if not item.is_done]
        done = [item for item in items if item.is_done]
        if category.deciders:
            plan.extend(Offer(_work_of(item), (_planned_part(item),)) for item in waiting)
        elif waiting:
            done = [item for item in done if item.target < min(other.target for other in waiting)]
            plan.append(Offer(_work_of(*waiting), tuple(_planned_part(item) for item in waiting)))
        finished.extend(_work_of(item) for item in done)
    return plan, finished


def _planned_part(item: PlannedStep) -> Part:
    return Part(item.title, item.detail, item.key, item)


def _work_of(item: PlannedStep, *others: PlannedStep) -> scoring.Work:
    """One item, or those that lead to a level together."""
    items = (item, *others)
    effort = max((each.effort or "M" for each in items), key=scoring.steps.EFFORTS.__getitem__)
    return scoring.Work(item.key, item.category_key, max(each.target for each in items), effort, item.earns)


def _way(reading: Scored, result: scoring.Result, given: Sequence[Offer]) -> tuple[FirstStep, ...]:
    """To the line by the least effort, then on for as long as something raises the total."""
    by_key = {offer.work.key: offer for offer in given}
    works = [offer.work for offer in given]
    steps: list[FirstStep] = []
    while legs := scoring.shortest_way(result, works):
        steps.extend(step for leg in legs for step in _steps(reading, result, leg, by_key))
        taken = [work for leg in legs for work in leg.works]
        result = scoring.after(result, taken)
        works = [work for work in works if work not in taken]
    return tuple(steps)


def _steps(reading: Scored, result: scoring.Result, leg: scoring.Leg, offers: dict[str, Offer]) -> Iterable[FirstStep]:
    category = reading.framework.category(leg.category)
    is_claimed = result.answer(leg.category).low > leg.was
    said = _("{category} proven {was} to {now}") if is_claimed else _("{category} {was} to {now}")
    gain = said.format(category=category.short_name, was=leg.was, now=leg.now)
    parts = [part for work in leg.works for part in offers[work.key].parts]
    parts.sort(key=lambda part: part.planned.due_on if part.planned else date.max)
    for place, part in enumerate(parts, start=1):
        last, item = place == len(parts), part.planned
        yield FirstStep(
            title=part.title,
            detail=part.detail,
            gain_text=gain if len(parts) == 1 else _gain_of(gain, place, len(parts)),
            category_key=leg.category,
            source_key=part.source_key,
            total=leg.total if last else leg.total - (leg.now - leg.was),
            owner=item.owner if item else "",
            due_on=item.due_on if item else None,
            url=item.url if item else "",
        )


def _gain_of(gain: str, place: int, many: int) -> str:
    return _("{gain}, step {place} of {many}").format(gain=gain, place=number_word(place), many=number_word(many))


def _lowered(names: Iterable[str]) -> list[str]:
    """Within a sentence; only English writes the names of deciders small there."""
    return [f"{name[0].lower()}{name[1:]}" if is_english() else name for name in names]
