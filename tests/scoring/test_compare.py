"""What changed between two results."""

from dataclasses import replace

from hypothesis import given

from assessments.scoring import CategoryAnswer, Change, Delta, compare, score
from tests.scoring.samples import complete_results, make_result, results


def test_a_change_is_the_difference_of_two_complete_totals():
    delta = compare(make_result([2, 1, 0, 1, 1, 1, 1, 1]), make_result([1, 1, 1, 1, 1, 1, 1, 0]))

    assert delta == Delta(1, (Change("a", 1, 2), Change("c", 1, 0), Change("h", 0, 1)))


def test_nothing_changed_between_equal_results():
    assert compare(make_result([1] * 8), make_result([1] * 8)) == Delta(0, ())


def test_no_difference_is_told_while_either_is_incomplete():
    complete, started = make_result([1] * 8), make_result([None, *[1] * 7])

    assert compare(started, complete) == Delta(None, (Change("a", 1, None),))
    assert compare(complete, started) == Delta(None, (Change("a", None, 1),))
    assert compare(started, started) == Delta(None, ())


def test_zero_is_no_lack_of_a_level():
    assert compare(make_result([0] * 8), make_result([None, *[0] * 7])) == Delta(None, (Change("a", None, 0),))


def test_categories_of_one_result_alone_are_changes():
    now = score([CategoryAnswer("same", 1), CategoryAnswer("new", 2)], threshold=1)
    was = score([CategoryAnswer("old", 0), CategoryAnswer("same", 1)], threshold=1)

    assert compare(now, was) == Delta(2, (Change("new", None, 2), Change("old", 0, None)))


def test_proof_alone_is_no_change():
    assert compare(make_result([2] * 8, supported="abc"), make_result([2] * 8)) == Delta(0, ())


@given(results)
def test_a_result_differs_from_itself_in_nothing(result):
    assert compare(result, result).changes == ()


@given(results, results)
def test_the_way_back_is_the_way_there_reversed(one, other):
    there, back = compare(one, other), compare(other, one)

    assert back.total == (None if there.total is None else -there.total)
    assert {replace(change, was=change.now, now=change.was) for change in there.changes} == set(back.changes)


@given(complete_results, complete_results)
def test_a_total_difference_is_the_sum_of_the_changes(one, other):
    delta = compare(one, other)

    assert delta.total == sum(change.now - change.was for change in delta.changes)
