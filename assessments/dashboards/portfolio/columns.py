"""The columns of the list: which there are, which a person sees, and which can be sorted by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _lazy


@dataclass(frozen=True, slots=True)
class Column:
    """`order` is the key of what a click on its heading sorts by, empty if nothing; `style` its class in the table."""

    key: str
    heading: Any  # a text, or one that is translated where it is shown
    order: str
    style: str
    is_usual: bool = True


COLUMNS = (
    Column("score", _lazy("Score"), "score", "c-score"),
    Column("verdict", _lazy("Verdict"), "verdict", "c-flag"),
    Column("change", _lazy("Change, proven"), "change", "c-delta"),
    Column("signed", _lazy("Signed off"), "signed", "c-signed"),
    Column("draft", _lazy("Draft"), "draft", "c-draft"),
    Column("vendors", _lazy("Vendors"), "vendors", "c-vend"),
    Column("plan", _lazy("Plan"), "plan", "c-plan"),
    Column("due", _lazy("Next due"), "due", "c-due"),
    Column("zeros", _lazy("Scored 0"), "", "c-weak", is_usual=False),
    Column("flags", _lazy("Red flags"), "", "c-flags num", is_usual=False),
    Column("active", _lazy("Last activity"), "active", "c-active", is_usual=False),
    Column("lead", _lazy("Lead"), "lead", "c-lead", is_usual=False),
    Column("industry", _lazy("Industry"), "industry", "c-industry", is_usual=False),
    Column("size", _lazy("Size"), "", "c-size", is_usual=False),
    Column("hosting", _lazy("Hosting"), "", "c-hosting", is_usual=False),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = tuple(column.key for column in COLUMNS if column.is_usual)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns that are shown, in the order of `COLUMNS`; `gone` were chosen once and are there no more."""

    columns: tuple[Column, ...]
    gone: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)

    @property
    def text(self) -> str:
        return ",".join(self.keys)

    @property
    def is_usual(self) -> bool:
        return self.keys == USUAL


def chosen(keys: Iterable[str]) -> Chosen:
    """The columns of some keys; the usual ones where none of them is one."""
    wanted = {key for key in keys if key}
    known: Sequence[Column] = [column for column in COLUMNS if column.key in wanted]
    return Chosen(tuple(known or (BY_KEY[key] for key in USUAL)), gone=len(wanted - BY_KEY.keys()))
