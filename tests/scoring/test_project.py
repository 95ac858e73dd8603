"""A result once its targets are reached, or the deciders that planned work brings about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Verdict, project, score
from tests.scoring.samples import DECIDERS, KEYS, chosen_results, decided, decided_results, make_result, results

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
    assert project(result, {"a": 1, "b": 2}) == make_result([1, 2, 2, None, 0, 1, 2, 0], supported="bc")


def test_a_projected_verdict_is_that_of_the_levels_reached():
    result = make_result([1] * 8)

    assert result.verdict == Verdict.AT_RISK
    assert project(result, {"a": 2}).verdict == Verdict.AT_RISK
    assert project(result, {"a": 2, "b": 2}).verdict == Verdict.CLEAR


def test_a_target_of_an_unknown_category_is_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        project(make_result([1] * 8), {"nowhere": 2})


@given(chosen_results, plans)
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
    assert result.proven_total <= projected.proven_total


@given(results, plans)
def test_a_plan_reached_twice_is_reached_once(result, targets):
    once = project(result, targets)

    assert project(once, targets) == once


@given(results, plans, st.sampled_from(KEYS))
def test_a_higher_target_never_projects_less(result, targets, key):
    higher = {**targets, key: targets.get(key, 0) + 1}

    assert project(result, higher).total >= project(result, targets).total


# By deciders

earned = st.dictionaries(st.sampled_from(KEYS), st.dictionaries(st.sampled_from(DECIDERS), st.sampled_from((1, 2))))


@pytest.mark.parametrize(
    ("states", "proofs", "brought", "level", "proven"),
    [
        pytest.param((0, 0, 0), (0, 0, 0), {"x": 2}, 1, 1, id="one of three"),
        pytest.param((0, 0, 0), (0, 0, 0), {"x": 2, "y": 2}, 1, 1, id="two of three raise nothing more"),
        pytest.param((0, 0, 0), (0, 0, 0), {"x": 2, "y": 2, "z": 2}, 2, 2, id="all three"),
        pytest.param((2, 2, 0), (2, 2, 0), {"z": 1}, 1, 1, id="in part is not enough"),
        pytest.param((2, 2, 0), (2, 2, 0), {"z": 2}, 2, 2, id="the last one"),
        pytest.param((2, 2, 0), (2, 1, 0), {"z": 2}, 2, 1, id="another one is too old"),
        pytest.param((2, 2, 2), (0, 0, 0), {"x": 1}, 2, 1, id="work that shows less proves no more"),
        pytest.param((2, 2, 2), (0, 2, 2), {"x": 1}, 2, 1, id="not even the last proof missing"),
        pytest.param((2, 2, 2), (0, 0, 0), {"x": 2, "y": 2, "z": 2}, 2, 2, id="proof of what is claimed"),
        pytest.param((None, None, None), (0, 0, 0), {"x": 2}, None, 1, id="the rest is not asked"),
        pytest.param((1, 0, 0), (0, 0, 0), {}, 1, 0, id="nothing is planned"),
    ],
)
def test_a_level_is_there_when_its_deciders_are(states, proofs, brought, level, proven):
    projected = project(score([decided(states, proofs)], threshold=1), {}, {"a": brought}).answer("a")

    assert (projected.level, projected.proven) == (level, proven)


def test_a_target_does_not_raise_a_category_with_deciders():
    result = score([decided((0, 0, 0))], threshold=1)

    assert project(result, {"a": 2}) == result


def test_deciders_of_an_unknown_category_are_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        project(make_result([1] * 8), {}, {"nowhere": {"x": 2}})


@given(decided_results, earned)
def test_a_projection_by_deciders_never_lowers(result, brought):
    projected = project(result, {}, brought)

    for before, after in zip(result.answers, projected.answers, strict=True):
        assert after.low >= before.low
        assert after.proven >= before.proven
        if before.claim is None:
            assert after.high >= before.high or before.unasked


@given(decided_results, earned)
def test_deciders_earned_twice_are_earned_once(result, brought):
    once = project(result, {}, brought)

    assert project(once, {}, brought) == once


@given(decided_results, earned, st.sampled_from(KEYS), st.sampled_from(DECIDERS))
def test_one_more_decider_never_projects_less(result, brought, key, decider):
    more = {**brought, key: {**brought.get(key, {}), decider: 2}}

    assert project(result, {}, more).proven_total >= project(result, {}, brought).proven_total
