"""The static picture against the real plotly.js: the same figure drawn by both in Chromium and compared mark by mark.

Whatever is drawn is read from both pictures in the same way, as texts, marks and strokes. Each must have its twin in
the other picture: the same words in the same color, and as far as 1 % of the plot area at the same place.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest

from assessments.charts import figures, palette, svg
from tests.charts.samples import HOUSE_FIGURES, OTHER_FIGURES

pytestmark = pytest.mark.browser

CLOSE = 0.01
LEAST_REACH = 1  # px: plotly.js puts annotations on whole pixels
# The static picture centers text by the metrics of Arial, which this font shares; plotly.js measures what it draws.
FONT = "Liberation Sans, Arial, sans-serif"
PLOTLY = files("plotly") / "package_data" / "plotly.min.js"

DRAW_PLOTLY = """
async ([figure, width]) => {
  const root = document.querySelector("#theirs");
  await Plotly.newPlot(root, figure.data, { ...figure.layout, width }, { displayModeBar: false });
  const { w, h } = root._fullLayout._size;
  return [w, h];
}
"""

READ = """
([root, selector]) => [...document.querySelectorAll(selector)].map((element) => {
  const origin = document.querySelector(root).getBoundingClientRect();
  const rect = element.getBoundingClientRect(), box = element.getBBox(), matrix = element.getScreenCTM();
  const style = getComputedStyle(element);
  const hasArea = element.tagName === "text" || (box.width > 0 && box.height > 0);
  const isFilled = hasArea && style.fill !== "none" && style.fillOpacity !== "0";
  const isStroked = style.stroke !== "none" && style.strokeOpacity !== "0" && parseFloat(style.strokeWidth) > 0;
  return {
    text: element.tagName === "text" ? element.textContent : "",
    d: element.getAttribute("d"),
    at: [matrix.e - origin.left, matrix.f - origin.top],
    middle: [rect.left + rect.width / 2 - origin.left, rect.top + rect.height / 2 - origin.top],
    size: [box.width, box.height],
    look: [
      isFilled ? style.fill : "", isStroked ? style.stroke : "", isStroked ? style.strokeWidth : "",
      isStroked ? style.strokeDasharray : "", element.tagName === "text" ? style.fontSize : "",
    ],
  };
})
"""

OURS = {
    "texts": "#ours text",
    "marks": "#ours svg > g > g:not([text-anchor]) > *",
    "strokes": "#ours svg > g > path",
}
THEIRS = {
    "texts": "#theirs .main-svg text",
    "marks": "#theirs :is(.scatterlayer, .barlayer) .points path",
    "strokes": "#theirs :is(.js-line, .shapelayer path, .gridlayer path, .xtick path, .ytick path, "
    ".xaxislayer-above > path, .yaxislayer-above > path, .xlines-above, .ylines-above)",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Something drawn: what it is and looks like, and the numbers that place it, each x followed by its y."""

    what: tuple[str, ...]
    place: tuple[float, ...]

    def distance(self, other: "Seen") -> float:
        return math.dist(self.place, other.place)

    def is_near(self, other: "Seen", reach: tuple[float, float]) -> bool:
        pairs = zip(self.place, other.place, strict=True)
        return all(abs(a - b) <= reach[number % 2] for number, (a, b) in enumerate(pairs))


@pytest.fixture(scope="module")
def canvas(browser):
    """A page with plotly.js and a place for each of the two pictures."""
    page = browser.new_page(viewport={"width": 1000, "height": 1200})
    page.set_content('<!doctype html><body style="margin: 0"><div id="ours"></div><div id="theirs"></div>')
    page.add_script_tag(content=PLOTLY.read_text("utf-8"))
    yield page
    page.close()


@pytest.mark.parametrize("width", figures.WIDTHS.values(), ids=figures.WIDTHS.keys())
@pytest.mark.parametrize("name", HOUSE_FIGURES)
def test_a_house_figure_looks_as_plotly_draws_it(canvas, name, width):
    assert_same_pictures(canvas, HOUSE_FIGURES[name], width)


@pytest.mark.parametrize("name", OTHER_FIGURES)
def test_a_figure_of_all_supported_attributes_looks_as_plotly_draws_it(canvas, name):
    assert_same_pictures(canvas, OTHER_FIGURES[name], figures.WIDTHS["half"])


def test_a_mark_out_of_place_would_be_noticed(canvas):
    figure = HOUSE_FIGURES["trend, rising"]
    ours, theirs, reach = both_pictures(canvas, figure, 480, drawn_by_us=moved(figure))

    only_ours, only_theirs = unmatched(ours, theirs, reach)

    assert len(only_ours) == len(only_theirs)
    assert len(only_ours) >= 1


def moved(figure):
    trace = figure["data"][0]
    return figure | {"data": [trace | {"y": [trace["y"][0] + 1, *trace["y"][1:]]}]}


def assert_same_pictures(canvas, figure, width):
    ours, theirs, reach = both_pictures(canvas, figure, width)

    assert unmatched(ours, theirs, reach) == ([], [])
    assert ours


def both_pictures(canvas, figure, width, drawn_by_us=None):
    """What is seen in either picture, and how far two twins may lie apart."""
    drawing = svg.render(drawn_by_us or figure, width=width, title="Ours", medium="print")
    drawing = drawing.replace(palette.printed("var(--font-sans)"), FONT)
    canvas.evaluate("(drawing) => { document.querySelector('#ours').innerHTML = drawing; }", drawing)
    plot = canvas.evaluate(DRAW_PLOTLY, [printed(figure), width])
    ours, theirs = (list(seen(canvas, root, kinds)) for root, kinds in (("#ours", OURS), ("#theirs", THEIRS)))
    return ours, theirs, tuple(max(side * CLOSE, LEAST_REACH) for side in plot)


def printed(value: Any) -> Any:
    """A figure with its tokens replaced, as a script does on the page."""
    if isinstance(value, dict):
        return {key: printed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printed(inner) for inner in value]
    if value == "var(--font-sans)":
        return FONT
    return palette.printed(value) if isinstance(value, str) and value.startswith("var(") else value


def seen(canvas, root, kinds) -> Iterator[Seen]:
    for text in canvas.evaluate(READ, [root, kinds["texts"]]):
        if text["text"]:
            yield Seen((text["text"], *text["look"]), tuple(text["middle"]))
    for mark in canvas.evaluate(READ, [root, kinds["marks"]]):
        yield Seen(("mark", *mark["look"]), (*mark["middle"], *mark["size"]))
    for stroke in canvas.evaluate(READ, [root, kinds["strokes"]]):
        if "A" in stroke["d"]:
            yield Seen(("ellipse", *stroke["look"]), (*stroke["middle"], *stroke["size"]))
        else:
            for segment in segments(stroke["d"], *stroke["at"]):
                yield Seen(("line", *stroke["look"]), segment)


def segments(d: str, left: float, top: float) -> Iterator[tuple[float, float, float, float]]:
    """The straight pieces of a path, each from its left or upper end."""
    x = y = start_x = start_y = 0.0
    for command, written in re.findall(r"([MLHVhvlZz])([^A-Za-z]*)", d):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", written)]
        to_x, to_y = x, y
        if command in "ML":
            to_x, to_y = numbers
        elif command == "l":
            to_x, to_y = x + numbers[0], y + numbers[1]
        elif command in "Hh":
            to_x = numbers[0] + (x if command == "h" else 0)
        elif command in "Vv":
            to_y = numbers[0] + (y if command == "v" else 0)
        else:
            to_x, to_y = start_x, start_y
        if command == "M":
            start_x, start_y = to_x, to_y
        elif (to_x, to_y) != (x, y):
            ends = sorted([(x + left, y + top), (to_x + left, to_y + top)])
            yield *ends[0], *ends[1]
        x, y = to_x, to_y


def unmatched(ours, theirs, reach):
    """What has no twin in the other picture, in either."""
    only_ours, only_theirs = [], list(theirs)
    for one in ours:
        twins = [other for other in only_theirs if other.what == one.what and one.is_near(other, reach)]
        if twins:
            only_theirs.remove(min(twins, key=one.distance))
        else:
            only_ours.append(one)
    return only_ours, only_theirs
