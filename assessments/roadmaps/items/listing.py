"""The list of a roadmap's items: what a reader asked to see, and in which order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from assessments.platform.names import sort_key
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.readings import ItemReading, RoadmapReading

NOBODY = "nobody"
STATUS_ORDER = list(RoadmapItem.Status.values)

SORTS: Mapping[str, Callable[[ItemReading], Any]] = {
    "due": lambda row: row.item.due_on,
    "title": lambda row: sort_key(row.item.title),
    "owner": lambda row: (not row.item.owner_label, sort_key(row.item.owner_label)),
    "category": lambda row: (not row.category, sort_key(row.category)),
    "status": lambda row: STATUS_ORDER.index(row.item.status),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list. Empty means all; what makes no sense is taken as empty."""

    owner: str = ""
    category: str = ""
    status: str = ""
    overdue: bool = False
    sort: str = "due"
    descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.owner or self.category or self.status or self.overdue)

    def query(self) -> str:
        """The wish as it stands in an address."""
        given = {"owner": self.owner, "category": self.category, "status": self.status}
        given |= {"overdue": "1" if self.overdue else "", "sort": f"{'-' if self.descending else ''}{self.sort}"}
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column to sort by: `order` is what ARIA says of it, `query` the address of a click."""

    label: str
    order: str
    query: str


def wish(data: Mapping[str, str]) -> Wish:
    sort = data.get("sort", "")
    name = sort.removeprefix("-")
    status = data.get("status", "")
    return Wish(
        owner=data.get("owner", "")[:200],
        category=data.get("category", "")[:60],
        status=status if status in STATUS_ORDER else "",
        overdue=data.get("overdue") == "1",
        sort=name if name in SORTS else "due",
        descending=sort.startswith("-") and name in SORTS,
    )


def arranged(rows: Iterable[ItemReading], wanted: Wish) -> list[ItemReading]:
    """The rows that are wanted, sorted; equal ones in the order of the board."""
    found = [row for row in rows if _is_wanted(row, wanted)]
    return sorted(found, key=SORTS[wanted.sort], reverse=wanted.descending)


def _is_wanted(row: ItemReading, wanted: Wish) -> bool:
    item = row.item
    return (
        (not wanted.owner or wanted.owner == owner_value(item))
        and (not wanted.category or wanted.category == item.category_key)
        and (not wanted.status or wanted.status == item.status)
        and (not wanted.overdue or row.is_overdue)
    )


def owner_value(item: RoadmapItem) -> str:
    """How an address names an item's owner."""
    if item.owner_id:
        return str(item.owner_id)
    return f"name:{item.owner_name}" if item.owner_name else NOBODY


def owners(reading: RoadmapReading) -> list[tuple[str, str]]:
    """Who owns items of the plan, to choose from, by name."""
    found = {owner_value(row.item): row.item.owner_label or _("No owner") for row in reading.rows}
    return sorted(found.items(), key=lambda owner: (owner[0] == NOBODY, sort_key(owner[1])))


def headings(wanted: Wish) -> list[Heading]:
    labels = {
        "title": _("Item"),
        "category": _("Category"),
        "owner": _("Owner"),
        "due": _("Due"),
        "status": _("Status"),
    }
    made = []
    for name, label in labels.items():
        is_sorted = wanted.sort == name
        order = ("descending" if wanted.descending else "ascending") if is_sorted else ""
        turned = replace(wanted, sort=name, descending=is_sorted and not wanted.descending)
        made.append(Heading(label, order, turned.query()))
    return made
