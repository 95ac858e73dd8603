"""The part of Plotly's vocabulary that svg.py draws. Anything else is refused by name.

An attribute that svg.py passed over in silence would be drawn by plotly.js all the same, and the two pictures of one
figure would drift apart.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from assessments.charts import palette, text

Check = Callable[[str, Any], None]
Section = Mapping[str, "Check | Section"]

TRANSPARENT = "rgba(0,0,0,0)"
SYMBOLS = ("circle", "circle-open", "square", "square-open", "diamond", "diamond-open", "line-ns-open")
DASHES = ("solid", "dot", "dash")


def check(where: str, value: Any, expected: "Check | Section") -> None:
    """Raise ValueError, naming the place, when a value is not one that svg.py draws exactly as plotly.js does."""
    if callable(expected):
        expected(where, value)
        return
    if not isinstance(value, dict):
        raise ValueError(f"{where}: {value!r} is not a mapping")
    for key, inner in value.items():
        if key not in expected:
            raise ValueError(f"{where}.{key}: svg.py does not draw this attribute")
        check(f"{where}.{key}", inner, expected[key])


def need(where: str, section: Mapping[str, Any], *keys: str) -> None:
    """Raise ValueError when an attribute is missing for which plotly.js would choose a value of its own."""
    for key in keys:
        if key not in section:
            raise ValueError(f"{where}.{key}: missing, and svg.py does not choose it")


def one_of(*allowed: Any) -> Check:
    def checked(where: str, value: Any) -> None:
        if not any(value is choice or (value == choice and type(value) is type(choice)) for choice in allowed):
            raise ValueError(f"{where}: {value!r} is not drawn by svg.py; these are: {', '.join(map(repr, allowed))}")

    return checked


def number(where: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{where}: {value!r} is not a finite number")


def positive(where: str, value: Any) -> None:
    number(where, value)
    if value < 0:
        raise ValueError(f"{where}: {value!r} is below 0")


def color(where: str, value: Any) -> None:
    if value == TRANSPARENT:
        return
    if not isinstance(value, str):
        raise ValueError(f"{where}: {value!r} is not a color; svg.py draws one per attribute")
    token(where, value)


def token(where: str, value: Any) -> None:
    try:
        palette.token(str(value))
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def label(where: str, value: Any) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{where}: {value!r} is not text")
    try:
        text.shown(value)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def list_of(item: Check) -> Check:
    def checked(where: str, value: Any) -> None:
        if not isinstance(value, list):
            raise ValueError(f"{where}: {value!r} is not a list")
        for place, inner in enumerate(value):
            item(f"{where}[{place}]", inner)

    return checked


def number_or_gap(where: str, value: Any) -> None:
    if value is not None:
        number(where, value)


def mode(where: str, value: Any) -> None:
    parts = str(value).split("+")
    if not set(parts) <= {"lines", "markers", "text"} or len(parts) != len(set(parts)):
        raise ValueError(f"{where}: {value!r} is not made of lines, markers and text")


def position(where: str, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        vertical, _, horizontal = str(one).partition(" ")
        if vertical not in ("top", "middle", "bottom") or horizontal not in ("left", "center", "right"):
            raise ValueError(f"{where}: {one!r} is not a position such as 'top center'")


def only_interactive(where: str, value: Any) -> None:
    """Plotly attributes that show only under a pointer: nothing for a static picture to draw."""


FONT: Section = {"size": positive, "color": color}
LINE: Section = {"color": color, "width": positive, "dash": one_of(*DASHES)}
OUTLINE: Section = {"color": color, "width": positive}
HOVER: Section = dict.fromkeys(("name", "customdata", "hovertemplate", "hoverinfo"), only_interactive)

SCATTER: Section = {
    **HOVER,
    "type": one_of("scatter"),
    "mode": mode,
    "x": list_of(number_or_gap),
    "y": list_of(number_or_gap),
    "text": list_of(label),
    "textposition": position,
    "textfont": FONT,
    "line": {**LINE, "shape": one_of("linear"), "simplify": one_of(False)},
    "marker": {"color": color, "size": positive, "symbol": one_of(*SYMBOLS), "line": OUTLINE},
    "cliponaxis": one_of(False),
}
BAR: Section = {
    **HOVER,
    "type": one_of("bar"),
    "orientation": one_of("v", "h"),
    "x": list_of(number),
    "y": list_of(number),
    "marker": {"color": color, "line": OUTLINE},
}
TRACES: Mapping[str, Section] = {"scatter": SCATTER, "bar": BAR}

AXIS: Section = {
    "type": one_of("linear"),
    "range": list_of(number),
    "tickmode": one_of("array"),
    "tickvals": list_of(number),
    "ticktext": list_of(label),
    "tickangle": one_of(0),
    "ticklabeloverflow": one_of("allow"),
    "tickfont": FONT,
    "ticks": one_of("", "outside"),
    "ticklen": positive,
    "tickwidth": positive,
    "tickcolor": color,
    "showgrid": one_of(True, False),
    "gridcolor": color,
    "gridwidth": positive,
    "zeroline": one_of(False),
    "showline": one_of(True, False),
    "linecolor": color,
    "linewidth": positive,
    "automargin": one_of(False),
    "fixedrange": only_interactive,
}
SHAPE: Section = {
    "type": one_of("line", "rect", "circle"),
    "xref": one_of("x", "paper"),
    "yref": one_of("y", "paper"),
    "xsizemode": one_of("scaled", "pixel"),
    "ysizemode": one_of("scaled", "pixel"),
    "xanchor": number,
    "yanchor": number,
    **dict.fromkeys(("x0", "x1", "y0", "y1"), number),
    "line": LINE,
    "fillcolor": color,
    "layer": one_of("above", "below"),
}
ANNOTATION: Section = {
    "x": number,
    "y": number,
    "xref": one_of("x", "paper"),
    "yref": one_of("y", "paper"),
    "xanchor": one_of("left", "center", "right"),
    "yanchor": one_of("top", "middle", "bottom"),
    "xshift": number,
    "yshift": number,
    "text": label,
    "font": FONT,
    "showarrow": one_of(False),
    "borderpad": one_of(0),
    "borderwidth": one_of(0),
}
LAYOUT: Section = {
    "font": {**FONT, "family": token},
    "margin": {**dict.fromkeys("lrtb", positive), "pad": one_of(0)},
    "height": positive,
    "paper_bgcolor": one_of(TRANSPARENT),
    "plot_bgcolor": one_of(TRANSPARENT),
    "showlegend": one_of(False),
    "bargap": positive,
    "barmode": one_of("group", "stack"),
    "xaxis": AXIS,
    "yaxis": AXIS,
    **dict.fromkeys(("hovermode", "hoverdistance", "hoverlabel", "dragmode"), only_interactive),
}
