"""Colors that can be read: contrast as WCAG 2 reckons it, and a color bent until it has enough."""

import re

PAPER, DARK = "#f8f7f4", "#1a2128"  # what is read on: the darker of white and our light pages; our dark pages
TEXT, AREA = 4.5, 3.0  # the least contrast of words, and of lines and areas (WCAG 1.4.3 and 1.4.11)
STEPS = 256
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.I)


def read_color(text: str) -> str:
    """A color as `#rrggbb`, however its hex digits were written; ValueError for anything else."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def bent(color: str, *, on: str, least: float) -> str:
    """The color itself where it has that contrast; else the nearest of its hue that has, darker or lighter."""
    toward = 0 if _luminance(on) > 0.5 else 255
    channels = _channels(color)
    for step in range(STEPS):
        mixed = "#" + "".join(f"{round(each + (toward - each) * step / (STEPS - 1)):02x}" for each in channels)
        if contrast(mixed, on) >= least:
            return mixed
    raise AssertionError(f"No {color} can be read on {on}")


def _channels(color: str) -> list[int]:
    return [int(color[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(color: str) -> float:
    red, green, blue = (
        value / 12.92 if (value := channel / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for channel in _channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
