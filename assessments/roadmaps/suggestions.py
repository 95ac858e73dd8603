"""What a plan could hold and does not: the actions that raise low categories, and what answers each red flag."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.framework import Framework
from assessments.scoring.results import MAX_LEVEL, Result

# What other features bring in: (key, title, the key of a category or "", detail).
Outside = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`key` names where it comes from, once per roadmap; `gain` is the change of level it leads to, in words."""

    key: str
    title: str
    detail: str
    phase_key: str
    category_key: str = ""
    target_level: int | None = None
    done_when: str = ""
    effort: str = ""
    gain: str = ""


def suggestions(content: Framework, result: Result, outside: Iterable[Outside] = ()) -> tuple[Suggestion, ...]:
    """Everything that could be planned for a result: the lowest categories first, then red flags.

    `outside` is what features beside this one found, such as red flags of vendors.
    """
    return (*_gaps(content, result), *_flags(content, result), *_outside(content, outside))


def _gaps(content: Framework, result: Result) -> Iterable[Suggestion]:
    for gap in result.gaps:
        category = content.category(gap.key)
        actions = {1: category.to_1, 2: category.to_2}
        for level in range(gap.level + 1, MAX_LEVEL + 1):
            for action in actions[level]:
                yield Suggestion(
                    key=f"action:{category.key}:{action.key}",
                    title=action.title,
                    detail=action.detail,
                    phase_key=action.phase,
                    category_key=category.key,
                    target_level=level,
                    done_when=action.done_when,
                    effort=action.effort,
                    gain=f"{category.short_name} {level - 1} to {level}",
                )


def _flags(content: Framework, result: Result) -> Iterable[Suggestion]:
    first = content.phases[0].key
    for fact in content.facts:
        if fact.key in result.missing_facts:
            yield Suggestion(
                f"fact:{fact.key}",
                f"Answer: {fact.question}",
                fact.why,
                first,
                done_when=fact.answer_hint,
                gain="Red flag",
            )
    for key in result.claims:
        category = content.category(key)
        yield Suggestion(
            key=f"unsupported:{key}",
            title=f"Put proof to {category.name}",
            detail="It claims 2 with neither a measured figure nor evidence, so the evidenced total counts it as 1.",
            phase_key=first,
            category_key=key,
            done_when="A measured figure or a piece of evidence stands on the next assessment.",
            gain="Red flag",
        )


def _outside(content: Framework, found: Iterable[Outside]) -> Iterable[Suggestion]:
    for key, title, category_key, detail in found:
        yield Suggestion(key, title, detail, content.phases[0].key, category_key, gain="Red flag")
