from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import RatedQuestion, percent, tally

RATINGS = ("", "0", "1", "2", "na")
TOPICS = ("a", "b", "c")
questions = st.lists(
    st.tuples(st.sampled_from(TOPICS), st.sampled_from(RATINGS), st.booleans()), min_size=1, max_size=12
).map(lambda rows: [RatedQuestion(f"q{n}", *row) for n, row in enumerate(rows)])
weights = st.dictionaries(st.sampled_from(TOPICS), st.integers(0, 5))


def rated(*ratings, critical=False):
    return [RatedQuestion(f"q{n}", "a", rating, critical) for n, rating in enumerate(ratings)]


def test_points_count_what_applies():
    result = tally(rated("2", "1", "0", "na", ""))

    assert (result.points, result.maximum, result.applicable, result.rated) == (3, 8, 4, 4)
    assert (result.low, result.high) == (Fraction(3, 8), Fraction(5, 8))


def test_nothing_that_applies_has_no_share():
    result = tally(rated("na", "na"))

    assert (result.low, result.high, result.maximum) == (None, None, 0)


def test_critical_questions_without_a_two_are_red_flags_rated_or_not():
    result = tally(rated("2", "1", "0", "na", "", critical=True))

    assert result.red_flags == ("q1", "q2", "q4")
    assert tally(rated("0", "1")).red_flags == ()


def test_a_weight_makes_a_topic_count_more_and_zero_leaves_it_out():
    both = [RatedQuestion("x", "a", "2"), RatedQuestion("y", "b", "0")]

    assert tally(both).low == Fraction(1, 2)
    assert tally(both, weights={"a": 3}).low == Fraction(3, 4)
    assert tally(both, weights={"a": 0}).low == 0
    assert tally(both, weights={"a": 0, "b": 0}).low is None


@given(questions, weights, st.data())
def test_whatever_the_open_questions_become_the_share_stays_in_its_range(asked, weights, data):
    result = tally(asked, weights=weights)
    answered = [
        RatedQuestion(q.key, q.topic, q.rating or data.draw(st.sampled_from(RATINGS[1:])), q.critical) for q in asked
    ]

    share = tally(answered, weights=weights).low

    if share is not None:
        assert result.low <= share <= result.high


@given(questions)
def test_equal_weights_change_nothing_and_topics_add_up(asked):
    result = tally(asked)

    assert result.low == tally(asked, weights=dict.fromkeys(TOPICS, 4)).low
    assert sum(result.topic(key).points for key in TOPICS) == result.points
    assert sum(result.topic(key).maximum for key in TOPICS) == result.maximum


@given(st.integers(0, 200), st.integers(1, 200))
def test_only_a_full_share_is_a_hundred_percent_and_only_none_is_zero(points, maximum):
    share = Fraction(min(points, maximum), maximum)

    assert (percent(share) == 100) == (share == 1)
    assert (percent(share) == 0) == (share == 0)
    assert abs(percent(share) - share * 100) <= 1


@pytest.mark.parametrize(
    ("asked", "weights", "reason"),
    [
        ([RatedQuestion("x", "a", "3")], {}, "'3' is no rating"),
        ([RatedQuestion("x", "a"), RatedQuestion("x", "b")], {}, "there twice"),
        ([RatedQuestion("x", "a")], {"a": -1}, "below 0"),
    ],
)
def test_what_cannot_be_added_up_is_refused(asked, weights, reason):
    with pytest.raises(ValueError, match=reason):
        tally(asked, weights=weights)
