"""The list as one address asks for it: filters, order, columns, the page, and what there is to say about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.dashboards.portfolio import columns as known
from assessments.dashboards.portfolio import filters
from assessments.dashboards.portfolio.columns import Chosen, Column
from assessments.dashboards.portfolio.filters import Filters
from assessments.dashboards.portfolio.models import PortfolioView
from assessments.dashboards.portfolio.orders import ORDERS, USUAL, Order
from assessments.dashboards.portfolio.pages import Listing, Page, order_of
from assessments.dashboards.portfolio.queries import count_up_to
from assessments.dashboards.portfolio.reach import MANY, Reach
from assessments.framework.translating import number

MARK_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: where a click on it leads, and how the list stands by it now."""

    column: Column
    query: str
    direction: str  # as aria-sort has it

    @property
    def is_sorted(self) -> bool:
        return self.direction != "none"


@dataclass(frozen=True)
class ListReading:
    filters: Filters
    order: Order
    is_reversed: bool
    columns: Chosen
    are_columns_of_address: bool
    problems: tuple[str, ...]

    @classmethod
    def of(cls, data: QueryDict, reach: Reach, usual_columns: str) -> Self:
        found = filters.read(data, reach)
        problems = list(found.problems)
        order, is_reversed = order_of(data.get("sort", ""))
        if order is None and data.get("sort"):
            problems.append(_("The list cannot be sorted by that, so the lowest proven score stands first."))
        asked = data.get("columns", "").replace("\x00", "")[:500]
        columns = known.chosen((asked or usual_columns).split(","))
        if columns.gone == 1:
            problems.append(_("One of its columns is no longer there. The others are shown."))
        elif columns.gone:
            problems.append(_("Some of its columns are no longer there. The others are shown."))
        return cls(found, order or USUAL, bool(order and is_reversed), columns, bool(asked), tuple(problems))

    @property
    def sort(self) -> str:
        return f"{'-' if self.is_reversed else ''}{self.order.key}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address of this view, in one way only: what is usual is left out."""
        pairs = list(self.filters.query)
        if (self.order, self.is_reversed) != (USUAL, False):
            pairs.append(("sort", self.sort))
        if self.are_columns_of_address:
            pairs.append(("columns", self.columns.text))
        return pairs

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    @property
    def address_end(self) -> str:
        """What stands behind an address to have this view of it."""
        return f"?{self.query}" if self.query else ""

    @property
    def query_without_columns(self) -> str:
        return urlencode([pair for pair in self.pairs if pair[0] != "columns"])

    @property
    def words(self) -> str:
        """How it is sorted."""
        return str(self.order.down if self.is_reversed else self.order.up)

    @property
    def mark(self) -> str:
        """What tells the keys of its pages from those of other views."""
        parts = urlencode([*self.filters.query, ("sort", self.sort)])
        return sha256(parts.encode()).hexdigest()[:MARK_LENGTH]

    def listing(self, reach: Reach) -> Listing:
        rows = self.filters.of(reach.rows(), timezone.localdate(), self.order)
        return Listing(rows, self.order, self.is_reversed, self.mark)

    def heading(self, column: Column) -> Heading:
        """A click sorts by the column; a second one the other way."""
        here = column.order == self.order.key
        sort = f"-{column.order}" if here and not self.is_reversed else column.order
        pairs = [pair for pair in self.pairs if pair[0] != "sort"]
        direction = ("descending" if self.is_reversed else "ascending") if here else "none"
        return Heading(column, urlencode([*pairs, ("sort", sort)]), direction)

    def headings(self) -> Iterator[Heading]:
        return (self.heading(column) for column in self.columns.columns)

    def name_heading(self) -> Heading:
        return self.heading(Column("name", _("Organization"), ORDERS["name"].key, ""))


def page_of(listing: Listing, data: QueryDict) -> tuple[Page, str]:
    """The page that an address asks for, and what to say where there is none such."""
    try:
        return listing.page(after=data.get("after", ""), before=data.get("before", "")), ""
    except ValidationError as error:
        return listing.page(), error.messages[0]


def count(listing: Listing, page: Page) -> str:
    """How many the list has, which never takes looking at all of them."""
    if page.is_whole:
        return number(len(page.rows))
    found = count_up_to(MANY + 1, listing.rows)[0]
    return f"{MANY}+" if found > MANY else number(found)


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view that a person has saved, as a link."""

    view: PortfolioView
    is_current: bool


def tabs(views: list[PortfolioView], reading: ListReading) -> list[ViewTab]:
    here = reading.pairs
    return [ViewTab(view, parse_qsl(view.query) == here) for view in views]
