"""The static picture: what it writes is well-formed, always the same and safe, and what it cannot draw it refuses."""

import json
import re
import timeit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts import figures, palette, svg, text
from tests.charts.samples import (
    HOSTILE_NAMES,
    HOUSE_FIGURES,
    NAMES,
    OTHER_FIGURES,
    bar,
    plain,
    profile,
    scatter,
    shape,
    trend,
)

FIGURES = {**HOUSE_FIGURES, **OTHER_FIGURES}
SVG = "{http://www.w3.org/2000/svg}"
SLOWEST = 5.0  # ms

AXIS = {"range": [0, 10], "tickvals": [5], "ticktext": ["5"]}
COMPLETE = plain(
    [scatter(), bar()],
    shapes=[shape(line={"width": 2})],
    annotations=[{"x": 1, "y": 1, "text": "a", "font": {"size": 20}}],
    margin={"t": 20},
    font={"size": 12},
    xaxis=AXIS,
    yaxis=AXIS | {"tickfont": {"size": 12}},
)


def draw(figure, **options):
    return svg.render(figure, **{"width": 480, "title": "Scores"} | options)


def parsed(figure, **options):
    return ElementTree.fromstring(draw(figure, **options))


def shown_texts(picture):
    return [element.text for element in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_is_well_formed_and_of_its_size(name, medium):
    picture = parsed(FIGURES[name], medium=medium)
    height = FIGURES[name]["layout"]["height"]

    assert picture.tag == f"{SVG}svg"
    assert (picture.get("width"), picture.get("height")) == ("480", str(height))
    assert picture.get("viewBox") == f"0 0 480 {height}"
    assert picture.get("role") == "img"


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes_and_stays_as_it_was(name):
    figure = json.loads(json.dumps(FIGURES[name]))

    assert draw(figure) == draw(FIGURES[name])
    assert figure == FIGURES[name]


def test_a_picture_is_named_by_its_title():
    picture = parsed(trend([3, 5]), title="Score <b>over</b>\n time & \u202eback")
    title = picture.find(f"{SVG}title")

    assert title.text == "Score <b>over</b> time & back"
    assert picture.get("aria-labelledby") == title.get("id")


def test_two_pictures_on_a_page_never_share_an_id():
    pictures = [draw(f, width=width) for f in FIGURES.values() for width in figures.WIDTHS.values()]
    pictures += [draw(profile([1] * 8), title=title) for title in ("This year", "Last year")]
    ids = [re.findall(r' id="([^"]+)"', picture) for picture in pictures]

    assert {len(found) for found in ids} == {1}
    assert len({found[0] for found in ids}) == len(pictures)


def test_user_text_is_shown_letter_by_letter():
    picture = parsed(profile([1] * 8, names=HOSTILE_NAMES))

    assert shown_texts(picture)[3:] == [text.clean(name) for name in HOSTILE_NAMES]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_and_any_title_make_a_well_formed_picture(name, title):
    label = text.label(name)
    figure = plain([scatter()], annotations=[{"x": 5, "y": 5, "text": label, "font": {"size": 20}}])

    picture = parsed(figure, title=title)

    assert shown_texts(picture)[-1] == text.clean(name) or not label
    assert (picture.find(f"{SVG}title").text or "") == text.clean(title)


def test_a_picture_holds_no_script_no_style_and_no_address():
    for figure in FIGURES.values():
        tags = {element.tag.removeprefix(SVG) for element in parsed(figure).iter()}
        names = {name for element in parsed(figure).iter() for name in element.attrib}

        assert tags <= {"svg", "title", "g", "path", "rect", "circle", "text"}
        assert not [name for name in names if name.startswith("on") or name in ("style", "href")]


def test_on_a_screen_colors_are_tokens_and_in_print_their_values():
    on_screen, on_paper = (draw(profile([0, 1, None]), medium=medium) for medium in ("screen", "print"))

    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', on_screen)) <= {"none", *(f"var({t})" for t in palette.PRINT)}
    assert "var(" not in on_paper
    assert palette.PRINT["--accent"] in on_paper


def test_a_page_has_the_picture_for_phones_and_the_one_for_its_column():
    pictures = re.findall(r'class="chart__svg chart__svg--(\w+)" width="(\d+)"', svg.render_page(trend([3]), title="T"))
    wide = re.findall(r' width="(\d+)" height="\d+" viewBox', svg.render_page(trend([3]), title="T", size="full"))

    assert pictures == [("narrow", "344"), ("half", "480")]
    assert wide == ["344", "640"]


def test_a_picture_may_be_given_a_height():
    assert parsed(trend([3]), height=300).get("viewBox") == "0 0 480 300"


def test_a_gap_breaks_a_line():
    picture = draw(plain([scatter(mode="lines", x=[0, 5, None, 5, 10], y=[0, 10, None, 0, 10])]))

    assert re.search(r'd="(M[^"]+)" fill="none" stroke="var\(--accent\)"', picture)[1].count("M") == 2


def test_nothing_to_draw_is_an_empty_plot():
    empty = plain([scatter(x=[], y=[], mode="lines+markers+text", text=[])])

    assert shown_texts(parsed(empty)) == ["0", "five", "10", "0", "five", "10"]


@pytest.mark.parametrize(
    ("figure", "refusal"),
    [
        (plain([{"type": "pie"}]), "data[0].type: svg.py does not draw 'pie' traces"),
        (plain([scatter(), {"x": [1]}]), "data[1].type: svg.py does not draw 'None' traces"),
        (plain([scatter(type="scatterpolar")]), "data[0].type: svg.py does not draw 'scatterpolar' traces"),
        (plain([scatter(fill="tozeroy")]), "data[0].fill: svg.py does not draw this attribute"),
        (plain([scatter(opacity=0.5)]), "data[0].opacity: svg.py does not draw this attribute"),
        (plain([scatter(marker={"opacity": 0.5})]), "data[0].marker.opacity: svg.py does not draw this attribute"),
        (plain([scatter(error_y={})]), "data[0].error_y: svg.py does not draw this attribute"),
        (plain([scatter(xaxis="x2")]), "data[0].xaxis: svg.py does not draw this attribute"),
        (plain([scatter(visible=False)]), "data[0].visible: svg.py does not draw this attribute"),
        (plain([bar(base=[1, 1, 1])]), "data[0].base: svg.py does not draw this attribute"),
        (plain([bar(text=["a", "b", "c"])]), "data[0].text: svg.py does not draw this attribute"),
        (plain([scatter(marker=3)]), "data[0].marker: 3 is not a mapping"),
        (plain([], title="Scores"), "layout.title: svg.py does not draw this attribute"),
        (plain([], legend={}), "layout.legend: svg.py does not draw this attribute"),
        (plain([], images=[{}]), "layout.images: svg.py does not draw this attribute"),
        (plain([], xaxis2={}), "layout.xaxis2: svg.py does not draw this attribute"),
        (plain([], showlegend=True), "layout.showlegend: True is not drawn by svg.py; these are: False"),
        (plain([], barmode="overlay"), "layout.barmode: 'overlay' is not drawn by svg.py; these are: 'group', 'stack'"),
        (plain([], shapes=[shape(path="M0 0")]), "layout.shapes[0].path: svg.py does not draw this attribute"),
        (plain([], shapes=[shape(opacity=1)]), "layout.shapes[0].opacity: svg.py does not draw this attribute"),
        (
            plain([], annotations=[{"x": 1, "y": 1, "text": "a", "textangle": 90}]),
            "layout.annotations[0].textangle: svg.py does not draw this attribute",
        ),
        (
            plain([], annotations=[{"x": 1, "y": 1, "text": "a", "showarrow": True}]),
            "layout.annotations[0].showarrow: True is not drawn by svg.py; these are: False",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(figure, refusal):
    with pytest.raises(ValueError, match=f"^{re.escape(refusal)}$"):
        draw(figure)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (lambda figure: figure["data"][0], "data[0]"),
        (lambda figure: figure["data"][0]["line"], "data[0].line"),
        (lambda figure: figure["data"][1], "data[1]"),
        (lambda figure: figure["data"][1]["marker"], "data[1].marker"),
        (lambda figure: figure["layout"], "layout"),
        (lambda figure: figure["layout"]["margin"], "layout.margin"),
        (lambda figure: figure["layout"]["font"], "layout.font"),
        (lambda figure: figure["layout"]["xaxis"], "layout.xaxis"),
        (lambda figure: figure["layout"]["yaxis"], "layout.yaxis"),
        (lambda figure: figure["layout"]["yaxis"]["tickfont"], "layout.yaxis.tickfont"),
        (lambda figure: figure["layout"]["shapes"][0], "layout.shapes[0]"),
        (lambda figure: figure["layout"]["shapes"][0]["line"], "layout.shapes[0].line"),
        (lambda figure: figure["layout"]["annotations"][0], "layout.annotations[0]"),
        (lambda figure: figure["layout"]["annotations"][0]["font"], "layout.annotations[0].font"),
    ],
)
def test_an_unknown_attribute_is_refused_wherever_it_stands(place, name):
    figure = json.loads(json.dumps(COMPLETE))
    place(figure)["novelty"] = 1

    with pytest.raises(ValueError, match=f"^{re.escape(name)}.novelty: svg.py does not draw this attribute$"):
        draw(figure)


@pytest.mark.parametrize(
    ("figure", "refusal"),
    [
        (plain([scatter(x=[1, 2])]), "data[0]: x and y differ in length"),
        (plain([{"type": "scatter", "mode": "lines", "x": [1], "y": [1]}]), "data[0].line.color: missing"),
        (plain([{"type": "scatter", "x": [1], "y": [1]}]), "data[0].mode: missing"),
        (plain([{"type": "scatter", "mode": "text", "x": [1], "y": [1]}]), "data[0].text: missing"),
        (plain([scatter(mode="text", text=["a"])]), "data[0].text: needs one for each of x"),
        (
            plain([scatter(mode="text", text=["a"] * 3, textposition=["top left"])]),
            "data[0].textposition: needs one for each of x",
        ),
        (plain([scatter(mode="text", text=["a"] * 3, textposition="above")]), "data[0].textposition: 'above' is not"),
        (plain([scatter(mode="lines+dots")]), "data[0].mode: 'lines+dots' is not made of lines, markers and text"),
        (plain([scatter(mode="none")]), "data[0].mode: 'none' is not made of lines, markers and text"),
        (plain([scatter(marker={"color": "red"})]), "data[0].marker.color: 'red' is not a token of palette.py"),
        (plain([scatter(marker={"color": ["var(--ink)"]})]), "data[0].marker.color: ['var(--ink)'] is not a color"),
        (plain([scatter(marker={"color": "var(--ink)", "symbol": "star"})]), "data[0].marker.symbol: 'star' is not"),
        (
            plain([scatter(marker={"color": "var(--ink)", "line": {"width": 1}})]),
            "data[0].marker.line.color: missing, and svg.py does not choose it",
        ),
        (
            plain([bar(marker={"color": "var(--ink)", "line": {"width": 1}})]),
            "data[0].marker.line.color: missing, and svg.py does not choose it",
        ),
        (plain([scatter(x=[1, 4, float("nan")])]), "data[0].x[2]: nan is not a finite number"),
        (plain([scatter(x=[1, 4, True])]), "data[0].x[2]: True is not a finite number"),
        (plain([scatter(x=["May", "June", "July"])]), "data[0].x[0]: 'May' is not a finite number"),
        (plain([scatter(x=(1, 4, 9))]), "data[0].x: (1, 4, 9) is not a list"),
        (plain([bar(x=[2, 4, None])]), "data[0].x[2]: None is not a finite number"),
        (plain([scatter(marker={"color": "var(--ink)", "size": -1})]), "data[0].marker.size: -1 is below 0"),
        (plain([scatter(x=[1, 4, 11])]), "data[0].x[2]: 11 lies outside the axis"),
        (plain([scatter(y=[-1, 4, 9])]), "data[0].y[0]: -1 lies outside the axis"),
        (
            plain([], annotations=[{"x": 5, "y": 11, "text": "a"}]),
            "layout.annotations[0].y: 11 lies outside the axis",
        ),
        (plain([], shapes=[shape(x1=11)]), "layout.shapes[0].x1: 11 lies outside the axis"),
        (
            plain([], shapes=[shape(ysizemode="pixel", yanchor=-1)]),
            "layout.shapes[0].yanchor: -1 lies outside the axis",
        ),
        (plain([], shapes=[shape(xsizemode="pixel")]), "layout.shapes[0].xanchor: missing"),
        (plain([], xaxis=AXIS | {"tickvals": [12]}), "layout.xaxis.tickvals[0]: 12 lies outside the axis"),
        (plain([bar(x=[0, 4, 6])]), "data: the bar at 0 reaches outside the axes"),
        (plain([bar()], yaxis=AXIS | {"range": [1, 10]}), "data: the bar at 2 reaches outside the axes"),
        (plain([bar(), bar()], barmode="stack"), "data: the bar at 4 reaches outside the axes"),
        (
            plain([bar(y=[1, -1, 1])], barmode="stack", yaxis=AXIS | {"range": [-5, 5]}),
            "data: svg.py does not stack -1, which is below 0",
        ),
        (
            plain([bar(), bar(orientation="h")]),
            "data: svg.py does not draw bars of both orientations in one figure",
        ),
        (plain([], xaxis=AXIS | {"range": [1, 1]}), "layout.xaxis.range: [1, 1] does not span anything"),
        (plain([], xaxis=AXIS | {"ticktext": []}), "layout.xaxis.ticktext: needs one text for each of tickvals"),
        (plain([], xaxis=AXIS | {"ticktext": ["<b>5</b>"]}), "layout.xaxis.ticktext[0]: '<b>5</b>' holds '<', which"),
        (plain([], xaxis=AXIS | {"ticktext": ["5\x00"]}), "layout.xaxis.ticktext[0]: '5\\x00' holds '\\x00', which"),
        (plain([], xaxis=AXIS | {"ticktext": [5]}), "layout.xaxis.ticktext[0]: 5 is not text"),
        (plain([], xaxis={}), "layout.xaxis.range: missing, and svg.py does not choose it"),
        (plain([], height=60, margin={"t": 40, "b": 30}), "layout.margin: leaves no room for the plot in 480 x 60 px"),
        (plain([], font={"family": "Arial"}), "layout.font.family: 'Arial' is not a token of palette.py"),
        ({"data": []}, "figure.layout: missing, and svg.py does not choose it"),
        ({"data": [], "layout": {}}, "layout.template: missing, and svg.py does not choose it"),
        (
            figures.figure([], {"xaxis": AXIS, "yaxis": AXIS}),
            "layout.height: missing, and svg.py does not choose it",
        ),
    ],
)
def test_what_would_be_drawn_otherwise_is_refused_with_its_place(figure, refusal):
    with pytest.raises(ValueError, match=f"^{re.escape(refusal)}"):
        draw(figure)


@pytest.mark.parametrize("name", HOUSE_FIGURES)
@pytest.mark.parametrize("medium", ["screen", "print"])
def test_a_picture_is_drawn_within_its_budget(name, medium):
    took = timeit.repeat(lambda: draw(HOUSE_FIGURES[name], medium=medium), number=1, repeat=20)

    assert min(took) * 1000 <= SLOWEST


def test_the_names_of_a_profile_are_in_its_picture():
    assert shown_texts(parsed(profile([1] * 8))) == ["0", "1", "2", *NAMES]
