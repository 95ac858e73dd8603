"""The curve of what an hour of useful work really costs, by utilization."""

import math
from collections.abc import Sequence

from assessments.charts import figures, text
from assessments.framework.translating import gettext as _

_HEIGHT = 252
_MARGIN = {"l": 38, "r": 18, "t": 18, "b": 32}
_TICKS = 5
_ROOM = 150  # px that the words beside the mark may need


def price_curve(points: Sequence[tuple[float, float]], *, now: tuple[float, float], label: str) -> figures.Figure:
    """`points` are (utilization in percent, times the price paid), ascending; `now` is the marked one of them."""
    if not points:
        raise ValueError("A curve needs at least one point.")
    lowest, highest = points[0][0], 100.0
    top = max(price for _, price in points)
    step = max(1, math.ceil(top / _TICKS))
    scale = list(range(0, math.ceil(top / step) * step + 1, step))
    inset = (highest - lowest) * 0.02 or 1.0
    to_left = (now[0] - lowest) / ((highest - lowest) or 1) > 0.5
    return figures.figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [percent for percent, _ in points],
                "y": [price for _, price in points],
                "line": {"color": "var(--accent)", "width": 2.5},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [now[0]],
                "y": [now[1]],
                "marker": {"symbol": "diamond", "size": 11, "color": "var(--risk)"},
                "customdata": [text.label(label)],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        ],
        {
            "height": _HEIGHT,
            "margin": _MARGIN,
            "xaxis": {
                "range": [lowest - inset, highest + inset],
                "tickvals": [percent for percent in range(0, 101, 20) if percent >= lowest],
                "ticktext": [_("{low}%").format(low=percent) for percent in range(0, 101, 20) if percent >= lowest],
            },
            "yaxis": {
                "range": [0.0, scale[-1] * 1.02],
                "tickvals": scale,
                "ticktext": [f"{value}×" for value in scale],
            },
            "annotations": [
                {
                    "x": now[0],
                    "y": now[1],
                    "xanchor": "right" if to_left else "left",
                    "xshift": -4 if to_left else 4,
                    "yshift": 16,
                    "text": text.fitted(label, _ROOM, figures.HOUSE["layout"]["font"]["size"]),
                    "font": {"color": "var(--ink)"},
                },
            ],
        },
    )
