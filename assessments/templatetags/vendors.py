"""Tags of the vendors' pages: framework wording that is the same for every review is rendered once and kept."""

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.framework import Framework, VendorTopic
from assessments.framework.translating import kept_by_language
from assessments.organizations.models import Organization
from assessments.scoring import Tally
from assessments.vendors.comparing.comparison import ComparedQuestion
from assessments.vendors.measured import words
from assessments.vendors.pages import share_text
from assessments.vendors.readings import VendorRedFlag, vendor_red_flags
from assessments.vendors.services import questions_of
from assessments.vendors.wording import label_within, together

register = template.Library()
register.filter(words.doubts)
register.filter(words.measured)
register.filter(words.named)
register.filter(together)
register.filter(label_within)

# Value, what stands on the button, what it is called.
CHOICES = (
    ("0", "0", _lazy("0, no answer")),
    ("1", "1", _lazy("1, claimed or partial")),
    ("2", "2", _lazy("2, specific and evidenced")),
    ("na", _lazy("n/a"), _lazy("Not applicable")),
    ("", "–", _lazy("Not rated")),
)
SHOWN = {"": "–", "na": _lazy("n/a")}
CELLS = {"": "x"}
MEANINGS = {
    "": _lazy("not rated"),
    "0": _lazy("no answer"),
    "1": _lazy("claimed or partial"),
    "2": _lazy("specific and evidenced"),
}


@register.simple_tag
def rating_choice(key: str, checked: str) -> SafeString:
    """The five ratings of a question to choose from; none is chosen where what was posted is no rating."""
    return _choice(key, checked if checked in (value for value, *_ in CHOICES) else None)


@kept_by_language(maxsize=1024)
def _choice(key: str, checked: str | None) -> SafeString:
    return render_to_string("vendors/_rating.html", {"key": key, "checked": checked, "choices": CHOICES})


@register.simple_tag
@kept_by_language()
def rating_cell(rating: str, claim: bool = False) -> SafeString:
    """A rating as a cell, with what it means as text for those who do not see its color; a `claim` is a 2 unproven."""
    shown, meaning = SHOWN.get(rating, rating), _("claimed, no proof attached") if claim else MEANINGS.get(rating, "")
    words = format_html('<span class="vh"> {}</span>', meaning) if meaning else ""
    look = "claim" if claim else CELLS.get(rating, rating)
    return format_html('<span class="cell cell--{}">{}{}</span>', look, shown, words)


@register.simple_tag
def vendor_guidance(content: Framework, question: str, number: int) -> SafeString:
    """The disclosure with a strong and a weak answer to a question, and what to ask to see."""
    return _guidance(content.key, content.version, question, number)


@kept_by_language(maxsize=256)
def _guidance(key: str, version: str, question: str, number: int) -> SafeString:
    known = questions_of(framework.load(key, version))[question]
    return render_to_string("vendors/_guidance.html", {"question": known, "number": number})


@register.simple_tag
def share(tally: Tally) -> str:
    """The share of the points: 60%, 40–75% while questions are open, or n/a."""
    return share_text(tally)


@register.simple_tag
def red_flags_of_vendors(organization: Organization) -> dict[str, list[VendorRedFlag]]:
    """By category key, what vendors could not answer; one query for a whole scorecard."""
    return vendor_red_flags(organization)


@register.filter
def names_of(topics: Iterable[VendorTopic]) -> str:
    return ", ".join(topic.name for topic in topics)


@register.filter
def shown_in(question: ComparedQuestion, show: str) -> bool:
    """Whether a compared question is among those that the table is narrowed to."""
    return question.matches(show)


@register.simple_tag
def flags_for(flags: dict[str, list[VendorRedFlag]], category: str) -> list[VendorRedFlag]:
    return flags.get(category, [])
