"""A result once its targets are reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Verdict, project
from tests.scoring.samples import KEYS, make_result, results

plans = st.dictionaries(st.sampled_from(KEYS), st.integers(-3, 5))


@pytest.mark.parametrize(
    ("level", "target", "reached"),
    [
        (0, 0, 0),
        (0, 1, 1),
        (0, 2, 2),
        (1, 0, 1),
        (1, 1, 1),
        (1, 2, 2),
        (2, 0, 2),
        (2, 1, 2),
        (2, 2, 2),
        (1, 3, 2),
        (1, -1, 1),
        (None, 0, None),
        (None, 1, None),
        (None, 2, 2),
        (None, 3, 2),
    ],
)
def test_a_category_is_raised_to_its_target_and_never_lowered(level, target, reached):
    assert project(make_result([level, *[1] * 7]), {"a": target}).level("a") == reached


def test_categories_without_a_target_stay():
    result = make_result([0, 1, 2, None, 0, 1, 2, 0], supported="c")

    assert project(result, {}) == result
    assert project(result, {"a": 1, "b": 2}) == make_result([1, 2, 2, None, 0, 1, 2, 0], supported="c")


def test_a_projected_verdict_is_that_of_the_levels_reached():
    result = make_result([1] * 8)

    assert result.verdict == Verdict.AT_RISK
    assert project(result, {"a": 2}).verdict == Verdict.AT_RISK
    assert project(result, {"a": 2, "b": 2}).verdict == Verdict.CLEAR


def test_a_target_of_an_unknown_category_is_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        project(make_result([1] * 8), {"nowhere": 2})


@given(results, plans)
def test_a_projection_never_lowers_and_never_goes_above_2(result, targets):
    projected = project(result, targets)

    assert projected.threshold == result.threshold
    for key in KEYS:
        before, after = result.level(key), projected.level(key)
        assert after in (None, 0, 1, 2)
        if before is not None:
            assert before <= after
        if after is None:
            assert before is None
    assert result.total <= projected.total


@given(results, plans)
def test_a_plan_reached_twice_is_reached_once(result, targets):
    once = project(result, targets)

    assert project(once, targets) == once


@given(results, plans, st.sampled_from(KEYS))
def test_a_higher_target_never_projects_less(result, targets, key):
    higher = {**targets, key: targets.get(key, 0) + 1}

    assert project(result, higher).total >= project(result, targets).total
