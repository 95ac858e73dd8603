"""The agreement of raters, against published worked examples and an independent library."""

from fractions import Fraction
from random import Random

import krippendorff
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.agreement import Apart, agree, ordinal_alpha

X = None
# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: four observers, twelve units.
KRIPPENDORFF_2011 = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
    [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
]
# The worked example of the English Wikipedia, "Krippendorff's alpha": three coders, fifteen units.
WIKIPEDIA = [
    [X, X, X, X, X, 3, 4, 1, 2, 1, 1, 3, 3, X, 3],
    [1, X, 2, 1, 3, 3, 4, 3, X, X, X, X, X, X, X],
    [X, X, 2, 1, 3, 4, 4, X, 2, 1, 1, 3, 3, X, 4],
]


def units_of(table):
    return [[value for value in unit if value is not None] for unit in zip(*table, strict=True)]


def by_category(table):
    return {
        f"c{n}": {f"r{m}": level for m, level in enumerate(unit)} for n, unit in enumerate(zip(*table, strict=True))
    }


@pytest.mark.parametrize(("table", "published"), [(KRIPPENDORFF_2011, "0.815"), (WIKIPEDIA, "0.807")])
def test_ordinal_alpha_is_the_published_one(table, published):
    assert f"{float(ordinal_alpha(units_of(table))):.3f}" == published


LEVELS = st.sampled_from([None, 0, 1, 2])
TABLES = st.integers(2, 9).flatmap(
    lambda raters: st.lists(st.lists(LEVELS, min_size=raters, max_size=raters), min_size=1, max_size=12)
)


@given(TABLES)
def test_ordinal_alpha_is_that_of_an_independent_library(units):
    ours = ordinal_alpha([[level for level in unit if level is not None] for unit in units])
    used = {level for unit in units if sum(v is not None for v in unit) > 1 for level in unit if level is not None}
    if len(used) < 2:
        assert ours is None
        return
    data = numpy.array([[numpy.nan if v is None else v for v in unit] for unit in units], dtype=float).T
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal", value_domain=[0, 1, 2])
    assert float(ours) == pytest.approx(theirs, abs=1e-9)


@given(TABLES, st.randoms())
def test_the_order_of_raters_never_matters(units, random: Random):
    ratings = {f"c{n}": {f"r{m}": level for m, level in enumerate(unit)} for n, unit in enumerate(units)}
    order = list(ratings["c0"])
    random.shuffle(order)
    shuffled = {key: {rater: row[rater] for rater in order} for key, row in ratings.items()}
    one, other = agree(ratings), agree(shuffled)
    assert (one.alpha, one.exact, one.apart) == (other.alpha, other.exact, other.apart)
    assert [s.key for s in one.by_disagreement] == [s.key for s in other.by_disagreement]
    assert [s.median for s in one.spreads] == [s.median for s in other.spreads]


@given(st.lists(st.sampled_from([0, 1, 2]), min_size=2, max_size=10), st.integers(3, 40))
def test_identical_raters_agree_fully(levels, raters):
    found = agree({f"c{n}": {f"r{m}": level for m in range(raters)} for n, level in enumerate(levels)})
    assert found.exact == 1
    assert found.alpha == (1 if len(set(levels)) > 1 else None)


def test_under_three_raters_there_is_no_alpha():
    found = agree(by_category([[0, 1, 2, 2], [0, 1, 1, 2]]))
    assert (found.is_enough, found.alpha, found.exact, found.pairs) == (False, None, Fraction(3, 4), 4)


def test_who_did_not_judge_counts_nowhere():
    found = agree(
        {"a": {"x": 2, "y": 2, "z": None}, "b": {"x": 1, "y": 1, "z": None}, "c": {"x": 0, "y": None, "z": 0}}
    )
    assert (found.raters, found.categories, found.scores, found.pairs) == (3, 3, 6, 3)
    assert found.alpha == 1
    assert found.spreads[0].levels == {"x": 2, "y": 2}


def test_one_rater_is_compared_with_nobody():
    found = agree({"a": {"x": 2}, "b": {"x": 1}})
    assert (found.raters, found.categories, found.pairs, found.exact, found.alpha) == (0, 0, 0, None, None)


def test_the_widest_category_comes_first_and_equals_stay_in_order():
    found = agree(
        {"even": {"x": 1, "y": 1}, "near": {"x": 1, "y": 2}, "wide": {"x": 0, "y": 2}, "flat": {"x": 0, "y": 0}}
    )
    assert [spread.key for spread in found.by_disagreement] == ["wide", "near", "even", "flat"]


@pytest.mark.parametrize(("levels", "median"), [((0, 1, 2), 1), ((1, 2), 1), ((0, 2), 0), ((2,), 2), ((), None)])
def test_the_median_between_two_levels_is_the_lower(levels, median):
    found = agree({"a": {str(n): level for n, level in enumerate(levels)}})
    assert found.spreads[0].median == median


def test_a_rater_a_point_above_everybody_everywhere_is_named():
    ratings = {key: {"x": 2, "y": 1, "z": n % 2} for n, key in enumerate("abcd")}
    assert agree(ratings).apart == (Apart("x", True, 4),)


def test_a_rater_a_point_below_everybody_everywhere_is_named():
    ratings = {key: {"x": 0, "y": 1, "z": 2} for key in "abc"}
    assert Apart("x", False, 3) in agree(ratings).apart


@pytest.mark.parametrize(
    "ratings",
    [
        {key: {"x": 2, "y": 1, "z": 2 if key == "c" else 1} for key in "abcd"},  # once as high
        {key: {"x": 2, "y": 1} for key in "abcd"},  # of two, nobody is everybody
        {key: {"x": 2, "y": 1, "z": 1} for key in "ab"},  # twice may be chance
    ],
)
def test_otherwise_nobody_stands_apart(ratings):
    assert agree(ratings).apart == ()
