"""A plan projected day by day, and held against what came of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import (
    PlannedItem,
    Step,
    Verdict,
    outcomes,
    phase_dates,
    project,
    project_plan,
    score,
    unmoved,
)
from tests.scoring.samples import DECIDERS, KEYS, chosen_results, decided, make_result, results

DAY = date(2026, 8, 17)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
items = st.builds(
    PlannedItem,
    st.sampled_from((*KEYS, "unknown")),
    st.integers(1, 2),
    st.dates(DAY, DAY + timedelta(days=90)),
    st.sets(st.sampled_from(DECIDERS)).map(lambda keys: tuple(sorted(keys))),
)
plans = st.lists(items, max_size=30)


def on(day):
    return DAY + timedelta(days=day - 1)


def item(category, target, day):
    return PlannedItem(category, target, on(day))


# Phases


@pytest.mark.parametrize(
    ("start", "first", "last"),
    [
        (date(2026, 8, 17), date(2026, 9, 16), date(2026, 10, 15)),
        (date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 29)),  # the clocks change on 25 October
        (date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 29)),  # a leap day begins it
        (date(2028, 2, 29), date(2028, 3, 30), date(2028, 4, 28)),
        (date(2026, 12, 31), date(2027, 1, 30), date(2027, 2, 28)),
    ],
)
def test_the_second_phase_is_days_31_to_60(start, first, last):
    assert phase_dates(start, 31, 60) == (first, last)


@given(days, st.integers(1, 400), st.integers(0, 400))
def test_a_phase_lasts_as_long_as_its_days_say_and_the_next_begins_the_day_after(start, first, length):
    begins, ends = phase_dates(start, first, first + length)

    assert (ends - begins).days == length
    assert phase_dates(start, first + length + 1, first + length + 1)[0] - ends == timedelta(days=1)
    assert phase_dates(start, 1, 1) == (start, start)


# Projection


def test_a_category_rises_when_the_last_item_that_leads_there_is_done():
    plan = [item("a", 1, 10), item("a", 1, 20), item("a", 2, 15), item("a", 2, 40)]

    projected = project_plan(make_result([0, *[1] * 7]), plan)

    assert projected.steps == (Step(on(20), 8), Step(on(40), 9))
    assert projected.planned.level("a") == 2


def test_the_higher_level_waits_for_the_lower_one():
    projected = project_plan(make_result([0, *[1] * 7]), [item("a", 2, 15), item("a", 1, 20)])

    assert projected.steps == (Step(on(20), 9),)


def test_the_day_the_line_is_reached():
    projected = project_plan(make_result([1] * 8), [item("a", 2, 10), item("b", 2, 20), item("c", 2, 30)])

    assert projected.reaches_on == on(20)
    assert [projected.total_on(on(day)) for day in (1, 9, 10, 19, 20, 30, 90)] == [8, 8, 9, 9, 10, 11, 11]
    assert (projected.gain, projected.points_missing, projected.ends_on) == (3, 0, on(30))


def test_a_plan_that_stays_below_says_how_many_points_are_missing():
    projected = project_plan(make_result([1] * 8), [item("a", 2, 10)])

    assert projected.reaches_on is None
    assert projected.points_missing == 1


def test_who_is_clear_already_does_not_reach_the_line_once_more():
    projected = project_plan(make_result([2, 2, 2, *[1] * 5]), [item("d", 2, 10)])

    assert projected.is_clear_now
    assert projected.reaches_on is None


def test_steps_of_one_day_are_one_step():
    assert project_plan(make_result([1] * 8), [item("a", 2, 10), item("b", 2, 10)]).steps == (Step(on(10), 10),)


def by_deciders(*levels):
    """A result whose categories have all, none, or the first of their deciders, each with current proof."""
    states = {0: (0, 0, 0), 1: (2, 0, 0), 2: (2, 2, 2)}
    return score(decided(states[level], key=key) for key, level in zip(KEYS, levels, strict=True))


def earning(category, day, *deciders, target=2):
    return PlannedItem(category, target, on(day), deciders)


def test_one_of_two_items_that_a_level_needs_raises_nothing_yet():
    result = by_deciders(1, 1, 1, 1, 1, 1, 1, 2)
    one, both = [earning("a", 10, "y")], [earning("a", 10, "y"), earning("a", 30, "z")]

    assert project_plan(result, one).steps == ()
    assert project_plan(result, both).steps == (Step(on(30), 10),)
    assert project_plan(result, both).reaches_on == on(30)


def test_an_item_that_names_no_deciders_earns_all_of_them():
    assert project_plan(by_deciders(0, *[1] * 7), [earning("a", 10)]).steps == (Step(on(10), 9),)


def test_an_item_that_leads_to_1_shows_its_deciders_in_part():
    plan = [earning("a", 10, "x", target=1), earning("a", 20, "x", "y", "z")]

    assert project_plan(by_deciders(0, *[1] * 7), plan).steps == (Step(on(10), 8), Step(on(20), 9))


def test_the_line_is_reached_by_what_is_proven_and_not_by_what_is_claimed():
    claimed = decided((2, 2, 2), (0, 0, 0), key="h")
    result = score([*by_deciders(2, 2, 2, 2, 1, 0, 0, 0).answers[:7], claimed])
    projected = project_plan(result, [earning("h", 10, "x"), earning("h", 20, "y", "z")])

    assert (result.total, result.proven_total) == (11, 9)
    assert (projected.is_clear_now, projected.points_missing, projected.gain) == (False, 0, 2)
    assert projected.reaches_on == on(10)


def test_an_empty_plan_changes_nothing():
    result = make_result([1] * 8)
    projected = project_plan(result, [])

    assert (projected.planned, projected.steps, projected.ends_on) == (result, (), None)


@given(chosen_results, plans)
def test_the_end_is_what_projecting_the_highest_targets_gives(result, plan):
    targets = {}
    for each in plan:
        if each.category in KEYS:
            targets[each.category] = max(targets.get(each.category, 0), each.target)

    assert project_plan(result, plan).planned == project(result, targets)


@given(results, plans)
def test_the_score_only_rises_and_never_above_the_maximum(result, plan):
    projected = project_plan(result, plan)
    totals = [result.proven_total, *(step.total for step in projected.steps)]

    assert totals == sorted(set(totals))
    assert totals[-1] == projected.planned.proven_total <= result.maximum
    assert [step.on for step in projected.steps] == sorted({step.on for step in projected.steps})


@given(results, plans)
def test_no_category_is_lowered_or_raised_above_2(result, plan):
    planned = project_plan(result, plan).planned

    for before, after in zip(result.answers, planned.answers, strict=True):
        assert after.level in (None, 0, 1, 2)
        assert after.low >= before.low
        assert after.proven >= before.proven


@given(results, plans, st.randoms())
def test_the_order_of_items_never_matters(result, plan, random):
    shuffled = list(plan)
    random.shuffle(shuffled)

    assert project_plan(result, shuffled) == project_plan(result, plan)


@given(results, plans, items)
def test_one_more_item_never_lowers_where_the_plan_ends(result, plan, more):
    assert project_plan(result, [*plan, more]).planned.proven_total >= project_plan(result, plan).planned.proven_total


@given(results, plans)
def test_the_line_is_reached_on_the_first_day_that_is_clear(result, plan):
    projected = project_plan(result, plan)
    clear = [step.on for step in projected.steps if step.total >= result.threshold]

    if result.verdict == Verdict.CLEAR or not clear:
        assert projected.reaches_on is None
    else:
        assert projected.reaches_on == clear[0]


@given(results, plans, st.integers(0, 90))
def test_done_a_day_later_is_never_more_on_any_day(result, plan, day):
    later = [PlannedItem(each.category, each.target, each.on + timedelta(days=1), each.earns) for each in plan]

    assert project_plan(result, later).total_on(on(day)) <= project_plan(result, plan).total_on(on(day))


# Plan against outcome


def test_what_is_done_and_did_not_move_is_named():
    was, planned = make_result([0, 1, 1, 2, None, 1, 1, 1]), make_result([1, 2, 2, 2, None, 1, 1, 1])
    now = dict(zip(KEYS, [0, 2, 0, 2, None, 1, 1, 2], strict=True))
    rows = outcomes(was, planned, now)

    assert [row.is_reached for row in rows] == [False, True, False, True, False, True, True, True]
    assert unmoved(rows, {"a": 1, "b": 2, "c": 2, "d": 2, "e": 2, "f": 0}) == ("a", "c")


@given(chosen_results, plans)
def test_a_plan_that_came_true_leaves_nothing_unmoved(result, plan):
    planned = project_plan(result, plan).planned
    rows = outcomes(result, planned, {answer.key: answer.level for answer in planned.answers})
    done = {each.category: each.target for each in plan}

    assert unmoved(rows, done) == ()
