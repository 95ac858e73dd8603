"""The shortest way: the least effort that reaches the line, in an order that does not depend on chance."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import framework
from assessments.scoring import CategoryAnswer, DeciderAnswer, Work, after, score, shortest_way
from tests.scoring.samples import (
    DECIDERS,
    KEYS,
    chosen_results,
    decided,
    decided_results,
    make_answers,
    make_result,
    results,
)


def work(key, category="a", target=2, effort="S", earns=()):
    return Work(key, category, target, effort, earns)


def works_of(categories, most):
    each = st.tuples(
        st.sampled_from(categories),
        st.sampled_from((1, 2)),
        st.sampled_from("SML"),
        st.sets(st.sampled_from(DECIDERS)).map(lambda keys: tuple(sorted(keys))),
    )
    return st.lists(each, max_size=most).map(lambda given: [Work(f"w{n}", *fields) for n, fields in enumerate(given)])


def keys(legs):
    return [[each.key for each in leg.works] for leg in legs]


def cost(works):
    return sum({"S": 1, "M": 2, "L": 4}[each.effort] for each in works)


def test_the_most_points_for_the_effort_come_first():
    result = make_result([1] * 8)
    legs = shortest_way(result, [work("a", "a", effort="M"), work("b", "b", effort="S"), work("c", "c", effort="L")])

    assert keys(legs) == [["b"], ["a"]]
    assert [(leg.category, leg.was, leg.now, leg.total) for leg in legs] == [("b", 1, 2, 9), ("a", 1, 2, 10)]


def test_the_way_is_the_cheapest_and_not_the_one_that_begins_with_the_most():
    """Two points for three are more for the effort than one for two, and yet more than is needed."""
    result = score(
        [*make_answers([1] * 6, "abcdef"), decided((0, 0, 0), key="g"), decided((2, 2, 0), key="h")], threshold=8
    )
    three = [work(key, "g", 2, "S", (key,)) for key in DECIDERS]

    assert keys(shortest_way(result, [*three[1:], work("m", "h", 2, "M", ("z",))])) == [["y"]]
    assert keys(shortest_way(result, [work("l", "g", 2, "L"), work("m", "h", 2, "M", ("z",))])) == [["m"]]


def test_works_that_only_together_raise_a_category_are_one_leg():
    result = score([*make_answers([2] * 4, "abcd"), *(decided((0, 0, 0), key=key) for key in "efgh")])
    works = [work("x", "e", 2, "S", ("x",)), work("y", "e", 2, "S", ("y",)), work("z", "e", 2, "S", ("z",))]
    legs = shortest_way(result, works)

    assert keys(legs) == [["x"], ["y", "z"]]
    assert [(leg.was, leg.now, leg.total) for leg in legs] == [(0, 1, 9), (1, 2, 10)]


def test_work_that_raises_nothing_is_in_no_leg():
    proven = score([decided((2, 2, 2)), decided((2, 2, 0), key="b")], threshold=4)
    works = [
        work("there already", "a", 2, "S", ("x",)),
        work("not enough", "b", 1, "S", ("x",)),
        work("b", "b", 2, "L", ("z",)),
    ]

    assert keys(shortest_way(proven, works)) == [["b"]]


def test_work_of_an_unknown_category_is_left_out():
    assert shortest_way(make_result([1] * 8), [work("x", "nowhere")]) == ()


def test_a_way_that_does_not_reach_the_line_goes_as_far_as_the_work_does():
    legs = shortest_way(make_result([0] * 8), [work("a", "a"), work("b", "b", 1)])

    assert [leg.total for leg in legs] == [2, 3]


def test_what_is_past_the_line_goes_on_to_the_maximum():
    legs = shortest_way(make_result([2, 2, 2, 2, 2, 1, 1, 1]), [work("f", "f"), work("g", "g")])

    assert [leg.total for leg in legs] == [14, 15]


def test_nothing_is_left_to_do_at_the_top():
    assert shortest_way(make_result([2] * 8), [work("a", "a")]) == ()


def test_proof_of_what_is_claimed_is_work_too():
    result = score([decided((2, 2, 2), (0, 0, 0)), decided((0, 0, 0), key="b")], threshold=2)

    assert keys(shortest_way(result, [work("prove", "a", 2, "S", DECIDERS), work("b", "b")])) == [["prove"]]


def test_of_equal_ways_the_first_category_comes_first():
    works = [work(key, key) for key in reversed("abcdefgh")]

    assert keys(shortest_way(make_result([1] * 8), works)) == [["a"], ["b"]]


@pytest.mark.parametrize("version", ["2026.1", "2026.2"])
def test_the_actions_of_the_framework_lead_from_nothing_to_the_maximum(version):
    content = framework.load(version=version)
    works = [
        Work(f"{category.key}:{action.key}", category.key, level, action.effort, action.deciders)
        for category in content.categories
        for level, actions in ((1, category.to_1), (2, category.to_2))
        for action in actions
    ]
    result = score(
        CategoryAnswer(c.key, None if c.deciders else 0, deciders=tuple(DeciderAnswer(d.key, 0) for d in c.deciders))
        for c in content.categories
    )

    assert shortest_way(result, works)[-1].total == 10
    assert shortest_way(result, works, to=16)[-1].total == 16


@given(decided_results, works_of("abc", 6))
def test_no_other_choice_of_work_reaches_the_line_with_less(result, works):
    legs = shortest_way(result, works)
    goal = result.threshold if result.proven_total < result.threshold else result.maximum
    goal = min(goal, after(result, works).proven_total)
    chosen = [each for leg in legs for each in leg.works]
    reach = {
        cost(some)
        for size in range(len(works) + 1)
        for some in combinations(works, size)
        if after(result, some).proven_total >= goal
    }

    assert cost(chosen) == min(reach)
    assert after(result, chosen).proven_total >= goal


@given(results, works_of("abcd", 8))
def test_every_leg_raises_the_total_by_what_it_says(result, works):
    total = result.proven_total
    for leg in shortest_way(result, works):
        before = result.answer(leg.category).proven
        result = after(result, leg.works)

        assert (before, result.answer(leg.category).proven) == (leg.was, leg.now)
        assert leg.total == result.proven_total == total + leg.now - leg.was > total
        total = leg.total


@given(results, works_of("abcd", 8))
def test_no_leg_could_better_be_taken_before_the_one_in_front_of_it(result, works):
    """Of any two legs that do not need each other, the one with more points for the effort stands first."""
    legs = shortest_way(result, works)
    for one, next_one in pairwise(legs):
        if one.category != next_one.category:
            rates = [(leg.now - leg.was) / cost(leg.works) for leg in (one, next_one)]
            assert rates[0] >= rates[1]


@given(chosen_results | decided_results, works_of("abcdefgh", 12), st.randoms(use_true_random=False))
def test_the_order_in_which_work_is_given_changes_neither_effort_nor_end(result, works, random):
    shuffled = random.sample(works, k=len(works))
    one, other = shortest_way(result, works), shortest_way(result, shuffled)

    assert shortest_way(result, works) == one
    assert sum(cost(leg.works) for leg in one) == sum(cost(leg.works) for leg in other)
    reached = [legs[-1].total if legs else result.proven_total for legs in (one, other)]
    assert reached[0] == reached[1] or min(reached) >= result.threshold


@given(results, works_of(KEYS, 10))
def test_work_done_never_lowers_anything(result, works):
    done = after(result, works)

    for before, then in zip(result.answers, done.answers, strict=True):
        assert then.low >= before.low
        assert then.proven >= before.proven
