"""Tags of the scorecard pages: framework wording that is the same for every scorecard is rendered once and kept."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments import framework
from assessments.framework import Category, Framework
from assessments.scorecards.models import Response, Scorecard
from assessments.scorecards.parts import PartSlot
from assessments.scorecards.readings import CategoryReading
from assessments.scorecards.saving import measured_text
from assessments.templatetags import design

register = template.Library()


@register.simple_tag
def guidance(content: Framework, category_key: str, rented: bool) -> SafeString:
    """The disclosure with what counts, what to ask and what to listen for in a category."""
    return _guidance(content.key, content.version, category_key, rented)


@lru_cache(maxsize=256)
def _guidance(key: str, version: str, category_key: str, rented: bool) -> SafeString:
    category = framework.load(key, version).category(category_key)
    return render_to_string("scorecards/_guidance.html", {"category": category, "rented": rented})


@register.simple_tag
def rubric(content: Framework, category_key: str, checked: str) -> SafeString:
    """The three statements of a category to choose from, and "not scored yet"; `checked` is the level as text."""
    return _rubric(content.key, content.version, category_key, checked)


@lru_cache(maxsize=512)
def _rubric(key: str, version: str, category_key: str, checked: str) -> SafeString:
    content = framework.load(key, version)
    context = {"content": content, "category": content.category(category_key), "checked": checked}
    return render_to_string("scorecards/_rubric.html", context)


@register.simple_tag
def save_slot(slot: PartSlot) -> SafeString:
    """The spot that says whether a part is saved; as long as nothing has become of it, it only holds the version."""
    if slot.outcome is None:
        return _quiet_slot(slot.key, slot.part, slot.version)
    return render_to_string("scorecards/_save.html", {"slot": slot})


@lru_cache(maxsize=4096)
def _quiet_slot(key: str, part: str, version: int) -> SafeString:
    return render_to_string("scorecards/_save.html", {"slot": PartSlot(key, part, version)})


@register.simple_tag
def level_label(content: Framework, level: int) -> str:
    """A level's name with a capital: Unclear, Partially defined, Disciplined and measurable."""
    label = next(entry.label for entry in content.scale.levels if entry.level == level)
    return label[0].upper() + label[1:]


@register.simple_tag
def statement(category: Category, level: int) -> str:
    """The rubric statement of a level."""
    return category.statement(level)


@register.simple_tag
def figure(response: Response) -> str:
    """The measured value with its unit: 38%, 14.2 GB/s."""
    return measured_text(response)


@register.simple_tag
def level_change(row: CategoryReading) -> SafeString:
    """The change of one category since the earlier assessment."""
    return design.delta(None if row.level is None or row.was is None else row.level - row.was)


@register.simple_tag
def category_name(scorecard: Scorecard, category_key: str) -> str:
    """A category's name in the version of the framework that a scorecard follows."""
    return framework.load(scorecard.framework_key, scorecard.framework_version).category(category_key).name
