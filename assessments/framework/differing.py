"""What one framework asks otherwise than another, by the keys of what they have: category by category, and in all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.framework.definitions import Category, Framework

WORDING = ("name", "question", "why", "counts", "evidence", "probes", "red_flags")


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """`category` is as the newer one has it, or as the older had it if it is gone.

    `split_from` is the name of the category that its deciders stood in before, if it is new and they did.
    """

    category: Category
    is_new: bool = False
    is_gone: bool = False
    split_from: str = ""
    reworded: bool = False
    anchors: bool = False
    asked_anew: tuple[str, ...] = ()
    asked_no_more: tuple[str, ...] = ()
    asked_otherwise: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        return not (self.is_new or self.is_gone or self.reworded or self.anchors or self.asks_otherwise)

    @property
    def asks_otherwise(self) -> bool:
        return bool(self.asked_anew or self.asked_no_more or self.asked_otherwise)

    @property
    def words(self) -> tuple[str, ...]:
        """What changed, in short sentences."""
        if self.is_gone:
            return ("Gone: its answers stay with the assessments that have them.",)
        if self.is_new:
            return (f"New, split from {self.split_from}.",) if self.split_from else ("New: nothing is answered yet.",)
        found = (
            (self.anchors, "What earns its levels is said otherwise."),
            (self.reworded, "Its wording changed."),
            (self.asked_anew, f"New deciders: {', '.join(self.asked_anew)}."),
            (self.asked_no_more, f"Deciders that are gone: {', '.join(self.asked_no_more)}."),
            (self.asked_otherwise, f"Deciders said otherwise: {', '.join(self.asked_otherwise)}."),
        )
        return tuple(words for holds, words in found if holds) or ("The same.",)


@dataclass(frozen=True, slots=True)
class Difference:
    was: Framework
    now: Framework
    categories: tuple[CategoryChange, ...]
    rest: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        return not self.rest and all(change.is_same for change in self.categories)

    def lines(self) -> Iterable[str]:
        """All of it as lines of text."""
        yield f"{self.was.title} {self.was.version} → {self.now.title} {self.now.version}"
        for change in self.categories:
            if not change.is_same:
                yield f"{change.category.name} ({change.category.key}): {' '.join(change.words)}"
        yield from self.rest
        if self.is_none:
            yield "No difference."


def difference(was: Framework, now: Framework) -> Difference:
    before = {category.key: category for category in was.categories}
    changes = [_change(before.get(category.key), category, before.values()) for category in now.categories]
    kept = set(now.category_keys)
    changes += [CategoryChange(category, is_gone=True) for category in was.categories if category.key not in kept]
    return Difference(was, now, tuple(changes), tuple(_rest(was, now)))


def _change(was: Category | None, now: Category, before: Iterable[Category]) -> CategoryChange:
    if was is None:
        own = {decider.key for decider in now.deciders}
        origin = next((each.name for each in before if own.intersection(d.key for d in each.deciders)), "")
        return CategoryChange(now, is_new=True, split_from=origin)
    old, new = ({decider.key: decider for decider in category.deciders} for category in (was, now))
    return CategoryChange(
        now,
        reworded=any(getattr(was, name) != getattr(now, name) for name in WORDING),
        anchors=was.levels != now.levels,
        asked_anew=tuple(d.name for key, d in new.items() if key not in old),
        asked_no_more=tuple(d.name for key, d in old.items() if key not in new),
        asked_otherwise=tuple(d.name for key, d in new.items() if key in old and d != old[key]),
    )


def _rest(was: Framework, now: Framework) -> Iterable[str]:
    if was.maximum != now.maximum:
        yield f"The maximum is {now.maximum}, no longer {was.maximum}."
    if was.line != now.line:
        yield f"The line is at {now.line}, no longer at {was.line}."
    if was.scale != now.scale and (was.maximum, was.line) == (now.maximum, now.line):
        yield "How the scale is explained changed."
    parts: tuple[tuple[str, Callable[[Framework], Sequence[Any]]], ...] = (
        ("Facts", lambda content: content.facts),
        ("Vendor questions", lambda content: [q for topic in content.vendor.topics for q in topic.questions]),
        ("Tasks of the roadmap", lambda content: [task for phase in content.phases for task in phase.tasks]),
        ("Calculators", lambda content: content.calculators),
    )
    for name, entries in parts:
        yield from _counted(name, entries(was), entries(now))


def _counted(name: str, was: Sequence[Any], now: Sequence[Any]) -> Iterable[str]:
    old, new = ({entry.key: entry for entry in entries} for entries in (was, now))
    numbers = (
        (len(new.keys() - old.keys()), "new"),
        (len(old.keys() - new.keys()), "gone"),
        (sum(old[key] != new[key] for key in old.keys() & new.keys()), "changed"),
    )
    found = [f"{number} {what}" for number, what in numbers if number]
    if found:
        yield f"{name}: {', '.join(found)}."
