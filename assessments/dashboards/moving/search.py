"""Finding by name what a person may open: organizations, categories, vendors, plan items, pages of the handbook."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import framework
from assessments.accounts.models import User
from assessments.dashboards.moving.recent import called
from assessments.dashboards.portfolio.reach import RoleReach
from assessments.handbook import search as handbook
from assessments.organizations.models import Role
from assessments.platform.name_fields import Folded
from assessments.platform.names import fold
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.wording import status_in_sentence
from assessments.vendors.models import Vendor

SHOWN = 8
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class FoundLine:
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class FoundGroup:
    heading: str
    lines: tuple[FoundLine, ...]


def find_everywhere(user: User, search: str) -> tuple[FoundGroup, ...]:
    """What has every word that was typed, by kind; five queries. Nothing for fewer than two letters."""
    words = fold(search).split()[:8]
    if sum(map(len, words)) < SHORTEST:
        return ()
    reach = RoleReach(user, Role.VIEWER)
    groups = (
        FoundGroup(_("Organizations"), tuple(_organizations(user, search))),
        FoundGroup(_("Categories"), tuple(_categories(words))),
        FoundGroup(_("Vendors"), tuple(_vendors(reach, words))),
        FoundGroup(_("Plan items"), tuple(_items(reach, words))),
        FoundGroup(_("Handbook"), tuple(_handbook(search))),
    )
    return tuple(group for group in groups if group.lines)


def _organizations(user: User, search: str) -> Iterable[FoundLine]:
    for organization in called(user, search)[:SHOWN]:
        url = reverse("organization_detail", args=[organization.slug])
        yield FoundLine(organization.name, organization.industry, url)


def _categories(words: list[str]) -> Iterable[FoundLine]:
    for category in framework.current().categories:
        if all(word in fold(f"{category.name} {category.short_name}") for word in words):
            yield FoundLine(category.name, category.question, f"{reverse('handbook_search')}?q={category.short_name}")


def _named(rows: QuerySet, field: str, words: list[str]) -> QuerySet:
    rows = rows.annotate(folded=Folded(field))
    for word in words:
        rows = rows.filter(folded__contains=word)
    return rows.order_by("folded", "pk")


def _vendors(reach: RoleReach, words: list[str]) -> Iterable[FoundLine]:
    rows = Vendor.objects.filter(reach.of("organization")).select_related("organization")
    for vendor in _named(rows, "name", words)[:SHOWN]:
        url = reverse("vendor_review_list", args=[vendor.organization.slug])
        yield FoundLine(vendor.name, vendor.organization.name, url)


def _items(reach: RoleReach, words: list[str]) -> Iterable[FoundLine]:
    rows = RoadmapItem.objects.filter(Q(reach.of("roadmap__organization"))).select_related("roadmap__organization")
    for item in _named(rows, "title", words)[:SHOWN]:
        organization = item.roadmap.organization
        url = reverse("roadmap_item_detail", args=[organization.slug, item.roadmap_id, item.pk])
        yield FoundLine(item.title, f"{organization.name}, {status_in_sentence(item.status)}", url)


def _handbook(search: str) -> Iterable[FoundLine]:
    for hit in handbook.find(search).hits[:SHOWN]:
        url = f"{reverse('handbook_detail', args=[hit.page.key])}#{hit.section.anchor}"
        yield FoundLine(hit.page.title, hit.section.heading, url)
