"""The totals claimed and proven, the range, the verdict and the gaps: tables of cases, and what holds for all."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import framework
from assessments.scoring import CategoryAnswer, Gap, Verdict, score
from tests.scoring.samples import (
    KEYS,
    LEVELS,
    answers,
    chosen_results,
    decided,
    decided_results,
    make_answers,
    make_result,
    proven_and_claimed,
    results,
)

OPEN = None


@pytest.mark.parametrize(
    ("levels", "total", "high", "verdict"),
    [
        pytest.param([OPEN] * 8, 0, 16, Verdict.UNDETERMINED, id="nothing scored"),
        pytest.param([0] * 8, 0, 0, Verdict.AT_RISK, id="all at 0"),
        pytest.param([2] * 8, 16, 16, Verdict.CLEAR, id="all at 2"),
        pytest.param([1] * 8, 8, 8, Verdict.AT_RISK, id="all at 1"),
        pytest.param([2, 1, 1, 1, 1, 1, 1, 1], 9, 9, Verdict.AT_RISK, id="one below the line"),
        pytest.param([2, 2, 1, 1, 1, 1, 1, 1], 10, 10, Verdict.CLEAR, id="on the line"),
        pytest.param([2, 2, 2, 1, 1, 1, 1, 1], 11, 11, Verdict.CLEAR, id="one above the line"),
        pytest.param([2, 2, 2, 2, 2, OPEN, OPEN, OPEN], 10, 16, Verdict.CLEAR, id="clear already"),
        pytest.param([2, 2, 2, 2, 1, OPEN, OPEN, OPEN], 9, 15, Verdict.UNDETERMINED, id="clear with one point more"),
        pytest.param([0, 0, 0, 1, OPEN, OPEN, OPEN, OPEN], 1, 9, Verdict.AT_RISK, id="at risk already"),
        pytest.param([0, 0, 1, 1, OPEN, OPEN, OPEN, OPEN], 2, 10, Verdict.UNDETERMINED, id="just within reach"),
        pytest.param([OPEN, 2, 2, 2, 2, 0, 0, 0], 8, 10, Verdict.UNDETERMINED, id="the last one decides"),
        pytest.param([OPEN, 2, 2, 2, 1, 0, 0, 0], 7, 9, Verdict.AT_RISK, id="the last one cannot save it"),
        pytest.param([OPEN, 2, 2, 2, 2, 2, 0, 0], 10, 12, Verdict.CLEAR, id="the last one cannot sink it"),
    ],
)
def test_a_result_has_a_total_a_range_and_a_verdict(levels, total, high, verdict):
    result = make_result(levels)

    assert (result.total, result.high, result.verdict) == (total, high, verdict)


@pytest.mark.parametrize(
    ("levels", "short"), [([1] * 8, 2), ([0] * 8, 10), ([OPEN, *[1] * 7], 1), ([2] * 8, 0), ([OPEN] * 8, 0)]
)
def test_the_points_short_are_those_missing_even_at_the_highest(levels, short):
    assert make_result(levels).points_short == short


def test_a_result_is_complete_once_nothing_is_open():
    assert make_result([0] * 8).is_complete
    assert make_result([0] * 8).unscored == ()
    assert not make_result([0, OPEN, *[0] * 6]).is_complete
    assert make_result([0, OPEN, *[0] * 6]).unscored == ("b",)


def test_a_category_not_scored_is_no_zero():
    open_one, zero = make_result([OPEN, *[1] * 7]), make_result([0, *[1] * 7])

    assert open_one.level("a") is None
    assert zero.level("a") == 0
    assert (open_one.high, zero.high) == (9, 7)
    assert [gap.key for gap in open_one.gaps] == list("bcdefgh")
    assert [gap.key for gap in zero.gaps] == list("abcdefgh")


def test_the_level_of_an_unknown_category_is_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        make_result([1] * 8).level("nowhere")


@pytest.mark.parametrize(
    ("levels", "supported", "claims", "proven"),
    [
        ([2, 2, 1, 0, OPEN, 0, 0, 0], "", ("a", "b"), 3),
        ([2, 2, 1, 0, OPEN, 0, 0, 0], "a", ("b",), 4),
        ([2, 2, 1, 0, OPEN, 0, 0, 0], "abc", (), 5),
        ([1, 0, 1, 0, 1, 0, 1, OPEN], "", (), 4),
        ([2] * 8, "", KEYS, 8),
        ([2] * 8, "abcdefgh", (), 16),
    ],
)
def test_where_a_level_is_chosen_an_unsupported_2_is_proven_as_1(levels, supported, claims, proven):
    result = make_result(levels, supported=supported)

    assert (result.claims, result.proven_total) == (claims, proven)
    assert result.unproven == len(claims)


@pytest.mark.parametrize(
    ("pairs", "proven", "claimed", "verdict"),
    [
        pytest.param([(0, 2)] * 5 + [(0, 0)] * 3, 0, 10, Verdict.ON_ITS_WORD, id="five 2s and nothing shown"),
        pytest.param([(2, 2)] * 4 + [(1, 2)] + [(0, 0)] * 3, 9, 10, Verdict.ON_ITS_WORD, id="one point on its word"),
        pytest.param([(2, 2)] * 5 + [(0, 0)] * 3, 10, 10, Verdict.CLEAR, id="proven to the line"),
        pytest.param([(2, 2)] * 5 + [(0, 2)] * 3, 10, 16, Verdict.CLEAR, id="proven, and more is claimed"),
        pytest.param([(0, 1)] * 8, 0, 8, Verdict.AT_RISK, id="even what is claimed is too little"),
    ],
)
def test_a_result_is_clear_by_what_is_proven_alone(pairs, proven, claimed, verdict):
    result = proven_and_claimed(pairs)

    assert (result.proven_total, result.total, result.verdict) == (proven, claimed, verdict)


def test_open_categories_do_not_hide_that_it_stands_on_its_word():
    result = score([*proven_and_claimed([(0, 2)] * 5).answers, *make_result([OPEN] * 8).answers[5:]])

    assert (result.proven_total, result.total, result.high, result.verdict) == (0, 10, 16, Verdict.ON_ITS_WORD)
    assert not result.is_complete


def test_claims_stand_with_the_most_unproven_points_first():
    result = proven_and_claimed([(1, 2), (0, 1), (2, 2), (0, 2), (1, 1), (0, 0), (0, 2), (1, 2)])

    assert result.claims == ("d", "g", "a", "b", "h")


def test_a_red_flag_is_a_category_at_0_or_a_fact_without_an_answer_and_nothing_else():
    claims = proven_and_claimed([(0, 2)] * 8)
    zeros = score([*make_answers([0, 0, 1, 2, 2, 2, 2]), decided((0, 0, None), key="h")], missing_facts=["unit-cost"])

    assert (claims.zeros, claims.red_flags) == ((), 0)
    assert (zeros.zeros, zeros.red_flags) == (("a", "b"), 3)


@pytest.mark.parametrize(
    ("answer", "is_untouched"),
    [
        (CategoryAnswer("a"), True),
        (CategoryAnswer("a", 0), False),
        (decided((None, None, None)), True),
        (decided((None, 0, None)), False),
        (decided((None, None, None), claim=1), False),
    ],
)
def test_a_result_is_untouched_while_nothing_is_answered(answer, is_untouched):
    assert score([answer], threshold=1).is_untouched == is_untouched


def test_gaps_stand_lowest_first_and_else_in_the_order_given():
    result = make_result([1, 0, 2, 1, OPEN, 0, 2, 1])

    assert result.gaps == (Gap("b", 0, 0), Gap("f", 0, 0), Gap("a", 1, 1), Gap("d", 1, 1), Gap("h", 1, 1))


def test_what_holds_a_result_below_the_line_are_its_gaps_and_nothing_when_it_is_not_below():
    assert make_result([1, 0, 2, 1, 1, 0, 2, 1]).holders == tuple("bfadeh")
    assert make_result([2, 2, 2, 2, 2, 0, 0, 0]).holders == ()
    assert make_result([OPEN, 0, 0, 1, OPEN, OPEN, OPEN, OPEN]).holders == ()


def test_missing_facts_are_kept_and_change_no_total():
    bare, flagged = make_result([1] * 8, supported=""), score(make_answers([1] * 8), missing_facts=["latency-target"])

    assert flagged.missing_facts == ("latency-target",)
    assert replace(flagged, missing_facts=()) == bare


@pytest.mark.parametrize("level", [-1, 3, 1.0, 1.5, "1", True, False])
def test_a_level_that_is_none_of_the_three_is_refused(level):
    with pytest.raises(ValueError, match="The level of a must be from 0 to 2, or None, not "):
        score([CategoryAnswer("a", level)], threshold=1)


def test_a_category_answered_twice_is_refused():
    with pytest.raises(ValueError, match=r"A category is answered twice\."):
        score([CategoryAnswer("a", 1), CategoryAnswer("a", 2)], threshold=1)


@pytest.mark.parametrize("threshold", [-1, 0, 17])
def test_a_line_out_of_reach_is_refused(threshold):
    with pytest.raises(ValueError, match=f"The line at {threshold} is out of reach: the total goes from 0 to 16"):
        make_result([1] * 8, threshold=threshold)


def test_nothing_to_score_is_refused():
    with pytest.raises(ValueError, match="is out of reach"):
        score([])


def test_the_line_is_where_the_framework_draws_it():
    scale = framework.current().scale

    result = score(CategoryAnswer(key, None) for key in framework.current().category_keys)

    assert (result.threshold, result.maximum) == (scale.risk_threshold, scale.max_score)


def test_every_combination_of_levels_adds_up():
    for levels in product(LEVELS, repeat=8):
        result = make_result(levels)
        known = [level for level in levels if level is not None]
        lowest, highest = sum(known), sum(known) + 2 * (8 - len(known))

        assert (result.total, result.high) == (lowest, highest)
        assert (result.verdict == Verdict.CLEAR) == (lowest >= 10)
        assert (result.verdict == Verdict.AT_RISK) == (highest < 10)


RANK = [Verdict.AT_RISK, Verdict.UNDETERMINED, Verdict.ON_ITS_WORD, Verdict.CLEAR]


@given(chosen_results, st.sampled_from(KEYS))
def test_a_higher_level_is_never_worse(result, key):
    level = result.level(key)
    if level is None or level == 2:
        return

    better = score(raised(result.answers, key, level + 1), threshold=result.threshold)

    assert better.total == result.total + 1
    assert better.high == result.high + 1
    assert better.proven_total >= result.proven_total
    assert RANK.index(better.verdict) >= RANK.index(result.verdict)


@given(chosen_results, st.sampled_from(KEYS))
def test_support_is_never_worse(result, key):
    proven = score(
        [replace(answer, supported=answer.supported or answer.key == key) for answer in result.answers],
        threshold=result.threshold,
    )

    assert (proven.total, proven.high) == (result.total, result.high)
    assert proven.proven_total >= result.proven_total
    assert RANK.index(proven.verdict) >= RANK.index(result.verdict)


@given(decided_results, st.sampled_from(KEYS), st.integers(0, 2), st.sampled_from(["state", "proof"]))
def test_more_shown_or_more_proof_is_never_worse(result, key, place, what):
    """One step up, from "not shown" to "in part" to "shown", or from no proof to stale proof to current proof."""
    decider = result.answer(key).deciders[place]
    value = getattr(decider, what)
    if value is None or value == 2:
        return

    better = with_decider(result, key, place, **{what: type(value)(value + 1)})

    assert better.proven_total >= result.proven_total
    assert better.total >= result.total
    assert better.high >= result.high
    assert RANK.index(better.verdict) >= RANK.index(result.verdict)


@given(decided_results, st.sampled_from(KEYS), st.integers(0, 2), st.sampled_from([0, 1, 2]))
def test_asking_takes_nothing_away_from_what_is_claimed_or_proven(result, key, place, state):
    if result.answer(key).deciders[place].state is not None:
        return

    asked = with_decider(result, key, place, state=state)

    assert asked.total >= result.total
    assert asked.proven_total >= result.proven_total
    if result.answer(key).claim is None:
        assert asked.high <= result.high


def with_decider(result, key, place, **changes):
    answer = result.answer(key)
    deciders = [replace(d, **changes) if n == place else d for n, d in enumerate(answer.deciders)]
    answers = [replace(a, deciders=tuple(deciders)) if a.key == key else a for a in result.answers]
    return score(answers, threshold=result.threshold)


@given(results)
def test_the_verdict_is_clear_only_if_the_proven_total_reaches_the_line(result):
    assert (result.verdict == Verdict.CLEAR) == (result.proven_total >= result.threshold)
    if result.verdict == Verdict.ON_ITS_WORD:
        assert result.proven_total < result.threshold <= result.total
    if result.verdict == Verdict.AT_RISK:
        assert result.high < result.threshold


@given(answers, st.randoms(use_true_random=False))
def test_order_never_matters_for_the_totals(given_answers, random):
    shuffled = random.sample(given_answers, k=8)

    one, other = score(given_answers), score(shuffled)

    for name in ("total", "high", "proven_total", "maximum", "verdict", "points_short", "is_complete", "red_flags"):
        assert getattr(one, name) == getattr(other, name)
    assert set(one.gaps) == set(other.gaps)
    assert set(one.claims) == set(other.claims)


@given(decided_results, st.randoms(use_true_random=False))
def test_the_order_of_deciders_never_matters(result, random):
    shuffled = [replace(a, deciders=tuple(random.sample(a.deciders, k=3))) for a in result.answers]

    other = score(shuffled, threshold=result.threshold)

    for one, two in zip(result.answers, other.answers, strict=True):
        assert (one.level, one.low, one.high, one.proven) == (two.level, two.low, two.high, two.proven)


@given(chosen_results, st.lists(st.sampled_from((0, 1, 2)), min_size=8, max_size=8))
def test_the_range_narrows_as_answers_come(result, rest):
    for key, level in zip(KEYS, rest, strict=True):
        if result.level(key) is None:
            further = score(raised(result.answers, key, level), threshold=result.threshold)

            assert result.total <= further.total <= further.high <= result.high
            assert further.high - further.total == result.high - result.total - 2
            result = further
    assert result.total == result.high


@given(decided_results, st.permutations([(key, n) for key in KEYS for n in range(3)]), st.data())
def test_the_range_narrows_as_deciders_are_asked_until_none_is_open(result, order, data):
    result = score([replace(a, claim=None) for a in result.answers], threshold=result.threshold)
    for key, place in order:
        if result.answer(key).deciders[place].state is not None:
            continue
        further = with_decider(result, key, place, state=data.draw(st.sampled_from((0, 1, 2))))

        assert result.total <= further.total <= further.high <= result.high
        result = further
    assert result.is_complete
    assert result.total == result.high


@given(chosen_results, st.lists(st.sampled_from((0, 1, 2)), min_size=8, max_size=8))
def test_a_decided_verdict_stays_whatever_the_rest_scores(result, rest):
    final = score(
        [a if a.level is not None else replace(a, level=level) for a, level in zip(result.answers, rest, strict=True)],
        threshold=result.threshold,
    )

    assert final.verdict != Verdict.UNDETERMINED
    if result.verdict in (Verdict.AT_RISK, Verdict.CLEAR):
        assert final.verdict == result.verdict
    if result.verdict == Verdict.ON_ITS_WORD:
        assert final.verdict in (Verdict.ON_ITS_WORD, Verdict.CLEAR)


@given(chosen_results)
def test_an_undetermined_verdict_can_still_go_either_way(result):
    at_risk = [
        score(
            [a if a.level is not None else replace(a, level=level) for a in result.answers], threshold=result.threshold
        ).verdict
        == Verdict.AT_RISK
        for level in (0, 2)
    ]

    assert (at_risk == [True, False]) == (result.verdict == Verdict.UNDETERMINED)


@given(results)
def test_what_is_proven_never_exceeds_what_is_claimed(result):
    assert 0 <= result.proven_total <= result.total <= result.high <= result.maximum
    for answer in result.answers:
        assert 0 <= answer.proven <= answer.low <= answer.high <= 2
        assert answer.is_claim == (answer.key in result.claims)


@given(results)
def test_every_category_is_a_gap_at_the_top_or_open(result):
    gaps, top = {gap.key for gap in result.gaps}, {key for key in KEYS if result.level(key) == 2}

    assert sorted([*gaps, *top, *result.unscored]) == list(KEYS)
    assert [gap.level for gap in result.gaps] == sorted(gap.level for gap in result.gaps)


def raised(given_answers, key, level):
    return [replace(answer, level=level) if answer.key == key else answer for answer in given_answers]
