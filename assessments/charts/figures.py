"""From results to Plotly figures, as plain dicts: plotly.js draws them as they are, svg.py draws the same statically.

A figure does not know how wide it will be drawn: its labels are placed to fit at each of the widths in `WIDTHS`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessments.charts import labels, text

Figure = dict[str, Any]

HOUSE: Mapping[str, Any] = json.loads(Path(__file__).with_name("house.json").read_text("utf-8"))

# Widths in px: on a phone, in half a page, across a page.
WIDTHS: Mapping[str, int] = {"narrow": 344, "half": 480, "full": 640}

_TEXT_SIZE = HOUSE["layout"]["font"]["size"]

_LEVELS = (0, 1, 2)
_ROW_HEIGHT = 30
_NAME_WIDEST = 136
_KEY_UP = 26
_KEY_WIDEST = 90
_KEY_TEXT, _KEY_GAP = 22, 18  # px from a mark's place to its words, and from these to the next mark
_SLACK = 1.1  # the room text may need beyond its reckoned width
_MARKS: Mapping[str, Mapping[str, Any]] = {
    "was": {"symbol": "circle", "size": 14, "color": "var(--paper)", "line": {"color": "var(--level-1)", "width": 2}},
    "target": {"symbol": "line-ns-open", "size": 16, "color": "var(--ink-2)", "line": {"width": 2}},
    "now": {"symbol": "circle", "size": 10, "color": "var(--accent)"},
}
_CLAIMED: Mapping[str, Any] = {
    "symbol": "circle", "size": 11, "color": "var(--paper)", "line": {"color": "var(--accent)", "width": 2}
}  # fmt: skip

# One mark for each vendor of a comparison: told apart by their form, never by color alone.
VENDOR_MARKS: Sequence[Mapping[str, Any]] = (
    {"symbol": "circle", "size": 11, "color": "var(--accent)"},
    {"symbol": "square", "size": 10, "color": "var(--level-1)"},
    {"symbol": "diamond", "size": 10, "color": "var(--risk)"},
    {"symbol": "circle-open", "size": 11, "color": "var(--ink)", "line": {"width": 2}},
    {"symbol": "square-open", "size": 10, "color": "var(--accent)", "line": {"width": 2}},
    {"symbol": "diamond-open", "size": 10, "color": "var(--risk)", "line": {"width": 2}},
)
_TOPIC_WIDEST = 158
_TOPIC_PITCH = 10  # px from one vendor's mark to the next, so that equal ones stay apart
_TOPIC_AIR = 16
_PLAN_ROW_HEIGHT = 44
_PLAN_NAME_UP = 15  # px from the line of an item to its name above
_PLAN_KEYS = 2  # marks explained on one line
_PLAN_MARKS: Mapping[str, Mapping[str, Any]] = {
    "done": {"symbol": "circle", "size": 11, "color": "var(--accent)"},
    "doing": {
        "symbol": "circle", "size": 11, "color": "var(--accent-soft)", "line": {"color": "var(--accent)", "width": 2}
    },
    "todo": {"symbol": "circle", "size": 11, "color": "var(--paper)", "line": {"color": "var(--ink-3)", "width": 2}},
    "late": {"symbol": "line-ns-open", "size": 14, "color": "var(--risk)", "line": {"width": 3}},
}  # fmt: skip
_PLAN_LINES = {"done": "var(--accent)", "doing": "var(--accent-line)", "todo": "var(--rule-2)", "late": "var(--risk)"}
_PLAN_WORDS = {"done": "Done", "doing": "In progress", "todo": "Not started", "late": "Overdue"}

_TREND_HEIGHT = 252
_TREND_KEY = 22  # px for the key of a trend that has two lines
_TREND_MARGIN = {"l": 30, "r": 90, "t": 26, "b": 32}
_DATE_WIDEST = 84
_VALUE_SIZE = 14
_MARK_SIZE = 8


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One category: its level now, last time and in the plan. None is not scored, or not known.

    Where more is claimed than is proven, `now` is what is proven, and `claimed` the level above it.
    """

    name: str
    now: int | None
    was: int | None = None
    target: int | None = None
    claimed: int | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One signed-off, complete assessment; no other belongs on a trend. `claimed` is given where it is more."""

    label: str
    total: int
    claimed: int | None = None


@dataclass(frozen=True, slots=True)
class PlanBar:
    """One item of a plan: from the day work may begin to the day it is due, counted from the start of the plan as 0.

    `state` is done, doing, todo or late.
    """

    name: str
    begins: int
    due: int
    state: str
    due_label: str


@dataclass(frozen=True, slots=True)
class PlanAxis:
    """The days of a plan: `days` long, with a label on some of them; `today` counts like them and may lie outside."""

    days: int
    ticks: Sequence[tuple[int, str]]
    today: int


def figure(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Figure:
    """A figure in the house style, complete in itself for plotly.js and for svg.py."""
    return {"data": list(data), "layout": {**layout, "template": HOUSE}}


def category_profile(
    rows: Sequence[ProfileRow], *, now_label: str = "Now", was_label: str = "Last time", target_label: str = "Target"
) -> Figure:
    """Before and after: categories down, levels across, a line from the hollow mark (was) to the solid one (now).

    What is claimed and not proven is a second, hollow mark at the end of a dotted line. A category that is not scored
    has no mark. It shows the span it may still land in, dashed, with the words.
    """
    if not rows:
        raise ValueError("A category profile needs at least one category.")
    names = [text.fitted(row.name, _NAME_WIDEST, _TEXT_SIZE) for row in rows]
    left = math.ceil(max(text.width(name, _TEXT_SIZE) for name in names) * 1.06) + 18
    claims = [(place, row) for place, row in enumerate(rows) if row.claimed is not None and row.now is not None]
    key = [
        (field, label)
        for field, label in (
            ("was", was_label),
            ("now", "Proven" if claims else now_label),
            ("claimed", "Claimed"),
            ("target", target_label),
        )
        if any(getattr(row, field) is not None for row in rows)
    ]
    top = 44 if len(key) > 1 else 12
    key_shapes, key_texts = _key(key, left, {**_MARKS, "claimed": _CLAIMED}) if len(key) > 1 else ([], [])
    unscored = [place for place, row in enumerate(rows) if row.now is None]
    return figure(
        [_movement(rows), *(_marks(rows, field) for field in _MARKS), *_claims(claims)],
        {
            "height": top + len(rows) * _ROW_HEIGHT + 30,
            "margin": {"l": left, "r": 12, "t": top, "b": 30},
            "xaxis": {
                "range": [-0.2, 2.2],
                "tickvals": list(_LEVELS),
                "ticktext": [str(level) for level in _LEVELS],
                "showgrid": True,
                "showline": False,
                "ticks": "",
            },
            "yaxis": {
                "range": [len(rows) - 0.5, -0.5],
                "tickvals": list(range(len(rows))),
                "ticktext": names,
                "tickfont": {"color": "var(--ink)"},
            },
            "shapes": [_open_span(place) for place in unscored] + key_shapes,
            "annotations": [_open_text(place) for place in unscored] + key_texts,
        },
    )


def _movement(rows: Sequence[ProfileRow]) -> dict[str, Any]:
    """The lines from was to now: one trace, with a gap after each line."""
    moved = [(place, row) for place, row in enumerate(rows) if None not in (row.was, row.now) and row.was != row.now]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, row in moved for x in (row.was, row.now, None)],
        "y": [y for place, _ in moved for y in (place, place, None)],
        "line": {"color": "var(--level-1)", "width": 2.5},
        "hoverinfo": "skip",
    }


def _claims(claims: Sequence[tuple[int, ProfileRow]]) -> Sequence[dict[str, Any]]:
    """From what is proven to what is claimed: the dotted lines, and the marks at their ends."""
    if not claims:
        return ()
    lines = {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, row in claims for x in (row.now, row.claimed, None)],
        "y": [y for place, _ in claims for y in (place, place, None)],
        "line": {"color": "var(--accent)", "width": 2, "dash": "dot"},
        "hoverinfo": "skip",
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.claimed for _, row in claims],
        "y": [place for place, _ in claims],
        "marker": dict(_CLAIMED),
        "customdata": [_reading(row) for _, row in claims],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return lines, marks


def _marks(rows: Sequence[ProfileRow], field: str) -> dict[str, Any]:
    known = [(place, row) for place, row in enumerate(rows) if getattr(row, field) is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [getattr(row, field) for _, row in known],
        "y": [place for place, _ in known],
        "marker": dict(_MARKS[field]),
        "customdata": [_reading(row) for _, row in known],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _reading(row: ProfileRow) -> str:
    """A row as a reader would say it: "Cost: 1, was 0, target 2"."""
    parts = ["not scored" if row.now is None else str(row.now)]
    if row.claimed is not None and row.now is not None:
        parts = [f"claimed {row.claimed}", f"proven {row.now}"]
    if row.was is not None:
        parts.append(f"was {row.was}")
    if row.target is not None:
        parts.append(f"target {row.target}")
    return text.label(f"{row.name}: {', '.join(parts)}")


def _open_span(place: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": _LEVELS[0],
        "x1": _LEVELS[-1],
        "ysizemode": "pixel",
        "yanchor": place,
        "y0": -10,
        "y1": 10,
        "line": {"color": "var(--ink-3)", "width": 1, "dash": "dash"},
        "layer": "below",
    }


def _open_text(place: int) -> dict[str, Any]:
    return {"x": 0.5, "y": place, "text": "not scored", "font": {"color": "var(--ink-3)"}}


def _key(
    entries: Sequence[tuple[str, str]], left: float, marks: Mapping[str, Mapping[str, Any]], up: int = _KEY_UP
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What each mark means, on one line above the plot from the left edge of the figure: the marks, then the words."""
    shapes, words = [], []
    x = -float(left)
    share = min(WIDTHS.values()) / len(entries) - _KEY_TEXT - _KEY_GAP
    for field, name in entries:
        label = text.fitted(name, min(_KEY_WIDEST, share / _SLACK), _TEXT_SIZE)
        shapes.append(_key_mark(marks[field], x + 8, up))
        words.append(
            {"xref": "paper", "x": 0, "xanchor": "left", "xshift": x + _KEY_TEXT}
            | {"yref": "paper", "y": 1, "yshift": up, "text": label}
        )
        x += _KEY_TEXT + text.width(label, _TEXT_SIZE) * _SLACK + _KEY_GAP
    return shapes, words


def _key_mark(marker: Mapping[str, Any], x: float, up: int) -> dict[str, Any]:
    """A mark of the plot drawn as a shape, which may stand in the margin."""
    is_tick = marker["symbol"] == "line-ns-open"
    reach = marker["size"] / 2
    across = 0 if is_tick else reach
    return {
        "type": "line" if is_tick else "circle",
        "xref": "paper",
        "xsizemode": "pixel",
        "xanchor": 0,
        "x0": x - across,
        "x1": x + across,
        "yref": "paper",
        "ysizemode": "pixel",
        "yanchor": 1,
        "y0": up - reach,
        "y1": up + reach,
        "line": {"color": marker["color"], "width": 0, **marker.get("line", {})},
        "fillcolor": "rgba(0,0,0,0)" if is_tick else marker["color"],
    }


@dataclass(frozen=True, slots=True)
class VendorShares:
    """What one vendor reaches by topic, each as (low, high) in percent, or None where nothing applies."""

    name: str
    shares: Sequence[tuple[float, float] | None]


def vendor_topics(topics: Sequence[str], vendors: Sequence[VendorShares]) -> Figure:
    """Topics down, share of the points across, a mark for each vendor; a line to its right while answers are open.

    The marks are those of `VENDOR_MARKS` in the vendors' order. ValueError without topics, or for more vendors than
    there are marks.
    """
    if not topics or not 0 < len(vendors) <= len(VENDOR_MARKS):
        raise ValueError(f"A comparison needs topics and one to {len(VENDOR_MARKS)} vendors.")
    names = [text.fitted(topic, _TOPIC_WIDEST, _TEXT_SIZE) for topic in topics]
    left = math.ceil(max(text.width(name, _TEXT_SIZE) for name in names) * 1.06) + 18
    row = _TOPIC_AIR + _TOPIC_PITCH * max(len(vendors), 2)
    places = [(place - (len(vendors) - 1) / 2) * _TOPIC_PITCH / row for place in range(len(vendors))]
    traces: list[dict[str, Any]] = []
    for vendor, mark, off in zip(vendors, VENDOR_MARKS, places, strict=False):
        known = [(place + off, share) for place, share in enumerate(vendor.shares) if share is not None]
        traces += [_open_shares(known, mark), _shares(vendor, topics, known, mark)]
    return figure(
        traces,
        {
            "height": 12 + len(topics) * row + 32,
            "margin": {"l": left, "r": 22, "t": 12, "b": 32},
            "xaxis": {
                "range": [-4, 104],
                "tickvals": [0, 25, 50, 75, 100],
                "ticktext": ["0%", "25%", "50%", "75%", "100%"],
                "showgrid": True,
            },
            "yaxis": {
                "range": [len(topics) - 0.5, -0.5],
                "tickvals": list(range(len(topics))),
                "ticktext": names,
                "tickfont": {"color": "var(--ink)"},
            },
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": place + 0.5, "y1": place + 0.5}
                | {"line": {"color": "var(--rule)", "width": 1}, "layer": "below"}
                for place in range(len(topics) - 1)
            ],
        },
    )


def _open_shares(known: Sequence[tuple[float, tuple[float, float]]], mark: Mapping[str, Any]) -> dict[str, Any]:
    """The lines from what is reached to what still can be: one trace, with a gap after each line."""
    open_ones = [(y, low, high) for y, (low, high) in known if low != high]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, low, high in open_ones for x in (low, high, None)],
        "y": [place for y, _, _ in open_ones for place in (y, y, None)],
        "line": {"color": mark["color"], "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _shares(
    vendor: VendorShares,
    topics: Sequence[str],
    known: Sequence[tuple[float, tuple[float, float]]],
    mark: Mapping[str, Any],
) -> dict[str, Any]:
    asked = [topic for topic, share in zip(topics, vendor.shares, strict=True) if share is not None]
    readings = [
        text.label(f"{vendor.name}, {topic}: {low:.0f}%" + (f" to {high:.0f}%" if high != low else ""))
        for topic, (_, (low, high)) in zip(asked, known, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [low for _, (low, _) in known],
        "y": [y for y, _ in known],
        "marker": dict(mark),
        "customdata": readings,
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def score_trend(points: Sequence[TrendPoint], *, threshold: int = 10, maximum: int = 16) -> Figure:
    """Totals over time, oldest first and evenly spaced, against the risk line.

    Evenly, because assessments are compared one with the next and their dates are written below them; two in one week
    would lie on each other on an axis of time. Where labels would touch, some are left out, never the first and last.
    """
    if not points:
        raise ValueError("A trend needs at least one assessment.")
    inset = max(0.06 * (len(points) - 1), 0.2 if len(points) < 3 else 0.0)
    x_range, y_range = (-inset, len(points) - 1 + inset), (0.0, maximum * 1.025)
    names = [text.fitted(point.label, _DATE_WIDEST, _TEXT_SIZE) for point in points]
    scale = [round(maximum * quarter / 4) for quarter in range(5)]
    claimed = [point.total if point.claimed is None else point.claimed for point in points]
    has_claims = claimed != [point.total for point in points]
    entries = [("now", "Proven"), ("claimed", "Claimed")] if has_claims else []
    key_shapes, key_texts = _key(entries, _TREND_MARGIN["l"], {**_MARKS, "claimed": _CLAIMED}) if entries else ([], [])
    proven = " proven" if has_claims else ""
    return figure(
        [
            *([_claimed_line(points, claimed, maximum)] if has_claims else []),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(range(len(points))),
                "y": [point.total for point in points],
                "line": {"color": "var(--accent)"},
                "marker": {"color": "var(--accent)", "size": _MARK_SIZE},
                "customdata": [text.label(point.label) for point in points],
                "hovertemplate": f"%{{customdata}}: %{{y}} of {maximum}{proven}<extra></extra>",
            },
        ],
        {
            "height": _TREND_HEIGHT + (_TREND_KEY if has_claims else 0),
            "margin": {**_TREND_MARGIN, "t": _TREND_MARGIN["t"] + (_TREND_KEY if has_claims else 0)},
            "xaxis": {
                "range": list(x_range),
                "tickvals": list(range(len(points))),
                "ticktext": _thinned(names, _step(x_range)),
            },
            "yaxis": {"range": list(y_range), "tickvals": scale, "ticktext": [str(value) for value in scale]},
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold}
                | {"line": {"color": "var(--ink)", "width": 1.5}, "layer": "below"},
                *key_shapes,
            ],
            "annotations": [
                {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": threshold}
                | {"text": f"Risk line {threshold}", "font": {"color": "var(--ink)"}},
                *key_texts,
                *_values([point.total for point in points], x_range, y_range, threshold),
            ],
        },
    )


def _claimed_line(points: Sequence[TrendPoint], claimed: Sequence[int], maximum: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(points))),
        "y": list(claimed),
        "line": {"color": "var(--accent)", "width": 1.5, "dash": "dot"},
        "marker": dict(_CLAIMED),
        "customdata": [text.label(point.label) for point in points],
        "hovertemplate": f"%{{customdata}}: %{{y}} of {maximum} claimed<extra></extra>",
    }


def _frames(x_range: tuple[float, float], y_range: tuple[float, float]) -> list[labels.Frame]:
    """The plot of a trend in each width it is drawn in."""
    margin = _TREND_MARGIN
    height = _TREND_HEIGHT - margin["t"] - margin["b"]
    return [
        labels.Frame(width - margin["l"] - margin["r"], height, x_range, y_range, headroom=margin["t"] - 4)
        for width in WIDTHS.values()
    ]


def _step(x_range: tuple[float, float]) -> float:
    """The least distance in px from one assessment to the next."""
    margin = _TREND_MARGIN
    return (min(WIDTHS.values()) - margin["l"] - margin["r"]) / (x_range[1] - x_range[0])


def _thinned(names: Sequence[str], step: float) -> list[str]:
    """The names below the axis, as many as fit, the others empty."""
    widest = max(text.width(name, _TEXT_SIZE) for name in names) + 10
    kept = labels.spread(len(names), math.ceil(widest / step))
    return [name if place in kept else "" for place, name in enumerate(names)]


def _values(
    totals: Sequence[int], x_range: tuple[float, float], y_range: tuple[float, float], threshold: int
) -> list[dict[str, Any]]:
    """The totals beside their marks: the last one first, then the first, the extremes, and others if there is room."""
    sizes = [(text.width(str(total), _VALUE_SIZE), _VALUE_SIZE * 0.72) for total in totals]
    last = len(totals) - 1
    thinned = labels.spread(len(totals), math.ceil(30 / _step(x_range)))
    order = dict.fromkeys([last, 0, totals.index(max(totals)), totals.index(min(totals)), *thinned])
    placed = labels.place(list(enumerate(totals)), sizes, order, frames=_frames(x_range, y_range), rule=threshold)
    return [
        {"x": place, "y": totals[place], "xshift": across, "yshift": up, "text": str(totals[place])}
        | {"font": {"size": _VALUE_SIZE, "color": "var(--ink)"}}
        for place, (across, up) in sorted(placed.items())
    ]


def plan_timeline(bars: Sequence[PlanBar], axis: PlanAxis) -> Figure:
    """The items of a plan, one below the other: a line to the day each is due, its mark the state, and today.

    The line of what is overdue goes on to today.
    """
    if not bars:
        raise ValueError("A timeline needs at least one item.")
    left, right = 10, 24
    widest = (min(WIDTHS.values()) - left - right) / _SLACK
    start, end = min(0, *(bar.due for bar in bars)), max(axis.days, *(bar.due for bar in bars))
    used = [(state, word) for state, word in _PLAN_WORDS.items() if any(bar.state == state for bar in bars)]
    lines = [used[place : place + _PLAN_KEYS] for place in range(0, len(used), _PLAN_KEYS)]
    keys = [_key(line, left, _PLAN_MARKS, _KEY_UP + 20 * place) for place, line in enumerate(reversed(lines))]
    top = 48 + 20 * (len(lines) - 1)
    today_shapes, today_texts = _today(axis.today, (start, end))
    return figure(
        [trace for state, _ in used for trace in _plan_traces(bars, state, axis.today)],
        {
            "height": top + len(bars) * _PLAN_ROW_HEIGHT + 36,
            "margin": {"l": left, "r": right, "t": top, "b": 36},
            "xaxis": {
                "range": [start - 1, end + 1],
                "tickvals": [day for day, _ in axis.ticks],
                "ticktext": [text.label(label) for _, label in axis.ticks],
                "showgrid": True,
            },
            "yaxis": {
                "range": [len(bars) - 0.7, -0.7],
                "tickvals": [],
                "ticktext": [],
                "showgrid": False,
            },
            "shapes": [*today_shapes, *(shape for shapes, _ in keys for shape in shapes)],
            "annotations": [
                *today_texts,
                *(_plan_name(place, bar, widest) for place, bar in enumerate(bars)),
                *(words for _, texts in keys for words in texts),
            ],
        },
    )


def _plan_name(place: int, bar: PlanBar, widest: float) -> dict[str, Any]:
    """The name of an item above its line, from the left edge on."""
    name = {"xref": "paper", "x": 0, "xanchor": "left", "y": place, "yshift": _PLAN_NAME_UP}
    return name | {"text": text.fitted(bar.name, widest, _TEXT_SIZE), "font": {"color": "var(--ink)"}}


def _plan_traces(bars: Sequence[PlanBar], state: str, today: int) -> list[dict[str, Any]]:
    """The lines and the marks of the items in one state."""
    chosen = [(place, bar) for place, bar in enumerate(bars) if bar.state == state]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [x for _, bar in chosen for x in (min(bar.begins, bar.due), _line_end(bar, today), None)],
            "y": [y for place, _ in chosen for y in (place, place, None)],
            "line": {"color": _PLAN_LINES[state], "width": 2.5},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [bar.due for _, bar in chosen],
            "y": [place for place, _ in chosen],
            "marker": dict(_PLAN_MARKS[state]),
            "customdata": [text.label(f"{bar.name}: {bar.due_label}") for _, bar in chosen],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    ]


def _line_end(bar: PlanBar, today: int) -> int:
    return max(bar.due, today) if bar.state == "late" else bar.due


def _today(today: int, span: tuple[int, int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The line of today with its word above, if today lies in the plan."""
    if not span[0] <= today <= span[1]:
        return [], []
    line = {"type": "line", "x0": today, "x1": today, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    word = {"x": today, "yref": "paper", "y": 1, "yshift": 8, "text": "Today", "font": {"color": "var(--ink)"}}
    return [line | {"line": {"color": "var(--ink)", "width": 1.5}}], [word]


def plan_projection(
    now: int, steps: Sequence[tuple[int, int]], axis: PlanAxis, *, threshold: int = 10, maximum: int = 16
) -> Figure:
    """The projected total by day as stairs: `steps` are (day, total from then on), the first day first."""
    days = [day for day, _ in steps]
    start, end = min(0, *days, 0), max(axis.days, *days, 0)
    stairs: list[tuple[int, int]] = [(start, now)]
    for day, total in steps:
        stairs += [(day, stairs[-1][1]), (day, total)]
    stairs.append((end, stairs[-1][1]))
    scale = [round(maximum * quarter / 4) for quarter in range(5)]
    today_shapes, today_texts = _today(axis.today, (start, end))
    marked = {start: now, **dict(steps)}
    last = stairs[-1][1]
    return figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [day for day, _ in stairs],
                "y": [total for _, total in stairs],
                "line": {"color": "var(--accent)", "width": 2.5},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(marked),
                "y": list(marked.values()),
                "marker": {"color": "var(--accent)", "size": _MARK_SIZE},
                "hovertemplate": f"%{{y}} of {maximum}<extra></extra>",
            },
        ],
        {
            "height": _TREND_HEIGHT,
            "margin": _TREND_MARGIN,
            "xaxis": {
                "range": [start - 1, end + 1],
                "tickvals": [day for day, _ in axis.ticks],
                "ticktext": [text.label(label) for _, label in axis.ticks],
            },
            "yaxis": {
                "range": [0.0, maximum * 1.025],
                "tickvals": scale,
                "ticktext": [str(value) for value in scale],
            },
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold}
                | {"line": {"color": "var(--ink)", "width": 1.5}, "layer": "below"},
                *today_shapes,
            ],
            "annotations": [
                {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": threshold}
                | {"text": f"Risk line {threshold}", "font": {"color": "var(--ink)"}},
                *today_texts,
                *_ends(now, last, threshold),
            ],
        },
    )


def _ends(now: int, last: int, threshold: int) -> list[dict[str, Any]]:
    """The totals at both ends of the stairs, each on the side that the risk line leaves free."""
    font = {"size": _VALUE_SIZE, "color": "var(--ink)"}
    up = 14 if now >= threshold or now < 2 else -14
    first = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 10, "y": now, "yshift": up, "text": str(now)}
    if last == now:
        return [first | {"font": font}]
    end = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": last, "text": str(last)}
    if abs(last - threshold) < 2:  # beside the word of the line there is no room: it stands on the stairs
        end |= {"xanchor": "right", "xshift": -10, "yshift": 14 if last >= threshold else -14}
    return [first | {"font": font}, end | {"font": font}]
