"""What of an answer still fits where another version, or another framework, asks: what is asked must be the same."""

from assessments.framework import Category, Framework


def decider_fits(was: Category | None, now: Category, key: str) -> bool:
    """Whether what a decider was answered by is what it is answered by now."""
    old = {decider.key: decider.shown_when for decider in was.deciders} if was else {}
    return old.get(key) == now.decider(key).shown_when


def level_fits(was: Category, now: Category) -> bool:
    """Whether a level that was chosen means what it means now."""
    return was.levels == now.levels


def is_same_version(was: Framework, now: Framework) -> bool:
    return (was.key, was.version) == (now.key, now.version)


def category_of(content: Framework | None, key: str) -> Category | None:
    return content.category(key) if content and key in content.category_keys else None
