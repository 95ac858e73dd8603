"""From what was shown of three deciders to a level, and from the day of a proof to how far it carries."""

from datetime import date, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import (
    Age,
    CategoryAnswer,
    DeciderAnswer,
    age_of,
    level_of,
    months_back,
    months_between,
    proven_level,
    score,
)
from tests.scoring.samples import STATES, decided

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
PROOFS = (0, 1, 2)


# The level


@pytest.mark.parametrize(
    ("states", "level"),
    [
        ((2, 2, 2), 2),
        ((2, 2, 1), 1),
        ((2, 2, 0), 1),
        ((2, 2, None), 1),
        ((1, 1, 1), 1),
        ((0, 0, 1), 1),
        ((None, 1, None), 1),
        ((0, 0, 0), 0),
        ((None, 0, None), 0),
        ((None, None, None), 0),
        ((), 0),
    ],
)
def test_three_shown_make_a_2_and_one_in_part_a_1(states, level):
    assert {level_of(order) for order in permutations(states)} == {level}


@pytest.mark.parametrize(
    ("states", "proofs", "claim", "expected"),
    [  # level claimed, low, high, proven
        pytest.param((2, 2, 2), (2, 2, 2), None, (2, 2, 2, 2), id="all shown and proven"),
        pytest.param((2, 2, 2), (2, 2, 1), None, (2, 2, 2, 1), id="one proof is stale"),
        pytest.param((2, 2, 2), (1, 1, 1), None, (2, 2, 2, 1), id="all are stale"),
        pytest.param((2, 2, 2), (2, 2, 0), None, (2, 2, 2, 1), id="one has no proof"),
        pytest.param((2, 2, 2), (0, 0, 0), None, (2, 2, 2, 0), id="none has proof"),
        pytest.param((2, 2, 1), (2, 2, 2), None, (1, 1, 1, 1), id="one is in part"),
        pytest.param((0, 1, 0), (2, 0, 2), None, (1, 1, 1, 0), id="proof of what is not shown proves nothing"),
        pytest.param((0, 0, 0), (2, 2, 2), None, (0, 0, 0, 0), id="none is shown"),
        pytest.param((None, None, None), (0, 0, 0), None, (None, 0, 2, 0), id="nothing asked"),
        pytest.param((2, None, 2), (2, 0, 2), None, (None, 1, 2, 1), id="one is open"),
        pytest.param((0, None, None), (0, 0, 0), None, (None, 0, 1, 0), id="a 2 is out of reach"),
        pytest.param((1, None, None), (0, 0, 0), None, (1, 1, 1, 0), id="settled before everything was asked"),
        pytest.param((None, None, None), (0, 0, 0), 2, (2, 2, 2, 0), id="claimed outright"),
        pytest.param((None, None, None), (0, 0, 0), 0, (0, 0, 0, 0), id="0 said outright"),
        pytest.param((2, 2, 0), (2, 2, 0), 2, (2, 2, 2, 1), id="claimed above its deciders"),
        pytest.param((2, 2, 2), (2, 2, 2), 0, (2, 2, 2, 2), id="a claim below its deciders does not count"),
        pytest.param((2, None, None), (2, 0, 0), 1, (1, 1, 1, 1), id="a claim settles what is open"),
    ],
)
def test_a_category_has_a_level_claimed_a_range_and_a_level_proven(states, proofs, claim, expected):
    answer = decided(states, proofs, claim=claim)

    assert (answer.level, answer.low, answer.high, answer.proven) == expected


def test_the_rule_holds_for_every_combination():
    """As the framework states it, written out once more: the scale's `three_deciders` and `current`."""
    for states, proofs, claim in product(product(STATES, repeat=3), product(PROOFS, repeat=3), (None, 0, 1, 2)):
        answer = decided(states, proofs, claim=claim)
        shown = [state or 0 for state in states]
        best = [2 if state is None else state for state in states]
        carried = 2 if min(shown) == 2 else 1 if max(shown) else 0
        possible = 2 if min(best) == 2 else 1 if max(best) else 0
        full = all(state == 2 and proof == 2 for state, proof in zip(states, proofs, strict=True))
        some = any(state and proof for state, proof in zip(states, proofs, strict=True))

        assert answer.carried == carried
        assert answer.low == max(carried, claim or 0)
        assert answer.high == (possible if claim is None else answer.low)
        assert answer.level == (answer.low if answer.low == answer.high else None)
        assert answer.proven == (2 if full else 1 if some else 0) <= answer.low
        assert answer.is_claim == (answer.proven < answer.low)
        assert len(answer.unasked) == states.count(None)


@given(st.permutations(list(zip("xyz", (2, 1, None), (Age.CURRENT, Age.NONE, Age.NONE), strict=True))))
def test_the_order_of_deciders_never_matters(given_deciders):
    deciders = tuple(DeciderAnswer(*each) for each in given_deciders)

    assert (level_of(d.state for d in deciders), proven_level(deciders)) == (1, 1)


@pytest.mark.parametrize("state", [-1, 3, 1.0, "1", True])
def test_a_state_that_is_none_of_the_three_is_refused(state):
    with pytest.raises(ValueError, match="must be from 0 to 2"):
        score([CategoryAnswer.by_deciders("a", [DeciderAnswer("x", 1), DeciderAnswer("y", state)])], threshold=1)


@pytest.mark.parametrize("claim", [-1, 3, True])
def test_a_claim_that_is_no_level_is_refused(claim):
    with pytest.raises(ValueError, match="The level of a must be from 0 to 2"):
        score([decided((1, 1, 1), claim=claim)], threshold=1)


@pytest.mark.parametrize(
    ("state", "proof", "is_claim"),
    [(2, 0, True), (2, 1, True), (2, 2, False), (1, 0, True), (1, 2, False), (0, 0, False), (None, 0, False)],
)
def test_a_decider_is_a_claim_where_its_proof_carries_less(state, proof, is_claim):
    assert DeciderAnswer("x", state, Age(proof)).is_claim == is_claim


# The age of a proof


@pytest.mark.parametrize(
    ("day", "months", "back"),
    [
        (date(2026, 11, 30), 3, date(2026, 8, 30)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2028, 2, 29), 48, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 12, 31), 1, date(2026, 11, 30)),
        (date(2026, 7, 7), 0, date(2026, 7, 7)),
    ],
)
def test_months_run_from_date_to_date(day, months, back):
    assert months_back(day, months) == back


AS_OF = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("proof_on", "age"),
    [
        (None, Age.NONE),
        (date(2026, 11, 30), Age.CURRENT),
        (date(2026, 8, 30), Age.CURRENT),
        (date(2026, 8, 29), Age.STALE),
        (date(2024, 11, 30), Age.STALE),
        (date(2024, 11, 29), Age.NONE),
        (date(1990, 1, 1), Age.NONE),
    ],
)
def test_a_proof_carries_less_past_its_period_and_nothing_past_24_months(proof_on, age):
    assert age_of(proof_on, months=3, as_of=AS_OF) == age


@pytest.mark.parametrize(
    ("until", "age"),
    [(AS_OF, Age.CURRENT), (AS_OF + timedelta(days=1), Age.CURRENT), (AS_OF - timedelta(days=1), Age.NONE)],
)
def test_a_contract_is_current_while_it_is_in_force_however_old_it_is(until, age):
    assert age_of(date(2020, 1, 1), months=12, as_of=AS_OF, in_force_until=until) == age


def test_a_contract_whose_term_ended_counts_by_its_date():
    assert age_of(date(2026, 11, 1), months=3, as_of=AS_OF, in_force_until=date(2026, 11, 15)) == Age.CURRENT


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 4, 30), date(2026, 11, 30), 7),
        (date(2026, 4, 30), date(2026, 11, 29), 6),
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 2, 28), date(2026, 3, 31), 1),
        (date(2028, 2, 29), date(2029, 2, 28), 11),
        (date(2026, 11, 30), date(2026, 11, 30), 0),
        (date(2026, 12, 1), date(2026, 11, 30), 0),
    ],
)
def test_an_age_is_so_many_whole_months(earlier, later, months):
    assert months_between(earlier, later) == months


@given(days, st.integers(0, 60))
def test_a_day_so_many_months_back_is_never_later_and_at_least_as_many_months_away(day, months):
    back = months_back(day, months)

    assert back <= day
    assert (day.year - back.year) * 12 + day.month - back.month == months
    assert back.day == day.day or (back + timedelta(days=1)).day == 1


@given(days, days, st.integers(1, 12))
def test_a_proof_within_its_period_is_no_more_months_old_than_the_period(proof_on, as_of, months):
    age = age_of(proof_on, months=months, as_of=as_of)
    old = months_between(proof_on, as_of)

    if age == Age.CURRENT:
        assert old <= months
    else:
        assert old >= months
    assert (age == Age.NONE) == (proof_on < months_back(as_of, 24))


@given(days, days, st.integers(1, 12))
def test_a_newer_proof_or_an_earlier_look_never_carries_less(proof_on, as_of, months):
    age = age_of(proof_on, months=months, as_of=as_of)

    assert age_of(proof_on + timedelta(days=1), months=months, as_of=as_of) >= age
    assert age_of(proof_on, months=months, as_of=as_of - timedelta(days=1)) >= age
    assert age_of(proof_on, months=months + 1, as_of=as_of) >= age
