"""Text in charts: how user text gets into a figure unharmed, and how wide it will be.

plotly.js reads labels as a small markup language: tags such as <b> and <br>, and entities such as &amp;. Text that came
from a person passes through `label`, so that plotly.js and svg.py both show it letter by letter.
"""

import re
import unicodedata

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(r"&(?!lt;|gt;|amp;)|<|>")

# Advance widths of Helvetica in thousandths of the type size, from space to tilde; Liberation Sans, Nimbus Sans and
# Arial share them, other sans serifs come close.
_ADVANCES = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_WIDTHS = {chr(32 + place): int(advance) for place, advance in enumerate(_ADVANCES.split())}
_LATIN, _WIDE = 600, 1000


def clean(text: str) -> str:
    """The text on one line, without characters that XML forbids or that reorder what stands around them."""
    return " ".join(_UNWANTED.sub("", " ".join(text.split())).split())


def label(text: str) -> str:
    """User text for a figure: one line, nothing left in it that plotly.js would interpret."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str, widest: float, size: float) -> str:
    """User text for a figure, cut off with an ellipsis where it would be wider than so many px."""
    whole = label(text)
    if width(whole, size) <= widest:
        return whole
    line = clean(text)
    while line and width(label(line) + ELLIPSIS, size) > widest:
        line = line[:-1].rstrip()
    return label(line) + ELLIPSIS


def wrapped(text: str, widest: float, size: float, most: int) -> list[str]:
    """User text for a figure on as many lines as it takes, `most` of them; the last is cut off like `fitted`."""
    lines: list[str] = []
    words = clean(text).split(" ")
    while words and len(lines) < most - 1:
        number = 1
        while number < len(words) and width(label(" ".join(words[: number + 1])), size) <= widest:
            number += 1
        lines.append(fitted(" ".join(words[:number]), widest, size))
        words = words[number:]
    return [*lines, fitted(" ".join(words), widest, size)] if words else lines


def shown(markup: str) -> str:
    """What a reader sees of a label.

    ValueError for markup, which only plotly.js would interpret, and for characters that `clean` takes out.
    """
    if found := _MARKUP.search(markup) or _UNWANTED.search(markup):
        raise ValueError(f"{markup!r} holds {found[0]!r}, which is not plain text; pass it through text.label")
    for entity, character in _ENTITIES.items():
        markup = markup.replace(entity, character)
    return markup


def width(markup: str, size: float) -> float:
    """The width of a label in px at a type size, to a few percent."""
    return sum(_advance(character) for character in shown(markup)) * size / 1000


def _advance(character: str) -> int:
    if known := _WIDTHS.get(character):
        return known
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _LATIN
