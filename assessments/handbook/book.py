"""The handbook's shape: pages of sections of blocks, each text in one place, for reading and for searching alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

SENTENCE_END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][\"”“»]))\s+(?=[A-ZÀ-ÖØ-Þ“\"„«¿¡])")
LISTED_FROM = 3
Kind = Literal["text", "list", "ask", "pairs", "table"]


def sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text.strip())


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list, a question to ask, names with what is said about each, or a table.

    `label` is a line above it, where it needs one. A row of `pairs` or of a table is its cells; `head` are a table's.
    """

    kind: Kind
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()
    label: str = ""

    @property
    def texts(self) -> Iterator[str]:
        """Everything that can be read in it, piece by piece."""
        if self.text:
            yield self.text
        yield from self.items
        for row in self.rows:
            yield ": ".join(row) if self.kind == "pairs" else "; ".join(row)


@dataclass(frozen=True, slots=True)
class Link:
    """To a page of the handbook, or a place on it; `address` is one outside."""

    text: str
    page: str = ""
    anchor: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page that can be linked to. Without a heading it is what the page begins with.

    One `within` the section before it is not among the contents of its page.
    """

    anchor: str
    heading: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...] = ()
    links_label: str = ""
    within: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`categories` and `topics` are the keys of where it is scored and asked."""

    key: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def contents(self) -> list[Section]:
        """The sections that are listed where the page begins, if they are more than one sees at a glance."""
        listed = [section for section in self.sections if section.heading and not section.within]
        return listed if len(listed) > LISTED_FROM else []

    @property
    def minutes(self) -> int:
        """How long it takes to read, at 220 words a minute."""
        words = sum(len(text.split()) for section in self.sections for block in section.blocks for text in block.texts)
        return max(1, round(words / 220))


@dataclass(frozen=True)
class Book:
    """All pages in their groups, in the order of reading."""

    groups: tuple[tuple[str, tuple[Page, ...]], ...]

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for _, pages in self.groups for page in pages)

    @cached_property
    def by_key(self) -> dict[str, Page]:
        return {page.key: page for page in self.pages}

    def around(self, page: Page) -> tuple[Page | None, Page | None]:
        """The pages before and after one."""
        place = self.pages.index(page)
        before = self.pages[place - 1] if place else None
        return before, self.pages[place + 1] if place + 1 < len(self.pages) else None
