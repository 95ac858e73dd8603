"""Before the meeting: whom to bring, what to have at hand, what is asked, and what of it was not asked last time."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments import framework
from assessments.framework import Category, Fact, Framework
from assessments.scorecards.models import Scorecard


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to bring: the name of the part played, who plays it as a rule, and the categories it answers."""

    name: str
    examples: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What one version of the framework asks of a category that another did not, and the other way round."""

    name: str
    asked_anew: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the last assessment's answers in a newer version: carried where the keys are the same."""

    was: str
    carried: tuple[str, ...]
    news: tuple[News, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    is_first_with_deciders: bool


@dataclass(frozen=True, slots=True)
class PreparePage:
    guests: tuple[Guest, ...]
    categories: tuple[Category, ...]
    facts: tuple[Fact, ...]
    questions: int
    changes: Changes | None


def prepare_page(scorecard: Scorecard) -> PreparePage:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    last = scorecard.predecessor
    changes = None
    if last and (last.framework_key, last.framework_version) != (content.key, content.version):
        changes = changes_between(framework.load(last.framework_key, last.framework_version), content)
    questions = sum(len(category.deciders) or len(category.probes) for category in content.categories)
    return PreparePage(guests(content), content.categories, content.facts, questions, changes)


def guests(content: Framework) -> tuple[Guest, ...]:
    """Who answers: the roles that own the framework's actions, those that answer most first."""
    answers: dict[str, list[str]] = {}
    for category in content.categories:
        for key in dict.fromkeys(action.owner_role for action in (*category.to_1, *category.to_2)):
            answers.setdefault(key, []).append(category.short_name)
    roles = {role.key: role for role in content.handbook.roles}
    found = [Guest(roles[key].name, roles[key].example_roles, tuple(names)) for key, names in answers.items()]
    return tuple(sorted(found, key=lambda guest: -len(guest.categories)))


def changes_between(old: Framework, new: Framework) -> Changes:
    """What a newer version asks that an older one did not: by keys, so that it holds for any two versions."""
    was, now = ({category.key: category for category in content.categories} for content in (old, new))
    news = (_news(was.get(key), category) for key, category in now.items())
    return Changes(
        was=old.version,
        carried=tuple(category.name for key, category in now.items() if key in was),
        news=tuple(item for item in news if item.asked_anew or item.gone),
        added=_names(new.facts, old.facts, "question") + tuple(c.name for key, c in now.items() if key not in was),
        gone=_names(old.facts, new.facts, "question") + tuple(c.name for key, c in was.items() if key not in now),
        is_first_with_deciders=new.has_deciders and not old.has_deciders,
    )


def _news(was: Category | None, now: Category) -> News:
    before = was.deciders if was else ()
    return News(now.name, _names(now.deciders, before, "name"), _names(before, now.deciders, "name"))


def _names(some: Sequence[object], but: Sequence[object], attribute: str) -> tuple[str, ...]:
    known = {getattr(entry, "key") for entry in but}  # noqa: B009  the entries are of several kinds
    return tuple(getattr(entry, attribute) for entry in some if getattr(entry, "key") not in known)  # noqa: B009
