"""The house's figures: what they show of a result, at none, one and many points and under hostile names."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plotly import graph_objects

from assessments.charts import figures, svg, text
from assessments.charts.figures import ProfileRow, TrendPoint
from tests.charts.samples import HOSTILE_NAMES, HOUSE_FIGURES, LONG_NAME, NAMES, OTHER_FIGURES, profile, trend

MOVEMENT, WAS, TARGET, NOW = range(4)

levels = st.sampled_from((None, 0, 1, 2))
rows = st.lists(st.builds(ProfileRow, st.text(max_size=30), levels, levels, levels), min_size=1, max_size=8)
points = st.lists(st.builds(TrendPoint, st.text(max_size=30), st.integers(0, 16)), min_size=1, max_size=40)


def marks(figure, trace):
    data = figure["data"][trace]
    return list(zip(data["y"], data["x"], strict=True))


def texts(figure):
    return [annotation["text"] for annotation in figure["layout"]["annotations"]]


@pytest.mark.parametrize("name", [*HOUSE_FIGURES, *OTHER_FIGURES])
def test_a_figure_is_valid_to_plotly(name):
    figure = {**HOUSE_FIGURES, **OTHER_FIGURES}[name]

    assert graph_objects.Figure(figure).to_plotly_json()["data"]


@pytest.mark.parametrize("name", HOUSE_FIGURES)
def test_a_figure_is_plain_json(name):
    assert json.loads(json.dumps(HOUSE_FIGURES[name], allow_nan=False)) == HOUSE_FIGURES[name]


def test_a_profile_has_a_mark_for_every_level_known():
    figure = profile([0, 1, None], [1, None, 2], [2, None, None])

    assert marks(figure, NOW) == [(0, 0), (1, 1)]
    assert marks(figure, WAS) == [(0, 1), (2, 2)]
    assert marks(figure, TARGET) == [(0, 2)]
    assert figure["layout"]["yaxis"]["ticktext"] == list(NAMES[:3])


def test_a_profile_connects_only_what_moved():
    figure = profile([0, 1, None, 2], [1, 1, 2, None])

    assert marks(figure, MOVEMENT) == [(0, 1), (0, 0), (None, None)]


def test_a_profile_with_nothing_scored_shows_every_span_and_no_mark():
    figure = profile([None] * 8)

    assert [marks(figure, trace) for trace in range(4)] == [[], [], [], []]
    assert texts(figure) == ["not scored"] * 8
    assert [(shape["x0"], shape["x1"], shape["yanchor"]) for shape in figure["layout"]["shapes"]] == [
        (0, 2, place) for place in range(8)
    ]


def test_a_level_of_0_is_a_mark_and_no_open_span():
    figure = profile([0] * 8, [0] * 8)

    assert marks(figure, NOW) == [(place, 0) for place in range(8)]
    assert "not scored" not in texts(figure)


def test_a_profile_of_one_kind_of_mark_needs_no_key():
    assert texts(profile([0, 1, 2])) == []
    assert profile([0, 1, 2])["layout"]["margin"]["t"] == 12


def test_a_profile_of_several_kinds_has_a_key_naming_those_shown():
    figure = profile([0, 1], [1, 1], was_label="May <2026>", now_label="Today")

    assert texts(figure) == ["May &lt;2026&gt;", "Today"]
    assert [shape["type"] for shape in figure["layout"]["shapes"]] == ["circle", "circle"]


def test_the_key_of_a_profile_lies_within_the_narrowest_figure():
    words = {"now_label": LONG_NAME, "was_label": LONG_NAME, "target_label": LONG_NAME}
    figure = profile([0], [1], [2], names=("I",), **words)
    left = figure["layout"]["margin"]["l"]

    ends = [left + a["xshift"] + text.width(a["text"], 13) for a in figure["layout"]["annotations"]]

    assert max(ends) <= min(figures.WIDTHS.values())


def test_a_profile_row_is_read_out_in_words():
    figure = profile([1, None], [0, None], [2, 1], names=("R&D", "Cost"))

    assert figure["data"][NOW]["customdata"] == ["R&amp;D: 1, was 0, target 2"]
    assert figure["data"][TARGET]["customdata"][1] == "Cost: not scored, target 1"


def test_what_is_claimed_and_not_proven_is_a_hollow_mark_at_the_end_of_a_dotted_line():
    figure = profile([0, 2, 1], claimed=[2, None, 2])
    lines, claims = figure["data"][-2:]

    assert (lines["x"], lines["y"], lines["line"]["dash"]) == (
        [0, 2, None, 1, 2, None],
        [0, 0, None, 2, 2, None],
        "dot",
    )
    assert (claims["x"], claims["y"], claims["marker"]["color"]) == ([2, 2], [0, 2], "var(--paper)")
    assert texts(figure) == ["Proven", "Claimed"]
    assert claims["customdata"][0] == f"{NAMES[0]}: claimed 2, proven 0"


def test_a_profile_without_claims_has_no_mark_for_them():
    assert len(profile([0, 1, 2])["data"]) == 4


def test_a_trend_draws_what_was_claimed_as_a_second_line_with_a_key():
    figure = trend([3, 6], claimed=[9, None])

    assert [trace["y"] for trace in figure["data"]] == [[9, 6], [3, 6]]
    assert figure["data"][0]["line"]["dash"] == "dot"
    assert {"Proven", "Claimed"} <= set(texts(figure))


def test_a_trend_of_what_is_all_proven_is_one_line():
    figure = trend([3, 6], claimed=[3, None])

    assert [trace["y"] for trace in figure["data"]] == [[3, 6]]
    assert "Claimed" not in texts(figure)


def test_a_profile_grows_with_its_rows_and_leaves_room_for_its_names():
    short, long = profile([1], names=("I",)), profile([1], names=(LONG_NAME,))

    assert profile([1] * 8)["layout"]["height"] - profile([1] * 7)["layout"]["height"] == 30
    assert short["layout"]["margin"]["l"] < long["layout"]["margin"]["l"] <= 165
    assert long["layout"]["yaxis"]["ticktext"][0].endswith("…")


def test_a_profile_without_categories_is_refused():
    with pytest.raises(ValueError, match="needs at least one category"):
        figures.category_profile([])


def test_hostile_names_are_labels_everywhere_in_a_figure():
    figure = profile([1] * 8, [2] * 8, names=HOSTILE_NAMES)

    assert figure["layout"]["yaxis"]["ticktext"][0] == "&lt;b&gt;x&lt;/b&gt; &amp; y"
    assert figure["data"][NOW]["customdata"][0] == "&lt;b&gt;x&lt;/b&gt; &amp; y: 1, was 2"
    assert "\u202e" not in json.dumps(figure, ensure_ascii=False)
    assert "<" not in json.dumps(figure).replace("<extra></extra>", "")


def test_a_trend_goes_through_every_total_in_order():
    figure = trend([3, 9, 11], ["A", "B", "C"])

    assert marks(figure, 0) == [(3, 0), (9, 1), (11, 2)]
    assert figure["layout"]["xaxis"]["ticktext"] == ["A", "B", "C"]
    assert texts(figure) == ["Risk line 10", "3", "9", "11"]


def test_a_trend_of_one_is_a_mark_in_the_middle():
    figure = trend([7], ["May 2026"])

    assert marks(figure, 0) == [(7, 0)]
    assert sum(figure["layout"]["xaxis"]["range"]) == 0
    assert texts(figure) == ["Risk line 10", "7"]


def test_a_trend_of_two_names_both():
    figure = trend([0, 16], ["May 2026", "Jun 2026"])

    assert figure["layout"]["xaxis"]["ticktext"] == ["May 2026", "Jun 2026"]
    assert texts(figure) == ["Risk line 10", "0", "16"]


def test_a_trend_of_forty_names_the_first_the_last_and_few_between():
    figure = trend([(i * 7) % 17 for i in range(40)])
    names = figure["layout"]["xaxis"]["ticktext"]

    assert [name for name in names if name] == ["Jan 2020", "Sep 2021", "Apr 2023"]
    assert len(names) == 40
    assert marks(figure, 0)[-1] == ((39 * 7) % 17, 39)
    assert texts(figure)[-1] == str((39 * 7) % 17)


def test_the_axis_of_a_trend_starts_at_zero_and_holds_the_highest():
    layout = trend([3, 5])["layout"]

    assert layout["yaxis"]["range"][0] == 0
    assert layout["yaxis"]["tickvals"] == [0, 4, 8, 12, 16]
    assert layout["yaxis"]["range"][1] > 16


def test_the_risk_line_stands_where_the_threshold_is():
    layout = trend([3, 5], threshold=7)["layout"]

    assert [(shape["y0"], shape["y1"]) for shape in layout["shapes"]] == [(7, 7)]
    assert (layout["annotations"][0]["y"], layout["annotations"][0]["text"]) == (7, "Risk line 7")


def test_a_trend_without_assessments_is_refused():
    with pytest.raises(ValueError, match="needs at least one assessment"):
        figures.score_trend([])


@settings(max_examples=50)
@given(rows, st.text(max_size=20))
def test_any_profile_can_be_drawn_at_every_width(given_rows, label):
    figure = figures.category_profile(given_rows, was_label=label)

    assert all(svg.render(figure, width=width, title=label) for width in figures.WIDTHS.values())


@settings(max_examples=50)
@given(points)
def test_any_trend_can_be_drawn_at_every_width(given_points):
    figure = figures.score_trend(given_points)

    assert all(svg.render(figure, width=width, title="Trend") for width in figures.WIDTHS.values())


@given(points)
def test_the_dates_of_a_trend_never_touch(given_points):
    layout = figures.score_trend(given_points)["layout"]
    narrowest = min(figures.WIDTHS.values()) - layout["margin"]["l"] - layout["margin"]["r"]
    start, end = layout["xaxis"]["range"]

    shown = [
        ((place - start) / (end - start) * narrowest, text.width(name, 13))
        for place, name in zip(layout["xaxis"]["tickvals"], layout["xaxis"]["ticktext"], strict=True)
        if name
    ]

    for (x, width), (next_x, next_width) in pairwise(shown):
        assert x + width / 2 < next_x - next_width / 2
