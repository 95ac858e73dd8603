"""Labels beside a line: where they fit they stand free of the line, the marks, the rule and each other."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts.labels import Frame, place, spread

SIZE = (16, 10)
FRAMES = [Frame(width, 190, (-0.5, 20.5), (0, 16.4), headroom=20) for width in (224, 360, 520)]


@pytest.mark.parametrize(
    ("count", "gap", "places"),
    [
        (1, 1, [0]),
        (1, 9, [0]),
        (2, 1, [0, 1]),
        (2, 2, [1]),
        (5, 0, [0, 1, 2, 3, 4]),
        (5, 2, [0, 2, 4]),
        (6, 2, [0, 2, 5]),
        (40, 13, [0, 13, 26, 39]),
        (40, 20, [0, 39]),
        (40, 40, [39]),
    ],
)
def test_places_are_spread_from_the_first_to_the_last(count, gap, places):
    assert spread(count, gap) == places


@given(st.integers(1, 200), st.integers(1, 200))
def test_spread_places_keep_their_distance_and_have_the_last_among_them(count, gap):
    places = spread(count, gap)

    assert places[-1] == count - 1
    assert all(later - earlier >= gap for earlier, later in pairwise(places))


def test_a_lone_label_stands_above_its_point():
    assert place([(10, 5)], [SIZE], [0], frames=FRAMES, rule=10) == {0: (0, 14)}


def test_a_label_on_the_rule_stands_below_its_point():
    assert place([(10, 9.2)], [SIZE], [0], frames=FRAMES, rule=10) == {0: (0, -14)}


def test_a_label_too_large_for_any_place_is_left_out():
    assert place([(10, 5)], [(600, 10)], [0], frames=FRAMES, rule=10) == {}


def test_the_first_in_order_has_the_first_choice():
    points = [(10.0, 5.0), (10.5, 5.0)]

    assert place(points, [SIZE, SIZE], [0], frames=FRAMES, rule=16)[0] == (0, 14)
    assert place(points, [SIZE, SIZE], [1, 0], frames=FRAMES, rule=16)[1] == (0, 14)


@given(st.lists(st.integers(0, 16), min_size=1, max_size=21), st.integers(0, 16))
def test_labels_touch_nothing_at_any_width(totals, rule):
    points = [(float(number), float(total)) for number, total in enumerate(totals)]

    placed = place(points, [SIZE] * len(points), range(len(points)), frames=FRAMES, rule=rule)

    for frame in FRAMES:
        boxes = {index: box(frame, points[index], offset) for index, offset in placed.items()}
        marks = [frame.at(*point) for point in points]
        for left, bottom, right, top in boxes.values():
            assert left >= 0
            assert right <= frame.width
            assert bottom >= 0
            assert top <= frame.height + frame.headroom
            assert not bottom < frame.at(0, rule)[1] < top
        for index, (left, bottom, right, top) in boxes.items():
            others = [mark for number, mark in enumerate(marks) if number != index]
            assert not any(left < x < right and bottom < y < top for x, y in others)
        for one, other in combinations(boxes.values(), 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def box(frame, point, offset):
    """Left, bottom, right and top of a label, in px."""
    x, y = (at + away for at, away in zip(frame.at(*point), offset, strict=True))
    return x - SIZE[0] / 2, y - SIZE[1] / 2, x + SIZE[0] / 2, y + SIZE[1] / 2


def test_a_label_keeps_clear_of_other_marks():
    frame = Frame(300, 200, (0.0, 2.0), (0.0, 10.0), headroom=20)
    points, sizes = [(0, 5), (1, 5), (2, 5)], [(10, 10)] * 3
    free = place(points, sizes, [1], frames=[frame], rule=-5)
    _, up = free[1]
    mark = (1, 5 + up / 20)

    moved = place(points, sizes, [1], frames=[frame], rule=-5, marks=[mark])

    assert moved[1] != free[1]
