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
from assessments.framework.translating import gettext as _
from assessments.framework.translating import number, pgettext

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
_KEY_TIGHT = (12, 1.04)  # the last of these and the slack where the words have no room otherwise
_SLACK = 1.1  # the room text may need beyond its reckoned width
_MARKS: Mapping[str, Mapping[str, Any]] = {
    "was": {"symbol": "circle", "size": 14, "color": "var(--paper)", "line": {"color": "var(--level-1)", "width": 2}},
    "target": {"symbol": "line-ns-open", "size": 16, "color": "var(--ink-2)", "line": {"width": 2}},
    "now": {"symbol": "circle", "size": 10, "color": "var(--accent)"},
}
_CLAIMED: Mapping[str, Any] = {
    "symbol": "circle", "size": 11, "color": "var(--paper)", "line": {"color": "var(--accent)", "width": 2}
}  # fmt: skip

_LATER: Mapping[str, Any] = {
    "symbol": "square", "size": 9, "color": "var(--paper)", "line": {"color": "var(--ink-3)", "width": 2}
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
_PLAN_ROW_HEIGHT = 30
_PLAN_LINE_HEIGHT = 15
_PLAN_NAME_LINES = 2
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


def _plan_words() -> dict[str, str]:
    return {
        "done": pgettext("an item of the plan", "Done"),
        "doing": pgettext("an item of the plan", "In progress"),
        "todo": pgettext("an item of the plan", "Not started"),
        "late": pgettext("an item of the plan", "Overdue"),
    }


_TREND_HEIGHT = 252
_TREND_KEY = 22  # px for the key of a trend that has two lines
_TREND_MARGIN = {"l": 30, "r": 90, "t": 26, "b": 32}
_MEASURED_MARGIN = {"l": 52, "r": 24, "t": 26, "b": 32}
_TARGET_WIDEST = 96
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
    """One signed-off, complete assessment, `claimed` given where it is more; or a score from before, entered later.

    Of what was entered later nothing is proven: its `total` is what was claimed.
    """

    label: str
    total: int
    claimed: int | None = None
    entered_later: bool = False


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A figure measured on a day, with how it is said; `counts` while it is young enough to prove something."""

    label: str
    value: float
    words: str
    counts: bool = True


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
    rows: Sequence[ProfileRow], *, now_label: str = "", was_label: str = "", target_label: str = ""
) -> Figure:
    """Before and after: categories down, levels across, a line from the hollow mark (was) to the solid one (now).

    What is claimed and not proven is a second, hollow mark at the end of a dotted line. A category that is not scored
    has no mark. It shows the span it may still land in, dashed, with the words.
    """
    if not rows:
        raise ValueError("A category profile needs at least one category.")
    now_label = now_label or pgettext("in a chart", "Now")
    was_label = was_label or pgettext("in a chart", "Last time")
    target_label = target_label or pgettext("in a chart", "Target")
    names = [text.fitted(row.name, _NAME_WIDEST, _TEXT_SIZE) for row in rows]
    left = math.ceil(max(text.width(name, _TEXT_SIZE) for name in names) * 1.06) + 18
    claims = [(place, row) for place, row in enumerate(rows) if row.claimed is not None and row.now is not None]
    key = [
        (field, label)
        for field, label in (
            ("was", was_label),
            ("now", pgettext("points", "Proven") if claims else now_label),
            ("claimed", pgettext("points", "Claimed")),
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


def _percent(low: float, high: float) -> str:
    said = _("{low}%") if low == high else _("{low}% to {high}%")
    return said.format(low=f"{low:.0f}", high=f"{high:.0f}")


def _reading(row: ProfileRow) -> str:
    """A row as a reader would say it: "Cost: 1, was 0, target 2"."""
    parts = [_("not scored") if row.now is None else str(row.now)]
    if row.claimed is not None and row.now is not None:
        parts = [_("claimed {level}").format(level=row.claimed), _("proven {level}").format(level=row.now)]
    if row.was is not None:
        parts.append(_("was {level}").format(level=row.was))
    if row.target is not None:
        parts.append(_("target {level}").format(level=row.target))
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
    widths = [min(_KEY_WIDEST, text.width(text.label(name), _TEXT_SIZE)) for _, name in entries]
    for gap, slack in ((_KEY_GAP, _SLACK), _KEY_TIGHT):
        room = (min(WIDTHS.values()) + gap - len(entries) * (_KEY_TEXT + gap)) / slack
        if sum(widths) <= room:
            break
    widest = _share(sorted(widths), room)
    for field, name in entries:
        label = text.fitted(name, widest, _TEXT_SIZE)
        shapes.append(_key_mark(marks[field], x + 8, up))
        words.append(
            {"xref": "paper", "x": 0, "xanchor": "left", "xshift": x + _KEY_TEXT}
            | {"yref": "paper", "y": 1, "yshift": up, "text": label}
        )
        x += _KEY_TEXT + text.width(label, _TEXT_SIZE) * slack + gap
    return shapes, words


def _share(widths: Sequence[float], room: float) -> float:
    """How wide a text may be so that all have room; what is narrower leaves the rest of its share to the others."""
    for place, width in enumerate(widths):
        if width > (share := room / (len(widths) - place)):
            return share
        room -= width
    return _KEY_WIDEST


def _key_mark(marker: Mapping[str, Any], x: float, up: int) -> dict[str, Any]:
    """A mark of the plot drawn as a shape, which may stand in the margin."""
    is_tick = marker["symbol"] == "line-ns-open"
    reach = marker["size"] / 2
    across = 0 if is_tick else reach
    return {
        "type": "line" if is_tick else "rect" if marker["symbol"] == "square" else "circle",
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
        text.label(f"{vendor.name}, {topic}: {_percent(low, high)}")
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


def score_trend(
    points: Sequence[TrendPoint], *, threshold: int = 10, maximum: int = 16, target: int | None = None
) -> Figure:
    """Totals over time, oldest first and evenly spaced, against the risk line and the `target` for the proven total.

    What was entered later has a hollow square, and the line of what is proven begins after it.

    Evenly, because assessments are compared one with the next and their dates are written below them; two in one week
    would lie on each other on an axis of time. Where labels would touch, some are left out, never the first and last.
    """
    if not points:
        raise ValueError("A trend needs at least one assessment.")
    inset = max(0.06 * (len(points) - 1), 0.2 if len(points) < 3 else 0.0)
    x_range, y_range = (-inset, len(points) - 1 + inset), (0.0, maximum * 1.025)
    names = [text.fitted(point.label, _DATE_WIDEST, _TEXT_SIZE) for point in points]
    scale = [round(maximum * quarter / 4) for quarter in range(5)]
    totals = [point.total for point in points]
    claimed = [point.total if point.claimed is None else point.claimed for point in points]
    claims = [(place, total) for place, total in enumerate(claimed) if total != totals[place]]
    later = [place for place, point in enumerate(points) if point.entered_later]
    own = [place for place, point in enumerate(points) if not point.entered_later]
    has_claims = bool(claims)
    entries = [("now", pgettext("points", "Proven"))] if own and (has_claims or later) else []
    entries += [("claimed", pgettext("points", "Claimed"))] * has_claims
    entries += [("later", _("Entered later"))] * bool(later)
    marks = {**_MARKS, "claimed": _CLAIMED, "later": _LATER}
    key_shapes, key_texts = _key(entries, _TREND_MARGIN["l"], marks) if entries else ([], [])
    of = _("{label}: {total} of {maximum} proven") if has_claims or later else _("{label}: {total} of {maximum}")
    has_target = target is not None and target != threshold
    return figure(
        [
            *(_claimed_line(points, claimed, claims, maximum) if has_claims or later else []),
            *([_entered_later(points, later, maximum)] if later else []),
            *([_proven_line(points, own, _hover(of, maximum))] if own else []),
        ],
        {
            "height": _TREND_HEIGHT + (_TREND_KEY if entries else 0),
            "margin": {**_TREND_MARGIN, "t": _TREND_MARGIN["t"] + (_TREND_KEY if entries else 0)},
            "xaxis": {
                "range": list(x_range),
                "tickvals": list(range(len(points))),
                "ticktext": _thinned(names, _step(x_range)),
            },
            "yaxis": {"range": list(y_range), "tickvals": scale, "ticktext": [str(value) for value in scale]},
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold}
                | {"line": {"color": "var(--ink)", "width": 1.5}, "layer": "below"},
                *([_target_line(target)] if target is not None and has_target else []),
                *key_shapes,
            ],
            "annotations": [
                {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": threshold}
                | {
                    "text": text.label(_("Risk line {threshold}").format(threshold=threshold)),
                    "font": {"color": "var(--ink)"},
                },
                *([_trend_target(target, threshold)] if target is not None and has_target else []),
                *key_texts,
                *_values(totals, x_range, y_range, threshold, claims),
            ],
        },
    )


def _hover(said: str, maximum: int) -> str:
    """What plotly.js says of a point, with its label and its total put in."""
    words = said.format(label="%{customdata}", total="%{y}", maximum=maximum)
    return f"{words}<extra></extra>"


def _claimed_line(
    points: Sequence[TrendPoint], claimed: Sequence[int], claims: Sequence[tuple[int, int]], maximum: int
) -> Sequence[dict[str, Any]]:
    """What was claimed: a dotted line through all, with marks where it is more than was proven."""
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(points))),
        "y": list(claimed),
        "line": {"color": "var(--accent)", "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [place for place, _ in claims],
        "y": [total for _, total in claims],
        "marker": dict(_CLAIMED),
        "customdata": [text.label(points[place].label) for place, _ in claims],
        "hovertemplate": _hover(_("{label}: {total} of {maximum} claimed"), maximum),
    }
    return line, marks


def _proven_line(points: Sequence[TrendPoint], places: Sequence[int], hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(places),
        "y": [points[place].total for place in places],
        "line": {"color": "var(--accent)"},
        "marker": {"color": "var(--accent)", "size": _MARK_SIZE},
        "customdata": [text.label(points[place].label) for place in places],
        "hovertemplate": hover,
    }


def _entered_later(points: Sequence[TrendPoint], places: Sequence[int], maximum: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(places),
        "y": [points[place].total for place in places],
        "marker": dict(_LATER),
        "customdata": [text.label(points[place].label) for place in places],
        "hovertemplate": _hover(_("{label}: {total} of {maximum}, entered later"), maximum),
    }


def _trend_target(target: int, threshold: int) -> dict[str, Any]:
    """The words of the target beside its line, clear of those of the risk line."""
    shift = 0 if abs(target - threshold) > 1 else (8 if target > threshold else -8)
    return {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": target, "yshift": shift} | {
        "text": text.label(_("Target {total}").format(total=target)),
        "font": {"color": "var(--ink-2)"},
    }


def measured_trend(points: Sequence[MeasuredPoint], *, target: float | None = None, target_label: str = "") -> Figure:
    """A measured figure over time, oldest first and evenly spaced, with the dotted line of its target.

    What is too old to count has a hollow mark. The scale begins at nought.
    """
    if not points:
        raise ValueError("A history needs at least one figure.")
    margin = {**_MEASURED_MARGIN, "r": _MEASURED_MARGIN["r"] if target is None else _TARGET_WIDEST}
    values = [point.value for point in points]
    scale = _round_scale(max(*values, target or 0.0, 1e-9))
    x_range, y_range = _roomy(points, margin), (0.0, scale[-1] * 1.06)
    names = [text.fitted(point.label, _DATE_WIDEST, _TEXT_SIZE) for point in points]
    lines = [] if target is None else [_target_line(target)]
    words = [] if target is None else [_target_words(target, target_label, scale[-1])]
    return figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(len(points))),
                "y": values,
                "line": {"color": "var(--accent)"},
                "hoverinfo": "skip",
            },
            *(
                _measured_marks([(n, p) for n, p in enumerate(points) if p.counts == counts], color)
                for counts, color in ((False, "var(--paper)"), (True, "var(--accent)"))
            ),
        ],
        {
            "height": _TREND_HEIGHT,
            "margin": dict(margin),
            "xaxis": {
                "range": list(x_range),
                "tickvals": list(range(len(points))),
                "ticktext": _thinned(names, _step(x_range, margin)),
            },
            "yaxis": {"range": list(y_range), "tickvals": scale, "ticktext": [_short(value) for value in scale]},
            "shapes": lines,
            "annotations": [*words, *_measured_values(points, x_range, y_range, target, margin)],
        },
    )


def _roomy(points: Sequence[MeasuredPoint], margin: Mapping[str, int]) -> tuple[float, float]:
    """The places of the points, with so much room on both sides that the outer ones can have their words."""
    last = len(points) - 1
    plot = min(WIDTHS.values()) - margin["l"] - margin["r"]
    room = min(max(text.width(point.words, _VALUE_SIZE) for point in points) / 2 + 4, plot / 4)
    inset = last * room / (plot - 2 * room) if last else 0.2
    return -inset, last + inset


def _round_scale(highest: float) -> list[float]:
    """Nought to at least the highest value in four or five even steps of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 5 >= highest)
    return [float(f"{step * n:.10g}") for n in range(math.ceil(highest / step - 1e-9) + 1)]


def _measured_marks(points: Sequence[tuple[int, MeasuredPoint]], color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place for place, _ in points],
        "y": [point.value for _, point in points],
        "marker": {"color": color, "size": _MARK_SIZE + 1, "line": {"color": "var(--accent)", "width": 2}},
        "customdata": [f"{text.label(point.label)}: {text.label(point.words)}" for _, point in points],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _target_line(target: float) -> dict[str, Any]:
    line = {"color": "var(--ink-2)", "width": 1.5, "dash": "dot"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": target,
        "y1": target,
        "line": line,
        "layer": "below",
    }


def _short(value: float) -> str:
    """A number with as many digits as it has."""
    digits = f"{value:.10g}".partition(".")[2]
    return number(value, len(digits))


def _target_words(target: float, label: str, highest: float) -> dict[str, Any]:
    return {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": min(target, highest)} | {
        "text": text.fitted(label, _TARGET_WIDEST - 12, _TEXT_SIZE),
        "font": {"color": "var(--ink-2)"},
    }


def _measured_values(
    points: Sequence[MeasuredPoint],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    target: float | None,
    margin: Mapping[str, int],
) -> list[dict[str, Any]]:
    """The values beside their marks, in words: the last one first, then the first, and others if there is room."""
    sizes = [(text.width(point.words, _VALUE_SIZE), _VALUE_SIZE * 0.72) for point in points]
    thinned = labels.spread(len(points), math.ceil(max(width for width, _ in sizes) / _step(x_range, margin)))
    placed = labels.place(
        [(place, point.value) for place, point in enumerate(points)],
        sizes,
        dict.fromkeys([len(points) - 1, 0, *thinned]),
        frames=_frames(x_range, y_range, margin),
        rule=-1 if target is None else target,
    )
    return [
        {"x": place, "y": points[place].value, "xshift": across, "yshift": up, "text": text.label(points[place].words)}
        | {"font": {"size": _VALUE_SIZE, "color": "var(--ink)"}}
        for place, (across, up) in sorted(placed.items())
    ]


def _frames(
    x_range: tuple[float, float], y_range: tuple[float, float], margin: Mapping[str, int] = _TREND_MARGIN
) -> list[labels.Frame]:
    """The plot of a trend in each width it is drawn in."""
    height = _TREND_HEIGHT - margin["t"] - margin["b"]
    return [
        labels.Frame(width - margin["l"] - margin["r"], height, x_range, y_range, headroom=margin["t"] - 4)
        for width in WIDTHS.values()
    ]


def _step(x_range: tuple[float, float], margin: Mapping[str, int] = _TREND_MARGIN) -> float:
    """The least distance in px from one assessment to the next."""
    return (min(WIDTHS.values()) - margin["l"] - margin["r"]) / (x_range[1] - x_range[0])


def _thinned(names: Sequence[str], step: float) -> list[str]:
    """The names below the axis, as many as fit, the others empty."""
    widest = max(text.width(name, _TEXT_SIZE) for name in names) + 10
    kept = labels.spread(len(names), math.ceil(widest / step))
    return [name if place in kept else "" for place, name in enumerate(names)]


def _values(
    totals: Sequence[int],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    threshold: int,
    marks: Sequence[tuple[int, int]] = (),
) -> list[dict[str, Any]]:
    """The totals beside their marks: the last one first, then the first, the extremes, and others if there is room."""
    sizes = [(text.width(str(total), _VALUE_SIZE), _VALUE_SIZE * 0.72) for total in totals]
    last = len(totals) - 1
    thinned = labels.spread(len(totals), math.ceil(30 / _step(x_range)))
    order = dict.fromkeys([last, 0, totals.index(max(totals)), totals.index(min(totals)), *thinned])
    frames = _frames(x_range, y_range)
    placed = labels.place(list(enumerate(totals)), sizes, order, frames=frames, rule=threshold, marks=marks)
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
    left, right = 24, 24
    widest = (min(WIDTHS.values()) - left - right) / _SLACK
    names = [text.wrapped(bar.name, widest, _TEXT_SIZE, _PLAN_NAME_LINES) for bar in bars]
    row = _PLAN_ROW_HEIGHT + _PLAN_LINE_HEIGHT * max(len(lines) for lines in names)
    start, end = min(0, *(bar.due for bar in bars)), max(axis.days, *(bar.due for bar in bars))
    used = [(state, word) for state, word in _plan_words().items() if any(bar.state == state for bar in bars)]
    lines = [used[place : place + _PLAN_KEYS] for place in range(0, len(used), _PLAN_KEYS)]
    keys = [_key(line, left, _PLAN_MARKS, _KEY_UP + 20 * place) for place, line in enumerate(reversed(lines))]
    top = 48 + 20 * (len(lines) - 1)
    today_shapes, today_texts = _today(axis.today, (start, end))
    return figure(
        [trace for state, _ in used for trace in _plan_traces(bars, state, axis.today)],
        {
            "height": top + len(bars) * row + 36,
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
                *(line for place, lines in enumerate(names) for line in _plan_name(place, lines)),
                *(words for _, texts in keys for words in texts),
            ],
        },
    )


def _plan_name(place: int, lines: Sequence[str]) -> list[dict[str, Any]]:
    """The name of an item above its line, from the left edge on."""
    line = {"xref": "paper", "x": 0, "xanchor": "left", "y": place, "font": {"color": "var(--ink)"}}
    return [line | {"yshift": _PLAN_LINE_HEIGHT * up, "text": text} for up, text in enumerate(reversed(lines), start=1)]


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
    word = {
        "x": today,
        "yref": "paper",
        "y": 1,
        "yshift": 8,
        "text": text.label(_("Today")),
        "font": {"color": "var(--ink)"},
    }
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
                "hovertemplate": _hover(_("{total} of {maximum}"), maximum),
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
                | {
                    "text": text.label(_("Risk line {threshold}").format(threshold=threshold)),
                    "font": {"color": "var(--ink)"},
                },
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
