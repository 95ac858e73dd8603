"""The static picture of a Plotly figure: the same dict plotly.js draws, as a lean SVG for first paint and for print.

Positions follow plotly.js; the tests compare with it in a browser. What is not drawn here is refused (attributes.py).
"""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from assessments.charts import attributes, palette, text
from assessments.charts.figures import WIDTHS

Medium = Literal["screen", "print"]
Size = Literal["half", "full"]

_DASHES = {"dot": (1, 1), "dash": (3, 3)}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_VERTICAL = {"top": -1, "middle": 0, "bottom": 1}
_HORIZONTAL = {"left": -1, "center": 0, "right": 1}
_ROUNDING = 1e-6  # px
# Where a line of text stands, in type sizes: from its middle, top or bottom down to the baseline.
_BASELINES = {"middle": 0.35, "top": 0.905, "bottom": -0.212}


@dataclass(frozen=True, slots=True)
class _Plot:
    """The plot area in px, and the ranges of the two axes that span it."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    medium: Medium

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, value: float, ref: str = "x") -> float:
        start, end = (0, 1) if ref == "paper" else self.x_range
        return self.left + (value - start) / (end - start) * self.width

    def y(self, value: float, ref: str = "y") -> float:
        start, end = (0, 1) if ref == "paper" else self.y_range
        return self.bottom - (value - start) / (end - start) * self.height

    def paint(self, color: str) -> str:
        """A color as the medium wants it: on a screen the token itself, so that a change of theme needs no redraw."""
        if color == attributes.TRANSPARENT:
            return "none"
        return color if self.medium == "screen" else palette.printed(color)


def render(
    figure: Mapping[str, Any],
    *,
    width: int,
    height: int | None = None,
    title: str,
    medium: Medium = "screen",
    css_class: str = "chart__svg",
) -> str:
    """Draw a figure at a size in px; its own height when none is given. ValueError names what cannot be drawn."""
    layout, traces = _resolved(figure)
    if height is None:
        attributes.need("layout", layout, "height")
        height = layout["height"]
    plot = _plot(layout, width, height, medium)
    _check_in_range(traces, layout, plot)
    body = "".join(
        (
            *_shapes(layout["shapes"], plot, "below"),
            *_grid(layout, plot),
            *_bars([trace for trace in traces if trace["type"] == "bar"], layout, plot),
            *(part for trace in traces if trace["type"] == "scatter" for part in _scatter(trace, plot)),
            *_axes(layout, plot),
            *_shapes(layout["shapes"], plot, "above"),
            *(_annotation(annotation, plot) for annotation in layout["annotations"]),
        )
    )
    named = escape(text.clean(title))
    key = hashlib.sha256(f"{width} {height} {named} {body}".encode()).hexdigest()[:12]
    font = layout["font"]
    family = font["family"] if medium == "screen" else palette.printed(font["family"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" width="{width}" height="{_n(height)}" '
        f'viewBox="0 0 {width} {_n(height)}" role="img" aria-labelledby="chart-{key}">'
        f'<title id="chart-{key}">{named}</title>'
        f'<g font-family="{family}" font-size="{_n(font["size"])}" fill="{plot.paint(font["color"])}">{body}</g></svg>'
    )


def render_page(figure: Mapping[str, Any], *, title: str, size: Size = "half") -> str:
    """Draw a figure for a page, once for phones and once for wider columns; plotly.css shows the one that fits."""
    return "".join(
        render(figure, width=WIDTHS[name], title=title, css_class=f"chart__svg chart__svg--{name}")
        for name in ("narrow", size)
    )


def mark(marker: Mapping[str, Any], medium: Medium = "screen") -> str:
    """One mark of a figure on its own, 16 px square, for a key beside the chart."""
    color = marker["color"] if medium == "screen" else palette.printed(marker["color"])
    drawn = _marker((8.0, 8.0), marker["symbol"], marker["size"] / 2)
    if _is_open(marker["symbol"]):
        look = f'fill="none" stroke="{color}" stroke-width="{_n(marker["line"]["width"])}"'
    else:
        look = f'fill="{color}"'
    return (
        '<svg class="keymark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        f"<g {look}>{drawn}</g></svg>"
    )


def _resolved(figure: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Layout and traces of a figure with the defaults of its template filled in, every attribute checked."""
    attributes.need("figure", figure, "data", "layout")
    given = dict(figure["layout"])
    attributes.need("layout", given, "template")
    template = given.pop("template")
    house = dict(template["layout"])
    defaults = {"shapes": house.pop("shapedefaults", {}), "annotations": house.pop("annotationdefaults", {})}
    items = {name: [_merged(default, item) for item in given.pop(name, ())] for name, default in defaults.items()}
    layout = _merged(house, given)
    attributes.check("layout", layout, attributes.LAYOUT)
    attributes.need("layout", layout, "font", "margin", "xaxis", "yaxis")
    for axis in ("xaxis", "yaxis"):
        _check_axis(f"layout.{axis}", layout[axis])
    for place, shape in enumerate(items["shapes"]):
        _check_shape(f"layout.shapes[{place}]", shape)
    for place, annotation in enumerate(items["annotations"]):
        attributes.check(f"layout.annotations[{place}]", annotation, attributes.ANNOTATION)
        attributes.need(f"layout.annotations[{place}]", annotation, "x", "y", "text", "font", "showarrow")
    traces = [_trace(f"data[{place}]", trace, template["data"]) for place, trace in enumerate(figure["data"])]
    return layout | items, traces


def _merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(defaults)
    for key, value in given.items():
        inner = both.get(key)
        both[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return both


def _check_axis(where: str, axis: Mapping[str, Any]) -> None:
    attributes.need(where, axis, "range", "tickvals", "ticktext")
    if len(axis["range"]) != 2 or axis["range"][0] == axis["range"][1]:
        raise ValueError(f"{where}.range: {axis['range']!r} does not span anything")
    if len(axis["tickvals"]) != len(axis["ticktext"]):
        raise ValueError(f"{where}.ticktext: needs one text for each of tickvals")


def _check_shape(where: str, shape: Mapping[str, Any]) -> None:
    attributes.check(where, shape, attributes.SHAPE)
    attributes.need(where, shape, "type", "x0", "x1", "y0", "y1", "line")
    for axis in "xy":
        if shape[f"{axis}sizemode"] == "pixel":
            attributes.need(where, shape, f"{axis}anchor")


def _trace(where: str, given: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """One trace with its template's defaults; only what its mode draws needs a color."""
    kind = str(given.get("type"))
    if kind not in attributes.TRACES:
        raise ValueError(f"{where}.type: svg.py does not draw {kind!r} traces")
    trace = _merged(template[kind][0], given)
    attributes.check(where, trace, attributes.TRACES[kind])
    attributes.need(where, trace, "x", "y")
    if len(trace["x"]) != len(trace["y"]):
        raise ValueError(f"{where}: x and y differ in length")
    parts = _parts(where, trace)
    for part in ("line", "marker"):
        if f"{part}s" in parts:
            attributes.need(f"{where}.{part}", trace[part], "color")
    if "markers" in parts and trace["marker"]["line"]["width"] and not _is_open(trace["marker"].get("symbol", "")):
        attributes.need(f"{where}.marker.line", trace["marker"]["line"], "color")
    if "text" in parts:
        _check_text(where, trace)
    return trace


def _parts(where: str, trace: Mapping[str, Any]) -> Sequence[str]:
    if trace["type"] == "bar":
        return ("markers",)
    attributes.need(where, trace, "mode")
    return str(trace["mode"]).split("+")


def _check_text(where: str, trace: Mapping[str, Any]) -> None:
    attributes.need(where, trace, "text")
    positions = trace["textposition"]
    for name, values in (("text", trace["text"]), ("textposition", positions)):
        if isinstance(values, list) and len(values) != len(trace["x"]):
            raise ValueError(f"{where}.{name}: needs one for each of x")


def _plot(layout: Mapping[str, Any], width: float, height: float, medium: Medium) -> _Plot:
    margin = layout["margin"]
    x_start, x_end = layout["xaxis"]["range"]
    y_start, y_end = layout["yaxis"]["range"]
    plot = _Plot(
        left=margin["l"],
        top=margin["t"],
        width=width - margin["l"] - margin["r"],
        height=height - margin["t"] - margin["b"],
        x_range=(x_start, x_end),
        y_range=(y_start, y_end),
        medium=medium,
    )
    if plot.width <= 0 or plot.height <= 0:
        raise ValueError(f"layout.margin: leaves no room for the plot in {width} x {height} px")
    return plot


def _check_in_range(traces: Iterable[Mapping[str, Any]], layout: Mapping[str, Any], plot: _Plot) -> None:
    """plotly.js cuts off or hides what lies outside the axes; a figure of ours keeps inside them."""
    for axis, span in (("x", plot.x_range), ("y", plot.y_range)):
        for where, value in _placed(axis, traces, layout):
            if value is not None and not min(span) <= value <= max(span):
                raise ValueError(f"{where}: {value!r} lies outside the axis")


def _placed(
    axis: str, traces: Iterable[Mapping[str, Any]], layout: Mapping[str, Any]
) -> Iterable[tuple[str, float | None]]:
    """Where each value on an axis is written, and the value."""
    for place, trace in enumerate(traces):
        yield from ((f"data[{place}].{axis}[{index}]", value) for index, value in enumerate(trace[axis]))
    ticks = layout[f"{axis}axis"]["tickvals"]
    yield from ((f"layout.{axis}axis.tickvals[{index}]", value) for index, value in enumerate(ticks))
    for place, annotation in enumerate(layout["annotations"]):
        if annotation[f"{axis}ref"] == axis:
            yield f"layout.annotations[{place}].{axis}", annotation[axis]
    for place, shape in enumerate(layout["shapes"]):
        if shape[f"{axis}ref"] == axis:
            names = (f"{axis}anchor",) if shape[f"{axis}sizemode"] == "pixel" else (f"{axis}0", f"{axis}1")
            yield from ((f"layout.shapes[{place}].{name}", shape[name]) for name in names)


def _grid(layout: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    """Grid lines, each axis in one path. Like plotly.js, none within a pixel of the edge of the plot."""
    x_axis, y_axis = layout["xaxis"], layout["yaxis"]
    if x_axis["showgrid"]:
        places = (plot.x(value) for value in x_axis["tickvals"])
        lines = [f"M{_n(x)} {_n(plot.top)}V{_n(plot.bottom)}" for x in places if plot.left + 1 < x < plot.right - 1]
        yield from _rules(lines, x_axis["gridcolor"], x_axis["gridwidth"], plot)
    if y_axis["showgrid"]:
        places = (plot.y(value) for value in y_axis["tickvals"])
        lines = [f"M{_n(plot.left)} {_n(y)}H{_n(plot.right)}" for y in places if plot.top + 1 < y < plot.bottom - 1]
        yield from _rules(lines, y_axis["gridcolor"], y_axis["gridwidth"], plot)


def _axes(layout: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    yield from _x_axis(layout["xaxis"], plot)
    yield from _y_axis(layout["yaxis"], plot)


def _x_axis(axis: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    if axis["showline"]:
        line = f"M{_n(plot.left)} {_n(plot.bottom + axis['linewidth'] / 2)}H{_n(plot.right)}"
        yield from _rules([line], axis["linecolor"], axis["linewidth"], plot)
    ticks = [(plot.x(value), label) for value, label in zip(axis["tickvals"], axis["ticktext"], strict=True)]
    if axis["ticks"]:
        start = plot.bottom + (axis["linewidth"] if axis["showline"] else 0)
        marks = [f"M{_n(x)} {_n(start)}v{_n(axis['ticklen'])}" for x, _ in ticks]
        yield from _rules(marks, axis["tickcolor"], axis["tickwidth"], plot)
    baseline = plot.bottom + _standoff(axis) + axis["tickfont"]["size"]
    yield from _texts(((x, baseline, label) for x, label in ticks), axis["tickfont"], "middle", plot)


def _y_axis(axis: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    if axis["showline"]:
        line = f"M{_n(plot.left - axis['linewidth'] / 2)} {_n(plot.top)}V{_n(plot.bottom)}"
        yield from _rules([line], axis["linecolor"], axis["linewidth"], plot)
    ticks = [(plot.y(value), label) for value, label in zip(axis["tickvals"], axis["ticktext"], strict=True)]
    if axis["ticks"]:
        start = plot.left - (axis["linewidth"] if axis["showline"] else 0)
        marks = [f"M{_n(start)} {_n(y)}h{_n(-axis['ticklen'])}" for y, _ in ticks]
        yield from _rules(marks, axis["tickcolor"], axis["tickwidth"], plot)
    edge, drop = plot.left - _standoff(axis), axis["tickfont"]["size"] * _BASELINES["middle"]
    yield from _texts(((edge, y + drop, label) for y, label in ticks), axis["tickfont"], "end", plot)


def _standoff(axis: Mapping[str, Any]) -> float:
    """How far plotly.js keeps tick labels from the plot."""
    gap = axis["tickfont"]["size"] * 0.2 if axis["ticks"] or axis["showline"] else 0
    return float((axis["ticklen"] if axis["ticks"] else 0) + gap + axis["linewidth"] / 2)


def _rules(lines: Sequence[str], color: str, width: float, plot: _Plot) -> Iterable[str]:
    if lines:
        yield f'<path d="{"".join(lines)}" fill="none" {_stroke(color, width, plot)} shape-rendering="crispEdges"/>'


def _bars(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    """Bars side by side or stacked, in the order of their traces and as wide as bargap leaves them."""
    if not traces:
        return
    along, across = ("x", "y") if traces[0]["orientation"] == "v" else ("y", "x")
    if len({trace["orientation"] for trace in traces}) > 1:
        raise ValueError("data: svg.py does not draw bars of both orientations in one figure")
    places = [place for trace in traces for place in trace[along]]
    distinct = sorted(set(places))
    group = min((b - a for a, b in itertools.pairwise(distinct)), default=1) * (1 - layout["bargap"])
    stacked = layout["barmode"] == "stack"
    beside = len(traces) if len(places) > len(distinct) and not stacked else 1
    heights = dict.fromkeys(places, 0.0)
    for number, trace in enumerate(traces):
        offset = -group / 2 + (number * group / beside if beside > 1 else 0)
        rectangles = []
        for place, length in zip(trace[along], trace[across], strict=True):
            base = heights[place] if stacked else 0.0
            if stacked:
                heights[place] = _stacked(base, length)
            start = place + offset
            rectangles.append(_bar(along, (start, start + group / beside), (base, base + length), plot))
        yield f"<g {_fill(trace['marker'], plot)}>{''.join(rectangles)}</g>"


def _stacked(base: float, length: float) -> float:
    if length < 0:
        raise ValueError(f"data: svg.py does not stack {length!r}, which is below 0")
    return base + length


def _bar(along: str, places: tuple[float, float], lengths: tuple[float, float], plot: _Plot) -> str:
    xs, ys = (places, lengths) if along == "x" else (lengths, places)
    left, right = sorted(plot.x(value) for value in xs)
    top, bottom = sorted(plot.y(value) for value in ys)
    beyond = max(plot.left - left, right - plot.right, plot.top - top, bottom - plot.bottom)
    if beyond > _ROUNDING:
        raise ValueError(f"data: the bar at {sum(places) / 2:g} reaches outside the axes")
    return f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"/>'


def _scatter(trace: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    parts = trace["mode"].split("+")
    points = [
        None if x is None or y is None else (plot.x(x), plot.y(y)) for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    if "lines" in parts:
        yield from _line(points, trace["line"], plot)
    if "markers" in parts:
        yield from _markers(points, trace["marker"], plot)
    if "text" in parts:
        yield from _point_texts(points, trace, trace["marker"]["size"] / 2 if "markers" in parts else 0, plot)


_Point = tuple[float, float] | None


def _line(points: Sequence[_Point], line: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    """The line through the points, broken where one is missing."""
    path, pen_is_down = [], False
    for point in points:
        if point:
            path.append(f"{'L' if pen_is_down else 'M'}{_n(point[0])} {_n(point[1])}")
        pen_is_down = point is not None
    if path:
        dash = _dash(line["dash"], line["width"])
        yield f'<path d="{"".join(path)}" fill="none" {_stroke(line["color"], line["width"], plot)}{dash}/>'


def _markers(points: Iterable[_Point], marker: Mapping[str, Any], plot: _Plot) -> Iterable[str]:
    radius = marker["size"] / 2
    drawn = [_marker(point, marker["symbol"], radius) for point in points if point]
    if drawn:
        yield f"<g {_fill(marker, plot)}>{''.join(drawn)}</g>"


def _marker(point: tuple[float, float], symbol: str, radius: float) -> str:
    """One mark; the reaches of the symbols are those of plotly.js."""
    x, y = point
    if symbol in ("square", "square-open"):
        return f'<rect x="{_n(x - radius)}" y="{_n(y - radius)}" width="{_n(2 * radius)}" height="{_n(2 * radius)}"/>'
    if symbol in ("diamond", "diamond-open"):
        reach = _n(radius * 1.3)
        return f'<path d="M{_n(x)} {_n(y - radius * 1.3)}l{reach} {reach}l-{reach} {reach}l-{reach}-{reach}z"/>'
    if symbol == "line-ns-open":
        return f'<path d="M{_n(x)} {_n(y - radius * 1.4)}v{_n(radius * 2.8)}"/>'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def _is_open(symbol: str) -> bool:
    return symbol.endswith("-open")


def _fill(marker: Mapping[str, Any], plot: _Plot) -> str:
    """Fill and outline of marks or bars. An open symbol is drawn in its color, at least a pixel wide."""
    outline = marker["line"]
    if _is_open(marker.get("symbol", "")):
        return f'fill="none" {_stroke(marker["color"], outline["width"] or 1, plot)}'
    stroke = f" {_stroke(outline['color'], outline['width'], plot)}" if outline["width"] else ""
    return f'fill="{plot.paint(marker["color"])}"{stroke}'


def _point_texts(points: Sequence[_Point], trace: Mapping[str, Any], radius: float, plot: _Plot) -> Iterable[str]:
    """Texts beside their points, as far off as plotly.js puts them."""
    positions = trace["textposition"]
    if not isinstance(positions, list):
        positions = [positions] * len(points)
    size = trace["textfont"]["size"]
    reach = radius / 0.8 + 1 if radius else 0
    for point, label, position in zip(points, trace["text"], positions, strict=True):
        if point and label:
            vertical, horizontal = position.split()
            side, down = _HORIZONTAL[horizontal], _VERTICAL[vertical]
            x = point[0] + side * reach
            y = point[1] + size * 0.75 + down * reach + (down - 1) * size / 2
            # The text stands on the side it is named after: at the left of a point it ends there.
            anchor = ("end", "middle", "start")[side + 1]
            yield from _texts([(x, y, label)], trace["textfont"], anchor, plot)


def _shapes(shapes: Iterable[Mapping[str, Any]], plot: _Plot, layer: str) -> Iterable[str]:
    for shape in shapes:
        if shape["layer"] == layer:
            line = shape["line"]
            dash = _dash(line["dash"], line["width"])
            yield (
                f'<path d="{_outline(shape, plot)}" fill="{plot.paint(shape["fillcolor"])}" '
                f"{_stroke(line['color'], line['width'], plot)}{dash}/>"
            )


def _outline(shape: Mapping[str, Any], plot: _Plot) -> str:
    if shape["xsizemode"] == "pixel":
        x0, x1 = (plot.x(shape["xanchor"], shape["xref"]) + shape[x] for x in ("x0", "x1"))
    else:
        x0, x1 = (plot.x(shape[x], shape["xref"]) for x in ("x0", "x1"))
    if shape["ysizemode"] == "pixel":
        y0, y1 = (plot.y(shape["yanchor"], shape["yref"]) - shape[y] for y in ("y0", "y1"))
    else:
        y0, y1 = (plot.y(shape[y], shape["yref"]) for y in ("y0", "y1"))
    if shape["type"] == "line":
        return f"M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}"
    if shape["type"] == "rect":
        return f"M{_n(x0)} {_n(y0)}H{_n(x1)}V{_n(y1)}H{_n(x0)}z"
    arc = f"A{_n(abs(x1 - x0) / 2)} {_n(abs(y1 - y0) / 2)} 0 0 1"
    middle = _n((y0 + y1) / 2)
    return f"M{_n(x0)} {middle}{arc} {_n(x1)} {middle}{arc} {_n(x0)} {middle}z"


def _annotation(annotation: Mapping[str, Any], plot: _Plot) -> str:
    font = annotation["font"]
    x = plot.x(annotation["x"], annotation["xref"]) + annotation["xshift"]
    y = plot.y(annotation["y"], annotation["yref"]) - annotation["yshift"]
    baseline = y + font["size"] * _BASELINES[annotation["yanchor"]]
    return "".join(_texts([(x, baseline, annotation["text"])], font, _ANCHORS[annotation["xanchor"]], plot))


def _texts(
    texts: Iterable[tuple[float, float, str]], font: Mapping[str, Any], anchor: str, plot: _Plot
) -> Iterable[str]:
    written = [
        f'<text x="{_n(x)}" y="{_n(y)}">{escape(text.shown(label), quote=False)}</text>'
        for x, y, label in texts
        if label
    ]
    if written:
        yield (
            f'<g text-anchor="{anchor}" font-size="{_n(font["size"])}" fill="{plot.paint(font["color"])}">'
            f"{''.join(written)}</g>"
        )


def _stroke(color: str, width: float, plot: _Plot) -> str:
    return f'stroke="{plot.paint(color)}" stroke-width="{_n(width)}"'


def _dash(name: str, width: float) -> str:
    """Dashes as plotly.js makes them: in multiples of the line's width, of 3 px at least."""
    if name == "solid":
        return ""
    unit = max(width, 3)
    return f' stroke-dasharray="{" ".join(_n(unit * part) for part in _DASHES[name])}"'


def _n(value: float) -> str:
    """A number in as few characters as hundredths of a pixel need."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
