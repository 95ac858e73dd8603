"""What stands beside a page: where it is scored, with the rubric, what vendors are asked, what can be worked out."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import framework
from assessments.framework import Category, VendorTopic
from assessments.framework.translating import kept_by_language
from assessments.handbook.book import Link, Page
from assessments.handbook.pages import CATEGORIES, QUESTIONS, main_category
from assessments.organizations.models import Organization

QUESTIONS_SHOWN = 4
WORKED_OUT = ("utilization", "bottlenecks")  # the pages that the worked case is an example of
# The calculator that works out what a page is about.
CALCULATORS = {
    "utilization": "idle-spend",
    "bottlenecks": "idle-spend",
    "starved-accelerators": "idle-spend",
    "ai-finops": "unit-economics",
    "power": "power-envelope",
}


@dataclass(frozen=True, slots=True)
class Side:
    """`rubric` is the category whose levels are shown; `here` leads to the organization's own answers.

    `worked` leads to what works it out: the handbook's case, and the organization's calculators.
    """

    scored: tuple[Link, ...]
    rubric: Category | None
    asked: tuple[Link, ...]
    worked: tuple[Link, ...] = ()
    here: str = ""


def side_of(page: Page, organization: Organization | None) -> Side:
    side = _side(page.key, page.categories, page.topics)
    if organization is None:
        return side
    side = replace(side, worked=(*side.worked, *_calculators(page.key, organization)))
    if not side.scored:
        return side
    newest = organization.scorecards.newest_first().values_list("pk", flat=True).first()
    if newest is None:
        return side
    here = reverse("scorecard_detail", args=[organization.slug, newest])
    return replace(side, here=f"{here}#{side.rubric.key}" if side.rubric else here)


def _calculators(key: str, organization: Organization) -> list[Link]:
    wanted, address = CALCULATORS.get(key), reverse("calculator_list", args=[organization.slug])
    known = framework.current().calculators
    found = [each for each in known if each.key == wanted]
    return [Link(_("{name}, calculator").format(name=each.name), address=f"{address}#{each.key}") for each in found]


@kept_by_language(maxsize=256)
def _side(key: str, categories: tuple[str, ...], topics: tuple[str, ...]) -> Side:
    content = framework.current()
    scored = tuple(Link(content.category(each).name, CATEGORIES, each) for each in categories)
    rubric = main_category(content, key) or (content.category(categories[0]) if categories else None)
    asked = [topic for topic in content.vendor.topics if topic.key in topics]
    case = content.handbook.mini_case
    worked = (Link(case.name, case.key, "your-numbers"),) if key in WORKED_OUT else ()
    return Side(scored, rubric, tuple(_questions(asked)), worked)


def _questions(topics: list[VendorTopic]) -> list[Link]:
    """The critical questions first, as many as fit beside a page."""
    questions = [question for topic in topics for question in topic.questions]
    questions.sort(key=lambda question: not question.critical)
    return [Link(question.ask_vendor, QUESTIONS, question.key) for question in questions[:QUESTIONS_SHOWN]]
