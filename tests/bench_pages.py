"""What one visit of each page costs: CPU of the web process, of the bare read in the same minute, and how large it is.

Processor time and not the clock's: it is the same on a machine that is busy with something else.
"""

import gzip
import re
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from tests import pages

IN_A_ROW, ROUNDS, WARM = 8, 3, 3


@dataclass(frozen=True)
class Page:
    view: str
    address: str
    heading: str
    length: int
    is_person: bool


def timed_pages() -> list[Page]:
    """Of each view the address with the longest HTML."""
    longest: dict[str, Page] = {}
    for address, (view, html, is_person) in pages.found().items():
        if len(html) > (longest[view].length if view in longest else 0):
            heading = re.search(r"<h1[^>]*>.*?</h1>", html, re.S)
            longest[view] = Page(view, address, heading[0] if heading else "</html>", len(html), is_person)
    return list(longest.values())


def times(product: Any, stranger: Any, bare: Any, chosen: list[Page], pk: int) -> dict[str, float]:
    """By the view's name, what its page takes of the bare read; every visit is looked at."""
    figures: dict[str, list[float]] = {page.view: [] for page in chosen}
    for turn in range(ROUNDS + 1):
        for page in chosen:
            visited = product if page.is_person else stranger
            for _ in range(WARM if turn == 0 else 0):
                _look(visited, page)
            if turn:
                floor = _cpu(bare, lambda: bare.send("GET", f"/read/{pk}"))
                figures[page.view].append(_cpu(visited, lambda v=visited, p=page: _look(v, p)) / floor)
    return {view: statistics.median(ratios) for view, ratios in figures.items()}


def _cpu(server: Any, job: Any) -> float:
    start = server.cpu()
    for _ in range(IN_A_ROW):
        job()
    return float(server.cpu() - start)


def _look(server: Any, page: Page) -> None:
    """A redirect or an empty page is not a faster page."""
    body = server.send("GET", page.address).decode()
    if page.heading not in body or not 0.9 * page.length < len(body) < 1.1 * page.length:
        sys.exit(f"{page.address} came without what it had: {len(body)} letters of {page.length}")


def compressed(server: Any, address: str) -> float:
    """KB of a page as it goes over the line."""
    return len(gzip.compress(server.send("GET", address), 6)) / 1024
