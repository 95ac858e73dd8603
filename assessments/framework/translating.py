"""The language that is spoken at the moment, for what knows no Django: the site says who translates (`speak_with`).

Without a site texts stay as they are written, in English.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, ParamSpec, Protocol, TypeVar

ENGLISH = "en"
P = ParamSpec("P")
R = TypeVar("R")


class Translator(Protocol):
    def language(self) -> str:
        """The code of the language that is spoken, such as "de"."""

    def key(self) -> str:
        """Another for everything that speaks in the place of a language, which is its key else."""

    def gettext(self, text: str) -> str: ...

    def ngettext(self, one: str, many: str, count: int) -> str: ...

    def pgettext(self, context: str, text: str) -> str: ...

    def number(self, value: float | Decimal, decimals: int | None) -> str: ...


class _English:
    def language(self) -> str:
        return ENGLISH

    def key(self) -> str:
        return ENGLISH

    def gettext(self, text: str) -> str:
        return text

    def ngettext(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many

    def pgettext(self, context: str, text: str) -> str:
        return text

    def number(self, value: float | Decimal, decimals: int | None) -> str:
        return f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"


_translator: Translator = _English()


def speak_with(translator: Translator) -> None:
    """Have this one translate from now on."""
    global _translator
    _translator = translator


def language() -> str:
    """The code of the language that is spoken, without its country."""
    return _translator.language()


def kept_under() -> str:
    """What a text that is kept is kept under: the language, or whatever else speaks in its place."""
    return _translator.key()


def is_english() -> bool:
    return language() == ENGLISH


def gettext(text: str) -> str:
    return _translator.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return _translator.ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    """The translation of a word that has several: `context` says which is meant."""
    return _translator.pgettext(context, text)


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """A number as the language writes it, in groups of three; `decimals` digits after the mark, or all it has."""
    return _translator.number(value, decimals)


def kept_by_language(maxsize: int = 256, *, typed: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`lru_cache` for what makes text: one language never gets what was made for another."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=maxsize, typed=typed)
        def kept(_language: str, *args: Any, **kwargs: Any) -> R:
            return function(*args, **kwargs)

        @wraps(function)
        def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
            return kept(kept_under(), *args, **kwargs)  # type: ignore[arg-type]

        return speaking

    return decorate
