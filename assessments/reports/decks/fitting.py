"""Texts that stay in their boxes: how wide they are by a rule of thumb, which size fits, and where they are cut."""

import unicodedata
from math import ceil

LINE = 1.25
SERIF, BOLD = 1.12, 1.08  # wider than the plain letters by so much
# The widths of letters by their height, as those of the sans serif fonts of every office program.
WIDTHS = {
    **dict.fromkeys("abdeghnopqu0123456789#$+<=>~_?", 0.57),
    **dict.fromkeys("ckszvxyJ", 0.51),
    **dict.fromkeys("ijl|'", 0.23),
    **dict.fromkeys("ftI.,:;!/\\[] ", 0.29),
    **dict.fromkeys('r-()"`*^{}', 0.36),
    **dict.fromkeys("mM%", 0.86),
    **dict.fromkeys("wCDHNRU&", 0.73),
    **dict.fromkeys("ABEKPSVXY", 0.67),
    **dict.fromkeys("FLTZ", 0.61),
    **dict.fromkeys("GOQ", 0.78),
    **dict.fromkeys("W@", 1.0),
}


def width_of(text: str, size: float) -> float:
    """The width of a text on one line, in points."""
    return sum(_width(letter) for letter in text) * size


def _width(letter: str) -> float:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if unicodedata.category(letter) == "Mn":
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    return 0.85 if letter.isupper() else 0.62


def lines_of(text: str, size: float, width: float) -> int:
    """On how many lines a text stands in a box of so many points."""
    return sum(_lines(line, size, width) for line in text.split("\n"))


def _lines(text: str, size: float, width: float) -> int:
    lines, filled = 1, 0.0
    for word in text.split(" "):
        needed = width_of(word, size)
        if filled and filled + needed > width:
            lines, filled = lines + 1, 0.0
        if needed > width:
            lines += ceil(needed / width) - 1
            filled = needed % width
        else:
            filled += needed + width_of(" ", size)
    return lines


def size_for(text: str, sizes: tuple[float, ...], width: float, height: float) -> float:
    """The largest of the sizes at which a text fits a box, else the smallest."""
    return next((s for s in sizes if lines_of(text, s, width) * s * LINE <= height), sizes[-1])


def cut(text: str, size: float, width: float, lines: int) -> str:
    """As much of a text as stands on so many lines, ending with a whole word and an ellipsis where more was there."""
    text = " ".join(text.split())
    text = text[: lines * 400]  # no line of a slide has so many letters
    if lines_of(text, size, width) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines_of(f"{text[:middle]}…", size, width) <= lines:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    whole = kept.rpartition(" ")[0]
    return f"{(whole if len(whole) > 0.6 * len(kept) else kept).rstrip(' .,;:')}…"
