"""Tags that lead to the handbook, and those that draw its pages."""

from collections.abc import Mapping

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.framework.translating import kept_by_language
from assessments.handbook import summaries, terms
from assessments.handbook.book import Link
from assessments.handbook.pages import GLOSSARY, QUESTIONS, THREE, book, flag_of_fact, page_of_category
from assessments.handbook.side import CALCULATORS
from assessments.handbook.summaries import ChecksSummary, ReadFirst, summarize
from assessments.organizations.models import Organization

register = template.Library()

KEPT_PAGES = 512


@register.simple_tag
def handbook_link(link: Link, kept: str = "") -> str:
    """The address a link leads to; `kept` is the query that keeps the organization at hand."""
    if link.address:
        return link.address
    anchor = f"#{link.anchor}" if link.anchor else ""
    return f"{reverse('handbook_detail', args=[link.page])}{kept}{anchor}"


@register.simple_tag
@kept_by_language(maxsize=KEPT_PAGES)
def handbook_sections(key: str, kept: str, first: str) -> SafeString:
    """The sections of a page: its texts are the same for everyone. `first` is the kind of work that comes first."""
    page = book().by_key[key]
    seen = {key} if key != GLOSSARY else {entry.anchor for entry in page.sections}
    context = {"page": page, "kept": kept, "seen": seen, "first": first}
    return render_to_string("handbook/_sections.html", context)


@register.filter
def explain(text: str, seen: set[str]) -> SafeString:
    """A text whose glossary terms explain themselves, each where it occurs first on a page."""
    return terms.explain(text, seen)


@register.simple_tag
@kept_by_language(maxsize=256)
def term(key: str, written: str = "") -> SafeString:
    """A glossary term that explains itself, as it is written in the sentence around it; once a page."""
    return terms.term_button(key, written)


@register.filter
def in_order(cells: tuple[str, ...], first: str) -> tuple[str, ...]:
    """The cells of a table of training and inference, with the organization's larger kind of work in front."""
    return (cells[0], cells[2], cells[1]) if first == "inference" else cells


def for_organization(organization: Organization | None) -> str:
    """The query that a page of the handbook is opened with from one of an organization's."""
    return f"?{urlencode({'for': organization.slug})}" if organization else ""


@register.simple_tag
def explains_category(category_key: str, organization: Organization | None = None) -> SafeString:
    """The quiet link from a category to the page that explains it; nothing where no page does."""
    page = page_of_category(category_key)
    return _quiet(page.key, "", page.title, for_organization(organization)) if page else SafeString()


@register.simple_tag
def explains_flag(anchor: str, title: str, organization: Organization | None = None) -> SafeString:
    """The same from a red flag: a category's page, or the question among the three that has no answer."""
    if anchor != "facts":
        return explains_category(anchor, organization)
    return _quiet(THREE, flag_of_fact(title), _("a good answer"), for_organization(organization))


@register.simple_tag
def explains_calculator(key: str, organization: Organization | None = None) -> SafeString:
    """The same from a calculator."""
    page = next((page for page, calculator in CALCULATORS.items() if calculator == key), None)
    return _quiet(page, "", book().by_key[page].title, for_organization(organization)) if page else SafeString()


@register.simple_tag
def explains_question(question_key: str, number: int, organization: Organization | None = None) -> SafeString:
    """The same from a vendor question."""
    return _quiet(QUESTIONS, question_key, _("question {number}").format(number=number), for_organization(organization))


@kept_by_language(maxsize=KEPT_PAGES)
def _quiet(page: str, anchor: str, title: str, kept: str) -> SafeString:
    address = f"{reverse('handbook_detail', args=[page])}{kept}{f'#{anchor}' if anchor else ''}"
    return format_html(
        '<a class="explains" href="{}">{}<span class="explains__on">: {}</span></a>', address, _("Handbook"), title
    )


@register.simple_tag
def handbook_page(key: str, anchor: str, organization: Organization | None = None) -> SafeString:
    """The quiet link to a page by its key, with its title."""
    return _quiet(key, anchor, book().by_key[key].title, for_organization(organization))


@register.simple_tag
def team_checks(organization: Organization) -> ChecksSummary:
    """What the checks of a team say so far; one query."""
    return summarize(organization)


@register.simple_tag
def read_first(organization: Organization) -> ReadFirst | None:
    """What comes first for the mix of an organization's work, None while it states none; one query."""
    return summaries.read_first(organization)


@register.filter
def get(fields: Mapping[str, str], name: str) -> str:
    """A field by its name."""
    return fields.get(name, "")
