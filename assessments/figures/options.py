"""What a figure can be taken for, as a choice on a page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.figures import suits
from assessments.figures.takes import Target
from assessments.framework import Framework


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a figure can be taken for."""

    value: str
    label: str
    group: str


def fact_option(key: str) -> Option:
    """A fact that a figure answers."""
    name = _("Fact: {fact}").format(fact=suits.FACT_NAMES[key])
    return Option(str(Target(fact=key)), name, _("Suits"))


def option_of(content: Framework, category: str, key: str, group: str) -> Option:
    about = content.category(category)
    return Option(str(Target(category, key)), f"{about.short_name}: {about.decider(key).name}", group)
