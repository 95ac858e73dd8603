"""A plan projected by the deciders its items earn: a level is there when its deciders are, and not before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import (
    Age,
    CategoryAnswer,
    DeciderAnswer,
    PlannedItem,
    Step,
    Verdict,
    Work,
    project_plan,
    score,
    shortest_way,
)

DAY = date(2026, 8, 17)
KEYS = tuple("abcdefgh")
DECIDERS = ("register", "check", "outlook")

states = st.sampled_from((None, 0, 1, 2))
deciders = st.tuples(*(st.builds(DeciderAnswer, st.just(key), states, st.sampled_from(Age)) for key in DECIDERS))
claims = st.sampled_from((None, None, None, 0, 1, 2))
category_lists = st.tuples(*(st.builds(CategoryAnswer.by_deciders, st.just(key), deciders) for key in KEYS))
claimed_lists = st.tuples(
    *(st.builds(lambda d, c, key=key: CategoryAnswer.by_deciders(key, d, claim=c), deciders, claims) for key in KEYS)
)
results = st.builds(score, st.one_of(category_lists, claimed_lists))
earns = st.lists(st.sampled_from((*DECIDERS, "gone")), max_size=3, unique=True).map(tuple)
items = st.builds(
    PlannedItem,
    st.sampled_from((*KEYS, "unknown")),
    st.integers(1, 2),
    st.dates(DAY, DAY + timedelta(days=90)),
    earns,
)
plans = st.lists(items, max_size=20)


def category(key, *states, proof=Age.CURRENT, claim=None):
    answers = (DeciderAnswer(name, state, proof) for name, state in zip(DECIDERS, states, strict=True))
    return CategoryAnswer.by_deciders(key, answers, claim=claim)


def made(*first):
    """These categories, and the rest at a proven 1."""
    return score([*first, *(category(key, 1, 0, 0) for key in KEYS[len(first) :])])


def item(target, day, *earns, key="a"):
    return PlannedItem(key, target, DAY + timedelta(days=day), earns)


def test_one_of_two_needed_items_raises_nothing_yet():
    now = made(category("a", 2, 0, 0))

    assert project_plan(now, [item(2, 10, "check")]).steps == ()
    both = project_plan(now, [item(2, 10, "check"), item(2, 40, "outlook")])
    assert both.steps == (Step(DAY + timedelta(days=40), 9),)


def test_an_item_that_names_no_decider_earns_all():
    assert project_plan(made(category("a", 0, 0, 0)), [item(2, 10)]).planned.answer("a").proven == 2


def test_a_decider_the_category_does_not_have_earns_nothing():
    assert project_plan(made(category("a", 0, 0, 0)), [item(2, 10, "gone")]).steps == ()


@pytest.mark.parametrize(("target", "proven"), [(1, 1), (2, 2)])
def test_proof_of_what_is_claimed_proves_no_more_than_it_shows(target, proven):
    now = made(category("a", 2, 2, 2, proof=Age.NONE))

    assert now.answer("a").proven == 0
    assert project_plan(now, [item(target, 10)]).planned.answer("a").proven == proven


def test_a_plan_that_only_claims_never_reaches_the_line():
    now = score([category(key, 2, 2, 2, proof=Age.NONE) for key in KEYS])

    assert now.verdict == Verdict.ON_ITS_WORD
    assert project_plan(now, []).reaches_on is None
    proven = project_plan(now, [item(2, place, key=key) for place, key in enumerate(KEYS)])
    assert proven.reaches_on == DAY + timedelta(days=4)


@given(results, plans)
def test_work_never_lowers_what_is_proven_or_claimed(result, plan):
    planned = project_plan(result, plan).planned

    for before, after in zip(result.answers, planned.answers, strict=True):
        assert before.proven <= after.proven <= 2
        assert before.low <= after.low
        assert after.proven <= after.low


@given(results, plans)
def test_steps_rise_day_by_day_to_where_the_plan_ends(result, plan):
    projected = project_plan(result, plan)
    totals = [result.proven_total, *(step.total for step in projected.steps)]

    assert totals == sorted(set(totals))
    assert totals[-1] == projected.planned.proven_total <= result.maximum
    assert [step.on for step in projected.steps] == sorted({step.on for step in projected.steps})


@given(results, plans, st.randoms())
def test_the_order_of_items_never_matters(result, plan, random):
    shuffled = list(plan)
    random.shuffle(shuffled)

    assert project_plan(result, shuffled) == project_plan(result, plan)


@given(results, plans, items)
def test_one_more_item_never_lowers_any_day(result, plan, more):
    was, now = project_plan(result, plan), project_plan(result, [*plan, more])

    assert all(now.total_on(step.on) >= step.total for step in was.steps)


@given(results, plans, st.integers(1, 90))
def test_done_later_is_never_more_on_any_day(result, plan, days):
    later = [PlannedItem(i.category, i.target, i.on + timedelta(days=days), i.earns) for i in plan]
    was, now = project_plan(result, plan), project_plan(result, later)

    assert all(now.total_on(step.on) <= was.total_on(step.on) for step in (*was.steps, *now.steps))


@given(results, plans)
def test_a_day_is_promised_only_where_the_proven_total_reaches_the_line(result, plan):
    projected = project_plan(result, plan)
    clear = [step.on for step in projected.steps if step.total >= result.threshold]

    expected = None if result.proven_total >= result.threshold or not clear else clear[0]
    assert projected.reaches_on == expected


@given(results, plans)
def test_the_shortest_way_is_a_plan_that_gets_as_far_as_all_of_it(result, plan):
    works = [Work(f"{n}", each.category, each.target, earns=each.earns) for n, each in enumerate(plan)]
    legs = shortest_way(result, works)
    taken = [PlannedItem(w.category, w.target, DAY, w.earns) for leg in legs for w in leg.works]

    ends = project_plan(result, taken).planned.proven_total
    assert ends == (legs[-1].total if legs else result.proven_total)
    if result.proven_total < result.threshold:
        assert ends >= min(result.threshold, project_plan(result, plan).planned.proven_total)
